"""From a pupil's code to what the year says of it, by position instead of by comparison."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import polars as pl

Codes = Mapping[str, Sequence[str]]


def codes_of(schema: Mapping[str, pl.DataType]) -> Codes:
    """The codes of every Enum column of a table, in order."""
    return {
        name: kind.categories.to_list()
        for name, kind in schema.items()
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


def yes_or_no(
    codes: Codes, column: str, question: Callable[[str], bool], *, blank: bool
) -> pl.Expr:
    """Whether a question is answered with yes for each code of a column.

    Args:
        codes: the codes of each column (see `codes_of`).
        column: the column of codes.
        question: what is asked of a code.
        blank: the answer where the pupil has no code.
    """
    return _one_of(column, tuple(code for code in codes[column] if question(code)), blank=blank)


@cache
def _one_of(column: str, yes: tuple[str, ...], *, blank: bool) -> pl.Expr:
    # Comparing with a few codes is many times quicker than fetching an answer for every pupil.
    return pl.col(column).is_in(list(yes)).fill_null(blank)


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
