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
from keystage.checks.findings import COUNTED, LISTED, Findings
from keystage.checks.message import filled
from keystage.checks.registry import Check, Severity, declared
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

_ROOM = (key_stage_1, key_stage_2, pupils, schools, teacher_assessment)  # importing declares them
_SUBJECT_COLUMNS = {"outcome": "OUTCOME", "score": "SCORE", "assessment": "TAOUTCOME"}
_SUBJECT_PREFIXES = ("READ", "MAT", "GPS")
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
    found = [
        one
        for table in _TABLES
        for one in _look(getattr(records, table), _asked(chosen, table, records, year), listed)
    ]
    listing = pl.concat([pl.DataFrame(schema=LISTED), *(_told(one, year) for one in found)])
    return Findings(
        frame=listing.sort(
            pl.col("severity").cast(pl.Enum([str(one) for one in Severity])),
            "table",
            "line",
            maintain_order=True,
        ),
        counts=pl.DataFrame(
            [(one.check.code, str(one.check.severity), one.field, one.count) for one in found],
            schema=dict(COUNTED),
            orient="row",
        ),
        files=records.files,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """One check of one field: the expression that is true where it fails."""

    check: Check
    field: str
    fails: pl.Expr
    facet: Facet | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What one check of one field found: how many findings, and rows to tell of the first."""

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
        told, count = pl.DataFrame({one.field: [None], ROWS: [count]}), 1
    elif one.check.per == "value":
        rows = pl.col(ROWS) if one.facet else pl.lit(1)
        values = failing.group_by(one.field).agg(rows.sum().alias(ROWS)).sort(one.field)
        told, count = values.head(listed), values.height
    elif one.facet:
        told = first_pupils(frame, one.facet, failing, listed)
    else:
        told = failing.head(listed)
    return _Found(one.check, one.field, told, count)


def _told(found: _Found, year: Year) -> pl.DataFrame:
    """The findings of one check and field, each with its sentence."""
    field, rows = found.field, found.rows
    prefix = next((prefix for prefix in _SUBJECT_PREFIXES if field.startswith(prefix)), "")
    names = {name: prefix + end for name, end in _SUBJECT_COLUMNS.items()}
    unread = found.check.table == "unreadable"
    column = pl.col("column") if unread else pl.lit(field)
    named = rows.with_columns(
        *(pl.col(of).alias(name) for name, of in names.items() if of in rows.columns),
        value=pl.col(field).cast(pl.String),
    )
    has = set(named.columns)
    return named.select(
        code=pl.lit(found.check.code),
        severity=pl.lit(str(found.check.severity)),
        table=pl.col("table") if unread else pl.lit(found.check.table),
        line=pl.col("line") if "line" in has else pl.lit(None, pl.UInt32),
        column=column,
        value="value",
        upn=pl.col("UPN") if "UPN" in has else pl.lit(None, pl.String),
        message=filled(found.check.message, column, has, year),
    )
