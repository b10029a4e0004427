"""Run every check over a record set: count first, then list only what was found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from keystage.checks import key_stage_1, key_stage_2, pupils, schools, teacher_assessment
from keystage.checks.counted import counts
from keystage.checks.facets import (
    ROWS,
    Facet,
    combinations,
    facet_of,
    first_pupils,
)
from keystage.checks.findings import Findings
from keystage.checks.found import FOUND, added_up, told
from keystage.checks.registry import Check, declared
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

_ROOM = (key_stage_1, key_stage_2, pupils, schools, teacher_assessment)  # importing declares them
_TABLES = ("pupils", "schools", "unreadable")


def checks() -> tuple[Check, ...]:
    """Every check of this room, by code."""
    return declared()


def run(
    records: RecordSet,
    year: Year,
    *,
    only: Sequence[Check] | None = None,
    listed: int = 1000,
) -> Findings:
    """Look at a record set with every check, or ``only`` some.

    Of each check and column at most ``listed`` findings are listed, the first in the file; all are
    counted.
    """
    chosen = checks() if only is None else only
    found = look(records, year, only=chosen, listed=listed)
    return added_up(found, chosen, year, records.files, listed=listed)


def look(
    records: RecordSet, year: Year, *, only: Sequence[Check], listed: int = 1000
) -> pl.DataFrame:
    """What checks find in a record set whose pupils may be a part of a file.

    Returns:
        Rows that `found.added_up` makes findings of, with those of the other parts: of each check
        and field at most ``listed``, the first ones, and how many more there are.
    """
    found = [
        told(one.check, one.field, one.rows, one.count, year)
        for table in _TABLES
        for one in _look(getattr(records, table), _asked(only, table, records, year), listed)
    ]
    return pl.concat([pl.DataFrame(schema=dict(FOUND)), *found])


@dataclass(frozen=True, slots=True)
class _Asked:
    """One check of one field: the expression that is true where it fails."""

    check: Check
    field: str
    fails: pl.Expr
    facet: Facet | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What one check of one field found: how many rows fail, and rows to tell of the first."""

    check: Check
    field: str
    rows: pl.DataFrame
    count: int


def _asked(chosen: Sequence[Check], table: str, records: RecordSet, year: Year) -> list[_Asked]:
    counted = counts(records.pupils, year)
    asked: list[_Asked] = []
    for check in chosen:
        for field in check.fields if check.table == table else ():
            fails = check.rule(field, records, year)
            if fails is not None:
                roots = fails.meta.root_names()
                facet = facet_of(roots) if table == "pupils" else None
                both = fails & counted if check.included_only else fails
                asked.append(_Asked(check, field, both.fill_null(False), facet))
    return asked


def _look(frame: pl.DataFrame, asked: Sequence[_Asked], listed: int) -> Iterator[_Found]:
    """Ask for the numbers of failing rows first, and for the rows of those checks that found any.

    Rows come with their number in ``rows``: 1, or that of the pupils alike.
    """
    seen = combinations(frame, [one.facet for one in asked if one.facet])
    for facet in dict.fromkeys(one.facet for one in asked):
        together = [one for one in asked if one.facet == facet]
        looked_at = seen[facet] if facet else frame
        weight = pl.col(ROWS) if facet else pl.lit(1, pl.UInt32)
        numbers = looked_at.lazy().select(
            (weight * one.fails).sum().alias(str(at)) for at, one in enumerate(together)
        )
        for count, one in zip(numbers.collect().row(0), together, strict=True):
            if count:
                yield _rows(frame, one, looked_at.filter(one.fails), count, listed)


def _rows(
    frame: pl.DataFrame, one: _Asked, failing: pl.DataFrame, count: int, listed: int
) -> _Found:
    if one.check.per == "table":
        rows = pl.DataFrame({one.field: [None], ROWS: [count]})
    elif one.check.per == "value":
        alike = pl.col(ROWS) if one.facet else pl.lit(1)
        rows = failing.group_by(one.field).agg(alike.sum().alias(ROWS))
    elif one.facet:
        rows = first_pupils(frame, one.facet, failing, listed)
    else:
        rows = failing.head(listed)
    return _Found(one.check, one.field, rows, count)
