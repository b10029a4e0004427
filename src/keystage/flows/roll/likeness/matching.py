"""Matching the pupils of a file with those stored: by number first, then by name and birth date.

Nobody is matched by contacts, addresses or relations: families share them. A match that rests on
the number and a name or birth date may be taken by itself; every other needs a person. No two
stored pupils take one row, and no two rows one stored pupil. The order of neither list matters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from keystage.flows.roll.likeness.evidence import Evidence, compared, differences, word_list
from keystage.flows.roll.likeness.names import is_same_name
from keystage.flows.roll.likeness.pairs import (
    By,
    Strictness,
    by_name,
    has_two_numbers,
    name_of,
    pairs_of,
)
from keystage.flows.roll.pupils import Facts, Incoming, Stored

Kind = Literal[
    "same",  # the same pupil, by number
    "probable",  # the same pupil as far as can be seen
    "possible",  # perhaps the same: something speaks against it
    "new",
    "duplicate",  # another row of the file is the same pupil
    "ambiguous",  # more than one stored pupil, or more than one row, could be meant
]


_BY: Mapping[By, str] = {
    "upn": "number",
    "former UPN": "former number",
    "name": "name and birth date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed for one row of a file.

    Attributes:
        row: the row.
        kind: what it is taken for.
        key: the stored pupil it is taken for; None where that is not one pupil.
        by: what was compared first.
        step: how alike the names had to be, where it was found by name.
        candidates: the stored pupils that could be meant, where there are several.
        rows: the other rows that are, or could be, the same pupil.
        reasons: why, in words.
        confirm: whether a person must say so.
    """

    row: int
    kind: Kind
    key: str | None = None
    by: By | None = None
    step: Strictness | None = None
    candidates: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    reasons: tuple[str, ...]
    confirm: bool


def match(
    stored: Sequence[Stored],
    incoming: Sequence[Incoming],
    strictness: Strictness = Strictness.EXACT,
) -> tuple[Proposal, ...]:
    """Propose for each row of a file which stored pupil it is.

    First the unique pupil number; then former numbers, either way round; then the steps of
    strictness, each among the pupils that are left. A step by name needs the same birth date; only
    the strict one also takes rows or pupils without one. Pupils with two different permanent
    numbers are never matched by similar names, as twins may have them, nor are pupils of different
    sex by initials.

    Args:
        stored: the pupils of the school.
        incoming: the rows of the file.
        strictness: how loose names may be; the default is strict.

    Returns:
        One proposal a row, in the order of the rows.
    """
    made = dict(_duplicates(stored, incoming))
    rest = [one for one in incoming if one.row not in made]
    held = {key for proposal in made.values() for key in proposal.candidates}
    free = [one for one in stored if one.key not in held]
    for by, step in _steps(strictness):
        pairs = list(pairs_of(rest, free, by, step))
        made |= {one.row: one for one in _settled(pairs, stored, by, step)}
        rest = [one for one in rest if one.row not in made]
        taken = {other.key for _, other in pairs}
        free = [one for one in free if one.key not in taken]
    namesakes = by_name(stored)
    made |= {one.row: _new(one, namesakes.get(name_of(one.facts), [])) for one in rest}
    return tuple(made[one.row] for one in incoming)


def unmatched(stored: Sequence[Stored], proposals: Iterable[Proposal]) -> tuple[str, ...]:
    """The stored pupils that no row of the file could be: perhaps they have left."""
    named = {key for one in proposals for key in (one.key, *one.candidates)}
    return tuple(one.key for one in stored if one.key not in named)


def _steps(strictness: Strictness) -> list[tuple[By, Strictness | None]]:
    by_name: list[tuple[By, Strictness | None]] = [
        ("name", step) for step in Strictness if step <= strictness
    ]
    return [("upn", None), ("former UPN", None), *by_name]


def _settled(
    pairs: Sequence[tuple[Incoming, Stored]],
    stored: Sequence[Stored],
    by: By,
    step: Strictness | None,
) -> Iterable[Proposal]:
    """A proposal for each row that has a pair: one to one, or ambiguous."""
    keys: dict[int, set[str]] = {}
    rows: dict[str, set[int]] = {}
    for one, other in pairs:
        keys.setdefault(one.row, set()).add(other.key)
        rows.setdefault(other.key, set()).add(one.row)
    told: set[int] = set()
    namesakes = by_name(stored)
    for one, other in pairs:
        if one.row in told:
            continue
        told.add(one.row)
        if len(keys[one.row]) == 1 and len(rows[other.key]) == 1:
            yield _one_to_one(one, other, namesakes.get(name_of(one.facts), []), by, step)
        else:
            others = {row for key in keys[one.row] for row in rows[key]} - {one.row}
            yield _ambiguous(one.row, keys[one.row], others, by, step)


def _ambiguous(
    row: int, keys: Iterable[str], rows: Iterable[int], by: By, step: Strictness | None
) -> Proposal:
    candidates, others = tuple(sorted(keys)), tuple(sorted(rows))
    how = _BY[by]
    reasons = []
    if len(candidates) > 1:
        reasons.append(f"{len(candidates)} stored pupils could be meant by the {how}")
    if others:
        plural = "another row" if len(others) == 1 else f"{len(others)} other rows"
        reasons.append(f"{plural} of the file could be the same pupil by the {how}")
    return Proposal(
        row=row,
        kind="ambiguous",
        by=by,
        step=step,
        candidates=candidates,
        rows=others,
        reasons=tuple(reasons),
        confirm=True,
    )


