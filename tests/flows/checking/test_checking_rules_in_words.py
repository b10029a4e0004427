"""Rules in plain words: conditions part by part, days by their dates, answers by their names."""

import pytest

from keystage.flows.checking.book import RuleBook, rule_book
from keystage.flows.checking.wording import condition_in_words, filled, origin_in_words
from keystage.statute.checking_loader import load_checking


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return rule_book(load_checking(2026))


def test_every_condition_of_every_rule_is_told_without_a_field_left_over(book: RuleBook) -> None:
    told = [
        condition_in_words(book, branch.when)
        for reason in book.rules.reasons.values()
        for branch in reason.branches
        if branch.when
    ]
    waiting = list(told)
    for one in waiting:
        waiting.extend(one.parts)

    assert len(waiting) > len(told)
    assert all(one.sentence and "{" not in one.sentence for one in waiting)


def test_a_condition_of_several_says_how_they_are_joined(book: RuleBook) -> None:
    branches = {
        branch.id: branch.when
        for reason in book.rules.reasons.values()
        for branch in reason.branches
    }
    told = condition_in_words(book, branches["ARR-4"])
    either = condition_in_words(book, branches["ILL-2"])

    assert told.sentence == "All of these hold:"
    assert len(told.parts) == 4
    assert either.sentence == "At least one of these holds:"
    assert either.parts[0].parts[0].sentence == "This does not hold:"


def test_a_day_stands_as_its_date_and_an_answer_as_its_name(book: RuleBook) -> None:
    sentence = "{left_on}, {tests_first}, {EALGRP}"

    assert (
        filled(book, sentence)
        == "[Left the roll], 11 May 2026, [first language group of the record]"
    )
    days = book.rules.days
    assert origin_in_words(days["tests_first"]).startswith("the season: ")
    assert origin_in_words(days["summer_term"]) == "the rules"
    assert origin_in_words(days["year_5"]) == "the academic year"
