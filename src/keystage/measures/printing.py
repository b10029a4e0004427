"""Rounding of published figures, in whole numbers, by one function.

Engines disagree about halves and binary fractions hide them, so no published figure passes through
a floating-point round: a figure is a numerator over a denominator, both whole, and is printed as a
whole number of its last decimal place. Halves go away from zero: every exact half in the
department's 2017 and 2018 tables rounds up, and negative halves, which those tables cannot show,
follow the same rule by assumption.
"""

from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from keystage.measures.units import BILLION


def printed_ratio(numerator: pl.Expr, denominator: pl.Expr, decimals: int) -> pl.Expr:
    """The figure ``numerator / denominator`` as a whole number of units of 10^-decimals.

    Args:
        numerator: whole numbers (Int64), of either sign.
        denominator: whole numbers (Int64); zero or less gives null.
        decimals: decimals of the printed figure.

    Returns:
        Int64: 12.25 printed to one decimal is 123; halves go away from zero, never to minus zero.

    >>> pl.select(printed_ratio(pl.lit(-1), pl.lit(2), 0)).item()
    -1
    >>> pl.select(printed_ratio(pl.lit(2), pl.lit(3), 1)).item()
    7
    """
    unit = 10**decimals
    top = numerator.cast(pl.Int64)
    bottom = denominator.cast(pl.Int64)
    bottom = pl.when(bottom > 0).then(bottom)
    size = top.abs()
    whole, rest = size // bottom, size % bottom
    rounded = whole * unit + (2 * rest * unit + bottom) // (2 * bottom)
    return pl.when(top < 0).then(-rounded).otherwise(rounded)


def printed_number(value: pl.Expr, decimals: int) -> pl.Expr:
    """A calculated number (Float64) as a whole number of units of 10^-decimals.

    It is first taken to the nearest billionth, so that a half which binary fractions cannot hold
    is still seen as a half. Null and not-a-number give null.

    >>> pl.select(printed_number(pl.lit(1.005), 2)).item()
    101
    """
    billionths = (value.fill_nan(None) * BILLION).round().cast(pl.Int64)
    return printed_ratio(billionths, pl.lit(BILLION), decimals)


def printed_units(value: Decimal, decimals: int) -> int:
    """A number that was published with more decimals as a whole number of units of 10^-decimals.

    >>> printed_units(Decimal("-0.76"), 1), printed_units(Decimal("0.82"), 1)
    (-8, 8)
    >>> printed_units(Decimal("-0.25"), 1)
    -3
    """
    return int(value.scaleb(decimals).quantize(Decimal(1), ROUND_HALF_UP))


def printed_text(units: pl.Expr, decimals: int, suffix: str = "") -> pl.Expr:
    """A printed figure as text, from whole units of 10^-decimals.

    >>> pl.select(printed_text(pl.lit(-4), 1)).item()
    '-0.4'
    >>> pl.select(printed_text(pl.lit(0), 1)).item()
    '0.0'
    """
    size = units.cast(pl.Int64).abs()
    sign = pl.when(units < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    if decimals == 0:
        return pl.concat_str(sign, size.cast(pl.String), pl.lit(suffix))
    unit = 10**decimals
    fraction = (size % unit).cast(pl.String).str.zfill(decimals)
    return pl.concat_str(
        sign, (size // unit).cast(pl.String), pl.lit("."), fraction, pl.lit(suffix)
    )


def plain_text(units: pl.Expr, decimals: int) -> pl.Expr:
    """A whole number of units of 10^-decimals as text, without trailing zeros.

    >>> pl.select(plain_text(pl.lit(107360000000), 9)).item()
    '107.36'
    >>> pl.select(plain_text(pl.lit(100000000000), 9)).item()
    '100'
    """
    return printed_text(units, decimals).str.strip_chars_end("0").str.strip_chars_end(".")
