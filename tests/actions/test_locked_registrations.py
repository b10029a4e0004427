"""Registrations: free, late and locked at the minute in London; and the word that they are done."""

from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.roll.asked_registrations import ask
from keystage.actions.roll.closing import Closing, closing_of, submit_registrations, submitted
from keystage.actions.roll.registering import Registration, register
from keystage.store.models import Arrangement, AuditEvent, DateChange, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("moment", "closing"),
    [
        (datetime(2026, 2, 1, 12, 0, tzinfo=UTC), Closing.OPEN),
        (datetime(2026, 3, 6, 12, 0, tzinfo=UTC), Closing.OPEN),
        (datetime(2026, 3, 7, 0, 0, tzinfo=UTC), Closing.LATE),
        (datetime(2026, 5, 21, 22, 59, 59, tzinfo=UTC), Closing.LATE),
        (datetime(2026, 5, 21, 23, 0, tzinfo=UTC), Closing.LOCKED),
    ],
)
def test_registrations_close_at_the_minute_in_london(
    sheet: Sheet, moment: datetime, closing: Closing
) -> None:
    assert closing_of(sheet, moment) is closing


def test_a_date_that_an_agency_moves_moves_the_lock(sheet: Sheet, headteacher: Person) -> None:
    moment = datetime(2026, 5, 28, 22, 59, tzinfo=UTC)
    agency = Organisation.objects.create(kind="national", code="N1", name="National Agency")
    DateChange.objects.create(
        organisation=agency,
        year=2026,
        event="registration_locks",
        moment=moment,
        reason="A bank holiday",
        at=moment,
        by=headteacher,
    )

    assert closing_of(sheet, datetime(2026, 5, 28, 22, 59, 59, tzinfo=UTC)) is Closing.LATE
    assert closing_of(sheet, datetime(2026, 5, 28, 23, 0, tzinfo=UTC)) is Closing.LOCKED


@pytest.mark.parametrize(
    ("now", "action"),
    [
        (datetime(2026, 3, 1, tzinfo=UTC), "registrations changed"),
        (datetime(2026, 4, 1, tzinfo=UTC), "registrations changed after the deadline"),
        (datetime(2026, 6, 1, tzinfo=UTC), "registrations changed after the lock"),
    ],
)
def test_a_change_is_noted_by_when_it_comes_and_needs_a_reason_after_the_lock(
    sheet: Sheet, office: Person, now: datetime, action: str
) -> None:
    member = sheet.cohort.get(pupil__surname="Ashby")
    wanted = [Registration(member=member.pk, values={"reading": "below"}, seen=1)]
    locked = "lock" in action
    with patch("django.utils.timezone.now", return_value=now):
        if locked:
            with pytest.raises(RefusedError, match="are locked"):
                register(sheet=sheet, registrations=wanted, reason=" ", by=By(office))
        reason = "Asked by the  school" if locked else ""
        assert register(sheet=sheet, registrations=wanted, reason=reason, by=By(office)).saved

    change = member.changes.get()
    assert (change.after, change.reason) == ("below", "Asked by the school" if locked else "")
    assert AuditEvent.objects.latest("pk").action == action


def test_what_changes_nothing_needs_no_reason(sheet: Sheet, office: Person) -> None:
    member = sheet.cohort.get(pupil__surname="Ashby")
    same = [Registration(member=member.pk, values={"reading": "registered"}, seen=1)]

    assert register(sheet=sheet, registrations=same, by=By(office)).unchanged == (member.pk,)


def test_what_a_change_decides_is_told_before_it_is_saved(sheet: Sheet, office: Person) -> None:
    member = sheet.cohort.get(pupil__surname="Ashby")
    Arrangement.objects.create(
        cohort_pupil=member,
        sort="reader",
        tests=["reading"],
        entered_at=sheet.loaded_at,
        entered_by=office,
    )
    wanted = [
        Registration(member=member.pk, values={"reading": "below", "gps": "registered"}, seen=1),
        Registration(
            member=sheet.cohort.get(pupil__surname="Smith").pk, values={"gps": "registered"}, seen=1
        ),
    ]
    one = ask(sheet, wanted)[0]

    assert len(ask(sheet, wanted)) == 1
    assert (one.before, one.after) == ({"reading": "registered"}, {"reading": "below"})
    assert [told.words for told in one.told][2] == "No test is left for: Reader."
    member.refresh_from_db()
    assert member.reading == "registered"


def test_registrations_are_submitted_once_and_anew_when_they_change(
    sheet: Sheet, office: Person
) -> None:
    assert submitted(sheet) is None
    made = submit_registrations(sheet, by=By(office))
    assert made.pupils == 6
    assert submit_registrations(sheet, by=By(office)) == made
    sheet.cohort.filter(pupil__surname="Ashby").update(reading="below")
    found = submitted(sheet)
    assert found is not None
    assert found.changed

    assert submit_registrations(sheet, by=By(office)) != made
    sheet.cohort.filter(pupil__surname="Ashby").update(reading="")
    with pytest.raises(RefusedError, match="1 pupil is not registered"):
        submit_registrations(sheet, by=By(office))


def test_a_school_without_pupils_says_so(sheet: Sheet, office: Person) -> None:
    with pytest.raises(RefusedError, match="There are pupils"):
        submit_registrations(sheet, no_pupils=True, by=By(office))
    sheet.cohort.all().delete()
    with pytest.raises(RefusedError, match="There are no pupils"):
        submit_registrations(sheet, by=By(office))

    assert submit_registrations(sheet, no_pupils=True, by=By(office)).pupils == 0
