"""Two things measured on a made country, so that shares and averages come out as published.

Which standing at key stage 1 leaves which share of pupils below it; and how much the pupils of a
prior attainment group bring or lack together, which its average must not count twice. Both follow
from ``model.toml``: whoever changes that measures them again (see `measuring`).
"""

from functools import cache

import numpy as np

from keystage.cohort.chance import Floats
from keystage.cohort.parameters import Because, load
from keystage.statute.table import Record


class Quantiles(Because, frozen=True, kw_only=True):
    """Standings at key stage 1 by the percentage of pupils below them."""

    below: tuple[float, ...]
    reading: tuple[float, ...]
    writing: tuple[float, ...]
    maths: tuple[float, ...]

    def standing(self, subject: int, below: Floats) -> Floats:
        """The standing that these percentages of pupils are below, in a subject by number."""
        standings = (self.reading, self.writing, self.maths)[subject]
        return np.interp(below, self.below, standings)


class Offsets(Because, frozen=True, kw_only=True):
    """What the pupils of each group bring on average, in points."""

    reading: tuple[float, ...]
    writing: tuple[float, ...]
    maths: tuple[float, ...]


class Centring(Record, frozen=True, kw_only=True):
    """Everything of ``centring.toml``."""

    key_stage_1: Quantiles
    groups: Offsets

    def offsets(self) -> Floats:
        """What groups bring: a row a group, a column a subject."""
        return np.array([self.groups.reading, self.groups.writing, self.groups.maths]).T


@cache
def centring() -> Centring:
    """The figures of ``centring.toml``."""
    return load("centring.toml", Centring)
