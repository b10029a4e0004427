"""From a pupil's code to what the year says of it, by position instead of by comparison."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

Codes = Mapping[str, Sequence[str]]


def codes_of(pupils: pl.DataFrame) -> Codes:
    """The codes of every Enum column of a frame, in order."""
    return {
        name: kind.categories.to_list()
        for name, kind in pupils.schema.items()
        if isinstance(kind, pl.Enum)
    }


def look_up(
    codes: Codes,
    column: str,
    value: Callable[[str], object],
    dtype: pl.DataType | type[pl.DataType],
    *,
    blank: object = None,
) -> pl.Expr:
    """What each code of a column stands for.

    Args:
        codes: the codes of each column (see `codes_of`).
        column: the column of codes.
        value: gives what a code stands for.
        dtype: the type of the result.
        blank: the result where the pupil has no code.
    """
    known = codes[column]
    table = pl.Series([*(value(code) for code in known), blank], dtype=dtype)
    return pl.lit(table).gather(_place(column, blank=len(known)))


@cache
def _place(column: str, *, blank: int) -> pl.Expr:
    """The place of a pupil's code among the codes; ``blank`` where there is none."""
    return pl.col(column).to_physical().cast(pl.UInt32).fill_null(blank)


def by_position(
    place: pl.Expr, values: Sequence[object], dtype: pl.DataType | type[pl.DataType]
) -> pl.Expr:
    """The value at a whole-number position; null where the position is null or past the end."""
    table = pl.Series([*values, None], dtype=dtype)
    inside = place.cast(pl.UInt32).fill_null(len(values)).clip(0, len(values))
    return pl.lit(table).gather(inside)
