"""Which means can printed parts have? Exact, in whole numbers, without tolerance.

Every part has a weight somewhere between two whole numbers and a value somewhere between two
bounds; a figure printed as v is anything that rounds to v. The means the parts can have are all
those between the lowest and the highest, so a printed mean agrees when that range meets the
figures that print as it. Bounds are whole numbers: twice the printed units, so that halves are
whole, or parts of a unit (`FINE`) rounded outwards.
"""

import polars as pl

#: Columns of parts: weight from W1 to W2, value from V1 to V2 (twice the unit).
PART = ("W1", "W2", "V1", "V2")
#: Parts of a unit that bounds on unrounded averages are kept in.
FINE = 1_000_000


def rounding_range(printed: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Twice the bounds of the figures that print as a number of units."""
    return 2 * printed - 1, 2 * printed + 1


def rounded_from(printed: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The bounds of the averages that print as a number of units, in parts of a unit.

    Halves go up, so the upper end prints as the next number. An average of whole scores that is
    less is less by more than one part of a unit, up to half a million pupils.
    """
    low, high = rounding_range(printed)
    return low * (FINE // 2), high * (FINE // 2) - 1


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


def mean_bounds(parts: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The lowest and the highest mean of parts: keys, LOW and HIGH, rounded outwards.

    The highest mean gives some of the highest values their greatest weight and all others their
    least, so trying each number of them finds it; the lowest likewise.

    Args:
        parts: keys and `PART`, the values in parts of a unit, one row a part.
        keys: the columns that tell which parts go together.
    """
    least = _extreme(parts, keys, "V1", highest=False)
    return least.join(_extreme(parts, keys, "V2", highest=True), on=keys)


def _extreme(parts: pl.DataFrame, keys: list[str], value: str, *, highest: bool) -> pl.DataFrame:
    base, more = pl.col("W1") * pl.col(value), (pl.col("W2") - pl.col("W1")) * pl.col(value)
    spread = pl.col("W2") - pl.col("W1")
    tried = parts.sort(*keys, value, descending=[*(False for _ in keys), highest]).with_columns(
        NUMERATOR=base.sum().over(keys) + more.cum_sum().over(keys),
        WEIGHT=pl.col("W1").sum().over(keys) + spread.cum_sum().over(keys),
    )
    least = parts.group_by(keys).agg(NUMERATOR=base.sum(), WEIGHT=pl.col("W1").sum())
    wanted = [*keys, "NUMERATOR", "WEIGHT"]
    every = pl.concat([tried.select(wanted), least.select(wanted)]).filter(pl.col("WEIGHT") > 0)
    numerator, weight = pl.col("NUMERATOR"), pl.col("WEIGHT")
    if highest:
        return every.group_by(keys).agg(HIGH=(-((-numerator) // weight)).max())
    return every.group_by(keys).agg(LOW=(numerator // weight).min())
