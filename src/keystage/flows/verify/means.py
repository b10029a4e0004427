"""Can a printed mean be the mean of printed parts? Exact, in whole numbers, without tolerance.

Every part has a weight somewhere between two whole numbers and a value somewhere between two
bounds; a figure printed as v is anything that rounds to v. The means the parts can have are all
those between the lowest and the highest, so a printed mean agrees when that range meets the
figures that print as it. Bounds are twice the printed units, so that halves are whole.
"""

import polars as pl

#: Columns of parts: weight from W1 to W2, value from V1 to V2 (twice the unit).
PART = ("W1", "W2", "V1", "V2")


def rounding_range(printed: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Twice the bounds of the figures that print as a number of units."""
    return 2 * printed - 1, 2 * printed + 1


def with_reach(parts: pl.DataFrame, keys: list[str], wholes: pl.DataFrame) -> pl.DataFrame:
    """Wholes with ``FITS``: whether their parts can have the printed mean ``M`` (units).

    Args:
        parts: keys and `PART`, one row a part.
        keys: the columns that tell which whole a part belongs to.
        wholes: keys and M, one row a whole; wholes without parts are dropped.

    Returns:
        The wholes with FITS and ABOUT, the mean in the middle of all bounds (units, Float64).
    """
    low, high = rounding_range(pl.col("M"))
    above, below = pl.col("V2") - low, pl.col("V1") - high
    middle = (pl.col("W1") + pl.col("W2")) / 2
    high_end = pl.when(above >= 0).then(above * pl.col("W2")).otherwise(above * pl.col("W1"))
    low_end = pl.when(below <= 0).then(below * pl.col("W2")).otherwise(below * pl.col("W1"))
    return (
        parts.join(wholes.select(*keys, "M"), on=keys)
        .group_by(keys)
        .agg(
            MOST=high_end.sum(),
            LEAST=low_end.sum(),
            ABOUT=((pl.col("V1") + pl.col("V2")) / 4 * middle).sum() / middle.sum(),
        )
        .with_columns(FITS=(pl.col("MOST") >= 0) & (pl.col("LEAST") <= 0))
        .select(*keys, "FITS", "ABOUT")
        .join(wholes, on=keys)
    )
