"""Reminders by e-mail: who gets which, once each, and none for what is done."""

from datetime import date, datetime, time
from io import StringIO

import pytest
from cast_of_tests import MakePerson
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from keystage.access.permissions import Permission
from keystage.actions.by import By
from keystage.actions.season import reminding
from keystage.actions.season.moving import set_date
from keystage.statute.season import LONDON, Event
from keystage.store.models import Organisation, Person, Pupil, Reminder, SchoolReturn

pytestmark = pytest.mark.django_db


def on(day: int, month: int = 6, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LONDON)


@pytest.fixture
def lasting(office: Person, teacher: Person, governor: Person) -> Person:
    """The office, whose role holds in that summer too, and two who are reminded of nothing."""
    for one in (office, teacher, governor):
        one.grants.update(starts_on=date(2025, 9, 1), ends_on=date(2030, 1, 1))
    return office


def test_those_who_prepare_the_return_are_reminded_once(
    lasting: Person, school: Organisation, pupils: list[Pupil], mailoutbox: list[EmailMessage]
) -> None:
    assert reminding.remind(on(23)) == 1
    assert reminding.remind(on(23, hour=17)) == 0

    sent = mailoutbox[0]
    assert sent.to == [lasting.email]
    assert sent.subject == "Returns are due: Friday 26 June 2026"
    assert "Friday 26 June 2026: Returns are due." in sent.body
    assert not [one for one in pupils if one.surname in sent.body or one.upn in sent.body]
    reminder = Reminder.objects.get()
    assert (reminder.event, reminder.days_before) == ("ta_closes", 3)


def test_a_day_that_was_missed_is_made_up_for_and_never_twice(
    lasting: Person, mailoutbox: list[EmailMessage]
) -> None:
    assert reminding.remind(on(24)) == 1
    assert reminding.remind(on(25)) == 1
    assert reminding.remind(on(26)) == 0
    assert reminding.remind(on(27)) == 0
    assert [one.days_before for one in Reminder.objects.order_by("sent_at")] == [3, 1]


def test_a_moved_date_is_reminded_of_anew(
    lasting: Person,
    authority: Organisation,
    person: MakePerson,
    mailoutbox: list[EmailMessage],
) -> None:
    officer = person("authority_officer", authority, name="Otto Officer")
    assert reminding.remind(on(12)) == 1
    set_date(
        authority, 2026, Event.TA_CLOSES, on=date(2026, 6, 19), at=time(17), reason="Ours",
        by=By(officer),
    )  # fmt: skip

    assert reminding.remind(on(12)) == 1
    assert "Friday 19 June 2026 at 5pm: Returns are due." in mailoutbox[1].body
    assert "set by Storyshire" in mailoutbox[1].body


def test_after_the_authoritys_own_date_the_national_one_is_reminded_of_too(
    lasting: Person, authority: Organisation, person: MakePerson, mailoutbox: list[EmailMessage]
) -> None:
    officer = person("authority_officer", authority, name="Otto Officer")
    set_date(
        authority, 2026, Event.TA_CLOSES, on=date(2026, 6, 10), at=None, reason="Ours",
        by=By(officer),
    )  # fmt: skip

    assert reminding.remind(on(24)) == 1

    assert "Friday 26 June 2026: Returns are due." in mailoutbox[0].body
    assert "set by Storyshire" not in mailoutbox[0].body


def test_nobody_is_reminded_of_a_return_that_is_in(
    lasting: Person, school: Organisation, mailoutbox: list[EmailMessage]
) -> None:
    SchoolReturn.objects.create(
        school=school, year=2026, state=SchoolReturn.State.ACCEPTED, changed_at=timezone.now()
    )

    assert reminding.remind(on(25)) == 0
    assert mailoutbox == []


def test_who_has_no_role_then_is_not_reminded(
    lasting: Person, mailoutbox: list[EmailMessage]
) -> None:
    lasting.grants.update(season=2025)
    assert reminding.remind(on(23)) == 0

    lasting.grants.update(season=2026)
    Person.objects.filter(pk=lasting.pk).update(is_active=False)
    assert reminding.remind(on(23)) == 0
    assert mailoutbox == []


def test_a_message_that_could_not_be_sent_is_tried_again(
    lasting: Person, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[EmailMessage]
) -> None:
    def refuse(*_: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(reminding, "send_mail", refuse)
        assert reminding.remind(on(23)) == 0
    assert not Reminder.objects.exists()

    assert reminding.remind(on(23)) == 1
    assert len(mailoutbox) == 1


def test_several_dates_come_in_one_message(lasting: Person, mailoutbox: list[EmailMessage]) -> None:
    """On 15 July the results come the next day, and reviews are due nine days later."""
    assert reminding.remind(on(15, month=7)) == 1
    assert reminding.remind(on(17, month=7)) == 1

    assert "Results come to schools" in mailoutbox[0].body
    assert mailoutbox[0].subject.endswith("16 July 2026 at 7:30am")
    assert "Reviews of marking are due" in mailoutbox[1].body


def test_a_quiet_day_asks_little(
    lasting: Person, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        assert reminding.remind(on(1, month=4)) == 0


def test_the_command_says_how_many_were_sent(lasting: Person) -> None:
    said = StringIO()
    call_command("remind", stdout=said)
    call_command("remind", stdout=said, verbosity=0)

    assert said.getvalue() == "0 reminders were sent.\n"


def test_every_rule_names_days_and_rights_that_make_sense() -> None:
    for rule in reminding.rules():
        assert rule.source == "choice"
        assert rule.permissions
        assert set(rule.permissions) <= set(Permission)
        assert list(rule.days_before) == sorted(set(rule.days_before), reverse=True)
        assert rule.due(max(rule.days_before) + 1) is None
        assert rule.due(-1) is None
        assert rule.due(min(rule.days_before)) == min(rule.days_before)
