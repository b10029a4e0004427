"""Rows of a roll that a person decides on: twins, likenesses, and nobody taken for another."""

from uuid import uuid4

import pytest
from desk_of_rolls import HEAD, NEW, Desk, What

from keystage.actions.errors import RefusedError
from keystage.actions.imports import applying, matching
from keystage.actions.imports.matching import Choice
from keystage.core.upn import make_upn
from keystage.flows.roll.likeness.pairs import Strictness
from keystage.store.models import (
    Organisation,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


def test_twins_are_told_apart_by_number_and_never_merged(
    desk: Desk, school: Organisation, sheet: Sheet
) -> None:
    first, second = make_upn(999, 301, 2020, 81), make_upn(999, 301, 2020, 82)
    text = f"{HEAD}\n{first},Okafor,Ada,05/02/2015,F,6,6A\n{second},Okafor,Ade,05/02/2015,F,6,6A"
    desk.apply(desk.bring(text))
    assert Pupil.objects.filter(surname="Okafor").count() == 2

    again = desk.bring(text.replace("6A", "6B"))
    assert [row.match for row in again.rows.all()] == ["same", "same"]
    matching.rematch(file=again, strictness=Strictness.INITIALS, by=desk.by)
    desk.apply(again)
    assert {(one.upn, one.forename) for one in Pupil.objects.filter(surname="Okafor")} == {
        (first, "Ada"),
        (second, "Ade"),
    }


def test_a_twin_without_a_number_waits_for_a_person(
    desk: Desk, school: Organisation, sheet: Sheet
) -> None:
    upn = make_upn(999, 301, 2020, 81)
    desk.apply(desk.bring(f"{HEAD}\n{upn},Okafor,Ada,05/02/2015,F,6,6A"))
    file = desk.bring(f"{HEAD}\n,Okafor,Ade,05/02/2015,F,6,6A")
    matching.rematch(file=file, strictness=Strictness.INITIALS, by=desk.by)

    row = file.rows.get()
    assert (row.needs_person, row.decision) == (True, What.UNDECIDED)
    assert applying.preview(file, "everything").counts["not_matched"] == 1


def test_a_new_pupil_who_could_be_a_stored_one_is_not_added_unseen(
    desk: Desk, sheet: Sheet, pupils: list[Pupil]
) -> None:
    file = desk.bring(f"{HEAD}\n,Smith,Jon,05/01/2015,M,6,6B\n,Stone,Al,05/01/2015,M,6,6B")

    row, other = file.rows.all()
    assert (row.match, row.needs_person, row.decision) == ("new", True, What.UNDECIDED)
    assert row.values["candidates"] == [str(pupils[4].pk)]
    assert other.decision == What.ENROL
    desk.decide(file, 2, What.ENROL)
    desk.apply(file)
    assert Pupil.objects.filter(surname="Smith").count() == 2


def test_a_decision_of_a_person_survives_another_strictness(desk: Desk, sheet: Sheet) -> None:
    file = desk.bring(f"{HEAD}\n,Ashbie,Mabel,01/01/2015,F,6,6A")
    desk.decide(file, 2, What.SKIP)
    matching.rematch(file=file, strictness=Strictness.INITIALS, by=desk.by)

    row = file.rows.get()
    assert (row.match, row.decision) == ("possible", What.SKIP)
    file.refresh_from_db()
    assert file.strictness == "initials"


def test_two_rows_are_never_taken_for_one_pupil(
    desk: Desk, sheet: Sheet, pupils: list[Pupil]
) -> None:
    file = desk.bring(f"{HEAD}\n{NEW}\n,Newton,Al,06/02/2015,M,6,6A")
    desk.decide(file, 2, What.ACCEPT, pupils[0].pk)

    with pytest.raises(RefusedError, match="Lines 2 and 3 are taken for the same pupil"):
        desk.decide(file, 3, What.ACCEPT, pupils[0].pk)


def test_a_row_is_not_taken_for_a_pupil_of_another_school(
    desk: Desk, sheet: Sheet, other_school: Organisation
) -> None:
    stranger = Pupil.objects.create(school=other_school, surname="Else", forename="Where")
    file = desk.bring(f"{HEAD}\n{NEW}")

    for key in (stranger.pk, uuid4(), None):
        with pytest.raises(RefusedError, match="not on the roll"):
            desk.decide(file, 2, What.ACCEPT, key)
    with pytest.raises(RefusedError, match="no such row"):
        matching.decide(file=file, choices={0: Choice(what=What.SKIP)}, by=desk.by)


def test_undeciding_gives_the_proposal_back(desk: Desk, sheet: Sheet, pupils: list[Pupil]) -> None:
    file = desk.bring(f"{HEAD}\n,Ashby,Mabel,01/01/2015,F,6,6B")
    desk.decide(file, 2, What.SKIP)
    desk.decide(file, 2, What.UNDECIDED)

    row = file.rows.get()
    assert (row.decision, row.pupil) == (What.UNDECIDED, pupils[0])
    assert desk.decide(file, 2, What.UNDECIDED) == 0
