"""The tables behind pupil progress: points, prior attainment, minimums, intervals, bands."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Literal, NamedTuple

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.statute.table import BySubject, Constant, Record, Table

Includes = Literal["low", "high", "both", "neither"]


class KeyStage1(Table, frozen=True, kw_only=True):
    """Key stage 1 results and their points.

    ``points`` by result code; ``p_scale`` by P scale for pupils at ``below_code``;
    ``below_without_p_scale`` when they have none; ``disregarded`` codes leave the subject without
    a result. English reading and writing take their own P scale if it is in ``own_p_scales``, else
    the one given for English if it is in ``english_p_scales``.
    """

    year: int
    framework: str
    points: Mapping[str, Decimal]
    p_scale: Mapping[str, Decimal] = {}
    below_code: str | None = None
    below_without_p_scale: Decimal | None = None
    own_p_scales: tuple[str, ...] = ()
    english_p_scales: tuple[str, ...] = ()
    disregarded: tuple[str, ...] = ()


class PointRange(Record, frozen=True, kw_only=True):
    """A range of key stage 1 average points; ``includes`` says which ends belong to it."""

    low: Decimal
    high: Decimal
    includes: Includes

    def holds(self, points: Decimal) -> bool:
        """Whether an average point score lies in the range."""
        above = points > self.low or (points == self.low and self.includes in {"low", "both"})
        below = points < self.high or (points == self.high and self.includes in {"high", "both"})
        return above and below


class PriorAttainmentGroup(PointRange, frozen=True, kw_only=True):
    """One prior attainment group and its national average key stage 2 points by subject."""

    group: int
    reading: Decimal
    writing: Decimal
    maths: Decimal


class Fall(NamedTuple):
    """A subject whose average does not rise from a group to the next, at ``place`` in the table."""

    place: int
    subject: Subject
    lower: PriorAttainmentGroup
    higher: PriorAttainmentGroup

    @property
    def averages(self) -> tuple[Decimal, Decimal]:
        """The average of the lower group and that of the higher one."""
        return getattr(self.lower, self.subject), getattr(self.higher, self.subject)


class PriorAttainmentGroups(Table, frozen=True, kw_only=True):
    """The groups of one year and release; they partition the point scale.

    ``partial`` marks a table read from a file that did not hold every group.
    """

    groups: tuple[PriorAttainmentGroup, ...]
    partial: bool = False

    def falls(self) -> Iterator[Fall]:
        """Yield each place where an average is no higher than that of the group below."""
        for place, (lower, higher) in enumerate(pairwise(self.groups), start=1):
            for subject in IN_PROGRESS:
                fall = Fall(place, subject, lower, higher)
                before, after = fall.averages
                if after <= before:
                    yield fall


class PriorAttainmentBand(PointRange, frozen=True, kw_only=True):
    """Low (L), middle (M) or high (H) prior attainment."""

    code: Literal["L", "M", "H"]


class PriorAttainmentBands(Table, frozen=True, kw_only=True):
    """Low, middle and high prior attainment; they partition the point scale."""

    bands: tuple[PriorAttainmentBand, ...]


class MinimumOfGroup(Record, frozen=True, kw_only=True):
    """The minimum pupil progress scores of one prior attainment group, in points.

    A subject in which the minimum cannot bind has none.
    """

    group: int
    reading: Decimal | None = None
    writing: Decimal | None = None
    maths: Decimal | None = None


class GroupSd(Record, frozen=True, kw_only=True):
    """The printed standard deviation of pupil progress in one group; subjects may be unprinted."""

    group: int
    reading: Decimal | None = None
    writing: Decimal | None = None
    maths: Decimal | None = None


class MinimumProgress(Table, frozen=True, kw_only=True):
    """How far below zero a pupil's progress may count, from 2018 on.

    ``applies`` is false before. ``multiplier`` is the number of group standard deviations
    (positive) that catches about ``share_percent`` of pupils; groups not in ``minimum`` have none.
    ``group_sd`` holds the group standard deviations that were printed. ``values_absent`` says why
    minimums apply but are not known. ``partial`` marks minimums read from a file in which others
    may have bound nobody.
    """

    applies: bool
    share_percent: Decimal | None = None
    multiplier: BySubject | None = None
    minimum: tuple[MinimumOfGroup, ...] = ()
    group_sd: tuple[GroupSd, ...] = ()
    values_absent: str = ""
    partial: bool = False


class PupilSd(Table, frozen=True, kw_only=True):
    """The national standard deviation of pupil progress behind the confidence intervals."""

    reading: Constant
    writing: Constant
    maths: Constant


class Interval(Table, frozen=True, kw_only=True):
    """How confidence limits are made and printed.

    ``critical_value`` times the national standard deviation over the root of n. ``printing``:
    ``each_limit`` rounds each unrounded limit; ``score_and_half_width`` prints the rounded score
    minus and plus the rounded half-width.
    """

    critical_value: Decimal
    printing: Literal["each_limit", "score_and_half_width"]


class Cuts(Record, frozen=True, kw_only=True):
    """The band cut-offs of a subject, on printed scores: high at or above, low at or below."""

    high: Constant
    low: Constant


class Banding(Table, frozen=True, kw_only=True):
    """How progress scores are put into bands, on printed values.

    ``five_bands``: significance by the printed limits, then the cut-offs. ``percentile_bands``: the
    printed score alone, by ``edges`` (each the lowest score of its band, best band first).
    ``cuts_absent`` says why the scheme is known but its cut-offs or edges are not. ``percents``: of
    percentile bands the share of schools in each, best first, by which edges are made from data.
    """

    scheme: Literal["five_bands", "percentile_bands"]
    labels: tuple[str, ...]
    reading: Cuts | None = None
    writing: Cuts | None = None
    maths: Cuts | None = None
    edges: Mapping[str, tuple[Decimal, ...]] = {}
    percents: tuple[Decimal, ...] = ()
    cuts_absent: str = ""


class PrintedRange(Record, frozen=True, kw_only=True):
    """A range of printed scores, both ends included; an end left out is open.

    Of a share of few schools, or of schools with one score, ``low`` may be a step above ``high``:
    no score is in it.
    """

    low: Decimal | None = None
    high: Decimal | None = None


class DistributionRow(Record, frozen=True, kw_only=True):
    """One share of schools and the range of printed scores that holds it."""

    label: str
    percent: Decimal
    reading: PrintedRange
    writing: PrintedRange
    maths: PrintedRange


class Distribution(Table, frozen=True, kw_only=True):
    """The published distribution of schools' progress scores, best first."""

    rows: tuple[DistributionRow, ...]


class ReferenceRules(Table, frozen=True, kw_only=True):
    """How a national reference is made from a pupil file."""

    averages_from: Literal["mainstream", "state_funded", "all"]
    standard_deviation_from: Literal["mainstream", "state_funded", "all"]
    cuts_from: Literal["mainstream", "state_funded", "all"]
    cut_percent: Decimal
    distribution_percents: tuple[Decimal, ...]
    smallest_estimated_group: int
