"""The pupils of a release: named, under made-up numbers, of own classes, each look recorded."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from cast_of_tests import YEAR, MakePerson
from django.utils import timezone
from figures_of_tests import MadeUp, Statistics, made_up, play, statisticians

from keystage.actions.by import By
from keystage.actions.figures import making, publishing
from keystage.actions.figures.seeing import pupils_for
from keystage.flows.figures.school_pupils import schools_of
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year
from keystage.store.models import (
    AuditEvent,
    FiguresRelease,
    Organisation,
    Person,
    Pupil,
    ReleasedResult,
    ResultsRelease,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def release(
    person: MakePerson, pupils: list[Pupil], monkeypatch: pytest.MonkeyPatch
) -> FiguresRelease:
    """A release that is out, with the six pupils of the school and one whose UPN is not known."""
    codes = code_lists(load_year(YEAR, "provisional"))
    rows = [{"URN": 900003, "UPN": one.upn, "P_INCL": "201", "SEX": one.sex} for one in pupils]
    records = RecordSet(
        pupils=pupils_frame([*rows, {"URN": 900003, "P_INCL": "202"}], codes),
        schools=schools_frame([{"URN": 900003, "LEA": 999}], codes),
        files={"pupils": Path("p.csv")},
    )

    def engine(*_: object, **__: object) -> MadeUp:
        found = made_up()
        found.pupils = schools_of(records)
        return found

    play(monkeypatch)
    monkeypatch.setattr(making, "computed", engine)
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    desk: Statistics = statisticians(person, body)
    return publishing.approve(release=desk.make(), by=desk.other, shown_at=timezone.now())


def test_a_headteacher_sees_the_names(
    release: FiguresRelease, headteacher: Person, pupils: list[Pupil]
) -> None:
    seen = pupils_for(release, "900003", by=By(headteacher))

    assert seen is not None
    assert (seen.names.height, seen.records.pupils.height, seen.others) == (7, 7, 0)
    names = {row["UPN"]: row for row in seen.names.to_dicts()}
    assert names[pupils[1].upn]["SURNAME"] == "O'Brien-Núñez"
    assert names[None]["SURNAME"] is None
    assert seen.names["PUPIL"].n_unique() == 7
    assert not AuditEvent.objects.filter(action="page opened").exists()


def test_an_analyst_sees_pupils_under_numbers_that_stay(
    release: FiguresRelease, person: MakePerson, authority: Organisation, headteacher: Person
) -> None:
    who = By(person("authority_analyst", authority))

    seen, again = pupils_for(release, "900003", by=who), pupils_for(release, "900003", by=who)
    named = pupils_for(release, "900003", by=By(headteacher))

    assert seen is not None
    assert again is not None
    assert named is not None
    hidden = ("UPN", "SURNAME", "FORENAME")
    assert seen.names.select(hidden).null_count().row(0) == (7, 7, 7)
    assert seen.records.pupils["UPN"].null_count() == 7
    assert seen.names.equals(again.names)
    assert set(seen.names["PUPIL"]) == set(named.names["PUPIL"])
    assert seen.names["PUPIL"].is_sorted()
    sexes = seen.names.select("line", "PUPIL").join(
        seen.records.pupils.select("line", "SEX"), on="line"
    )
    own = named.names.select("line", "PUPIL").join(
        named.records.pupils.select("line", "SEX"), on="line"
    )
    columns = ["PUPIL", "SEX"]
    assert sexes.select(columns).sort("PUPIL").equals(own.select(columns).sort("PUPIL"))


def test_a_teacher_sees_the_pupils_of_own_classes(release: FiguresRelease, teacher: Person) -> None:
    seen = pupils_for(release, "900003", by=By(teacher))

    assert seen is not None
    assert set(seen.names["SURNAME"]) == {"Ashby", "O'Brien-Núñez", "Okonkwo"}
    assert seen.records.pupils.height == 3
    assert seen.others == 4


def test_each_look_of_an_inspector_is_recorded(
    release: FiguresRelease, person: MakePerson, school: Organisation
) -> None:
    who = person("inspector", school, ends_on=timezone.localdate())
    who.grants.update(starts_on=timezone.localdate())

    seen = pupils_for(release, "900003", by=By(who, "test"))

    assert seen is not None
    assert seen.names["SURNAME"].null_count() == 7
    event = AuditEvent.objects.get(action="page opened")
    assert (event.person_id, event.organisation_id) == (who.pk, school.pk)


def test_governors_strangers_and_other_schools_get_nothing(
    release: FiguresRelease, governor: Person, stranger: Person, headteacher: Person
) -> None:
    for who in (governor, stranger):
        assert pupils_for(release, "900003", by=By(who)) is None
    assert pupils_for(release, "900004", by=By(headteacher)) is None


def test_names_come_from_the_results_where_the_roll_has_none(
    release: FiguresRelease, headteacher: Person, pupils: list[Pupil]
) -> None:
    upn = pupils[0].upn
    results = ResultsRelease.objects.create(
        organisation=release.organisation, year=YEAR, version=1, kind="full",
        schools_at=timezone.now(), receiving_at=timezone.now() + timedelta(days=1),
        prepared_at=timezone.now(), prepared_by=headteacher,
    )  # fmt: skip
    ReleasedResult.objects.create(
        release=results, school=pupils[0].school, upn=upn, surname="Ashby", forename="Mabel",
        subject="reading",
    )  # fmt: skip
    Pupil.objects.filter(upn=upn).update(upn="")

    seen = pupils_for(release, "900003", by=By(headteacher))

    assert seen is not None
    assert seen.names.filter(pl.col("UPN") == upn)["SURNAME"].to_list() == ["Ashby"]
