"""A school's word that its data are correct: said once, taken back, changes still asked for."""

from datetime import timedelta

import pytest
from checking_of_tests import Exercise, keep_rules, text_with_window
from django.utils import timezone

from keystage.actions.checking import confirming
from keystage.actions.errors import RefusedError
from keystage.store.models import AuditEvent, DataConfirmed, Organisation, Person

pytestmark = pytest.mark.django_db


def test_the_word_is_said_once_and_changes_may_still_be_asked_for(exercise: Exercise) -> None:
    said = [
        confirming.confirm(release=exercise.release, school=exercise.school, by=exercise.sends)
        for _ in range(2)
    ]

    assert said[0] == said[1]
    assert (said[0].release, said[0].by) == (exercise.release, exercise.sends.person)
    assert AuditEvent.objects.filter(action="data confirmed").count() == 1
    assert exercise.draft().state == "draft"


def test_the_word_is_taken_back_and_may_be_said_again(exercise: Exercise) -> None:
    for act in ("take_back", "confirm", "take_back", "take_back"):
        word(act, exercise)

    assert DataConfirmed.objects.get().withdrawn_at is not None
    assert AuditEvent.objects.filter(action="data confirmation taken back").count() == 1
    word("confirm", exercise)
    assert DataConfirmed.objects.count() == 2


def word(act: str, exercise: Exercise) -> None:
    getattr(confirming, act)(release=exercise.release, school=exercise.school, by=exercise.sends)


def test_who_asked_for_changes_does_not_confirm(exercise: Exercise) -> None:
    exercise.draft()
    with pytest.raises(RefusedError, match="another person must confirm"):
        confirming.confirm(release=exercise.release, school=exercise.school, by=exercise.enters)


def test_a_school_without_pupils_in_the_release_confirms_nothing(
    exercise: Exercise, other_school: Organisation
) -> None:
    with pytest.raises(RefusedError, match="no pupil of the school"):
        confirming.confirm(release=exercise.release, school=other_school, by=exercise.sends)


def test_nothing_is_confirmed_or_taken_back_outside_the_window(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    day = timezone.localdate() - timedelta(days=1)
    keep_rules(nation, operator, text_with_window(day, day))
    for act in ("confirm", "take_back"):
        with pytest.raises(RefusedError, match="The window closed on"):
            word(act, exercise)
