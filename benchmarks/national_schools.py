"""Invented schools for the benchmark: sizes, types, places and trusts as they spread in England.

Cohort sizes follow the quantiles of the 2017-18 national table (mainstream and special schools).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

AUTHORITIES = 152
FIRST_AUTHORITY = 801
FIRST_URN = 900_000
SCHOOLS_PER_TRUST = 16.5
SMALLEST_TRUST = 3
SPECIAL_SHARE = 0.045
INDEPENDENT_SHARE = 0.035
REGIONS = (
    "North East",
    "North West",
    "Yorkshire and the Humber",
    "East Midlands",
    "West Midlands",
    "East of England",
    "London",
    "South East",
    "South West",
)
REGION_SHARES = (0.05, 0.15, 0.11, 0.09, 0.11, 0.12, 0.11, 0.15, 0.11)
MAINSTREAM_TYPES = {
    "CY": 0.36,
    "VA": 0.18,
    "VC": 0.10,
    "FD": 0.03,
    "ACC": 0.23,
    "AC": 0.08,
    "F": 0.02,
}
SPECIAL_TYPES = {"CYS": 0.55, "FDS": 0.05, "ACCS": 0.40}
ACADEMY_TYPES = ("ACC", "AC", "F", "ACCS")

SHARES = (0.0, 0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 1.0)
MAINSTREAM_SIZES = (1, 4, 9, 13, 24, 31, 57, 72, 89, 120, 234)
SPECIAL_SIZES = (1, 1, 3, 4, 6, 10, 15, 20, 24, 31, 60)
INDEPENDENT_SIZES = (1, 2, 4, 6, 10, 16, 24, 36, 44, 60, 90)

FIRST_WORDS = "Ash Beck Birch Cedar Dale Elm Fern Glen Hazel Ivy Larch Maple Oak Rowan Thorn Willow"
SECOND_WORDS = "bridge brook croft field gate hill ley mead moor park ridge stead wick wood worth"


@dataclass(frozen=True)
class Schools:
    """The schools table, and what the pupils are drawn from.

    ``table`` has one row a school, in order of LAESTAB; ``sizes`` is the usual cohort of each.
    """

    table: pl.DataFrame
    sizes: Numbers
    special: NDArray[np.bool_]
    independent: NDArray[np.bool_]


def make_schools(schools: int, seed: int) -> Schools:
    """Draw ``schools`` invented schools; the same seed gives the same schools."""
    chance = np.random.default_rng([seed, 0])
    kind = chance.random(schools)
    special = kind < SPECIAL_SHARE
    independent = kind > 1 - INDEPENDENT_SHARE
    authority = _authorities(schools, chance)
    region = chance.choice(len(REGIONS), AUTHORITIES, p=REGION_SHARES)[authority]
    types = np.where(
        special, _draw(SPECIAL_TYPES, schools, chance), _draw(MAINSTREAM_TYPES, schools, chance)
    )
    types = np.where(independent, "IND", types)
    trust = _trusts(types, region, chance)
    table = pl.DataFrame(
        {
            "URN": np.arange(FIRST_URN, FIRST_URN + schools, dtype=np.int32),
            "LAESTAB": ((FIRST_AUTHORITY + authority) * 10_000 + _numbers_within(authority)).astype(
                np.int32
            ),
            "SCHNAME": _names(schools, chance),
            "LEA": (FIRST_AUTHORITY + authority).astype(np.int32),
            "NFTYPE": types.tolist(),
            "RECTYPE": np.where(special, 2, 1).astype(np.int8),
            "REGION": pl.Series(REGIONS).gather(region),
            "TRUST": trust,
            "JOINED": chance.integers(15_200, 19_150, schools).astype(np.int32),
        }
    )
    belongs = pl.col("TRUST") >= 0
    table = table.select(
        pl.exclude("TRUST", "JOINED"),
        TRUST_UID=pl.when(belongs).then((pl.col("TRUST") + 90_000).cast(pl.String)),
        TRUST_NAME=pl.when(belongs).then(
            pl.format("Invented Learning Trust {}", pl.col("TRUST") + 1)
        ),
        DATE_JOINED_TRUST=pl.when(belongs).then(pl.col("JOINED").cast(pl.Date)),
    )
    sizes = np.where(
        special,
        _sizes(SPECIAL_SIZES, schools, chance),
        np.where(
            independent,
            _sizes(INDEPENDENT_SIZES, schools, chance),
            _sizes(MAINSTREAM_SIZES, schools, chance),
        ),
    )
    return Schools(table, sizes, special, independent)


def _authorities(schools: int, chance: np.random.Generator) -> Numbers:
    """The authority of each school, in order; no authority has more than 900."""
    weights = chance.lognormal(0.0, 0.65, AUTHORITIES)
    room = max(900.0, 2 * schools / AUTHORITIES)
    counts = np.minimum(weights / weights.sum() * schools, room).astype(np.int64)
    short = schools - counts.sum()
    np.add.at(counts, np.argsort(counts)[np.arange(short) % AUTHORITIES], 1)
    return np.repeat(np.arange(AUTHORITIES), counts)


def _numbers_within(groups: Numbers) -> Numbers:
    """Number the rows of each group from 1; rows of a group lie together."""
    starts = np.searchsorted(groups, groups, side="left")
    return np.arange(len(groups)) - starts + 1


def _draw(shares: dict[str, float], rows: int, chance: np.random.Generator) -> NDArray[np.str_]:
    weights = np.array(list(shares.values()))
    return chance.choice(np.array(list(shares)), rows, p=weights / weights.sum())


def _sizes(quantiles: tuple[int, ...], rows: int, chance: np.random.Generator) -> Numbers:
    """Draw cohort sizes; a third of those near a whole number of classes of 30 fill them."""
    sizes = np.interp(chance.random(rows), SHARES, quantiles)
    whole = np.round(sizes / 30) * 30
    fills = (whole > 0) & (np.abs(sizes - whole) < 5) & (chance.random(rows) < 1 / 3)
    return np.maximum(1, np.round(np.where(fills, whole, sizes))).astype(np.int64)


def _trusts(types: NDArray[np.str_], region: Numbers, chance: np.random.Generator) -> Numbers:
    """The trust of each academy, within its region; -1 for the rest and for single academies."""
    trusts = round(len(types) / SCHOOLS_PER_TRUST)
    home = chance.choice(len(REGIONS), trusts, p=REGION_SHARES)
    weights = chance.lognormal(0.0, 1.0, trusts)
    academy = np.isin(types, ACADEMY_TYPES) & (chance.random(len(types)) < 0.92)
    trust = np.full(len(types), -1, dtype=np.int64)
    for place in range(len(REGIONS)):
        rows = chance.permutation(np.flatnonzero(academy & (region == place)))
        candidates = np.flatnonzero(home == place)
        if len(candidates) == 0:
            continue
        share = weights[candidates] / weights[candidates].sum()
        trust[rows] = chance.choice(candidates, len(rows), p=share)
        first = rows[: SMALLEST_TRUST * len(candidates)]
        trust[first] = np.resize(candidates, len(first))
    return trust


def _names(schools: int, chance: np.random.Generator) -> list[str]:
    first, second = FIRST_WORDS.split(), SECOND_WORDS.split()
    pairs = zip(
        chance.integers(len(first), size=schools),
        chance.integers(len(second), size=schools),
        strict=True,
    )
    return [f"{first[a]}{second[b]} Invented School {row + 1}" for row, (a, b) in enumerate(pairs)]
