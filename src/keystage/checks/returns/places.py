"""The line a finding names: that of the value itself, where the reader kept it."""

import polars as pl

from keystage.checks.returns.lookup import is_large
from keystage.core.subjects import ASSESSED
from keystage.records.returns import FILES, LINES, ReturnSet


def with_exact_lines(rows: pl.DataFrame, column: str, returns: ReturnSet) -> pl.DataFrame:
    """The rows of findings about a column, their ``line`` that of the value where it is known.

    Rows with ``pupil`` are about a value of the pupil or a judgement, others with ``file`` about
    the header. What has no line of its own, such as a value that is missing, keeps the line it has.
    """
    if "pupil" in rows.columns:
        key, known = "pupil", _of_pupils(rows["pupil"], column, returns)
    elif "file" in rows.columns and column in FILES:
        lines = returns.header_lines
        is_here = lines["field"] == column
        key, known = "file", (lines["file"].filter(is_here), lines["line"].filter(is_here))
    else:
        return rows
    if known is None or known[0].is_empty():
        return rows
    exact = _first(*known, rows[key])
    if "line" in rows.columns:
        exact = exact.zip_with(exact.is_not_null(), rows["line"].cast(pl.UInt32))
    return rows.with_columns(line=exact)


def _first(numbers: pl.Series, lines: pl.Series, asked: pl.Series) -> pl.Series:
    """The first line of each number that is asked for, null where there is none."""
    size = max(int(str(one.max() or 0)) for one in (numbers, asked)) + 1
    place = pl.repeat(None, size, dtype=pl.UInt32, eager=True)
    return place.scatter(numbers.reverse(), lines.reverse()).gather(asked)


def _of_pupils(
    pupils: pl.Series, column: str, returns: ReturnSet
) -> tuple[pl.Series, pl.Series] | None:
    """Numbers of pupils, and the line of each that stands in the column."""
    if column in LINES:
        return returns.lines["pupil"], returns.lines[column]
    if column in ASSESSED:
        slots = returns.slots
        ours = (slots["measure"] == column) & (slots["kind"] == "assessment")
        results = _results_of(pupils, returns.results)
        given = results["slot"].is_in(slots["slot"].filter(ours).implode())
        return results["pupil"].filter(given), results["line"].filter(given)
    return None


def _results_of(pupils: pl.Series, results: pl.DataFrame) -> pl.DataFrame:
    """The results of a few pupils among many, found at once where they are in pupils' order."""
    if not is_large(results.height):
        return results
    asked, numbers = pupils.drop_nulls().unique(), results["pupil"]
    if not numbers.is_sorted():
        return results.filter(numbers.is_in(asked.implode()))
    first = numbers.search_sorted(asked, side="left")
    last = numbers.search_sorted(asked, side="right")
    return results[pl.select(pl.int_ranges(first, last).explode()).to_series().drop_nulls()]
