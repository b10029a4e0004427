"""Many files' plain rows as one piece of typed frames."""

from dataclasses import dataclass

import polars as pl

from keystage.formats.ctf.batch import IDENTITY, Batch
from keystage.formats.ctf.layouts import LAYOUT
from keystage.records.returns import LINES, PUPILS, RESULTS

_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
NO_DATE = "it is not a date such as 2014-11-03"
NO_DAY = "there is no such day"
_DATES = ("birth_date", "left_on")
_ELEMENTS = {
    **{field: path[-1] for path, field in reversed(LAYOUT.identity.items())},
    "left_on": min(LAYOUT.leaving_dates),
    "result_date": next(name for name, part in LAYOUT.parts.items() if part == "result_date"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Typed rows of some files."""

    pupils: pl.DataFrame
    lines: pl.DataFrame
    results: pl.DataFrame
    unreadable: pl.DataFrame


def typed(batches: list[tuple[int, int, Batch]]) -> Piece:
    """One piece of frames from many batches, each with its file and the file's first pupil."""
    pupils, lines = _identities(batches)
    results, dates = _result_rows(batches)
    told = [
        pupils.select("file", "pupil", line=lines[name], text=name).with_columns(
            date=_as_date("text"), field=pl.lit(_ELEMENTS[name])
        )
        for name in _DATES
    ]
    if dates.height:
        dates = dates.with_columns(date=_as_date("text"), field=pl.lit(_ELEMENTS["result_date"]))
        told.append(
            dates.join(results, on="row").select("file", "pupil", "line", "text", "date", "field")
        )
        results = results.join(
            dates.select("row", result_date="date"), on="row", how="left", maintain_order="left"
        )
    else:
        results = results.with_columns(result_date=pl.lit(None, pl.Date))
    return Piece(
        pupils.with_columns(_as_date(name) for name in _DATES).select(*PUPILS),
        lines,
        results.select(*RESULTS),
        pl.concat([_lost_dates(rows) for rows in told]),
    )


def _identities(batches: list[tuple[int, int, Batch]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The pupils with their values as text, and the lines of the values."""
    values = zip(*(row for _, _, batch in batches for row in batch.identities), strict=True)
    places = zip(*(row for _, _, batch in batches for row in batch.places), strict=True)
    files = [file for file, _, batch in batches for _ in batch.lines]
    own = [line for _, _, batch in batches for line in batch.lines]
    _, start, first = batches[0]
    pupil = pl.int_range(
        start + first.first, start + first.first + len(own), dtype=pl.UInt32, eager=True
    ).alias("pupil")
    if not own:
        empty = pl.DataFrame(schema={**PUPILS, "birth_date": pl.String(), "left_on": pl.String()})
        return empty, pl.DataFrame(schema=dict(LINES))
    texts = {
        name: pl.Series(column, dtype=pl.String)
        for name, column in zip(IDENTITY, values, strict=True)
    }
    pupils = pl.DataFrame(
        {
            "file": pl.Series(files, dtype=pl.UInt32),
            "pupil": pupil,
            "line": pl.Series(own, dtype=pl.UInt32),
            **texts,
        }
    )
    lines = pl.DataFrame(
        {
            "pupil": pupil,
            **{
                name: pl.Series(column, dtype=pl.UInt32)
                for name, column in zip(IDENTITY, places, strict=True)
            },
        }
    )
    return pupils, lines.select(*LINES)


def _result_rows(batches: list[tuple[int, int, Batch]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The results, numbered by row, and the dates some of them have."""
    columns: dict[str, list[int] | list[str | None]] = {
        "file": [file for file, _, batch in batches for _ in batch.results],
        "pupil": [start + pupil for _, start, batch in batches for pupil in batch.result_pupils],
        "line": [line for _, _, batch in batches for line in batch.result_lines],
        "slot": [slot for _, _, batch in batches for slot in batch.result_slots],
        "result": [text for _, _, batch in batches for text in batch.results],
    }
    dates: list[tuple[int, str, int]] = []
    before = 0
    for _, _, batch in batches:
        dates += [(before + row, text, line) for row, text, line in batch.dates]
        before += len(batch.results)
    results = pl.DataFrame(columns, schema={name: RESULTS[name] for name in columns})
    schema = {"row": pl.UInt32, "text": pl.String, "line": pl.UInt32}
    return results.with_row_index("row"), pl.DataFrame(dates, schema=schema, orient="row")


def _as_date(name: str) -> pl.Expr:
    written = pl.when(pl.col(name).str.contains(_DATE)).then(name)
    return written.str.to_date("%Y-%m-%d", strict=False).alias(name)


def _lost_dates(told: pl.DataFrame) -> pl.DataFrame:
    reason = pl.when(pl.col("text").str.contains(_DATE)).then(pl.lit(NO_DAY))
    return told.filter(pl.col("text").is_not_null() & pl.col("date").is_null()).select(
        "file", "pupil", "line", "field", "text", reason=reason.otherwise(pl.lit(NO_DATE))
    )
