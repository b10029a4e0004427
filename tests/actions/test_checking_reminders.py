"""Reminders that a window of the checking exercise closes: who gets one, and when."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR
from checking_of_tests import HOME_EARLY, Exercise, keep_rules, text_with_window
from django.core.mail import EmailMessage
from django.utils import timezone

from keystage.actions.checking import confirming
from keystage.actions.checking.reminding import remind_of_windows
from keystage.store.models import Grant, Organisation, Person, Reminder

pytestmark = pytest.mark.django_db


def test_a_school_is_told_once_a_day_that_counts_what_waits_and_until_when(
    exercise: Exercise, governor: Person, mailoutbox: list[EmailMessage]
) -> None:
    exercise.draft()
    exercise.sent(HOME_EARLY, 1)
    mailoutbox.clear()

    first, again = remind_of_windows(), remind_of_windows()

    assert (first, again) == (len(mailoutbox), 0)
    told = {one.to[0]: one for one in mailoutbox}
    assert {exercise.enters.who.email, exercise.sends.who.email} <= told.keys()
    assert governor.email not in told
    body = told[exercise.enters.who.email].body
    assert "Waiting for your school: 1 request, not sent yet" in body
    assert "at 5pm" in body
    assert not [one for one in exercise.pupils if one.surname in body]
    assert set(Reminder.objects.values_list("days_before", flat=True)) == {7}
    assert remind_of_windows(timezone.now() + timedelta(days=2)) == first


def test_who_said_that_the_data_are_correct_and_has_nothing_open_is_left_alone(
    exercise: Exercise,
) -> None:
    confirming.confirm(release=exercise.release, school=exercise.school, by=exercise.sends)
    assert remind_of_windows() == 0
    exercise.draft()
    assert remind_of_windows() > 0


def test_nobody_is_reminded_long_before_or_after_or_of_figures_without_their_pupils(
    exercise: Exercise, nation: Organisation, operator: Person, other_school: Organisation
) -> None:
    today = timezone.localdate()
    for opens, closes in ((-1, 20), (-9, -1), (2, 5)):
        days = today + timedelta(days=opens), today + timedelta(days=closes)
        keep_rules(nation, operator, text_with_window(*days))
        assert remind_of_windows() == 0
    keep_rules(nation, operator, text_with_window(stage="revised"))
    assert remind_of_windows() == 0
    assert exercise.release.year == YEAR
    assert not Reminder.objects.filter(organisation=other_school).exists()


def test_who_has_a_role_of_another_season_alone_is_not_reminded(exercise: Exercise) -> None:
    Grant.objects.update(season=YEAR - 1)
    assert remind_of_windows() == 0
    assert exercise.release.year == YEAR
    Grant.objects.update(season=YEAR)
    assert remind_of_windows() > 0


def test_a_window_that_closes_with_its_day_is_named_by_that_day_in_one_line(
    exercise: Exercise, nation: Organisation, operator: Person, mailoutbox: list[EmailMessage]
) -> None:
    last = timezone.localdate() + timedelta(days=1)
    text = text_with_window(closes=last).replace("closes_at = 17:00:00\n", "")
    keep_rules(nation, operator, text.replace('"September checking', '"September\\nchecking'))

    assert remind_of_windows() > 0
    until = f"open until {last.day} {last:%B %Y}"
    assert mailoutbox[0].subject == f"September checking exercise: {until}"
    assert f"{exercise.school} is {until}." in mailoutbox[0].body
    assert set(Reminder.objects.values_list("days_before", flat=True)) == {1}


def test_a_mail_that_is_refused_is_tried_again(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("keystage.actions.checking.reminding.send_mail", refuse)
        assert remind_of_windows() == 0
    assert exercise.release.requests.count() == 0
    assert not Reminder.objects.exists()
    assert remind_of_windows() > 0
