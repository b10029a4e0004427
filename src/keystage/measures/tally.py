"""The tally: how many pupils of each average have each number of key stage 2 points.

Everything a national reference needs is in it: a few thousand whole numbers a subject stand for
670,000 pupils, so the rest is exact arithmetic on a small table, the same on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import sqrt

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.measures.table import EVERYONE, MAINSTREAM, STATE_FUNDED
from keystage.measures.units import BILLION

#: Key stage 1 average in sixteenths, key stage 2 points in billionths, number of pupils.
Cell = tuple[int, int, int]


@dataclass(frozen=True)
class Tally:
    """Pupils counted by average and points, for each kind of school and subject."""

    cells: dict[tuple[str, Subject], tuple[Cell, ...]]

    def of(self, kind: str, subject: Subject) -> tuple[Cell, ...]:
        """The cells of a kind of school (mainstream, state_funded, everyone) in a subject."""
        return self.cells[kind, subject]


def tally(working: pl.LazyFrame, schools: pl.DataFrame) -> Tally:
    """Count the pupils in each subject's progress measure.

    Args:
        working: the working table of a year with progress.
        schools: the school table with types (see `table.with_types`).
    """
    return tally_of(counted_pupils(working, schools))


def counted_pupils(working: pl.LazyFrame, schools: pl.DataFrame) -> pl.DataFrame:
    """Count the pupils of a file, or of a part of it, for `tally_of`.

    Args:
        working: the working table of a year with progress.
        schools: the school table with types (see `table.with_types`).

    Returns:
        ``subject``, ``mainstream`` and ``state_funded`` (of the school), ``ks1_average``
        (sixteenths), ``points`` (billionths) and ``pupils``, their number.
    """
    pupils = (
        working.filter(pl.col("included") & pl.col("ks1_average").is_not_null())
        .select("URN", "ks1_average", *(f"{subject}_points" for subject in IN_PROGRESS))
        .join(schools.lazy().select("URN", MAINSTREAM, STATE_FUNDED), on="URN", how="left")
        .collect()
    )
    return pl.concat(
        pupils.rename({f"{subject}_points": "points"})
        .filter(pl.col("points").is_not_null())
        .group_by(MAINSTREAM, STATE_FUNDED, "ks1_average", "points")
        .agg(pl.len().cast(pl.Int64).alias("pupils"))
        .select(pl.lit(str(subject)).alias("subject"), pl.all())
        for subject in IN_PROGRESS
    )


def tally_of(counted: pl.DataFrame) -> Tally:
    """The tally of counted pupils: the rows of `counted_pupils`, of all parts of a file."""
    cells: dict[tuple[str, Subject], tuple[Cell, ...]] = {}
    for subject in IN_PROGRESS:
        of_subject = counted.filter(subject=str(subject))
        for kind in (MAINSTREAM, STATE_FUNDED, EVERYONE):
            members = of_subject if kind == EVERYONE else of_subject.filter(pl.col(kind))
            cells[kind, subject] = tuple(
                members.group_by("ks1_average", "points")
                .agg(pl.col("pupils").sum())
                .sort("ks1_average", "points")
                .iter_rows()
            )
    return Tally(cells)


def by_group(
    cells: tuple[Cell, ...], places: list[int | None]
) -> Iterator[tuple[int, list[tuple[Fraction, int]]]]:
    """The cells of each group in order: its place, and (points, pupils) pairs.

    Args:
        cells: cells in order of average.
        places: the place of each average's group (see `key_stage_1.places`).
    """

    def place(cell: Cell) -> int:
        inside = places[cell[0]] if cell[0] < len(places) else None
        return -1 if inside is None else inside

    for group, members in groupby(cells, key=place):
        if group >= 0:
            yield group, [(Fraction(points, BILLION), pupils) for _, points, pupils in members]


def mean(points: list[tuple[Fraction, int]]) -> Fraction:
    """The mean of (value, pupils) pairs."""
    return sum((value * pupils for value, pupils in points), Fraction()) / sum(
        pupils for _, pupils in points
    )


def deviation(points: list[tuple[Fraction, int]]) -> float:
    """The sample standard deviation (n - 1) of (value, pupils) pairs; 0 for a single pupil."""
    pupils = sum(count for _, count in points)
    middle = mean(points)
    squares = sum((count * (value - middle) ** 2 for value, count in points), Fraction())
    return sqrt(squares / max(pupils - 1, 1))
