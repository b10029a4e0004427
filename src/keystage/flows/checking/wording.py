"""Rules in plain words: what a condition says, part by part, and where a day comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from keystage.flows.checking.book import RuleBook, in_words
from keystage.statute.checking import Condition, Day
from keystage.statute.season import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """What a condition says, and the conditions it is made of."""

    sentence: str
    parts: tuple["Worded", ...] = ()


def condition_in_words(book: RuleBook, name: str) -> Worded:
    """A condition with its parts: days by their dates, answers and facts by their names."""
    condition = book.rules.conditions[name]
    return Worded(
        sentence=filled(book, condition.sentence) if condition.sentence else _joined(condition),
        parts=tuple(condition_in_words(book, part) for part in condition.parts),
    )


def filled(book: RuleBook, sentence: str) -> str:
    """A sentence of the rules whose {fields} say what stands there.

    A day stands as its date; an answer or fact as its name in brackets, for it differs by request.
    """
    return sentence.format_map(_names(book))


def origin_in_words(day: Day) -> str:
    """Where the date of a day comes from."""
    if day.event:
        return f"the season: {Event(day.event).label}"
    return "the academic year" if day.years_before is not None else "the rules"


def _joined(condition: Condition) -> str:
    if condition.unless:
        return "This does not hold:"
    return "All of these hold:" if condition.all else "At least one of these holds:"


def _names(book: RuleBook) -> Mapping[str, str]:
    rules = book.rules
    return {
        **{key: f"[{one.short}]" for key, one in rules.questions.items()},
        **{key: f"[{one.label}]" for key, one in rules.facts.items()},
        **{key: in_words(day) for key, day in book.days.items()},
    }
