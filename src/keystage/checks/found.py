"""What checks find in a part of a file, in a form that can be added up.

The parts of a file may be looked at in different places. What is found in each stands in one table,
and the tables of the parts, one below the other, are what was found in the file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from keystage.checks.facets import ROWS
from keystage.checks.findings import COUNTED, LISTED, Findings
from keystage.checks.message import filled
from keystage.checks.registry import Check, Severity
from keystage.statute.year import Year

FOUND: Mapping[str, pl.DataType] = {
    "code": pl.String(),
    "field": pl.String(),
    "table": pl.String(),
    "line": pl.UInt32(),
    "column": pl.String(),
    "value": pl.String(),
    "upn": pl.String(),
    "message": pl.String(),
    ROWS: pl.Int64(),
}
_SUBJECT_COLUMNS = {"outcome": "OUTCOME", "score": "SCORE", "assessment": "TAOUTCOME"}
_SUBJECT_PREFIXES = ("READ", "MAT", "GPS")


def told(check: Check, field: str, rows: pl.DataFrame, count: int, year: Year) -> pl.DataFrame:
    """The findings of one check and field, with the columns of `FOUND`.

    Args:
        check: the check.
        field: the field it looked at.
        rows: the first failing rows, each a finding; for a check of values or of the whole table
            every value or the table, with ``rows`` failing rows.
        count: how many rows fail.
        year: the statutory year.

    Returns:
        A row a finding. The sentence of a value or a table waits for the rows of all parts. One row
        more, without a sentence, stands for the failing rows that are not listed.
    """
    prefix = next((prefix for prefix in _SUBJECT_PREFIXES if field.startswith(prefix)), "")
    names = {name: prefix + end for name, end in _SUBJECT_COLUMNS.items()}
    unread = check.table == "unreadable"
    column = pl.col("column") if unread else pl.lit(field)
    named = rows.with_columns(
        *(pl.col(of).alias(name) for name, of in names.items() if of in rows.columns),
        value=pl.col(field).cast(pl.String),
    )
    has = set(named.columns)
    by_row = check.per == "row"
    found = named.select(
        code=pl.lit(check.code),
        field=pl.lit(field),
        table=pl.col("table") if unread else pl.lit(check.table),
        line=pl.col("line") if "line" in has else pl.lit(None, pl.UInt32),
        column=column,
        value="value",
        upn=pl.col("UPN") if "UPN" in has else pl.lit(None, pl.String),
        message=filled(check.message, column, has, year) if by_row else pl.lit(None, pl.String),
        **{ROWS: pl.lit(1, pl.Int64) if by_row else pl.col(ROWS).cast(pl.Int64)},
    )
    if not by_row or count == rows.height:
        return found
    rest = {"code": check.code, "field": field, ROWS: count - rows.height}
    return pl.concat([found, pl.DataFrame([rest], schema=dict(FOUND))])


def added_up(
    found: pl.DataFrame,
    chosen: Sequence[Check],
    year: Year,
    files: Mapping[str, Path],
    *,
    listed: int,
) -> Findings:
    """The findings of a file from what was found in its parts.

    Args:
        found: rows with the columns of `FOUND`, of all parts, in any order.
        chosen: the checks that were asked.
        year: the statutory year.
        files: the files looked at, by table.
        listed: how many findings of each check and field are listed, the first in the file.
    """
    listing, counts = [pl.DataFrame(schema=dict(LISTED))], []
    by_field = found.partition_by("code", "field", as_dict=True)
    asked = ((check, field) for check in chosen for field in check.fields)
    for check, field in asked:
        rows = by_field.get((check.code, field))
        if rows is None:
            continue
        if check.per == "row":
            count = int(rows[ROWS].sum())
            first = rows.drop_nulls("message").sort("line", maintain_order=True).head(listed)
        else:
            values = _together(rows, check, year)
            count, first = values.height, values.head(listed)
        severity = str(check.severity)
        counts.append((check.code, severity, field, count))
        listing.append(first.with_columns(severity=pl.lit(severity)).select(*LISTED))
    return Findings(
        frame=pl.concat(listing).sort(
            pl.col("severity").cast(pl.Enum([str(one) for one in Severity])),
            "table",
            "line",
            maintain_order=True,
        ),
        counts=pl.DataFrame(counts, schema=dict(COUNTED), orient="row"),
        files=files,
    )


def _together(rows: pl.DataFrame, check: Check, year: Year) -> pl.DataFrame:
    """One finding a value, with the rows of all parts and the sentence that tells them."""
    keys = ["code", "field", "table", "line", "column", "value", "upn"]
    values = rows.group_by(keys).agg(pl.col(ROWS).sum()).sort("value")
    available = {"value", ROWS, "column"}
    return values.with_columns(message=filled(check.message, pl.col("column"), available, year))
