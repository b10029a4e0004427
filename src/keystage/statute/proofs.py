"""What must be true of a statutory year: each proof yields what is wrong, and nothing if sound."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from msgspec import Struct

from keystage.statute.assembly import tables_in, unnamed_sources
from keystage.statute.fault import Fault
from keystage.statute.proofs_of_outcomes import prove_outcomes
from keystage.statute.proofs_of_progress import prove_progress
from keystage.statute.publication import Rounding
from keystage.statute.reading import Step
from keystage.statute.year import Year

#: The columns a pupil group can be made from: those of the pupil file, and the prior attainment
#: band Keystage works out.
GROUP_COLUMNS = frozenset({"SEX", "SENF", "EALGRP", "FSM6CLA1A", "FSM6_P", "NEWMOBILE", "PRIOR"})
_MOST_DECIMALS = 6
_HUNDRED = 100


def prove(year: Year) -> Iterator[Fault]:
    """Yield everything wrong with a year; nothing if it is sound."""
    yield from unnamed_sources(year, year.sources)
    yield from _numbers(year)
    yield from prove_outcomes(year)
    yield from prove_progress(year)
    yield from _publication(year)


def _numbers(year: Year) -> Iterator[Fault]:
    for name, table in tables_in(year):
        for path, holder, key, value in _walk(table, (name,)):
            if isinstance(holder, Rounding):
                if isinstance(value, int) and not 0 <= value <= _MOST_DECIMALS:
                    yield Fault(
                        f"{key} is {value}, which is no number of decimals.",
                        (*path, key),
                        f"Give a whole number from 0 to {_MOST_DECIMALS}.",
                    )
            elif _is_percent(name, str(key)) or (path and str(path[-1]).endswith("percents")):
                yield from _percent(value, (*path, key))


def _is_percent(table: str, key: str) -> bool:
    return key.endswith("percent") or (table == "national_figures" and key.startswith("PT"))


def _percent(value: Any, path: tuple[Step, ...]) -> Iterator[Fault]:
    if value is not None and not 0 <= value <= _HUNDRED:
        yield Fault(
            f"{path[-1]} is {value}, which is no percentage."
            if isinstance(path[-1], str)
            else f"{path[-2]} holds {value}, which is no percentage.",
            path,
            "Give a number from 0 to 100.",
        )


def _publication(year: Year) -> Iterator[Fault]:
    yield from _pupil_groups(year)
    yield from _publication_codes(year)
    trusts = year.trusts
    if trusts is not None and not 1 <= trusts.years_needed <= trusts.weight_cap:
        yield Fault(
            f"Years are capped at {trusts.weight_cap}, but {trusts.years_needed} are needed.",
            ("trusts", "weight_cap"),
            "Give a cap that is no less than years_needed.",
        )
    if sum(year.reference_rules.distribution_percents) != _HUNDRED:
        yield Fault(
            "The shares of the distribution do not add up to 100.",
            ("reference_rules", "distribution_percents"),
            "Correct the shares.",
        )
    if year.distribution is not None:
        yield from _distribution(year)


def _pupil_groups(year: Year) -> Iterator[Fault]:
    groups = year.pupil_groups.groups
    if "all" not in groups:
        yield Fault("There is no group all.", ("pupil_groups", "groups"), "Add the group all.")
    suffixes: dict[str, str] = {}
    for key, group in groups.items():
        path: tuple[Step, ...] = ("pupil_groups", "groups", key)
        whole = key == "all"
        if not whole and group.column not in GROUP_COLUMNS:
            yield Fault(
                f"The group {key} is made from the unknown column {group.column or '(none)'}.",
                path,
                f"Use one of {', '.join(sorted(GROUP_COLUMNS))}.",
            )
        if whole is bool(group.values) or (whole and group.column):
            yield Fault(
                f"The group {key} has the wrong values: {', '.join(group.values) or 'none'}.",
                path,
                "The group all has no column and no values; every other group has both.",
            )
        if group.suffix in suffixes:
            yield Fault(
                f"The groups {suffixes[group.suffix]} and {key} share the suffix {group.suffix}.",
                path,
                "Give each group a suffix of its own.",
            )
        suffixes[group.suffix] = key


def _publication_codes(year: Year) -> Iterator[Fault]:
    for place, pair in enumerate(year.suppression.pairs):
        for unknown in [name for name in pair if name not in year.pupil_groups.groups]:
            yield Fault(
                f"The pair names the group {unknown}, which is not among the pupil groups.",
                ("suppression", "pairs", place),
                f"Use one of {', '.join(year.pupil_groups.groups)}.",
            )
    for code, kind in year.school_types.types.items():
        if kind.mainstream and (kind.alternative_provision or not kind.state_funded):
            yield Fault(
                f"The school type {code} is mainstream, but not a state-funded school.",
                ("school_types", "types", code),
                "Mainstream means state-funded and neither special nor alternative provision.",
            )


def _distribution(year: Year) -> Iterator[Fault]:
    assert year.distribution is not None  # noqa: S101  # the caller looked
    rows, unit = year.distribution.rows, year.rounding.progress
    if sum(row.percent for row in rows) != _HUNDRED:
        yield Fault(
            "The shares of the distribution do not add up to 100.",
            ("distribution", "rows"),
            "Correct the shares.",
        )
    for subject in ("reading", "writing", "maths"):
        ranges = [getattr(row, subject) for row in rows]
        for place, (better, worse) in enumerate(pairwise(ranges)):
            ends = (better.low, worse.high)
            if None in ends or (better.low - worse.high).scaleb(unit) != 1:
                yield Fault(
                    f"Rows {place + 1} and {place + 2} do not meet in {subject}.",
                    ("distribution", "rows", place + 1),
                    "Each row should end one printed step below the row above.",
                )


def _walk(record: Any, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Any, Step, Any]]:
    """Every value inside a record: the path to its holder, the holder, its key, and itself."""
    items: list[tuple[Step, Any]] = []
    if isinstance(record, Struct):
        items = [(name, getattr(record, name)) for name in record.__struct_fields__]
    elif isinstance(record, Mapping):
        items = list(record.items())
    elif isinstance(record, tuple):
        items = list(enumerate(record))
    for key, value in items:
        yield path, record, key, value
        yield from _walk(value, (*path, key))
