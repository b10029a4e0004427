"""Multi-academy trusts: which academies are in one, and since when."""

from datetime import date

import numpy as np
import polars as pl

from keystage.cohort.chance import Stream, choose, generator, happens
from keystage.cohort.parameters import model
from keystage.cohort.plan import Plan
from keystage.cohort.school_names import trust_names

_FIRST_UID = 90_000
_MONTHS = 12
_PERCENT = 100
#: Dates run to the month in which the academic year ends.
_AUGUST = 8


def with_trusts(schools: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Add TRUST_UID, TRUST_NAME and DATE_JOINED_TRUST to schools; null outside trusts.

    A trust's schools are academies of one region, most of them of authorities beside each other.
    Dates run to the end of the academic year, so that some are later than the day by which a
    school must have joined to count.

    Args:
        schools: columns URN, LEA, REGION and NFTYPE.
        plan: what is made.
    """
    rules = model().trusts
    chance = generator(plan.seed, plan.year, Stream.TRUSTS)
    academy = schools["NFTYPE"].is_in(rules.academies).to_numpy()
    member = academy & happens(chance, rules.in_trust / _PERCENT, schools.height)
    near = schools["LEA"].rank("dense").to_numpy() + chance.random(schools.height) * rules.reach
    order = np.lexsort((near, schools["REGION"].rank("dense").to_numpy()))
    order = order[member[order]]
    trust = _cut(chance, schools["REGION"].to_numpy()[order])
    uid = np.full(schools.height, -1, dtype=np.int64)
    uid[order] = trust
    names = trust_names(chance, int(trust.max(initial=-1)) + 1)
    months = chance.integers(0, (plan.year - rules.first_year) * _MONTHS + _AUGUST, schools.height)
    joined = [date(rules.first_year + at // _MONTHS, at % _MONTHS + 1, 1) for at in months.tolist()]
    inside = pl.col("trust") >= 0
    return (
        schools.with_columns(trust=pl.Series(uid), joined=pl.Series(joined, dtype=pl.Date))
        .with_columns(
            pl.when(inside).then((pl.col("trust") + _FIRST_UID).cast(pl.String)).alias("TRUST_UID"),
            pl.when(inside)
            .then(names.gather(np.maximum(uid, 0)) if names.len() else pl.lit(None, pl.String))
            .alias("TRUST_NAME"),
            pl.when(inside).then(pl.col("joined")).alias("DATE_JOINED_TRUST"),
        )
        .drop("trust", "joined")
    )


def _cut(chance: np.random.Generator, region: np.ndarray) -> np.ndarray:
    """The trust of each academy in order, -1 for an academy by itself; a region ends a trust."""
    sizes = model().trusts.sizes
    drawn = np.array([int(size) for size in sizes])[
        choose(chance, list(sizes.values()), len(region))
    ]
    block = np.searchsorted(np.cumsum(drawn), np.arange(len(region)), side="right")
    if not len(region):
        return block
    starts = np.r_[True, (block[1:] != block[:-1]) | (region[1:] != region[:-1])]
    group = np.cumsum(starts) - 1
    together = np.bincount(group) > 1
    number = np.cumsum(together) - 1
    return np.where(together[group], number[group], -1)
