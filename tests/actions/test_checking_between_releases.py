"""Requests while releases follow each other or are withdrawn, and while rules are edited."""

from datetime import datetime, time, timedelta

import polars as pl
import pytest
from checking_of_tests import (
    HOME_EARLY,
    LOWER,
    NOT_COUNTED,
    PDF,
    Exercise,
    keep_rules,
    release_of,
    text_with_window,
)
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking import confirming, deciding, drafting, sending, windows
from keystage.actions.checking.effects import effect_of
from keystage.actions.checking.listing import listed
from keystage.actions.checking.pupils import kept
from keystage.actions.checking.tracing import altered, traced
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.figures.publishing import is_out
from keystage.core.upn import check_letter
from keystage.flows.checking.records import lines_of, with_keys
from keystage.statute.season import LONDON
from keystage.store.models import CheckingRequest, FiguresRelease, Organisation, Person

pytestmark = pytest.mark.django_db
State = CheckingRequest.State
BY_LINE = f"line {NOT_COUNTED}"


def asked_by_line(exercise: Exercise, release: FiguresRelease) -> CheckingRequest:
    return drafting.draft(
        release=release,
        school=exercise.school,
        kind="include",
        reason="included",
        pupil=BY_LINE,
        by=exercise.enters,
    )


@pytest.fixture
def following(exercise: Exercise, nation: Organisation, operator: Person) -> FiguresRelease:
    """The next version of the figures, out too."""
    return release_of(nation, operator, exercise.pupils)


def live_at(exercise: Exercise, release: FiguresRelease) -> dict[str, CheckingRequest | None]:
    found = listed(release=release, school=exercise.school, by=exercise.enters)
    assert found is not None
    return {one.key: one.live for one in (*found.included, *found.not_included)}


def test_a_line_is_a_pupil_of_its_own_release_alone(
    exercise: Exercise, following: FiguresRelease
) -> None:
    made, named = asked_by_line(exercise, exercise.release), exercise.draft(LOWER, 0)

    assert live_at(exercise, exercise.release)[BY_LINE] == made
    assert live_at(exercise, following)[BY_LINE] is None
    assert live_at(exercise, following)[named.pupil] == named
    assert asked_by_line(exercise, following).release == following
    with pytest.raises(RefusedError, match="a request about this pupil already"):
        asked_by_line(exercise, following)


def test_a_request_outlives_figures_that_are_withdrawn_and_says_so(exercise: Exercise) -> None:
    agreed, looked_at = exercise.sent(LOWER), exercise.sent(HOME_EARLY, 1)
    assert windows.carried_over(agreed) == ""
    FiguresRelease.objects.update(state=FiguresRelease.State.WITHDRAWN)

    for one, said in ((agreed, "the next figures take the change in"), (looked_at, "all the same")):
        one.refresh_from_db()
        assert said in windows.carried_over(one)


def test_what_waits_is_counted_when_another_version_follows_or_all_are_withdrawn(
    exercise: Exercise, following: FiguresRelease
) -> None:
    exercise.sent(HOME_EARLY)
    CheckingRequest.objects.update(state=State.RETURNED)

    (found,) = windows.windows(exercise.school, 2026)
    assert (found.release, found.requests, found.unresolved) == (following, {"returned": 1}, 1)

    FiguresRelease.objects.update(state="withdrawn")
    (gone,) = windows.windows(exercise.school, 2026)
    assert (gone.release, gone.unresolved) == (None, 1)


def test_the_word_of_a_school_is_about_the_version_it_looked_at(
    exercise: Exercise, following: FiguresRelease
) -> None:
    said = confirming.confirm(release=exercise.release, school=exercise.school, by=exercise.sends)
    assert windows.word_of(exercise.release, exercise.school) == said
    assert windows.word_of(following, exercise.school) is None


def test_figures_that_were_withdrawn_are_not_shown_by_way_of_a_request(exercise: Exercise) -> None:
    made = exercise.draft(LOWER)
    assert traced(made).effect
    FiguresRelease.objects.update(state="withdrawn")
    made.refresh_from_db()

    assert not is_out(made.release)
    found = effect_of(made, altered(made))
    assert (found.moved, found.unknown) == (
        (), "The figures it is about are not out, or were withdrawn.",
    )  # fmt: skip


