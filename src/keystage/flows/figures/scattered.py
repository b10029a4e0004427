"""Each pupil's start and outcome: key stage 1 average points by key stage 2 points of a subject.

Beside them runs what similar pupils reached nationally: the average of each prior attainment
group, by the reference of the release.
"""

from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from keystage.core.errors import AbsentValueError
from keystage.core.subjects import Subject
from keystage.flows.figures.states import in_words, no_progress
from keystage.measures.compute import Computed
from keystage.measures.explain_listing import listing
from keystage.measures.fields import field_named
from keystage.measures.units import BILLION, SIXTEENTHS
from keystage.statute.year import Year

#: The subjects that are tested and have progress.
SUBJECTS = (Subject.READING, Subject.MATHS)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A prior attainment group: from which to which average, and its national average points."""

    low: Decimal
    high: Decimal
    expected: Decimal


@dataclass(frozen=True, kw_only=True, eq=False)
class Scattered:
    """The pupils of a school in one subject.

    Attributes:
        subject: reading or maths.
        pupils: a row a pupil in the progress measure: ``line``, ``start`` (key stage 1 average
            points), ``reached`` (key stage 2 points: the scaled score, or what a pupil below the
            tests counts as) and ``expected`` (the national average of the pupil's group), Float64.
        out: a row a pupil who is not: ``line`` and ``reason`` (a sentence).
        steps: the national averages, from the lowest start up.
    """

    subject: Subject
    pupils: pl.DataFrame
    out: pl.DataFrame
    steps: tuple[Step, ...]


def no_scatter(year: Year) -> str:
    """Why a year has no start to draw, in words; empty where it has.

    Args:
        year: the rules of the release.
    """
    why = no_progress(year)
    return in_words(*why) if why else ""


def scattered(computed: Computed, school: int, subject: Subject) -> Scattered:
    """Put the pupils of a school by their start and what they reached.

    Args:
        computed: the school, computed by the rules of the release.
        school: the URN.
        subject: reading or maths.

    Raises:
        AbsentValueError: the year has no prior attainment groups.
        ValueError: the subject is not tested, or has no progress.
    """
    if subject not in SUBJECTS:
        raise ValueError(subject)
    year = computed.table.year
    if year.prior_attainment_groups is None or not year.year.progress:
        raise AbsentValueError(
            f"{year.name} has no prior attainment groups.",
            todo="Ask `no_scatter` first.",
        )
    pupils = computed.working.filter(pl.col("URN") == school).collect()
    listed = listing(pupils, field_named(f"{subject.prefix}PROG", year), year).pupils
    inside = pl.col("place") != "out"
    whole = pupils.select(
        "line",
        start=pl.col("ks1_average") / SIXTEENTHS,
        reached=pl.col(f"{subject}_points") / BILLION,
        expected=pl.col(f"{subject}_national") / BILLION,
    )
    return Scattered(
        subject=subject,
        pupils=listed.filter(inside).select("line").join(whole, on="line", maintain_order="left"),
        out=listed.filter(~inside).select("line", "reason"),
        steps=tuple(
            Step(low=one.low, high=one.high, expected=getattr(one, str(subject)))
            for one in sorted(year.prior_attainment_groups.groups, key=lambda one: one.low)
        ),
    )
