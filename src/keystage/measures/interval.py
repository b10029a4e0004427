"""Confidence limits of a progress score (2022 technical guide, annex D)."""

from decimal import Decimal
from typing import Literal

import polars as pl

from keystage.measures.printing import printed_number

Printing = Literal["each_limit", "score_and_half_width"]


def half_width(pupils: pl.Expr, standard_deviation: pl.Expr, critical_value: Decimal) -> pl.Expr:
    """Half the width of the interval, in points: critical value times sd over the root of n.

    Args:
        pupils: pupils in the subject's measure (n), of the school or group; 0 gives null.
        standard_deviation: the national standard deviation of pupil progress in the subject, in
            points; groups use the same one.
        critical_value: 1.96 for a 95% interval, from the year.
    """
    n = pl.when(pupils > 0).then(pupils).cast(pl.Float64)
    return float(critical_value) * standard_deviation / n.sqrt()


def printed_limits(
    score: pl.Expr, half: pl.Expr, printing: Printing, decimals: int
) -> tuple[pl.Expr, pl.Expr]:
    """The printed lower and upper limit, as whole units of 10^-decimals.

    Args:
        score: the unrounded score, in points.
        half: the unrounded half-width, in points.
        printing: ``each_limit`` rounds each limit by itself; ``score_and_half_width`` takes the
            printed half-width from, and adds it to, the printed score. Years differ.
        decimals: decimals of the printed figures.
    """
    if printing == "each_limit":
        return printed_number(score - half, decimals), printed_number(score + half, decimals)
    middle, width = printed_number(score, decimals), printed_number(half, decimals)
    return middle - width, middle + width
