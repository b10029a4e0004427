"""From a pupil's code to what the year says of it, by position instead of by comparison."""

from collections.abc import Callable, Sequence

import polars as pl


def look_up(
    pupils: pl.DataFrame,
    column: str,
    value: Callable[[str], object],
    dtype: pl.DataType | type[pl.DataType],
    *,
    blank: object = None,
) -> pl.Expr:
    """What each code of a column stands for.

    Args:
        pupils: the frame whose schema holds the column's codes (an Enum).
        column: the column of codes.
        value: gives what a code stands for.
        dtype: the type of the result.
        blank: the result where the pupil has no code.
    """
    codes = pl.Series(pupils.schema[column].categories).to_list()  # type: ignore[attr-defined]  # an Enum, by the record schema
    table = pl.Series([*(value(code) for code in codes), blank], dtype=dtype)
    place = pl.col(column).to_physical().cast(pl.UInt32).fill_null(len(codes))
    return pl.lit(table).gather(place)


def by_position(
    place: pl.Expr, values: Sequence[object], dtype: pl.DataType | type[pl.DataType]
) -> pl.Expr:
    """The value at a whole-number position; null where the position is null or past the end."""
    table = pl.Series([*values, None], dtype=dtype)
    inside = place.cast(pl.UInt32).clip(0, len(values))
    return pl.lit(table).gather(inside)
