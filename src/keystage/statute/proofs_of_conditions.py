"""What must be true of the conditions of a checking exercise: each proof yields what is wrong."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from keystage.statute.checking import Condition, Rules
from keystage.statute.fault import Fault
from keystage.statute.reading import Step

_DEEPEST = 6
_TESTS = ("equals", "one_of", "among", "given", "before", "until", "since", "after")


def prove_conditions(rules: Rules) -> Iterator[Fault]:
    """Yield everything wrong with the conditions of a year."""
    for key, condition in rules.conditions.items():
        path: tuple[Step, ...] = ("rules", "conditions", key)
        subjects = [bool(item) for item in (condition.answer, condition.fact)]
        composed = [bool(item) for item in (condition.all, condition.any, condition.unless)]
        if sum(subjects + composed) != 1:
            yield Fault(
                f"The condition {key} does not look at one thing.",
                path,
                "Give one of answer, fact, all, any and unless.",
            )
        elif any(composed):
            yield from _composed(rules, key, condition, path)
        else:
            yield from _leaf(rules, key, condition, path)
    yield from _ring(rules)


def _composed(
    rules: Rules, key: str, condition: Condition, path: tuple[Step, ...]
) -> Iterator[Fault]:
    if _tests(condition) or condition.apart:
        yield Fault(
            f"The condition {key} is made of others and also compares.",
            path,
            "Put the comparison into a condition of its own.",
        )
    for part in condition.parts:
        if part not in rules.conditions:
            yield Fault(
                f"The condition {key} is made of {part}, which is not known.",
                path,
                "Name one of the conditions, or add it.",
            )


def _leaf(rules: Rules, key: str, condition: Condition, path: tuple[Step, ...]) -> Iterator[Fault]:
    tests = _tests(condition)
    if len(tests) != 1 or not condition.sentence:
        yield Fault(
            f"The condition {key} does not make one comparison, or has no sentence.",
            path,
            f"Give a sentence and one of {', '.join(_TESTS)}.",
        )
        return
    question = rules.questions.get(condition.answer)
    fact = rules.facts.get(condition.fact)
    if question is None and fact is None:
        yield Fault(
            f"The condition {key} looks at {condition.answer or condition.fact}, which is not "
            "known.",
            path,
            "Name one of the questions or facts, or add it.",
        )
        return
    if condition.day:
        yield from _compared_day(rules, key, condition, path)
        return
    if condition.given:
        return
    yield from _groups(rules, key, condition, path)
    codes = fact.codes if question is None and fact is not None else None
    known = question.choices if question is not None else codes or {}
    wanted = [condition.equals, *condition.one_of]
    for name in (condition.among, condition.apart):
        wanted += rules.groups.get(name, ())
    for value in wanted:
        if value and value not in known:
            yield Fault(
                f"The condition {key} looks for {value}, which is no answer.",
                path,
                f"Use one of {', '.join(known) or 'the answers of a choice'}.",
            )


def _groups(
    rules: Rules, key: str, condition: Condition, path: tuple[Step, ...]
) -> Iterator[Fault]:
    for name in (condition.among, condition.apart):
        if name and name not in rules.groups:
            yield Fault(
                f"The condition {key} names the group {name}, which is not known.",
                path,
                "Name one of the groups, or add it.",
            )
    if condition.apart and not condition.among:
        yield Fault(
            f"The condition {key} has a group apart from none.",
            path,
            "Give among too.",
        )
    both = {*rules.groups.get(condition.among, ())} & {*rules.groups.get(condition.apart, ())}
    if both:
        yield Fault(
            f"{', '.join(sorted(both))} is in both groups of the condition {key}.",
            path,
            "Keep it in one of them.",
        )


def _compared_day(
    rules: Rules, key: str, condition: Condition, path: tuple[Step, ...]
) -> Iterator[Fault]:
    if not _is_date(rules, condition.answer):
        yield Fault(
            f"The condition {key} compares days, but does not look at a date.",
            path,
            "Look at the answer of a question of the type date.",
        )
    if condition.day not in rules.days and not _is_date(rules, condition.day):
        yield Fault(
            f"The condition {key} compares with {condition.day}, which is no day.",
            path,
            "Name one of the days, or a question of the type date.",
        )


def _is_date(rules: Rules, name: str) -> bool:
    return name in rules.questions and rules.questions[name].type == "date"


def _tests(condition: Condition) -> list[str]:
    return [name for name in _TESTS if getattr(condition, name)]


def _ring(rules: Rules) -> Iterator[Fault]:
    parts = {key: condition.parts for key, condition in rules.conditions.items()}
    try:
        order = tuple(TopologicalSorter(parts).static_order())
    except CycleError as error:
        ring = error.args[1]
        yield Fault(
            f"The conditions {', '.join(dict.fromkeys(ring))} are made of each other.",
            ("rules", "conditions", ring[0]),
            "Take one of them out of the other.",
        )
        return
    depth: dict[str, int] = {}
    for key in order:
        depth[key] = 1 + max((depth[part] for part in parts.get(key, ())), default=0)
        if depth[key] == _DEEPEST + 1:
            yield Fault(
                f"The condition {key} is made of others more than {_DEEPEST} deep.",
                ("rules", "conditions", key),
                "Make it of fewer, so that a person can follow it.",
            )
