"""The line a finding names: that of the value itself, where the reader kept it."""

import polars as pl

from keystage.core.subjects import ASSESSED
from keystage.records.returns import FILES, LINES, ReturnSet

_EXACT = "exact_line"


def with_exact_lines(rows: pl.DataFrame, column: str, returns: ReturnSet) -> pl.DataFrame:
    """The rows of findings about a column, their ``line`` that of the value where it is known.

    Rows with ``pupil`` are about a value of the pupil or a judgement, others with ``file`` about
    the header. What has no line of its own, such as a value that is missing, keeps the line it has.
    """
    if "pupil" in rows.columns:
        known = _of_pupils(rows["pupil"], column, returns)
        key = "pupil"
    elif "file" in rows.columns and column in FILES:
        known = returns.header_lines.filter(pl.col("field") == column).select(
            "file", pl.col("line").alias(_EXACT)
        )
        key = "file"
    else:
        return rows
    if known is None or known.is_empty():
        return rows
    here = [pl.col(_EXACT), *([pl.col("line")] if "line" in rows.columns else [])]
    return (
        rows.join(known.unique(key, keep="first"), on=key, how="left", maintain_order="left")
        .with_columns(line=pl.coalesce(here))
        .drop(_EXACT)
    )


def _of_pupils(pupils: pl.Series, column: str, returns: ReturnSet) -> pl.DataFrame | None:
    asked = pl.col("pupil").is_in(pupils.drop_nulls().unique().implode())
    if column in LINES:
        return returns.lines.filter(asked).select("pupil", pl.col(column).alias(_EXACT))
    if column in ASSESSED:
        slots = returns.slots.filter(
            (pl.col("measure") == column) & (pl.col("kind") == "assessment")
        )
        return (
            _results_of(pupils.drop_nulls().unique(), returns.results)
            .filter(pl.col("slot").is_in(slots["slot"].implode()))
            .select("pupil", pl.col("line").alias(_EXACT))
        )
    return None


def _results_of(pupils: pl.Series, results: pl.DataFrame) -> pl.DataFrame:
    """The results of a few pupils, found at once where all results are in the order of pupils."""
    numbers = results["pupil"]
    if not numbers.is_sorted():
        return results.filter(numbers.is_in(pupils.implode()))
    first = numbers.search_sorted(pupils, side="left")
    last = numbers.search_sorted(pupils, side="right")
    return results[pl.select(pl.int_ranges(first, last).explode()).to_series().drop_nulls()]
