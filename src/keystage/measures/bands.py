"""Bands of progress scores, decided on printed values.

A limit printed as exactly 0 is not significant: all 91 such published cells are in the middle band.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import ceil

import polars as pl

from keystage.statute.progress import Cuts


def in_units(value: Decimal, decimals: int) -> int:
    """A cut-off as whole units of 10^-decimals, moved up to the next unit if it lies between two.

    >>> in_units(Decimal("-2.9"), 1)
    -29
    >>> in_units(Decimal("3.45"), 1)
    35
    """
    return ceil(value.scaleb(decimals))


def cuts_in_units(cuts: Cuts, decimals: int) -> tuple[int, int]:
    """The high and low cut-off as whole units of 10^-decimals.

    One that lies between two units is moved outwards, the high one up and the low one down, so
    that every printed score stays on its side.
    """
    return in_units(cuts.high.best, decimals), -in_units(-cuts.low.best, decimals)


def five_bands(
    score: pl.Expr, lower: pl.Expr, upper: pl.Expr, high: int | pl.Expr, low: int | pl.Expr
) -> pl.Expr:
    """Bands 1 (well above average) to 5 (well below), from printed values in the same units.

    1 and 2: lower limit above 0, parted by the high cut-off; 5 and 4: upper limit below 0, parted
    by the low cut-off; 3 otherwise. Null where the score or a limit is null.
    """
    return (
        pl.when(score.is_null() | lower.is_null() | upper.is_null())
        .then(None)
        .when(lower > 0)
        .then(pl.when(score >= high).then(1).otherwise(2))
        .when(upper < 0)
        .then(pl.when(score <= low).then(5).otherwise(4))
        .otherwise(3)
        .cast(pl.Int8)
    )


def percentile_bands(score: pl.Expr, edges: Sequence[int]) -> pl.Expr:
    """Bands by the printed score alone: band k holds scores from edge k up to the one before.

    Args:
        score: printed scores, in whole units.
        edges: the lowest printed score of each band but the last, best band first.
    """
    band = sum(((score < edge).cast(pl.Int8) for edge in edges), start=pl.lit(1, dtype=pl.Int8))
    return pl.when(score.is_not_null()).then(band)
