"""Figures and packs with a pupil whose results a later release gave to another school."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR
from releases_of_tests import Agency, file_of, freeze, line, marks_of

from keystage.actions.by import By
from keystage.actions.releases import figures, releasing, sharing
from keystage.actions.releases.released import released_to
from keystage.store.models import Organisation, Person, Pupil, ResultsRelease, Sheet

pytestmark = pytest.mark.django_db
Kind = ResultsRelease.Kind


@pytest.fixture
def moved(
    agency: Agency,
    judged_sheet: Sheet,
    pupils: list[Pupil],
    other_school: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> ResultsRelease:
    """A later release gives the first pupil's results at the other school; a third came since."""
    agency.release(marks_of(pupils, {"reading": 40}))
    there = [line(pupils[0], test, 40).replace(pupils[0].school.number, other_school.number, 1)
             for test in ("reading", "gps", "maths")]  # fmt: skip
    second = agency.release(file_of(there), Kind.CORRECTED)
    agency.release(file_of([line(pupils[1], "gps", 41)]), Kind.LATE)
    freeze(monkeypatch, agency.at)
    return second


def counted(sheet: Sheet) -> set[str | None]:
    """The pupils who met the expected standard in reading by the school's own figures."""
    summary = figures.summary_of_released(sheet, released_to(sheet.school, YEAR))
    met = next(one for one in summary.figures if one.field == "PTREAD_EXP")
    return {one.upn for one in met.pupils if one.place == "numerator"}


def test_a_moved_pupil_counts_in_no_figure_of_the_first_school(
    moved: ResultsRelease, judged_sheet: Sheet, pupils: list[Pupil], agency: Agency
) -> None:
    assert counted(judged_sheet) == {pupil.upn for pupil in pupils[1:]}

    releasing.withdraw(release=moved, reason="Wrong school", by=agency.one)

    assert counted(judged_sheet) == {pupil.upn for pupil in pupils}


def test_a_pack_is_closed_when_a_move_that_it_rests_on_is_taken_back(
    moved: ResultsRelease, judged_sheet: Sheet, headteacher: Person, agency: Agency,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    by = By(headteacher, "test")
    made = sharing.share(school=judged_sheet.school, year=YEAR, days=7, figures=(), by=by)
    assert made.pack.release != moved
    freeze(monkeypatch, agency.at + timedelta(minutes=1))
    assert sharing.find(made.token, address="10.0.0.1") == made.pack

    releasing.withdraw(release=moved, reason="Wrong school", by=agency.one)

    assert not moved.results.filter(school=judged_sheet.school).exists()
    assert sharing.find(made.token, address="10.0.0.1") is None
