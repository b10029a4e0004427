"""Reminders to schools: what each says, who gets none, and that nobody gets two a day."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from cast_of_tests import YEAR, MakePerson
from django.core import mail
from django.utils import timezone
from returns_of_tests import with_return

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.nudging import CLOSED, DONE, TODAY, nudge, nudge_later, nudges_of, planned
from keystage.actions.stages import asking, schools_of, stages_of
from keystage.actions.stages.deadlines import Due
from keystage.store.models import (
    Declaration,
    Job,
    Message,
    Moderation,
    Organisation,
    Person,
    RegisterConfirmation,
    Sheet,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def due(monkeypatch: pytest.MonkeyPatch) -> date:
    """Returns are due in three days."""
    moment = timezone.now() + timedelta(days=3)

    def in_three_days(schools: list[Organisation], *_: object) -> dict[int | None, Due]:
        return {one.authority_id: Due(at=moment, over=False) for one in schools}

    monkeypatch.setattr(asking, "due_of", in_three_days)
    return timezone.localdate(moment)


def test_a_school_is_told_what_it_has_to_do_and_by_when(
    authority: Organisation,
    officer: Person,
    judged_sheet: Sheet,
    headteacher: Person,
    due: date,
    django_capture_on_commit_callbacks: Any,
) -> None:
    judged_sheet.cohort.filter(pupil__surname="Ashby").update(reading="")
    with django_capture_on_commit_callbacks(execute=True):
        (sent,) = nudge(authority, [judged_sheet.school], YEAR, counts=True, by=By(officer))

    message = Message.objects.get()
    assert sent.skipped == ""
    assert (message.kind, message.receiver, message.due_on) == ("nudge", judged_sheet.school, due)
    assert "1 pupil lacks a registration" in message.body
    assert f"is due on {due.day} {due:%B %Y}" in message.body
    assert nudges_of(judged_sheet.school, YEAR) == [message]
    assert headteacher.email in {address for one in mail.outbox for address in one.to}


def test_without_the_right_to_counts_no_number_of_pupils_is_told(
    authority: Organisation, sheet: Sheet, due: date
) -> None:
    sheet.cohort.filter(pupil__surname="Ashby").update(reading="")
    (one,) = planned(stages_of(schools_of(authority), YEAR), counts=False)

    assert "Some pupils lack a registration" in one.body
    assert "1 pupil" not in one.body


def test_nobody_is_reminded_twice_a_day_whoever_asks(
    authority: Organisation, officer: Person, person: MakePerson, sheet: Sheet, due: date
) -> None:
    agency = Organisation.objects.create(kind="national", code="N1", name="Agency")
    operator = person("agency_operator", agency)
    nudge(authority, [sheet.school], YEAR, counts=True, by=By(officer))
    again = nudge(agency, [sheet.school], YEAR, counts=True, by=By(operator))
    assert [one.skipped for one in again] == [TODAY]
    assert Message.objects.count() == 1

    Message.objects.update(written_at=timezone.now() - timedelta(days=1, hours=1))
    assert nudge(agency, [sheet.school], YEAR, counts=True, by=By(operator))[0].skipped == ""
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "missing", "why"),
    [("accepted", 0, DONE), ("closed", 2, CLOSED), ("received", 2, "")],
)
def test_who_is_done_is_left_alone(
    authority: Organisation, sheet: Sheet, due: date, lead: Person,
    state: str, missing: int, why: str,
) -> None:  # fmt: skip
    with_return(
        sheet.school, state, expected=6, complete=6 - missing, incomplete=0, unexpected=0,
        missing=missing,
    )  # fmt: skip
    now = timezone.now()
    RegisterConfirmation.objects.create(sheet=sheet, seal="a", at=now, by=lead)
    Declaration.objects.create(
        sheet=sheet, outcome="confirmed", drafted_at=now, drafted_by=lead, signed_at=now,
        signed_by=lead, seal="a",
    )  # fmt: skip
    (one,) = planned(stages_of(schools_of(authority), YEAR), counts=True)

    assert one.skipped == why
    assert bool(one.body) == (why == "")


def test_who_sent_the_return_is_reminded_of_the_declaration_alone(
    authority: Organisation, sheet: Sheet, due: date
) -> None:
    with_return(sheet.school, "accepted")
    (one,) = planned(stages_of(schools_of(authority), YEAR), counts=True)

    assert (one.skipped, one.due_on) == ("", None)
    assert "The attendance register is empty" in one.body
    assert "The return itself is accepted" in one.body


def test_an_overdue_school_is_to_answer_today_and_told_so(
    authority: Organisation, officer: Person, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = timezone.now() - timedelta(days=3)
    monkeypatch.setattr(
        asking,
        "due_of",
        lambda schools, *_: {one.authority_id: Due(at=past, over=True) for one in schools},
    )
    nudge(authority, [sheet.school], YEAR, counts=True, by=By(officer))

    message = Message.objects.get()
    assert message.due_on == timezone.localdate()
    assert "was due on" in message.body


def test_a_school_that_waits_for_the_visit_is_told_that(
    authority: Organisation, officer: Person, signed_sheet: Sheet, due: date
) -> None:
    now: datetime = timezone.now()
    Moderation.objects.create(
        school=signed_sheet.school, year=YEAR, chosen_at=now, chosen_by=officer, told_at=now
    )
    with_return(signed_sheet.school, "uploaded")
    (one,) = planned(stages_of(schools_of(authority), YEAR), counts=True)

    assert "waits for the moderation visit" in one.body


def test_a_trust_does_not_learn_from_reminders_who_is_moderated(
    trust: Organisation, person: MakePerson, officer: Person, signed_sheet: Sheet, due: date
) -> None:
    now = timezone.now()
    Moderation.objects.create(
        school=signed_sheet.school, year=YEAR, chosen_at=now, chosen_by=officer, told_at=now
    )
    with_return(signed_sheet.school, "uploaded")

    analyst = person("trust_analyst", trust)
    (one,) = nudge(trust, [signed_sheet.school], YEAR, counts=True, by=By(analyst))

    assert "moderation" not in one.body
    assert "a file waits for a second person" in one.body


def test_a_worker_reminds_all_and_a_second_run_nobody(
    authority: Organisation, officer: Person, sheet: Sheet, other_school: Organisation, due: date
) -> None:
    job = nudge_later(
        authority, [sheet.school, other_school], YEAR, counts=True, key=uuid4(), by=By(officer)
    )
    for _ in range(2):
        Job.objects.update(state=Job.State.QUEUED)
        jobs.run_job.call(str(job.pk))

    assert Message.objects.filter(kind=Message.Kind.NUDGE).count() == 2
    job.refresh_from_db()
    assert job.outcome == {"reminded": 0}


def test_a_school_of_another_body_is_not_reached(
    officer: Person, sheet: Sheet, authority: Organisation
) -> None:
    elsewhere = Organisation.objects.create(kind="authority", code="998", name="Riddleshire")

    assert nudge(elsewhere, [sheet.school], YEAR, counts=True, by=By(officer)) == []


def test_a_message_that_is_refused_stops_no_other(
    authority: Organisation, person: MakePerson, sheet: Sheet, other_school: Organisation, due: date
) -> None:
    analyst = person("authority_analyst", authority)
    sent = nudge(authority, [sheet.school, other_school], YEAR, counts=True, by=By(analyst))

    assert len(sent) == 2
    assert all("Storyshire" in one.skipped for one in sent)
    assert not Message.objects.exists()
