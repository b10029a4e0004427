"""Chance, keyed: who draws what depends on the seed and the key, never on who drew before.

Each topic of each authority has a stream of its own, so that authorities may be made in any order
and by any number of workers, and a change in one topic leaves the others as they are.
"""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Stream(IntEnum):
    """The topics that have a stream of chance of their own."""

    CHOICE = 0
    SCHOOLS = 1
    SCHOOL_NAMES = 2
    TRUSTS = 3
    EFFECTS = 4
    PEOPLE = 5
    NAMES = 6
    MOVES = 7
    KEY_STAGE_1 = 8
    KEY_STAGE_2 = 9
    EXCEPTIONS = 10
    JUDGEMENTS = 11
    FAULTS = 12
    AUTHORITY = 13


def generator(seed: int, year: int, stream: Stream, authority: int = 0) -> np.random.Generator:
    """The chance of one topic of one authority; 0 stands for the whole country."""
    key = (year, int(stream), authority)
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def happens(chance: np.random.Generator, share: Floats | float, rows: int) -> Mask:
    """For each row, whether something of this share of all rows happens to it."""
    drawn: Mask = chance.random(rows) < share
    return drawn


def choose(chance: np.random.Generator, shares: Sequence[float], rows: int) -> Whole:
    """For each row 0, 1, 2, ... with these shares, which need not add up to one."""
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    return np.searchsorted(edges[:-1] / edges[-1], chance.random(rows), side="right")


def choose_by_row(chance: np.random.Generator, shares: Floats) -> Whole:
    """For each row 0, 1, 2, ... with that row's shares, which need not add up to one."""
    edges = np.cumsum(shares, axis=1)
    drawn = chance.random(len(shares)) * edges[:, -1]
    found: Whole = (drawn[:, None] >= edges[:, :-1]).sum(axis=1)
    return found


def correlated(chance: np.random.Generator, correlations: Floats, rows: int) -> Floats:
    """Standard normal numbers, a column for each row of the correlation matrix.

    Raises:
        numpy.linalg.LinAlgError: no numbers can have these correlations.
    """
    drawn: Floats = (
        chance.standard_normal((rows, len(correlations))) @ np.linalg.cholesky(correlations).T
    )
    return drawn
