"""A deadline is kept by the minute; an authority's own is a promise to it and closes nothing."""

from datetime import date, datetime, time, timedelta

import pytest
from cast_of_tests import YEAR
from django.utils import timezone
from files_of_tests import Gate, codes_of, row_of, sheet_file

from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving import knowing
from keystage.actions.gateway.standing.lateness import came_late, is_late
from keystage.actions.gateway.taking.submitting import submit
from keystage.actions.register import arrangements
from keystage.actions.releases.reviewing import deadline_of
from keystage.actions.season.dates import collection_in_force, season_of
from keystage.actions.stages import schools_of, stages_of
from keystage.actions.stages.words import return_words
from keystage.statute.register_loader import load_register
from keystage.statute.season import LONDON, Event
from keystage.store.models import (
    DateChange,
    Organisation,
    Person,
    Pupil,
    ReturnEvent,
    Sheet,
    Submission,
)

State = Submission.State
AT = datetime(2026, 6, 24, 16, 0, tzinfo=LONDON)
OWN = datetime(2026, 6, 10, 12, 0, tzinfo=LONDON)


@pytest.fixture
def whole(judged_sheet: Sheet, pupils: list[Pupil]) -> bytes:
    assert judged_sheet.year == YEAR
    return sheet_file(row_of(pupil) for pupil in pupils)


def moved(
    by: Person, organisation: Organisation, moment: datetime, event: Event = Event.TA_CLOSES
) -> DateChange:
    return DateChange.objects.create(
        organisation=organisation, year=YEAR, event=event.value, moment=moment,
        reason="Because.", at=timezone.now(), by=by,
    )  # fmt: skip


@pytest.fixture
def to_the_minute(headteacher: Person) -> DateChange:
    """The national deadline at four in the afternoon."""
    nation = Organisation.objects.create(kind="national", code="N1", name="Agency")
    return moved(headteacher, nation, AT)


def look_at(monkeypatch: pytest.MonkeyPatch, day: date, clock: time) -> None:
    monkeypatch.setattr(knowing, "today", lambda: day)
    monkeypatch.setattr(knowing, "clock", lambda: clock)


@pytest.mark.parametrize(
    ("clock", "state"),
    [
        (time(15, 59, 59), State.UPLOADED),
        (time(16, 0, 59), State.UPLOADED),
        (time(16, 1), State.REFUSED),
    ],
)
def test_a_file_is_taken_through_the_last_minute_and_not_after(
    gate: Gate, whole: bytes, to_the_minute: DateChange, monkeypatch: pytest.MonkeyPatch,
    clock: time, state: State,
) -> None:  # fmt: skip
    look_at(monkeypatch, AT.date(), clock)

    given = gate.give(whole)

    assert given.state == state
    said = [one["message"] for one in given.findings if one["code"] == "TA-107"]
    closed = "The collection closed on 24 June 2026 at 4pm."
    assert said == ([closed] if state == State.REFUSED else [])


def test_a_file_that_waited_past_the_minute_is_refused(
    gate: Gate, whole: bytes, to_the_minute: DateChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at(monkeypatch, AT.date(), time(15, 59))
    waiting = gate.give(whole)
    look_at(monkeypatch, AT.date(), time(16, 1))

    with pytest.raises(RefusedError, match="Checked again"):
        submit(waiting, by=gate.second)

    assert codes_of(waiting)[0] == "TA-107"


def test_minutes_that_change_nothing_let_a_file_be_submitted_without_a_second_check(
    gate: Gate, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at(monkeypatch, date(2026, 6, 15), time(9))
    waiting = gate.give(whole)
    before = waiting.checked_against
    look_at(monkeypatch, date(2026, 6, 15), time(9, 5))

    assert knowing.known_of(gate.kept).digest == before


def test_after_the_authoritys_own_date_a_school_still_sends_and_both_are_told(
    gate: Gate, whole: bytes, officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = gate.school.authority
    assert authority is not None
    moved(officer, authority, OWN)
    look_at(monkeypatch, date(2026, 6, 15), time(9))
    season = season_of(gate.school, YEAR)
    assert is_late(season)

    gate.take(whole)

    assert came_late(gate.kept, season)
    (one,) = stages_of(schools_of(authority), YEAR)
    assert return_words(one, counts=True) == "Accepted, after the authority's date"


def test_what_was_accepted_in_time_stays_in_time_when_it_is_corrected(
    gate: Gate, whole: bytes, officer: Person
) -> None:
    authority = gate.school.authority
    assert authority is not None
    gate.take(whole)
    moved(officer, authority, OWN)
    ReturnEvent.objects.filter(after="accepted").update(at=OWN + timedelta(seconds=59))
    gate.take(whole.replace(b"EXS", b"GDS", 1))

    assert not came_late(gate.kept, season_of(gate.school, YEAR))
    (one,) = stages_of(schools_of(authority), YEAR)
    assert return_words(one, counts=True) == "Accepted"


def test_the_window_is_the_national_one_whatever_the_authority_set(
    school: Organisation, officer: Person
) -> None:
    assert school.authority is not None
    shipped = collection_in_force(school, YEAR)
    moved(officer, school.authority, datetime(2026, 6, 12, 12, 0, tzinfo=LONDON))

    assert collection_in_force(school, YEAR) is shipped


def test_the_authoritys_own_date_makes_neither_a_review_nor_an_arrangement_late(
    sheet: Sheet, officer: Person
) -> None:
    nation = Organisation.objects.create(kind="national", code="N1", name="Agency")
    assert sheet.school.authority is not None
    ahead = timezone.now() + timedelta(days=7)
    for event in (Event.REVIEWS_CLOSE, Event.ARRANGEMENTS_DUE):
        moved(officer, nation, ahead, event)
        moved(officer, sheet.school.authority, OWN, event)
    sort = load_register(YEAR).arrangements.sorts["early_opening"]

    found = deadline_of(sheet.school, YEAR)

    assert (found.moment, found.passed) == (ahead, False)
    assert not arrangements.is_late(sheet, sort)
