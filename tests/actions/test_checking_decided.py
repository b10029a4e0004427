"""The agency's desk: a request is held, decided with a reason, and confirmed by a second person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cast_of_tests import MakePerson
from checking_of_tests import HOME_EARLY, LOWER, Exercise, keep_rules, text_with_window
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking import deciding, drafting, sending
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.core.clock import time_in_words
from keystage.store.models import (
    AuditEvent,
    CheckingRequest,
    FiguresRelease,
    Message,
    Organisation,
    Person,
)

pytestmark = pytest.mark.django_db
State = CheckingRequest.State


@pytest.fixture
def one(operator: Person) -> By:
    return By(operator, "test")


@pytest.fixture
def other(person: MakePerson, nation: Organisation) -> By:
    return By(person("agency_operator", nation, name="Bo Agency"), "test")


@pytest.fixture
def waiting(exercise: Exercise) -> CheckingRequest:
    """A request that the rules left to a person."""
    return exercise.sent(HOME_EARLY)


def judged(request: CheckingRequest, by: By, *, agreed: bool = True) -> CheckingRequest:
    return deciding.decide(
        request=request, agreed=agreed, why="The letter says so.", by=by, version=request.version
    )


@pytest.mark.parametrize(("agreed", "state"), [(True, State.AGREED), (False, State.REFUSED)])
def test_a_decision_takes_effect_once_a_second_person_confirms_it(
    waiting: CheckingRequest, one: By, other: By, *, agreed: bool, state: str
) -> None:
    Message.objects.all().delete()
    first = judged(waiting, one, agreed=agreed)
    assert (first.state, first.proposed, first.decided_at) == (State.SCRUTINY, state, None)
    assert not Message.objects.exists()
    with pytest.raises(RefusedError, match="another person must confirm"):
        deciding.confirm(request=first, by=one, version=first.version)

    done = deciding.confirm(request=first, by=other, version=first.version)

    assert (done.state, done.proposed, done.decision_why) == (state, "", "The letter says so.")
    assert (done.decided_by, done.confirmed_by) == (one.person, other.person)
    assert done.decided_at is not None
    assert state in Message.objects.get().subject
    assert [row.act for row in done.steps.all()][-2:] == ["judged", "decided"]


def test_a_decision_that_a_second_person_doubts_goes_back(
    waiting: CheckingRequest, one: By, other: By
) -> None:
    first = judged(waiting, one)
    with pytest.raises(RefusedError, match="The reason is missing"):
        deciding.doubt(request=first, why="", by=other, version=first.version)

    back = deciding.doubt(
        request=first, why="The letter is of June.", by=other, version=first.version
    )

    assert (back.state, back.proposed, back.decided_by) == (State.SCRUTINY, "", None)
    assert judged(back, other, agreed=False).proposed == State.REFUSED


def test_what_nobody_decided_is_not_confirmed_and_what_is_decided_not_decided_again(
    waiting: CheckingRequest, one: By, other: By
) -> None:
    with pytest.raises(RefusedError, match="Nobody has decided"):
        deciding.confirm(request=waiting, by=one, version=waiting.version)
    first = judged(waiting, one)
    with pytest.raises(RefusedError, match="waits for a second person"):
        judged(first, other)


def test_a_decision_needs_a_reason_and_the_version_that_was_seen(
    waiting: CheckingRequest, one: By
) -> None:
    with pytest.raises(RefusedError, match="The reason is missing"):
        deciding.decide(request=waiting, agreed=True, why=" ", by=one, version=waiting.version)
    with pytest.raises(ChangedMeanwhileError):
        deciding.decide(request=waiting, agreed=True, why="x", by=one, version=1)


def test_nobody_decides_what_they_had_a_hand_in(
    exercise: Exercise, waiting: CheckingRequest
) -> None:
    for who in (exercise.enters, exercise.sends):
        with pytest.raises(RefusedError, match="another person must decide"):
            judged(waiting, who)


def test_what_the_rules_decided_is_not_at_the_desk(exercise: Exercise, one: By) -> None:
    agreed = exercise.sent(LOWER)
    with pytest.raises(RefusedError, match="the request is agreed"):
        judged(agreed, one, agreed=False)


def test_a_request_that_somebody_holds_is_theirs_for_a_while(
    waiting: CheckingRequest, one: By, other: By
) -> None:
    held = deciding.hold(request=waiting, by=one)
    assert deciding.holder(held) == one.person
    assert held.version == waiting.version
    until = time_in_words(timezone.localtime(held.held_until).time())
    acts: tuple[Callable[[], object], ...] = (
        lambda: deciding.hold(request=waiting, by=other),
        lambda: deciding.let_go(request=waiting, by=other),
        lambda: judged(waiting, other),
        lambda: deciding.send_back(
            request=waiting, question="When?", by=other, version=waiting.version
        ),
    )
    for act in acts:
        with pytest.raises(RefusedError, match=f"Ada Agency holds this request until {until}"):
            act()

    assert deciding.holder(judged(waiting, one)) is None


def test_a_request_is_anybodys_once_it_was_let_go_or_held_too_long(
    waiting: CheckingRequest, one: By, other: By
) -> None:
    deciding.hold(request=waiting, by=one)
    deciding.let_go(request=waiting, by=one)
    deciding.let_go(request=waiting, by=one)
    assert AuditEvent.objects.filter(action="checking request let go").count() == 1

    deciding.hold(request=waiting, by=one)
    CheckingRequest.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert deciding.holder(deciding.hold(request=waiting, by=other)) == other.person


def test_a_question_goes_to_the_school_and_its_answer_back(
    exercise: Exercise, waiting: CheckingRequest, one: By, other: By
) -> None:
    first = judged(waiting, one)
    asked = deciding.send_back(
        request=first, question="On which day?", by=other, version=first.version
    )
    assert (asked.state, asked.proposed, asked.decided_by) == (State.RETURNED, "", None)
    assert "sent back with a question" in Message.objects.latest("written_at").subject
    with pytest.raises(RefusedError, match="may answer it while the window is open"):
        judged(asked, one)

    back = sending.reply(request=asked, text="On 1 May.", by=exercise.enters, version=asked.version)

    assert judged(back, one).proposed == State.AGREED
    words = [(row.act, row.words) for row in back.steps.all() if row.words]
    assert ("asked", "On which day?") in words
    assert ("answered", "On 1 May.") in words


def test_what_nobody_answered_is_decided_once_the_window_is_over(
    exercise: Exercise, waiting: CheckingRequest, one: By, other: By
) -> None:
    asked = deciding.send_back(
        request=waiting, question="On which day?", by=one, version=waiting.version
    )
    with pytest.raises(RefusedError, match="may answer it while the window is open"):
        judged(asked, one)
    FiguresRelease.objects.update(state=FiguresRelease.State.WITHDRAWN)
    asked.release.refresh_from_db()
    assert not deciding.waits_for_desk(asked)

    yesterday = timezone.localdate() - timedelta(days=1)
    text = text_with_window(closes=yesterday)
    keep_rules(exercise.release.organisation, one.who, text)

    assert deciding.waits_for_desk(asked)
    with pytest.raises(RefusedError, match="has a question already"):
        deciding.send_back(request=asked, question="When?", by=one, version=asked.version)
    first = judged(asked, one, agreed=False)
    assert first.state == State.SCRUTINY
    done = deciding.confirm(request=first, by=other, version=first.version)
    assert done.state == State.REFUSED


def test_what_is_withdrawn_is_held_and_decided_by_nobody(
    exercise: Exercise, waiting: CheckingRequest, one: By, other: By
) -> None:
    first = judged(waiting, one)

    gone = drafting.withdraw(request=first, by=exercise.enters)

    assert gone is not None
    assert (gone.proposed, gone.held_by) == ("", None)
    with pytest.raises(RefusedError, match="the request is withdrawn"):
        deciding.confirm(request=gone, by=other, version=gone.version)
