"""A school under other rules as pages show it: which figures change, and who moves why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from keystage.flows.figures.cells import Declared, declared
from keystage.flows.figures.method import UnderOtherRules, moving
from keystage.measures.changes.comparing import Change, Effect
from keystage.web.figures.cells import signed
from keystage.web.figures.differing import by, exactly
from keystage.web.figures.opened import PLACES, by_name

NONE = "No figure"
_RULES = {
    "minimum_applied": "The minimum score applies",
    "minimum_lifted": "The minimum score does not apply",
    "reference_changed": "Another national reference",
    "rule_changed": "Another rule",
}
_UNKNOWN = "A code that those rules do not know"
_NO_SUCH = "Not in those rules"


@dataclass(frozen=True, kw_only=True)
class LabRow:
    """A figure that is another under other rules: exact to two decimals."""

    name: str
    label: str
    before: str
    after: str
    change: str
    reasons: tuple[str, ...]
    pupils: int


@dataclass(frozen=True, kw_only=True)
class Side:
    """Where a pupil counts by some rules, why, and what the pupil adds."""

    place: str
    reason: str
    adds: str


@dataclass(frozen=True, kw_only=True)
class MovingRow:
    """A pupil whose part is another: by the release's rules, by the others, and the effect."""

    name: str
    old: Side
    new: Side
    effect: str


def rows_of(found: UnderOtherRules, school: int) -> Iterator[LabRow]:
    """The figures that are others, in the order of the tables."""
    known = labels(found)
    for change in found.changes.of_school(school):
        item = known.get(change.field.name)
        if item is None or change.same:
            continue
        yield LabRow(
            name=item.name,
            label=labelled(item),
            before=_number(change.old, item.unit),
            after=_number(change.new, item.unit),
            change=by(change.change, item.unit),
            reasons=reasons_of(change.effects),
            pupils=len(change.effects),
        )


def labels(found: UnderOtherRules) -> Mapping[str, Declared]:
    """The published figures of both years' rules by name."""
    years = (found.new.table.year, found.old.table.year)
    return {item.name: item for year in years for item in declared(year)}


def labelled(item: Declared) -> str:
    """A figure and its pupil group, for people."""
    return f"{item.label}, {item.group_label}" if item.group_label else item.label


def reasons_of(effects: Iterable[Effect]) -> tuple[str, ...]:
    """Why the pupils of a change move, in words: nothing of a pupil changes but what rules know."""
    names = {reason.name for one in effects for reason in one.reasons}
    found = [words for name, words in _RULES.items() if name in names]
    return tuple(found + [_UNKNOWN] * bool(names - _RULES.keys()))


def moving_rows(
    found: UnderOtherRules, school: int, change: Change, called: Mapping[int, str]
) -> tuple[MovingRow, ...]:
    """The pupils who are called something and whose part in a figure is another."""
    effects = {one.new_line: exactly(one.effect) for one in change.effects}
    rows = [
        MovingRow(
            name=called[row["line"]],
            old=_side(row, "old"),
            new=_side(row, "new"),
            effect=effects.get(row["line"], ""),
        )
        for row in moving(found, school, change.field.name).iter_rows(named=True)
        if row["line"] in called
    ]
    return tuple(sorted(rows, key=lambda row: by_name(row.name)))


def _side(row: Mapping[str, Any], side: str) -> Side:
    place = row[f"{side}_place"]
    if place is None:
        return Side(place=_NO_SUCH, reason="", adds="")
    return Side(
        place=PLACES[place], reason=row[f"{side}_reason"], adds=signed(row[f"{side}_shown"])
    )


def _number(value: Fraction | None, unit: str) -> str:
    if value is None:
        return NONE
    text = f"{value.numerator}" if unit == "pupils" else f"{float(round(value, 2)):.2f}"
    return signed(f"{text}%" if unit == "percent" else text)
