"""What the service says of itself: help desks, planned works, faults, and what it finds broken."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from cast_of_tests import YEAR
from django.utils import timezone
from releases_of_tests import Agency

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.service import health, help_desks, works
from keystage.actions.service.help_desks import Desk
from keystage.actions.service.works import Told
from keystage.core.errors import InputError
from keystage.store.models import AuditEvent, HelpDesk, Job, Organisation, Person, ServiceNotice

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def announce(agency: Agency, kind: str, begins: timedelta, ends: timedelta | None) -> ServiceNotice:
    now = timezone.now()
    told = Told(
        kind=ServiceNotice.Kind(kind),
        part=ServiceNotice.Part.SENDING,
        words="The database is moved.",
        begins_at=now + begins,
        ends_at=None if ends is None else now + ends,
    )
    return works.announce(agency.organisation, YEAR, told, by=agency.one)


def test_several_help_desks_answer_at_once_and_only_in_their_days(agency: Agency) -> None:
    for name, starts, ends in (
        ("Old supplier", None, date(2026, 3, 31)),
        ("New supplier", date(2026, 3, 1), None),
        ("Of summer", date(2026, 6, 1), date(2026, 6, 30)),
    ):
        desk = Desk(name=name, telephone="0300", starts_on=starts, ends_on=ends)
        help_desks.enter(agency.organisation, YEAR, desk, by=agency.one)
    next_year = Desk(name="Later", email="a@example.org", starts_on=date(2026, 9, 1))
    help_desks.enter(agency.organisation, YEAR + 1, next_year, by=agency.one)

    def names(day: date) -> list[str]:
        return [one.name for one in help_desks.desks_now(day)]

    assert names(date(2026, 3, 15)) == ["New supplier", "Old supplier"]
    assert names(date(2026, 4, 1)) == ["New supplier"]
    assert names(date(2026, 10, 1)) == ["Later"]
    assert help_desks.desks_of(YEAR).count() == 3
    help_desks.remove(HelpDesk.objects.get(name="Later"), agency=agency.organisation, by=agency.one)
    assert names(date(2026, 10, 1)) == ["New supplier"]
    undated = Desk(name="All of next year", email="a@example.org")
    help_desks.enter(agency.organisation, YEAR + 1, undated, by=agency.one)
    assert names(date(2026, 10, 1)) == ["New supplier"]
    assert names(date(2027, 1, 1)) == ["All of next year"]
    assert AuditEvent.objects.filter(action="help desk removed").count() == 1


@pytest.mark.parametrize(
    ("desk", "sentence"),
    [
        (Desk(name="No way"), "Nobody could reach"),
        (
            Desk(
                name="Days", email="a@example.org", starts_on=date(2026, 2, 1),
                ends_on=date(2026, 1, 1),
            ),
            "ends before it starts",
        ),
        (Desk(name="Twice", email="a@example.org"), "already"),
    ],
)  # fmt: skip
def test_a_help_desk_that_helps_nobody_is_refused(
    agency: Agency, desk: Desk, sentence: str
) -> None:
    twice = Desk(name="Twice", telephone="1")
    help_desks.enter(agency.organisation, YEAR, twice, by=agency.one)
    with pytest.raises(RefusedError, match=sentence):
        help_desks.enter(agency.organisation, YEAR, desk, by=agency.one)


def test_only_the_agency_speaks_for_the_service(
    agency: Agency, headteacher: Person, school: Organisation
) -> None:
    by = By(headteacher, "test")
    for body in (agency.organisation, school):
        with pytest.raises(RefusedError, match="Only the agency"):
            help_desks.enter(body, YEAR, Desk(name="Mine", telephone="1"), by=by)
    notice = announce(agency, "fault", -HOUR, None)
    with pytest.raises(RefusedError, match="Only the agency"):
        works.end(notice, agency=school, year=YEAR, by=by)


@pytest.mark.parametrize(
    ("kind", "begins", "ends", "sentence"),
    [
        ("planned", HOUR, None, "need an end"),
        ("planned", -2 * HOUR, -HOUR, "need an end"),
        ("planned", 2 * HOUR, HOUR, "ends before it begins"),
        ("fault", HOUR, None, "has begun already"),
    ],
)
def test_works_and_faults_have_times_that_can_be(
    agency: Agency, kind: str, begins: timedelta, ends: timedelta | None, sentence: str
) -> None:
    with pytest.raises(RefusedError, match=sentence):
        announce(agency, kind, begins, ends)


def test_works_are_announced_a_week_before_last_and_are_past(agency: Agency) -> None:
    made = announce(agency, "planned", 24 * 10 * HOUR, 24 * 10 * HOUR + HOUR)
    assert works.announced() == []
    assert works.planned() == [made]
    for moment in (made.begins_at - HOUR, made.begins_at):
        assert works.announced(moment) == [made]
    assert works.at_work(made.begins_at) == [made]
    assert made.ends_at is not None
    assert works.announced(made.ends_at) == []
    assert works.past(made.ends_at) == [made]
    assert works.past(made.ends_at + timedelta(days=31)) == []


def test_a_fault_ends_when_somebody_says_so_and_works_can_be_called_off(agency: Agency) -> None:
    fault = announce(agency, "fault", -HOUR, None)
    later = announce(agency, "planned", HOUR, 2 * HOUR)
    assert works.announced() == [fault, later]
    for one in (fault, later, fault, later):
        works.end(one, agency=agency.organisation, year=YEAR, by=agency.one)
    assert works.announced() == []
    assert works.past() == [fault]
    assert AuditEvent.objects.filter(action__endswith="ended").count() == 2


def test_the_parts_say_what_does_not_work_since_when_and_why(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "signing_key", lambda: None)
    assert all(one.works for one in health.parts_now())

    fault = announce(agency, "fault", -HOUR, None)
    parts = {one.text: one for one in health.parts_now()}
    assert parts["Results"].works
    sending = parts["Sending returns"]
    assert (sending.works, sending.since, sending.why) == (False, fault.begins_at, fault.words)
    ServiceNotice.objects.update(part="all")
    assert not any(one.works for one in health.parts_now())


def test_what_the_service_finds_by_itself_is_told_too(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise InputError("No key.")

    monkeypatch.setattr(health, "signing_key", broken)
    asked = timezone.now() - health.LATE - HOUR
    Job.objects.create(
        pk=uuid4(), kind="x", organisation=agency.organisation, asked_at=asked,
        asked_by=agency.one.who,
    )  # fmt: skip
    found = {one.text: one for one in health.parts_now() if not one.works}
    assert [one.why for one in found.values()] == [
        "Receipts cannot be signed.",
        "Work waits and is not begun.",
    ]
    assert found["Long work, such as large files"].since == asked
