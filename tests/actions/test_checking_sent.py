"""Requests that are passed on, sent by another person, and looked at by the rules at once."""

import re
from collections.abc import Mapping
from datetime import timedelta

import msgspec
import pytest
from checking_of_tests import (
    HOME_EARLY,
    HOME_LATE,
    LOWER,
    PDF,
    Exercise,
    keep_rules,
    text_with_window,
)
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking import drafting, sending
from keystage.actions.checking.tracing import traced
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.flows.checking import deciding as engine
from keystage.flows.checking.deciding import Tried
from keystage.store.models import AuditEvent, CheckingRequest, Message, Organisation, Person

pytestmark = pytest.mark.django_db
State = CheckingRequest.State


@pytest.mark.parametrize(
    ("asked", "state", "branch"),
    [
        (LOWER, State.AGREED, "YGC-1"),
        (HOME_LATE, State.REFUSED, "EHE-1"),
        (HOME_EARLY, State.SCRUTINY, "EHE-2"),
        (("remove", "not_on_roll", {"on_roll": "not_known"}), State.SCRUTINY, "NOR-1"),
    ],
)
def test_the_rules_decide_as_they_said_before_it_was_sent(
    exercise: Exercise, asked: tuple[str, str, dict[str, str]], state: str, branch: str
) -> None:
    proposed = exercise.proposed(asked)
    before = traced(proposed).decision

    sent = sending.send(request=proposed, by=exercise.sends, version=proposed.version)

    assert (sent.state, sent.outcome, sent.rules_version) == (state, branch, 2)
    assert sent.outcome == before.branch
    assert msgspec.convert(sent.trace, tuple[Tried, ...]) == before.trace
    assert sent.facts == {"EALGRP": "2"}
    assert (sent.decided_at is None) == (state == State.SCRUTINY)
    assert sent.decided_by is None
    assert sent.decision_why == ("" if state == State.SCRUTINY else before.because)


def test_what_an_agreed_request_changes_is_kept(exercise: Exercise) -> None:
    assert exercise.sent(LOWER).changes == {"P_INCL": "202"}


def test_a_reference_is_prefix_window_and_seven_signs(exercise: Exercise) -> None:
    one, other = exercise.sent(LOWER, 0), exercise.sent(LOWER, 1)

    assert re.fullmatch(r"KS2-SEP26-[2-9B-Y]{7}", one.reference)
    assert one.reference != other.reference


def test_the_school_is_told_without_the_name_of_a_pupil(exercise: Exercise) -> None:
    sent = exercise.sent(LOWER)

    told = Message.objects.get(receiver=exercise.school)
    assert sent.reference in told.subject
    assert "agreed" in told.subject
    for one in exercise.pupils:
        assert one.surname not in told.subject + told.body
        assert one.upn not in told.subject + told.body


def test_acts_are_written_down_without_a_value_of_a_pupil(exercise: Exercise) -> None:
    exercise.sent(HOME_LATE)

    events = AuditEvent.objects.filter(subject__startswith="checking request")
    assert [one.action for one in events.order_by("pk")] == [
        "checking request drafted",
        "checking request changed",
        "checking request passed on for approval",
        "checking request sent",
        "checking request looked at by the rules",
    ]
    said = " ".join(f"{one.subject} {one.before} {one.after}" for one in events)
    assert exercise.pupils[0].upn not in said
    assert "2026-05-12" not in said


@pytest.mark.parametrize("act", ["drafted", "changed", "passed on", "brought evidence"])
def test_nobody_sends_what_they_had_a_hand_in(exercise: Exercise, act: str) -> None:
    head, office = exercise.sends, exercise.enters
    by = {act: head}
    made = drafting.draft(
        release=exercise.release,
        school=exercise.school,
        kind="remove",
        reason="year_group",
        pupil=exercise.pupils[0].upn,
        by=by.get("drafted", office),
    )
    drafting.answer(
        request=made,
        question="year_change",
        text="lower",
        by=by.get("changed", office),
        version=made.version,
    )
    drafting.add_evidence(
        request=made, name="letter.pdf", content=PDF, by=by.get("brought evidence", office)
    )
    made.refresh_from_db()
    proposed = sending.propose(request=made, by=by.get("passed on", office), version=made.version)

    with pytest.raises(RefusedError, match="another person must send it"):
        sending.send(request=proposed, by=head, version=proposed.version)
    assert CheckingRequest.objects.get().sent_at is None


