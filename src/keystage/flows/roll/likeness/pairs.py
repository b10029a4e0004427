"""Which stored pupils a row could be, by number or by name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Literal

from keystage.core.upn import is_temporary
from keystage.flows.roll.likeness.evidence import Evidence, compared
from keystage.flows.roll.likeness.names import folded
from keystage.flows.roll.pupils import Facts, Incoming, Stored

By = Literal["upn", "former UPN", "name"]
Pair = tuple[Incoming, Stored]


class Strictness(IntEnum):
    """How alike names must be where the birth date is the same, from strict to loose."""

    EXACT = 1  # surname and forename the same
    SIMILAR = 2  # one of them the same, and the other similar
    SEPARATELY = 3  # each of them similar
    INITIALS = 4  # each begins with the same letter


def pairs_of(
    incoming: Iterable[Incoming], stored: Sequence[Stored], by: By, step: Strictness | None
) -> Iterator[Pair]:
    """The pairs of a row and a stored pupil that fit.

    Args:
        incoming: the rows.
        stored: the pupils.
        by: what is compared: the number, former numbers either way round, or names.
        step: how alike names must be; only by name.
    """
    if by == "name":
        yield from _by_name(incoming, stored, step or Strictness.EXACT)
        return
    numbers: dict[str, list[Stored]] = {}
    for other in stored:
        for number in _numbers(other.facts, by):
            numbers.setdefault(number, []).append(other)
    for one in incoming:
        found = {
            other.key: other
            for number in _numbers(one.facts, by)
            for other in numbers.get(number, ())
        }
        for other in found.values():
            yield one, other


def has_two_numbers(one: Facts, other: Facts) -> bool:
    """Whether two have permanent numbers that differ: each number is given to one pupil."""
    if one.upn is None or other.upn is None or one.upn == other.upn:
        return False
    return not is_temporary(one.upn) and not is_temporary(other.upn)


def name_of(facts: Facts) -> tuple[str, str]:
    """Surname and forename as they are compared."""
    return folded(facts.surname), folded(facts.forename)


def by_name(stored: Iterable[Stored]) -> Mapping[tuple[str, str], list[Stored]]:
    """The stored pupils of each name; those without any are left out."""
    found: dict[tuple[str, str], list[Stored]] = {}
    for one in stored:
        if any(name := name_of(one.facts)):
            found.setdefault(name, []).append(one)
    return found


def _numbers(facts: Facts, by: By) -> set[str]:
    given = {facts.upn} if by == "upn" else {facts.upn, facts.former_upn}
    return {number for number in given if number is not None}


def _by_name(
    incoming: Iterable[Incoming], stored: Sequence[Stored], step: Strictness
) -> Iterator[Pair]:
    born: dict[date | None, list[Stored]] = {}
    for other in stored:
        born.setdefault(other.facts.birth_date, []).append(other)
    for one in incoming:
        day = one.facts.birth_date
        found: Sequence[Stored] = born.get(day, []) if day is not None else []
        if step == Strictness.EXACT:
            found = stored if day is None else [*found, *born.get(None, [])]
        for other in found:
            if _fits(one.facts, other.facts, compared(one.facts, other.facts), step):
                yield one, other


def _fits(mine: Facts, theirs: Facts, found: Evidence, step: Strictness) -> bool:
    if step == Strictness.EXACT:
        return found.same_name
    if has_two_numbers(mine, theirs):
        return False
    if step == Strictness.INITIALS:
        letters = [tuple(part[:1] for part in name_of(facts)) for facts in (mine, theirs)]
        return found.sex != "other" and letters[0] == letters[1] != ("", "")
    one_is_same = "same" in {found.surname, found.forename}
    return found.names_alike and (one_is_same or step == Strictness.SEPARATELY)
