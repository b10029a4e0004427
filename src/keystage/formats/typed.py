"""From raw columns to typed ones: quickly where a cast does, carefully where it does not.

One pass casts every column and marks the values that a cast loses. Only the columns that have such
values are then looked at again, value by distinct value, with `text.parse`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.formats.text import Unreadable, parse
from keystage.records.column import Column
from keystage.records.recordset import UNREADABLE
from keystage.records.schema import LINE

_LOST = "lost "
#: Columns read together from a columnar file: fewer need less memory, and take no longer.
_TOGETHER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """Columns as a file gives them, by our names, and the line of each row.

    ``lines`` is None when rows follow one another from ``first_line``. A ``columnar`` file gives
    some columns without reading the others.
    """

    path: Path
    table: str
    frame: pl.LazyFrame
    first_line: int
    lines: pl.Series | None = None
    columnar: bool = False


def make_typed(
    raw: Raw,
    columns: Sequence[Column],
    codes: Mapping[str, Sequence[str]],
    blanks: Mapping[str, str],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The typed frame, with every column and ``line``, and the table of unreadable values.

    ``blanks`` are texts that mean no value, by column, such as N for no scaled score.

    Raises:
        InputError: the file holds no records, or is damaged beyond its heading.
    """
    sources = raw.frame.collect_schema()
    present = [column for column in columns if column.name in sources]
    passes = [
        expression
        for column in present
        for expression in _typed_and_lost(
            column, sources[column.name], codes, blanks.get(column.name)
        )
    ]
    together = 2 * _TOGETHER if raw.columnar else len(passes)
    quick = pl.concat(
        [
            _collect(raw, raw.frame.select(passes[start : start + together]))
            for start in range(0, len(passes), together)
        ],
        how="horizontal",
    )
    if not quick.height:
        raise InputError(
            "The file has a heading and no records.", where=str(raw.path), todo="Export it again."
        )
    line = _lines(raw, quick.height)
    repaired: list[pl.Series] = []
    unreadable = [pl.DataFrame(schema=UNREADABLE)]
    for column in present:
        if quick[_LOST + column.name].any():
            text = _collect(raw, raw.frame.select(pl.col(column.name).cast(pl.String)))
            lost_text = pl.DataFrame(
                {"line": line, "text": text[column.name], "lost": quick[_LOST + column.name]}
            )
            read, failed = _look_again(lost_text, column, codes, blanks.get(column.name, ""))
            repaired.append(quick[column.name].zip_with(~lost_text["lost"], read))
            unreadable.append(
                failed.select(
                    pl.lit(raw.table).alias("table"),
                    pl.lit(str(raw.path)).alias("file"),
                    "line",
                    pl.lit(column.name).alias("column"),
                    "text",
                    "reason",
                )
            )
    absent = (
        pl.lit(None, column.dtype(codes)).alias(column.name)
        for column in columns
        if column.name not in sources
    )
    frame = quick.with_columns(line, *repaired, *absent).select(
        LINE, *(column.name for column in columns)
    )
    return frame, pl.concat(unreadable).sort("line", maintain_order=True)


def _typed_and_lost(
    column: Column, source: pl.DataType, codes: Mapping[str, Sequence[str]], blank: str | None
) -> tuple[pl.Expr, pl.Expr]:
    """The values a cast gives, and whether it loses one; the text ``blank`` means no value."""
    value = _without_nan(pl.col(column.name), source)
    typed = _cast(value, source, column, column.dtype(codes))
    if column.positive:
        typed = pl.when(typed > 0).then(typed)
    lost = value.is_not_null() & typed.is_null()
    if blank is not None:
        lost &= value.cast(pl.String) != blank
    return typed.alias(column.name), lost.alias(_LOST + column.name)


def _without_nan(value: pl.Expr, source: pl.DataType) -> pl.Expr:
    return value.fill_nan(None) if source.is_float() else value


def _cast(value: pl.Expr, source: pl.DataType, column: Column, target: pl.DataType) -> pl.Expr:
    """The typed value, null where a plain cast does not give it."""
    textual = isinstance(source, pl.String | pl.Categorical | pl.Enum)
    if source == pl.Boolean:
        value = value.cast(pl.Int8)
    elif (source.is_float() or source.is_decimal()) and column.kind != "number":
        number = value.cast(pl.Float64)
        value = pl.when(number == number.floor()).then(number).cast(pl.Int64, strict=False)
    elif source.is_temporal() and column.kind != "date":
        value, textual = value.cast(pl.String), True
    if column.kind == "date":
        # dates as text are read with care: a quick cast takes 16-09-01 for the year 16
        dated = isinstance(source, pl.Date | pl.Datetime)
        return value.cast(pl.Date) if dated else pl.lit(None, pl.Date)
    if column.kind == "number":
        number = (value.cast(pl.String) if textual else value).cast(pl.Float64, strict=False)
        return pl.when(number.is_finite()).then(number)
    if column.kind == "text":
        text = value.cast(pl.String).str.strip_chars()
        return pl.when(text != "").then(text)
    if column.kind == "code" or textual:
        value = value.cast(pl.String)
    return value.cast(target, strict=False)


def _look_again(
    lost: pl.DataFrame, column: Column, codes: Mapping[str, Sequence[str]], blank: str
) -> tuple[pl.Series, pl.DataFrame]:
    """The values that reading with care gives, and the rows whose text has no meaning.

    ``lost`` has columns line, text and lost; the values come row by row, null where not lost.
    """
    values = column.values(codes)
    good: dict[str, object] = {}
    bad: dict[str, str] = {}
    for written in lost.filter("lost")["text"].unique().to_list():
        found = None if written.strip() == blank else parse(written, column, values)
        if isinstance(found, Unreadable):
            bad[written] = found.reason
        else:
            good[written] = found
    dtype = column.dtype(codes)
    read = lost["text"].replace_strict(
        pl.Series(list(good), dtype=pl.String),
        pl.Series(list(good.values()), dtype=dtype),
        default=None,
        return_dtype=dtype,
    )
    failed = lost.filter(pl.col("lost") & pl.col("text").is_in(list(bad)))
    reason = pl.col("text").replace_strict(bad, default=None, return_dtype=pl.String)
    return read, failed.select("line", "text", reason=reason)


def _lines(raw: Raw, height: int) -> pl.Series:
    if raw.lines is not None:
        return raw.lines.alias(LINE)
    return pl.int_range(raw.first_line, raw.first_line + height, dtype=pl.UInt32, eager=True).alias(
        LINE
    )


def _collect(raw: Raw, plan: pl.LazyFrame) -> pl.DataFrame:
    try:
        return plan.collect(engine="streaming")
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise InputError(
            "The file is damaged: its records cannot be read.",
            where=str(raw.path),
            todo="Export it again.",
        ) from error
