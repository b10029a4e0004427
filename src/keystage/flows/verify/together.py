"""Bounds on one unprinted number that must all hold at once, and which of them is at fault.

Every printed cell that says something about an unprinted number (the pupils in a measure, an
unrounded average) bounds it. A number within all bounds must exist; where none does, the bounds
whose absence would leave one are at fault.
"""

import polars as pl


def together(bounds: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Whether a number lies within all bounds of a key.

    Args:
        bounds: the keys, LOW and HIGH (null: no bound), one row a bound.
        keys: the columns that tell which number is bounded.

    Returns:
        The bounds with FITS (some number lies within all of them), FAULT (none does, but one would
        without this bound; every bound where no single one is at fault), and LEFT_LOW and LEFT_HIGH
        (what the other bounds leave).
    """
    sides = bounds.with_columns(
        LOWEST=pl.col("LOW").max().over(keys),
        HIGHEST=pl.col("HIGH").min().over(keys),
        NEXT_LOW=_second(pl.col("LOW"), keys, descending=True),
        NEXT_HIGH=_second(pl.col("HIGH"), keys, descending=False),
    ).with_columns(
        LEFT_LOW=_without("LOW", "LOWEST", "NEXT_LOW"),
        LEFT_HIGH=_without("HIGH", "HIGHEST", "NEXT_HIGH"),
    )
    fits = (pl.col("LOWEST") <= pl.col("HIGHEST")).fill_null(True)
    alone = ~pl.col("FITS") & (pl.col("LEFT_LOW") <= pl.col("LEFT_HIGH")).fill_null(True)
    return (
        sides.with_columns(FITS=fits)
        .with_columns(FAULT=alone)
        .with_columns(FAULT=pl.col("FAULT") | (~pl.col("FITS") & ~pl.col("FAULT").any().over(keys)))
        .drop("LOWEST", "HIGHEST", "NEXT_LOW", "NEXT_HIGH")
    )


def _second(side: pl.Expr, keys: list[str], *, descending: bool) -> pl.Expr:
    """The second tightest bound of a key, null where there is none."""
    in_order = side.sort(descending=descending, nulls_last=True)
    return in_order.slice(1, 1).first().over(keys)


def _without(own: str, tightest: str, second: str) -> pl.Expr:
    """The tightest of the other bounds: the second where this one is the tightest."""
    return pl.when(pl.col(own) == pl.col(tightest)).then(pl.col(second)).otherwise(pl.col(tightest))
