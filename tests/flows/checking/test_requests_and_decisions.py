"""A corpus of requests with what becomes of each, and the words in which it is told."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from keystage.core.errors import AbsentValueError, UsageError
from keystage.flows.checking import deciding
from keystage.flows.checking.book import RuleBook, day_of, in_words, rule_book
from keystage.flows.checking.deciding import Decision, decide, ticks
from keystage.measures.changes.reasons import REASONS
from keystage.statute.checking_loader import load_checking
from keystage.statute.season import Event

CORPUS = tomllib.loads(Path(__file__).with_name("corpus.toml").read_text("utf-8"))["request"]
FOUR = {
    "first_language": "other",
    "country": "PL",
    "arrived_on": "2025-01-10",
    "first_school_on": "2025-01-13",
}


@pytest.mark.parametrize("request_", CORPUS, ids=[one["says"] for one in CORPUS])
def test_a_request_of_the_corpus_is_decided_as_it_says(
    book: RuleBook, request_: dict[str, Any]
) -> None:
    found = decide(book, request_["reason"], request_["answers"], request_.get("facts", {}))

    assert (found.outcome, found.branch) == (request_["outcome"], request_["branch"])
    assert list(found.waiting) == request_.get("waiting", [])
    assert not found.failed
    assert found.version == "2026-1"


def test_every_branch_but_those_to_a_person_is_in_the_corpus(book: RuleBook) -> None:
    reached = {one["branch"] for one in CORPUS if not one.get("waiting")}
    deciding_ = {
        branch.id
        for reason in book.rules.reasons.values()
        for branch in reason.branches
        if branch.outcome != "scrutiny"
    }

    assert deciding_ <= reached


def test_the_trace_tells_each_step_with_its_values(book: RuleBook) -> None:
    found = decide(book, "home_education", {"left_on": "2026-05-12"}, {})

    assert found.because == (
        "The pupil left on 12 May 2026. That is after the first day of the tests, 11 May 2026, so "
        "the pupil counts."
    )
    (tried,) = found.trace
    (step,) = tried.steps
    assert (tried.branch, tried.result, step.result) == ("EHE-1", "yes", "yes")
    assert step.values == (
        ("Left the roll", "12 May 2026"),
        ("first day of the tests", "11 May 2026"),
    )


def test_the_trace_holds_the_parts_of_a_condition_and_the_branches_before(book: RuleBook) -> None:
    found = decide(book, "illness", {"terminal_illness": "no", "sat_tests": "yes"}, {})

    assert [tried.result for tried in found.trace] == ["no", "yes"]
    steps = found.trace[1].steps
    assert [step.depth for step in steps[:4]] == [0, 1, 2, 3]
    assert [step.sentence for step in steps[:3]] == [
        "At least one of these holds:",
        "All of these hold:",
        "This does not hold:",
    ]
    assert steps[1].result == "not_known"
    assert steps[3].values == (("Terminal illness", "No"),)


def test_a_decision_kept_and_worked_out_again_is_the_same(book: RuleBook) -> None:
    before = decide(book, "recently_arrived", FOUR, {"EALGRP": "2"})
    kept = msgspec.json.encode(before)

    assert msgspec.json.decode(kept, type=Decision) == before
    assert decide(book, "recently_arrived", FOUR, {"EALGRP": "2"}) == before


def test_a_new_arrival_sees_four_ticks_with_the_evidence_for_each(book: RuleBook) -> None:
    found = ticks(book, "recently_arrived", FOUR, {})

    assert [one.result for one in found] == ["yes", "yes", "yes", "yes"]
    assert "13 January 2025" in found[0].sentence
    assert "Poland" in found[2].sentence
    assert all(one.evidence for one in found)


def test_a_cross_and_what_is_not_known_are_told_apart(book: RuleBook) -> None:
    given = {"country": "IN", "first_school_on": "2023-09-04"}
    found = ticks(book, "recently_arrived", given, {})

    assert [one.result for one in found] == ["no", "not_known", "no", "not_known"]
    assert ticks(book, "home_education", {}, {}) == ()


def test_an_answer_that_means_nothing_goes_to_a_person(book: RuleBook) -> None:
    for answers in ({"left_on": "12/05/2026"}, {"left_on": "2026-02-30"}, {"left_on": "soon"}):
        found = decide(book, "home_education", answers, {})
        assert (found.outcome, found.waiting) == ("scrutiny", ("Left the roll",))
    assert decide(book, "year_group", {"year_change": "sideways"}, {}).outcome == "scrutiny"
    held = decide(book, "recently_arrived", FOUR, {"EALGRP": "9"})
    assert held.waiting == ("first language group of the record",)


def test_a_date_of_the_season_nobody_knows_goes_to_a_person() -> None:
    unknown = rule_book(load_checking(2026), {Event.TESTS_FIRST: None})
    found = decide(unknown, "home_education", {"left_on": "2026-07-01"}, {})

    assert (found.outcome, found.branch) == ("scrutiny", "EHE-1")
    assert found.waiting == ("first day of the tests",)


def test_a_date_that_moved_moves_the_decision() -> None:
    moved = rule_book(load_checking(2026), {Event.TESTS_FIRST: date(2026, 5, 12)})

    assert decide(moved, "home_education", {"left_on": "2026-05-12"}, {}).branch == "EHE-2"


def test_a_fault_of_the_engine_goes_to_a_person(
    book: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr(deciding, "truth_of", broken)
    found = decide(book, "home_education", {"left_on": "2026-05-12"}, {})

    assert (found.outcome, found.branch, found.failed) == ("scrutiny", "", True)
    assert found.because == "The rule could not be worked out, so a person looks at it."


def test_a_sentence_never_takes_an_answer_for_a_field(book: RuleBook) -> None:
    answers = {**FOUR, "country": "other", "country_name": "{tests_first}"}
    found = decide(book, "recently_arrived", answers, {"EALGRP": "2"})

    assert "2026" not in found.because


def test_a_reason_that_is_not_there_and_a_year_without_rules_are_refused(book: RuleBook) -> None:
    with pytest.raises(UsageError, match="There is no reason holiday"):
        decide(book, "holiday", {}, {})
    with pytest.raises(AbsentValueError, match="The rules of 2023 are absent"):
        rule_book(load_checking(2023))


def test_a_pupil_can_be_asked_for_what_goes_with_the_inclusion_code(book: RuleBook) -> None:
    assert list(book.kinds_for("201")) == ["remove", "merge", "amend"]
    assert list(book.kinds_for("202")) == ["include", "merge", "amend"]
    assert list(book.kinds_for(None)) == ["add"]
    assert list(book.reasons_of("include")) == ["included"]


def test_the_classes_of_reasons_are_those_of_the_difference_of_releases(book: RuleBook) -> None:
    named = {one.reason_class for one in book.rules.kinds.values()}
    named |= {one.reason_class for one in book.rules.reasons.values() if one.reason_class}

    assert named <= {one.name for one in REASONS}


def test_days_are_read_strictly_and_told_in_words() -> None:
    assert day_of("20260511") is None
    assert in_words(None) == "not known"
