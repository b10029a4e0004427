"""Closing returns: counted for the last time, once, and added up for the whole collection."""

from datetime import date
from uuid import uuid4

import pytest
from cast_of_tests import YEAR
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving import knowing
from keystage.actions.gateway.reopening import may_reopen, reopen_counted
from keystage.actions.gateway.standing import closing
from keystage.actions.gateway.standing.closing import (
    close_counted,
    close_later,
    unsent_of,
)
from keystage.actions.gateway.standing.numbers import recount
from keystage.actions.gateway.standing.states import not_yet, reopen, return_of
from keystage.actions.gateway.standing.totals import NO_AUTHORITY, State, totals_of
from keystage.store.models import (
    AuditEvent,
    Job,
    Organisation,
    Person,
    ReturnEvent,
    SchoolReturn,
    Sheet,
)

pytestmark = pytest.mark.django_db


def test_expected_pupils_who_were_not_received_are_red_once_the_return_is_closed(
    sheet: Sheet, operator: Person
) -> None:
    found = return_of(sheet.school, YEAR)
    assert unsent_of(found) is None
    assert close_counted(found, reason="The deadline has passed.", by=By(operator))
    found.refresh_from_db()

    unsent = unsent_of(found)
    assert unsent is not None
    assert (unsent.code, unsent.severity, unsent.pupils) == ("TA-302", "red", 6)
    assert "closed" in not_yet(found)
    assert not close_counted(found, reason="Again.", by=By(operator))
    assert ReturnEvent.objects.count() == 1
    reopen(found, reason="A late pupil.", by=By(operator))
    found.refresh_from_db()
    assert unsent_of(found) is None


def test_a_worker_closes_every_return_once(
    sheet: Sheet, other_school: Organisation, nation: Organisation, operator: Person
) -> None:
    for reason in ("", "x" * 301):
        with pytest.raises(RefusedError, match="reason"):
            close_later(nation, YEAR, reason=reason, key=uuid4(), by=By(operator))
    job = close_later(nation, YEAR, reason="The deadline.", key=uuid4(), by=By(operator))
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    assert job.outcome == {"closed": 2}
    Job.objects.update(state=Job.State.QUEUED)
    jobs.run_job.call(str(job.pk))

    job.refresh_from_db()
    assert job.outcome == {"closed": 0}
    assert set(SchoolReturn.objects.values_list("state", flat=True)) == {"closed"}
    assert ReturnEvent.objects.count() == 2


def test_a_return_that_cannot_be_closed_stops_no_other_and_running_again_finishes(
    sheet: Sheet, other_school: Organisation, nation: Organisation, operator: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def broken(school_return: SchoolReturn, *, by: By) -> None:
        if school_return.school_id == sheet.school_id:
            raise ValueError("unreadable")
        recount(school_return, by=by)

    job = close_later(nation, YEAR, reason="The deadline.", key=uuid4(), by=By(operator))
    with monkeypatch.context() as patched:
        patched.setattr(closing, "recount", broken)
        jobs.run_job.call(str(job.pk))
    job.refresh_from_db()

    assert job.state == Job.State.FAILED
    assert job.message.startswith("Not closed: 900003. All others are closed.")
    event = AuditEvent.objects.get(action="collection closed")
    assert event.after == {"returns": 1, "not_closed": ["900003"]}
    assert return_of(other_school, YEAR).state == "closed"
    assert return_of(sheet.school, YEAR).state == "not_started"

    jobs.again(job, by=By(operator))
    jobs.run_job.call(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.outcome) == (Job.State.DONE, {"closed": 1})
    assert return_of(sheet.school, YEAR).state == "closed"


def test_once_the_collection_is_over_a_return_nobody_began_is_reopened(
    sheet: Sheet, operator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = return_of(sheet.school, YEAR)
    monkeypatch.setattr(knowing, "today", lambda: date(2026, 6, 26))
    assert not may_reopen(found)
    with pytest.raises(RefusedError, match="open already"):
        reopen_counted(found, reason="They asked.", by=By(operator))

    monkeypatch.setattr(knowing, "today", lambda: date(2026, 6, 27))
    assert may_reopen(found)
    reopen_counted(found, reason="They asked.", by=By(operator))

    found.refresh_from_db()
    assert (found.state, knowing.phase_of(found)) == ("reopened", "open")
    assert not may_reopen(found)
    with pytest.raises(RefusedError, match="open already"):
        reopen_counted(found, reason="Again.", by=By(operator))


def test_an_authoritys_closing_leaves_other_schools_open(
    sheet: Sheet, authority: Organisation, operator: Person
) -> None:
    Organisation.objects.create(kind="school", code="900009", name="Far", number="9980301")
    job = close_later(authority, YEAR, reason="The deadline.", key=uuid4(), by=By(operator))
    jobs.run_job.call(str(job.pk))

    assert [one.school.code for one in SchoolReturn.objects.all()] == ["900003"]


def test_the_collection_adds_up_by_authority_in_two_questions(
    school: Organisation, other_school: Organisation, authority: Organisation
) -> None:
    Organisation.objects.create(kind="school", code="900009", name="Far", number="9980301")
    SchoolReturn.objects.create(
        school=school, year=YEAR, state="received", changed_at=timezone.now(), version=1,
        expected=6, complete=4, incomplete=1, unexpected=2, missing=1,
    )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        every, parts = totals_of(YEAR)

    assert len(asked) == 2
    assert [one.name for one in parts] == ["Storyshire", NO_AUTHORITY]
    here = parts[0]
    assert (here.schools, here.states[State.RECEIVED], here.states[State.NOT_STARTED]) == (2, 1, 1)
    assert (here.received, here.numbers["expected"], here.uncounted) == (5, 6, 1)
    assert (every.schools, every.uncounted, every.submitted, every.agrees) == (3, 2, 0, False)


def test_a_school_that_has_no_pupils_is_not_one_that_has_not_started(
    school: Organisation, other_school: Organisation
) -> None:
    SchoolReturn.objects.create(
        school=school, year=YEAR, changed_at=timezone.now(),
        expected=0, complete=0, incomplete=0, unexpected=0, missing=0,
    )  # fmt: skip
    every, _ = totals_of(YEAR)
    assert (every.nobody, every.states[State.NOT_STARTED], every.awaited) == (1, 1, 1)
    SchoolReturn.objects.update(state="closed")
    assert totals_of(YEAR)[0].states[State.CLOSED] == 0
    SchoolReturn.objects.update(expected=1, missing=1)
    every, _ = totals_of(YEAR)
    assert (every.nobody, every.states[State.CLOSED], every.awaited) == (0, 1, 2)


def test_expected_and_received_agree_only_when_every_school_is_counted(
    school: Organisation, other_school: Organisation
) -> None:
    def kept(of: Organisation) -> None:
        SchoolReturn.objects.create(
            school=of, year=YEAR, state="accepted", changed_at=timezone.now(), version=1,
            expected=6, complete=6, incomplete=0, unexpected=0, missing=0,
        )  # fmt: skip

    kept(school)
    assert not totals_of(YEAR)[0].agrees
    kept(other_school)
    assert totals_of(YEAR)[0].agrees
