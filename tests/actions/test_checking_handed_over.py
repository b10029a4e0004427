"""Decisions of a window as a file: whole or not at all, with every reason, written once."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from cast_of_tests import YEAR
from checking_of_tests import (
    HOME_EARLY,
    HOME_LATE,
    LOWER,
    Exercise,
    keep_rules,
    text_with_window,
)
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking import handing_over
from keystage.actions.checking.windows import sent_in
from keystage.core.errors import InputError
from keystage.statute.checking import Window
from keystage.store.models import (
    AuditEvent,
    CheckingHandover,
    CheckingRequest,
    Organisation,
    Person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(operator: Person) -> By:
    return By(operator, "test")


def close(nation: Organisation, operator: Person) -> None:
    text = text_with_window(closes=timezone.localdate() - timedelta(days=1))
    keep_rules(nation, operator, text)


def test_decisions_are_written_whole_and_once(
    exercise: Exercise, nation: Organisation, operator: Person, by: By
) -> None:
    agreed, refused = exercise.sent(LOWER, 0), exercise.sent(HOME_LATE, 1)
    exercise.draft(at=2)
    close(nation, operator)

    made = handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)
    again = handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)

    assert (made.number, made.requests, again.pk) == (1, 2, made.pk)
    text = handing_over.fetch(handover=made, by=by).decode()
    rows = {row["REFERENCE"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows.keys() == {agreed.reference, refused.reference}
    row = rows[agreed.reference]
    assert (row["UPN"], row["DECISION"], row["BRANCH"]) == (agreed.pupil, "agreed", agreed.outcome)
    assert (row["NEW_P_INCL"], rows[refused.reference]["NEW_P_INCL"]) == ("202", "")
    assert exercise.pupils[0].surname not in text
    assert AuditEvent.objects.filter(action="checking decisions handed over").count() == 1

    CheckingRequest.objects.filter(pk=refused.pk).update(state="withdrawn")
    other = handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)
    assert (other.number, other.requests) == (2, 1)
    assert [one.number for one in handing_over.files_of(nation, YEAR)] == [2, 1]


def test_all_that_stands_in_the_way_is_told_and_nothing_is_written(
    exercise: Exercise, nation: Organisation, by: By
) -> None:
    waits, agreed = exercise.sent(HOME_EARLY, 0), exercise.sent(LOWER, 1)
    changes = {**agreed.changes, "FORENAME": "=1+1", "SURNAME": "@x"}
    CheckingRequest.objects.filter(pk=agreed.pk).update(changes=changes, decision_why="")

    with pytest.raises(handing_over.NotReadyError, match="4 more reasons") as refused:
        handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)

    said = " ".join(refused.value.reasons)
    assert "The window is not closed yet." in said
    assert f"Request {waits.reference} is not decided." in said
    assert f"Request {agreed.reference} has no reason" in said
    assert "NEW_FORENAME begins with “=”" in said
    assert "NEW_SURNAME begins with “@”" in said
    assert not CheckingHandover.objects.exists()


def test_many_decisions_are_read_together_and_once(
    exercise: Exercise, nation: Organisation, operator: Person, by: By
) -> None:
    exercise.sent(LOWER, 0)
    close(nation, operator)
    with CaptureQueriesContext(connection) as one:
        handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)
    sent = CheckingRequest.objects.get()
    for at in range(1, 5):
        sent.pk, sent.pupil, sent.reference = uuid4(), exercise.pupils[at].upn, f"KS2-SEP26-{at}"
        sent.save(force_insert=True)
    with CaptureQueriesContext(connection) as five:
        made = handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)

    assert made.requests == 5
    assert len(five) <= len(one)
    assert sum('FROM "store_checkingrequest"' in each["sql"] for each in five) == 1


def test_a_window_without_requests_or_that_nobody_knows_gives_no_file(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    close(nation, operator)
    assert handing_over.reasons_against(nation, YEAR, "september") == (
        "No request of the window was sent.",
    )
    assert handing_over.reasons_against(nation, YEAR, "june") == ("There is no such window.",)
    assert handing_over.windows_of(2019) == {}
    assert exercise.pupils


def test_a_file_is_not_changed_and_a_damaged_one_is_not_given(
    exercise: Exercise, nation: Organisation, operator: Person, by: By
) -> None:
    exercise.sent(LOWER, 0)
    close(nation, operator)
    made = handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        CheckingHandover.objects.update(requests=7)
    made.content = b"another"
    with pytest.raises(InputError, match="damaged"):
        handing_over.fetch(handover=made, by=by)


def test_of_two_windows_of_a_stage_each_has_the_requests_that_were_sent_in_it(
    exercise: Exercise, nation: Organisation, operator: Person, by: By
) -> None:
    early, late = exercise.sent(LOWER, 0), exercise.sent(HOME_LATE, 1)
    today, long_ago = timezone.localdate(), timezone.now() - timedelta(days=90)
    june = f"""
[windows.windows.june]
label = "June checking exercise"
opens = {today - timedelta(days=95)}
closes = {today - timedelta(days=85)}
stage = "unamended"
"""
    september = text_with_window(today - timedelta(days=4), today - timedelta(days=1))
    before, evidence, after = september.partition("\n[evidence]")
    keep_rules(nation, operator, before + june + evidence + after)
    CheckingRequest.objects.filter(pk=early.pk).update(sent_at=long_ago)
    CheckingRequest.objects.filter(pk=late.pk).update(sent_at=timezone.now() - timedelta(days=2))

    found = {
        key: handing_over.hand_over(agency=nation, year=YEAR, window=key, by=by)
        for key in ("june", "september")
    }

    assert {key: one.requests for key, one in found.items()} == {"june": 1, "september": 1}
    assert early.reference.encode() in bytes(found["june"].content)
    assert late.reference.encode() in bytes(found["september"].content)


@pytest.mark.parametrize(("days", "window"), [(200, "june"), (60, "june"), (0, "september")])
def test_what_was_sent_when_no_window_was_open_is_of_the_last_that_had_opened(
    exercise: Exercise, days: int, window: str
) -> None:
    sent = exercise.sent(LOWER, 0)
    sent.sent_at = timezone.now() - timedelta(days=days)
    today = timezone.localdate()
    known = {
        key: Window(
            label=key, opens=today - timedelta(days=first), closes=today - timedelta(days=last)
        )
        for key, first, last in (("september", 4, 1), ("june", 95, 85))
    }

    assert sent_in(sent, known) == window
    assert sent_in(sent, {}) == ""


def test_the_number_of_a_file_that_was_deleted_is_not_given_again(
    exercise: Exercise, nation: Organisation, operator: Person, by: By
) -> None:
    exercise.sent(LOWER, 0)
    refused = exercise.sent(HOME_LATE, 1)
    close(nation, operator)
    handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)
    CheckingHandover.objects.all().delete()
    CheckingRequest.objects.filter(pk=refused.pk).update(state="withdrawn")

    made = handing_over.hand_over(agency=nation, year=YEAR, window="september", by=by)

    assert made.number == 2
