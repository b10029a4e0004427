"""Three-valued logic: what is not known decides nothing, and more answers never turn a decision."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.flows.checking.book import RuleBook, rule_book
from keystage.flows.checking.deciding import decide
from keystage.flows.checking.forms import settled
from keystage.flows.checking.truth import Truth, every, opposite, some
from keystage.statute.checking import NOT_KNOWN
from keystage.statute.checking_loader import load_checking

PROPERTY = settings(max_examples=150, deadline=None, derandomize=True)
BOOK = rule_book(load_checking(2026))
DAYS = ("2024-08-31", "2024-09-01", "2025-01-10", "2026-03-31", "2026-05-11", "2026-05-12")
TRUTHS: tuple[Truth, ...] = (True, False, None)


def values_of(question: str) -> tuple[str, ...]:
    asked = BOOK.rules.questions[question]
    if asked.type == "date":
        return (*DAYS, NOT_KNOWN)
    return tuple(asked.choices) or ("words",)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, str], dict[str, str | None]]:
    """A reason, some answers, and what the record holds."""
    reason = draw(st.sampled_from(sorted(BOOK.rules.reasons)))
    questions = BOOK.rules.reasons[reason].questions
    chosen = draw(st.sets(st.sampled_from(questions)))
    answers = {key: draw(st.sampled_from(values_of(key))) for key in sorted(chosen)}
    return reason, answers, {"EALGRP": draw(st.sampled_from((None, "1", "2", "3")))}


@PROPERTY
@given(requests(), st.data())
def test_more_answers_never_turn_a_decision(
    request: tuple[str, dict[str, str], dict[str, str | None]], data: st.DataObject
) -> None:
    reason, answers, facts = request
    known = {key: value for key, value in answers.items() if value != NOT_KNOWN}
    before = decide(BOOK, reason, known, facts)
    blank = [key for key in BOOK.rules.reasons[reason].questions if key not in known]
    more = dict(known)
    for key in blank:
        if data.draw(st.booleans()):
            more[key] = data.draw(st.sampled_from(values_of(key)))
    after = decide(BOOK, reason, more, facts)
    if not before.waiting:
        assert (after.outcome, after.branch, after.waiting) == (before.outcome, before.branch, ())


@PROPERTY
@given(requests())
def test_what_decides_is_known_in_every_branch_up_to_it(
    request: tuple[str, dict[str, str], dict[str, str | None]],
) -> None:
    found = decide(BOOK, *request)

    assert not found.failed
    assert all(tried.result == "no" for tried in found.trace[:-1])
    if found.outcome != "scrutiny":
        assert found.trace[-1].result == "yes"
        assert found.waiting == ()


@PROPERTY
@given(requests())
def test_answers_to_questions_that_are_not_asked_take_no_part(
    request: tuple[str, dict[str, str], dict[str, str | None]],
) -> None:
    reason, answers, facts = request

    kept = settled(BOOK, reason, answers)
    assert decide(BOOK, reason, kept, facts) == decide(BOOK, reason, answers, facts)


def test_without_answers_nothing_is_approved_or_refused(book: RuleBook) -> None:
    for reason in book.rules.reasons:
        assert decide(book, reason, {}, {}).outcome == "scrutiny", reason


def test_an_unknown_settles_all_and_any_only_where_the_others_do_not() -> None:
    for one, two in product(TRUTHS, repeat=2):
        both = False if False in (one, two) else None if None in (one, two) else True
        either = True if True in (one, two) else None if None in (one, two) else False
        assert every((one, two)) is both
        assert some((one, two)) is either
        assert every((one, two)) is opposite(some((opposite(one), opposite(two))))
