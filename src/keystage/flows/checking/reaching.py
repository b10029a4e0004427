"""Whether each branch of a rule can ever decide: every kind of answer is tried."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from math import prod

from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.forms import settled
from keystage.flows.checking.truth import truth_of
from keystage.statute.checking import Condition, Question, Reason

#: How many sets of answers are tried of one reason before it is left open.
MOST = 100_000
_DAY = timedelta(days=1)


def never_decide(book: RuleBook, reason: str) -> tuple[str, ...] | None:
    """The branches of a reason that no answers lead to; None where there are too many to try.

    The last branch, to a person, is not among them: it stands for whatever is not foreseen.
    Answers that lead to the same conditions are tried once: a day before, on and after each day
    that is compared with, and one country of each group.

    Raises:
        UsageError: there is no such reason.
    """
    rule = book.reason(reason)
    answers, facts = _domains(book, rule)
    sizes = [len(values) for values in (*answers.values(), *facts.values())]
    if prod(sizes) > MOST:
        return None
    open_ = {branch.id for branch in rule.branches[:-1]}
    for chosen in product(*answers.values(), *facts.values()):
        values = dict(zip((*answers, *facts), chosen, strict=True))
        given = {key: values[key] for key in answers if values[key]}
        held = {key: values[key] or None for key in facts}
        open_.discard(_decides(book, rule, settled(book, reason, given), held))
    return tuple(branch.id for branch in rule.branches if branch.id in open_)


def _decides(
    book: RuleBook, rule: Reason, answers: Mapping[str, str], facts: Mapping[str, str | None]
) -> str:
    for branch in rule.branches:
        truth = truth_of(book, branch.when, answers, facts) if branch.when else True
        if truth is not False:
            return branch.id if truth else ""
    return ""


def _domains(book: RuleBook, rule: Reason) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The values to try of each question and fact the conditions of a reason look at."""
    named = {each for name in book.rules.conditions_of(rule) for each in book.rules.within(name)}
    leaves = [one for name in sorted(named) if not (one := book.rules.conditions[name]).parts]
    days = sorted(set(_days(book, leaves)))
    wanted = {*(one.answer for one in leaves), *(one.day for one in leaves)}
    answers = {
        key: _values(book, key, book.rules.questions[key], leaves, days)
        for key in rule.questions
        if key in wanted
    }
    facts = {one.fact: ["", *book.rules.facts[one.fact].codes] for one in leaves if one.fact}
    return answers, facts


def _days(book: RuleBook, leaves: list[Condition]) -> Iterator[date]:
    known = {book.days.get(one.day) for one in leaves}
    for day in known:
        if day is not None:
            yield from (day - _DAY, day, day + _DAY)


def _values(
    book: RuleBook, key: str, question: Question, leaves: list[Condition], days: list[date]
) -> list[str]:
    if question.type == "date":
        return [day.isoformat() for day in days or [date(book.year, 1, day) for day in (1, 2, 3)]]
    if not question.choices:
        return ["x"]
    mine = [one for one in leaves if one.answer == key]
    seen: dict[tuple[bool, ...], str] = {}
    for value in question.choices:
        alike = tuple(
            value in named
            for one in mine
            for named in (
                (one.equals, *one.one_of),
                book.rules.groups.get(one.among, ()),
                book.rules.groups.get(one.apart, ()),
            )
        )
        seen.setdefault(alike, value)
    return list(seen.values())