def test_nothing_is_sent_that_the_rules_decide_otherwise_than_was_shown(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    proposed = exercise.proposed(LOWER)
    shown = traced(proposed)
    assert shown.decision.outcome == "approve"
    text = text_with_window().replace(
        'id = "YGC-1", when = "into_lower_year", outcome = "approve"',
        'id = "YGC-1", when = "into_lower_year", outcome = "refuse"',
    )
    keep_rules(nation, operator, text)

    with pytest.raises(ChangedMeanwhileError, match="The rules say something else"):
        sending.send(request=proposed, by=exercise.sends, version=proposed.version, seal=shown.seal)
    assert CheckingRequest.objects.get().state == State.PROPOSED

    again = traced(proposed)
    sent = sending.send(
        request=proposed, by=exercise.sends, version=proposed.version, seal=again.seal
    )
    assert sent.state == State.REFUSED


def test_rules_that_say_the_same_of_a_request_keep_nobody_from_sending_it(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    proposed = exercise.proposed(LOWER)
    shown = traced(proposed)
    keep_rules(nation, operator, text_with_window().replace('"2026-1"', '"2026-2"'))

    sent = sending.send(
        request=proposed, by=exercise.sends, version=proposed.version, seal=shown.seal
    )
    assert (sent.state, sent.rules_version) == (State.AGREED, 3)


def test_a_draft_whose_reason_came_to_ask_for_something_else_goes_no_further(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    made = exercise.draft(LOWER)
    old = '[rules.reasons.year_group]\nkind = "remove"'
    text = text_with_window()
    assert old in text
    keep_rules(nation, operator, text.replace(old, old.replace("remove", "include")))

    with pytest.raises(RefusedError, match="is one to ask for something else"):
        sending.propose(request=made, by=exercise.enters, version=made.version)


def test_what_a_sent_request_changes_is_what_was_kept_of_it(
    exercise: Exercise, nation: Organisation, operator: Person
) -> None:
    sent = exercise.sent(HOME_EARLY)
    text = text_with_window().replace('values = { P_INCL = "203" }', 'values = { P_INCL = "202" }')
    keep_rules(nation, operator, text)

    assert altered(sent).values == {"P_INCL": "203"}
    assert altered(exercise.draft(HOME_EARLY, 1)).values == {"P_INCL": "202"}


def test_a_request_is_sent_at_one_moment(
    exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed = exercise.proposed(LOWER)
    last = timezone.localdate() + timedelta(days=5)
    closes = datetime.combine(last, time(17), tzinfo=LONDON)
    moments = iter([closes - timedelta(microseconds=1)])
    monkeypatch.setattr(timezone, "now", lambda: next(moments, closes + timedelta(seconds=1)))

    sent = sending.send(request=proposed, by=exercise.sends, version=proposed.version)
    assert sent.reference.startswith("KS2-SEP26-")


def added(exercise: Exercise) -> CheckingRequest:
    return drafting.draft(
        release=exercise.release,
        school=exercise.school,
        kind="add",
        reason="added",
        pupil="",
        by=exercise.enters,
    )


def number_of(made: CheckingRequest, exercise: Exercise, upn: str) -> str:
    made.refresh_from_db()
    return drafting.answer(
        request=made, question="upn", text=upn, by=exercise.enters, version=made.version
    ).fault


def test_nobody_is_added_who_is_in_the_list_or_asked_for_already(
    exercise: Exercise,
) -> None:
    new = check_letter("999030120099") + "999030120099"
    one, other = added(exercise), added(exercise)

    assert "a pupil in your list has it" in number_of(one, exercise, exercise.pupils[0].upn)
    assert number_of(one, exercise, new) == ""
    assert number_of(one, exercise, new) == ""
    assert "a request to add this pupil already" in number_of(other, exercise, new)
    CheckingRequest.objects.filter(pk=one.pk).update(state=State.WITHDRAWN)
    assert number_of(other, exercise, new) == ""


def test_a_pupil_without_a_number_is_added_once(exercise: Exercise) -> None:
    answers = {
        "first_name": "Ann", "last_name": "Ash", "birth_date": "1/2/2015", "sex": "F",
        "admitted_on": "1/9/2024", "year_group": "6", "sen": "K",
    }  # fmt: skip
    asked = []
    for day in ("1/2/2015", "1/2/2015", "2/2/2015"):
        made = added(exercise)
        for question, text in {**answers, "birth_date": day}.items():
            made.refresh_from_db()
            drafting.answer(
                request=made, question=question, text=text, by=exercise.enters, version=made.version
            )
        made.refresh_from_db()
        asked.append(made)
    one, twice, other = asked

    sending.propose(request=one, by=exercise.enters, version=one.version)
    with pytest.raises(RefusedError, match="a pupil of this name and date of birth already"):
        sending.propose(request=twice, by=exercise.enters, version=twice.version)
    sending.propose(request=other, by=exercise.enters, version=other.version)


def test_a_number_that_two_records_share_is_in_the_list_too(exercise: Exercise) -> None:
    pupils = kept(exercise.release, exercise.school)
    assert pupils is not None
    first = exercise.pupils[0].upn
    twice = type(pupils)(
        records=type(pupils.records)(
            pupils=pl.concat([pupils.records.pupils, pupils.records.pupils]),
            schools=pupils.records.schools,
        )
    )
    assert first not in lines_of(with_keys(twice.records.pupils))
    assert twice.holds(first)


def test_who_takes_evidence_away_or_answers_a_question_had_a_hand_in_it(
    exercise: Exercise, operator: Person
) -> None:
    made = exercise.draft(LOWER)
    document = drafting.add_evidence(request=made, name="a.pdf", content=PDF, by=exercise.enters)
    drafting.drop_evidence(evidence=document, by=exercise.sends)
    made.refresh_from_db()
    passed = sending.propose(request=made, by=exercise.enters, version=made.version)
    with pytest.raises(RefusedError, match="You had a hand in this request"):
        sending.send(request=passed, by=exercise.sends, version=passed.version)

    sent = exercise.sent(HOME_EARLY, 1)
    CheckingRequest.objects.filter(pk=sent.pk).update(state=State.RETURNED)
    both = By(operator, "test")
    sending.reply(request=sent, text="The first.", by=both, version=sent.version)
    with pytest.raises(RefusedError, match="You had a hand in asking"):
        deciding.hold(request=sent, by=both)


def test_a_withdrawn_request_keeps_nothing_of_a_decision_that_never_held(
    exercise: Exercise, operator: Person
) -> None:
    sent = exercise.sent(HOME_EARLY)
    deciding.decide(
        request=sent, agreed=False, why="No.", by=By(operator, "test"), version=sent.version
    )
    gone = drafting.withdraw(request=sent, by=exercise.enters)

    assert gone is not None
    assert (gone.proposed, gone.decided_by, gone.decision_why) == ("", None, "")