def test_what_is_not_answered_or_not_borne_out_is_not_passed_on(exercise: Exercise) -> None:
    bare = exercise.draft(("remove", "year_group", {}))
    with pytest.raises(RefusedError, match="Not every question is answered: Moved into"):
        sending.propose(request=bare, by=exercise.enters, version=bare.version)

    answers = {"social_care": "yes", "police": "no", "sat_tests": "no"}
    social = exercise.draft(("remove", "social_care", answers), 1)
    with pytest.raises(RefusedError, match="Add evidence as PDF"):
        sending.propose(request=social, by=exercise.enters, version=social.version)


def test_what_was_put_back_is_a_draft_again(exercise: Exercise) -> None:
    proposed = exercise.proposed()

    back = sending.put_back(request=proposed, by=exercise.sends)

    assert back.state == State.DRAFT
    with pytest.raises(ChangedMeanwhileError):
        sending.send(request=proposed, by=exercise.sends, version=back.version - 1)


def test_what_changed_since_it_was_looked_at_is_not_sent(exercise: Exercise) -> None:
    proposed = exercise.proposed()
    with pytest.raises(ChangedMeanwhileError, match="Somebody changed this request"):
        sending.send(request=proposed, by=exercise.sends, version=proposed.version - 1)


def test_nothing_is_sent_once_the_window_is_closed(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    proposed = exercise.proposed()
    day = timezone.localdate() - timedelta(days=1)
    keep_rules(nation, operator, text_with_window(day, day))

    with pytest.raises(RefusedError, match="The window closed on"):
        sending.send(request=proposed, by=exercise.sends, version=proposed.version)


def test_a_fault_of_the_engine_gives_the_request_to_a_person(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> Mapping[str, str]:
        raise ZeroDivisionError

    proposed = exercise.proposed(LOWER)
    monkeypatch.setattr(engine, "_decided", fault)

    sent = sending.send(request=proposed, by=exercise.sends, version=proposed.version)

    assert (sent.state, sent.outcome, sent.trace) == (State.SCRUTINY, "", [])
    last = sent.steps.last()
    assert last is not None
    assert "could not be worked out" in last.words


def test_a_reason_of_any_length_is_cut_to_what_is_kept(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    old = "The pupil moved into a lower year group, and is"
    text = text_with_window().replace(old, f"{'Long. ' * 200}{old}")
    keep_rules(nation, operator, text)

    assert len(exercise.sent(LOWER).decision_why) == 1000


def test_a_request_whose_reason_the_rules_lost_is_not_sent(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    proposed = exercise.proposed(LOWER)
    text = text_with_window().replace("[rules.reasons.year_group]", "[rules.reasons.years]")
    keep_rules(nation, operator, text)

    with pytest.raises(RefusedError, match="do not know the reason"):
        sending.send(request=proposed, by=exercise.sends, version=proposed.version)


def test_a_request_is_decided_by_the_version_in_force_when_it_is_sent(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    proposed = exercise.proposed(LOWER)
    text = text_with_window().replace(
        'when = "into_lower_year", outcome = "approve"',
        'when = "into_lower_year", outcome = "scrutiny"',
    )
    keep_rules(nation, operator, text)

    sent = sending.send(request=proposed, by=exercise.sends, version=proposed.version)

    assert (sent.state, sent.rules_version) == (State.SCRUTINY, 3)


def test_an_answer_to_a_question_brings_the_request_back_to_the_desk(exercise: Exercise) -> None:
    sent = exercise.sent(HOME_EARLY)
    with pytest.raises(RefusedError, match="being looked at"):
        sending.reply(request=sent, text="In May.", by=exercise.enters, version=sent.version)
    CheckingRequest.objects.update(state=State.RETURNED)
    with pytest.raises(RefusedError, match="The answer is missing"):
        sending.reply(request=sent, text=" ", by=exercise.enters, version=sent.version)

    back = sending.reply(
        request=sent, text="In May.", by=By(exercise.sends.who, "test"), version=sent.version
    )

    assert back.state == State.SCRUTINY
    assert [(one.act, one.words) for one in back.steps.all()][-1] == ("answered", "In May.")
