"""Deciding a request: branches in order, by three-valued logic, with every step kept.

A branch decides when its condition holds and those of all branches before it do not. Where one is
not known, nothing after it is tried and a person decides; so does a person when the engine fails.
More answers never turn a decision that rests on known conditions into another.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

from keystage.flows.checking.book import Answers, Facts, RuleBook, in_words
from keystage.flows.checking.forms import answer_in_words, settled
from keystage.flows.checking.truth import Truth, known_value, truth_of
from keystage.statute.checking import Branch, Condition, Outcome

Result = Literal["yes", "no", "not_known"]
#: What each result is called for people.
RESULTS: Mapping[Result, str] = {"yes": "yes", "no": "no", "not_known": "not known"}
OUTCOMES: Mapping[Outcome, str] = {
    "approve": "approved",
    "refuse": "refused",
    "scrutiny": "looked at by a person",
}
_STOPPED = "Not everything this rule needs is known, so a person looks at it."
_FAILED = "The rule could not be worked out, so a person looks at it."


class Step(Struct, frozen=True, kw_only=True):
    """A condition that was looked at.

    Attributes:
        condition: its name in the rules.
        sentence: what it says, with its values.
        result: whether it holds.
        values: what it looked at, each with its name for people, in the order of the sentence.
        depth: how deep it is within others.
    """

    condition: str
    sentence: str
    result: Result
    values: tuple[tuple[str, str], ...] = ()
    depth: int = 0


class Tried(Struct, frozen=True, kw_only=True):
    """A branch that was tried: whether its condition holds, and each step."""

    branch: str
    outcome: Outcome
    result: Result
    steps: tuple[Step, ...] = ()


class Decision(Struct, frozen=True, kw_only=True):
    """What becomes of a request, and why.

    Attributes:
        outcome: what becomes of it.
        branch: the branch that decided, or the one at which it stopped; empty if the engine failed.
        because: why, for people.
        version: the version of the rules.
        trace: the branches tried, in order.
        waiting: what would have to be known to go on, by its name for people; empty if decided.
        failed: whether the engine failed.
    """

    outcome: Outcome
    branch: str
    because: str
    version: str
    trace: tuple[Tried, ...] = ()
    waiting: tuple[str, ...] = ()
    failed: bool = False


class Ticked(Struct, frozen=True, kw_only=True):
    """A condition shown as a tick or a cross, with the evidence that would show it."""

    sentence: str
    result: Result
    evidence: str


def decide(book: RuleBook, reason: str, answers: Answers, facts: Facts) -> Decision:
    """What becomes of a request.

    The same answers, facts and rules give the same decision, before sending and after.

    Args:
        book: the rules.
        reason: the reason of the request.
        answers: what was answered; questions that are not asked take no part.
        facts: the columns of the pupil's record.

    Raises:
        UsageError: there is no such reason.
    """
    rule = book.reason(reason)
    try:
        return _decided(book, rule.branches, settled(book, reason, answers), facts)
    except Exception:  # noqa: BLE001  # whatever goes wrong, a person decides
        return Decision(
            outcome="scrutiny", branch="", because=_FAILED, version=book.rules.version, failed=True
        )


def _decided(
    book: RuleBook, branches: tuple[Branch, ...], answers: Answers, facts: Facts
) -> Decision:
    trace: list[Tried] = []
    for branch in branches:
        steps = tuple(_steps(book, branch.when, answers, facts)) if branch.when else ()
        result = steps[0].result if steps else "yes"
        trace.append(Tried(branch=branch.id, outcome=branch.outcome, result=result, steps=steps))
        if result == "no":
            continue
        stopped = result == "not_known"
        texts = _texts(book, answers, facts)
        return Decision(
            outcome="scrutiny" if stopped else branch.outcome,
            branch=branch.id,
            because=_STOPPED if stopped else branch.because.format_map(texts),
            version=book.rules.version,
            trace=tuple(trace),
            waiting=tuple(_waiting(book, branch.when, answers, facts)) if stopped else (),
        )
    raise AssertionError  # the last branch has no condition: proved of every rule


def ticks(book: RuleBook, reason: str, answers: Answers, facts: Facts) -> tuple[Ticked, ...]:
    """The conditions of a reason that are shown one by one, such as those of a new arrival.

    Raises:
        UsageError: there is no such reason.
    """
    kept = settled(book, reason, answers)
    texts = _texts(book, kept, facts)
    return tuple(
        Ticked(
            sentence=_sentence(book.rules.conditions[one.condition], texts),
            result=_result(truth_of(book, one.condition, kept, facts)),
            evidence=one.evidence,
        )
        for one in book.reason(reason).ticks
    )


def _steps(
    book: RuleBook, name: str, answers: Answers, facts: Facts, depth: int = 0
) -> Iterator[Step]:
    condition = book.rules.conditions[name]
    texts = _texts(book, answers, facts)
    yield Step(
        condition=name,
        sentence=_sentence(condition, texts),
        result=_result(truth_of(book, name, answers, facts)),
        values=tuple((_label(book, each), texts[each]) for each in _looked_at(condition)),
        depth=depth,
    )
    for part in condition.parts:
        yield from _steps(book, part, answers, facts, depth + 1)


def _waiting(book: RuleBook, name: str, answers: Answers, facts: Facts) -> Iterator[str]:
    """What is not known of the leaves that keep a condition from being known."""
    told: set[str] = set()
    for each in book.rules.within(name):
        condition = book.rules.conditions[each]
        if condition.parts or truth_of(book, each, answers, facts) is not None:
            continue
        known = known_value(book, condition, answers, facts) is not None
        blank = condition.day if known and condition.day else condition.answer or condition.fact
        if blank not in told:
            told.add(blank)
            yield _label(book, blank)


def _looked_at(condition: Condition) -> tuple[str, ...]:
    return tuple(name for name in (condition.answer or condition.fact, condition.day) if name)


def _label(book: RuleBook, name: str) -> str:
    rules = book.rules
    if name in rules.questions:
        return rules.questions[name].short
    return (rules.days[name] if name in rules.days else rules.facts[name]).label


def _sentence(condition: Condition, texts: Mapping[str, str]) -> str:
    if condition.sentence:
        return condition.sentence.format_map(texts)
    if condition.all:
        return "All of these hold:"
    return "At least one of these holds:" if condition.any else "This does not hold:"


def _texts(book: RuleBook, answers: Answers, facts: Facts) -> dict[str, str]:
    rules = book.rules
    questions = {
        key: answer_in_words(one, answers.get(key)) for key, one in rules.questions.items()
    }
    days: dict[str, date | None] = dict(book.days)
    held = {key: facts.get(key) or "" for key in rules.facts}
    return {
        **questions,
        **{key: in_words(day) for key, day in days.items()},
        **{
            key: rules.facts[key].codes.get(value, value) or "not known"
            for key, value in held.items()
        },
    }


def _result(truth: Truth) -> Result:
    if truth is None:
        return "not_known"
    return "yes" if truth else "no"
