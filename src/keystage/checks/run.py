"""Run every check over a record set: count first, in one pass; then list only what was found."""

from collections.abc import Sequence

import polars as pl

from keystage.checks import key_stage_1, key_stage_2, pupils, schools, teacher_assessment
from keystage.checks.findings import COUNTED, LISTED, Findings
from keystage.checks.message import filled
from keystage.checks.registry import Check, Severity, declared
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year

_ROOM = (key_stage_1, key_stage_2, pupils, schools, teacher_assessment)  # importing declares them
_SUBJECT_COLUMNS = {"outcome": "OUTCOME", "score": "SCORE", "assessment": "TAOUTCOME"}
_MOST_SERIOUS_FIRST = [str(severity) for severity in Severity]
Failing = tuple[Check, str, pl.Expr]


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
    frames: list[pl.DataFrame] = [pl.DataFrame(schema=LISTED)]
    counted: list[tuple[str, str, str, int]] = []
    for table in ("pupils", "schools", "unreadable"):
        frame: pl.DataFrame = getattr(records, table)
        failing = _failing(checks() if only is None else only, table, records, year)
        if not failing or not frame.height:
            continue
        numbers = frame.lazy().select(
            expression.fill_null(False).sum().alias(str(at))
            for at, (_, _, expression) in enumerate(failing)
        )
        for count, (check, field, expression) in zip(
            numbers.collect().row(0), failing, strict=True
        ):
            if count:
                rows = frame.filter(expression)
                each = check.per == "row"
                found = _listed(check, field, rows.head(listed) if each else rows, year)
                frames.append(found.head(listed))
                counted.append((check.code, check.severity, field, count if each else found.height))
    order = pl.Enum(_MOST_SERIOUS_FIRST)
    return Findings(
        frame=pl.concat(frames).sort(
            pl.col("severity").cast(order), "table", "line", maintain_order=True
        ),
        counts=pl.DataFrame(counted, schema=dict(COUNTED), orient="row"),
        files=records.files,
    )


def _failing(chosen: Sequence[Check], table: str, records: RecordSet, year: Year) -> list[Failing]:
    included = pl.col("P_INCL").cast(pl.String).is_in(year.inclusion.included)
    failing: list[Failing] = []
    for check in chosen:
        if check.table == table:
            for field in check.fields:
                expression = check.rule(field, records, year)
                if expression is not None:
                    both = expression & included if check.included_only else expression
                    failing.append((check, field, both))
    return failing


def _listed(check: Check, field: str, rows: pl.DataFrame, year: Year) -> pl.DataFrame:
    """The findings of one check and field, from the rows that fail."""
    named = rows
    prefix = next((p for p in ("READ", "MAT", "GPS") if field.startswith(p)), None)
    if prefix:
        names = {name: prefix + end for name, end in _SUBJECT_COLUMNS.items()}
        named = named.with_columns(
            pl.col(column).cast(pl.String).alias(name)
            for name, column in names.items()
            if column in rows.columns
        )
    unread = check.table == "unreadable"
    value = pl.col("text") if unread else pl.col(field).cast(pl.String)
    column = pl.col("column") if unread else pl.lit(field)
    named = named.with_columns(value=value, rows=pl.len())
    if check.per == "value":
        named = named.with_columns(rows=pl.len().over("value")).unique(
            "value", keep="first", maintain_order=True
        )
    elif check.per == "table":
        named = named.head(1).with_columns(value=pl.lit(None, pl.String))
    each = check.per == "row"
    has = set(named.columns)
    return named.select(
        code=pl.lit(check.code),
        severity=pl.lit(str(check.severity)),
        table=pl.col("table") if unread else pl.lit(check.table),
        line=pl.col("line") if "line" in has and each else pl.lit(None, pl.UInt32),
        column=column,
        value="value",
        upn=pl.col("UPN") if "UPN" in has and each else pl.lit(None, pl.String),
        message=filled(check.message, column, has, year),
    )
