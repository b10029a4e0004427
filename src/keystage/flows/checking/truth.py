"""Three-valued logic: whether a condition holds, does not hold, or is not known to."""

from collections.abc import Iterable
from datetime import date

from keystage.flows.checking.book import Answers, Facts, RuleBook, day_of
from keystage.statute.checking import NOT_KNOWN, Condition

#: True, false, or None for what is not known.
Truth = bool | None


def every(truths: Iterable[Truth]) -> Truth:
    """Whether all hold: false once one is, else not known once one is.

    >>> every([True, None]), every([None, False]), every([])
    (None, False, True)
    """
    found = tuple(truths)
    if False in found:
        return False
    return None if None in found else True


def some(truths: Iterable[Truth]) -> Truth:
    """Whether one holds: true once one is, else not known once one is.

    >>> some([False, None]), some([None, True]), some([])
    (None, True, False)
    """
    return opposite(every(opposite(one) for one in truths))


def opposite(truth: Truth) -> Truth:
    """What does not hold if it does; what is not known stays so."""
    return None if truth is None else not truth


def truth_of(book: RuleBook, name: str, answers: Answers, facts: Facts) -> Truth:
    """Whether a condition holds.

    Args:
        book: the rules.
        name: the condition.
        answers: the answers of the questions that are asked. One that means nothing is not known.
        facts: what the pupil's record holds.
    """
    condition = book.rules.conditions[name]
    if condition.all:
        return every(truth_of(book, part, answers, facts) for part in condition.all)
    if condition.any:
        return some(truth_of(book, part, answers, facts) for part in condition.any)
    if condition.unless:
        return opposite(truth_of(book, condition.unless, answers, facts))
    value = known_value(book, condition, answers, facts)
    if value is None:
        return None
    if condition.day:
        return _compared(condition, day_of(value), _other_day(book, condition.day, answers))
    return _matched(book, condition, value)


def known_value(book: RuleBook, condition: Condition, answers: Answers, facts: Facts) -> str | None:
    """What a leaf looks at; None where it is not answered, not known, or means nothing."""
    if condition.fact:
        held = facts.get(condition.fact)
        return held if held in book.rules.facts[condition.fact].codes else None
    question = book.rules.questions[condition.answer]
    given = answers.get(condition.answer)
    if not given or given == NOT_KNOWN:
        return None
    if question.type == "date":
        return given if day_of(given) else None
    return given if not question.choices or given in question.choices else None


def _other_day(book: RuleBook, name: str, answers: Answers) -> date | None:
    return book.days[name] if name in book.days else day_of(answers.get(name, ""))


def _compared(condition: Condition, day: date | None, other: date | None) -> Truth:
    if day is None or other is None:
        return None
    if condition.before:
        return day < other
    if condition.until:
        return day <= other
    return day >= other if condition.since else day > other


def _matched(book: RuleBook, condition: Condition, value: str) -> Truth:
    if condition.given:
        return True
    groups = book.rules.groups
    if condition.among:
        if value in groups[condition.among]:
            return True
        return False if not condition.apart or value in groups[condition.apart] else None
    return value == condition.equals if condition.equals else value in condition.one_of