def _one_to_one(
    one: Incoming, other: Stored, namesakes: Sequence[Stored], by: By, step: Strictness | None
) -> Proposal:
    found = compared(one.facts, other.facts)
    rivals = [
        each.key
        for each in namesakes
        if each.key != other.key
        and not found.same_person
        and compared(one.facts, each.facts).same_person
    ]
    if rivals:
        proposal = _ambiguous(one.row, [other.key, *rivals], (), by, step)
        reason = f"the {_BY[by]} is one stored pupil's, name and birth date are another's"
        return replace(proposal, reasons=(reason,))
    kind, confirm = _judged(found, by, two_numbers=has_two_numbers(one.facts, other.facts))
    return Proposal(
        row=one.row,
        kind=kind,
        key=other.key,
        by=by,
        step=step,
        reasons=_reasons(one.facts, other.facts, found, by),
        confirm=confirm,
    )


def _judged(found: Evidence, by: By, *, two_numbers: bool) -> tuple[Kind, bool]:
    """What a pair is, and whether a person must confirm it."""
    if by == "upn":
        if found.goes_with_a_number:
            return "same", False
        against = found.birth_date == "other" and not found.names_alike
        return ("possible" if against else "probable"), True
    if by == "former UPN":
        return ("probable" if found.birth_date == "same" else "possible"), True
    return ("probable" if found.same_person and not two_numbers else "possible"), True


def _reasons(mine: Facts, theirs: Facts, found: Evidence, by: By) -> tuple[str, ...]:
    said = {"upn": "same UPN", "former UPN": "same former UPN", "name": found.agreeing()}
    told = [said[by], *differences(theirs, mine)]
    if by != "name" and found.nothing_else:
        told.append("the file gives neither name nor birth date to compare")
    elif by == "upn" and found.birth_date == "other" and not found.names_alike:
        told.append("another name and another birth date: look closely")
    elif by == "upn" and found.forename == "other" and found.birth_date == "same":
        told.append("a brother or sister born on the same day could be meant")
    if by == "name" and found.birth_date == "unknown":
        told.append("the birth date is not known of both")
    return tuple(told)


def _duplicates(
    stored: Sequence[Stored], incoming: Sequence[Incoming]
) -> Iterable[tuple[int, Proposal]]:
    """Rows of a file that are the same pupil: by number, or by name and birth date."""
    groups = _grouped(incoming)
    for one in incoming:
        group = groups[one.row]
        if len(group) == 1:
            continue
        others = [each for each in group if each.row != one.row]
        numbers = {each.facts.upn for each in others}
        what = "number" if one.facts.upn in numbers - {None} else "name and birth date"
        lines = word_list([str(each.line) for each in others])
        verb = "has" if len(others) == 1 else "have"
        plural = "line" if len(others) == 1 else "lines"
        alike = all(each.facts == one.facts for each in others)
        found = {
            other.key
            for by in ("upn", "name")
            for _, other in pairs_of(group, stored, by, Strictness.EXACT)
        }
        proposal = Proposal(
            row=one.row,
            kind="duplicate",
            candidates=tuple(sorted(found)),
            rows=tuple(sorted(each.row for each in others)),
            reasons=(
                f"{plural} {lines} of the file {verb} the same {what}",
                "all values are the same" if alike else "other values differ",
            ),
            confirm=True,
        )
        yield one.row, proposal


def _grouped(incoming: Sequence[Incoming]) -> dict[int, list[Incoming]]:
    """The rows that are the same pupil as a row, itself included, in the order of lines."""
    groups = {one.row: [one] for one in incoming}
    alike: dict[object, list[Incoming]] = {}
    for one in incoming:
        for mark in (one.facts.upn, (name_of(one.facts), one.facts.birth_date)):
            if mark is not None:
                alike.setdefault(mark, []).append(one)
    for rows in alike.values():
        for one, other in combinations(rows, 2):
            if groups[one.row] is not groups[other.row] and _is_doubled(one.facts, other.facts):
                joined = sorted([*groups[other.row], *groups[one.row]], key=lambda each: each.row)
                groups |= dict.fromkeys((each.row for each in joined), joined)
    return groups


def _is_doubled(one: Facts, other: Facts) -> bool:
    if one.upn is not None and one.upn == other.upn:
        return True
    same = one.birth_date is not None and one.birth_date == other.birth_date
    return same and is_same_name(one, other) and not has_two_numbers(one, other)


def _new(one: Incoming, namesakes: Sequence[Stored]) -> Proposal:
    """A pupil who is not stored; a person looks where one of the name is, or little is known."""
    reasons = ["no stored pupil has this number, or this name and birth date"]
    for each in namesakes:
        said = "; ".join(differences(each.facts, one.facts))
        reasons.append(f"a stored pupil has the same name: {said}")
    facts = one.facts
    lacking = facts.surname is None or (facts.upn is None and facts.birth_date is None)
    if lacking:
        reasons.append("too little is known of the row to add a pupil")
    confirm = lacking or bool(namesakes)
    return Proposal(row=one.row, kind="new", reasons=tuple(reasons), confirm=confirm)
