"""Matching a file again: a pupil whom a person chose for one row is taken for no other unseen."""

from datetime import date

import pytest

from keystage.actions.by import By
from keystage.actions.imports import applying, matching
from keystage.actions.imports.matching import Choice, What
from keystage.actions.imports.uploads import bring_in
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.store.models import Person, Pupil, Result, Sheet

pytestmark = pytest.mark.django_db


def test_a_number_that_comes_to_a_chosen_pupil_later_does_not_take_the_pupil_twice(
    sheet: Sheet, pupils: list[Pupil], office: Person
) -> None:
    mabel, number = pupils[0], pupils[0].upn
    Pupil.objects.filter(pk=mabel.pk).update(upn="")
    lines = (
        "UPN,Surname,Forename,Date of birth,Reading scaled score",
        f"{number},Ashby,Mabel,02/03/2015,100",
        ",Ashby,Mabel,01/01/2015,110",
    )
    file = bring_in(
        school=sheet.school,
        year=sheet.year,
        kind="results",
        data="\n".join(lines).encode(),
        name="results.csv",
        by=By(office),
    )
    first, second = file.rows.order_by("line")
    matching.decide(
        file=file,
        choices={second.pk: Choice(what=What.ACCEPT, pupil=mabel.pk)},
        by=By(office),
    )
    Pupil.objects.filter(pk=mabel.pk).update(upn=number, birth_date=date(2015, 3, 2))

    matching.rematch(file=file, strictness=Strictness.EXACT, by=By(office))

    first.refresh_from_db()
    assert (first.decision, first.needs_person) == (What.UNDECIDED, True)
    seal = applying.preview(file, "everything").seal
    applying.apply(file=file, mode="everything", seal=seal, by=By(office))
    assert Result.objects.get().scaled_score == 110
