"""How pupils of a prior attainment group get on: standings whose points are the published ones.

A standing is a number on the scale of points, before marks and judgements make steps of it. For
each group and subject of the published table, the mean and deviation of standings are found whose
points have the published average and deviation. What is known about a pupil moves the mean; chance
makes up the rest of the deviation.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from statistics import NormalDist

import numpy as np

from keystage.cohort.centring import centring
from keystage.cohort.chance import Floats, Whole
from keystage.cohort.parameters import model
from keystage.cohort.summers import summers
from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.statute.loader import load_year
from keystage.statute.year import Year

_NORMAL, _FALLS = 121, 12
_ROUNDS, _HASTE = 150, 0.5
_SIXTEENTHS = 16
_LEAST_SHARE = 0.5
_REACH, _STEP = 24.0, 0.25


@dataclass(frozen=True)
class Ladder:
    """Points by standing: ``points[i]`` up to ``edges[i]``, both ascending."""

    edges: Floats
    points: Floats

    def step(self, standing: Floats) -> Whole:
        """The place of each standing on the ladder, 0 the lowest."""
        return np.searchsorted(self.edges, standing, side="right")

    def of(self, standing: Floats) -> Floats:
        """The points of each standing."""
        found: Floats = self.points[self.step(standing)]
        return found


@dataclass(frozen=True)
class Curve:
    """What is published of the groups, and the standings found for it; a row a group.

    Attributes:
        group_of: the group (0 the lowest) of each average of key stage 1 points, in sixteenths.
        averages: published average points, a column for each subject.
        means: means of standings.
        deviations: deviations of standings.
        noise: deviations of what chance adds to what is known of a pupil.
    """

    group_of: Whole
    averages: Floats
    means: Floats
    deviations: Floats
    noise: Floats


@cache
def statute() -> Year:
    """The year whose groups all summers follow."""
    named = summers().curve
    return load_year(named.year, named.release)


@cache
def curve() -> Curve:
    """The curve, found once for each process."""
    year = statute()
    groups = year.require(
        year.prior_attainment_groups, "prior_attainment_groups", "A cohort's curve"
    ).groups
    averages = np.array([[float(getattr(row, s)) for s in IN_PROGRESS] for row in groups])
    wanted = _deviations(year, len(groups))
    steps = ladders()
    means, deviations = averages.copy(), wanted.copy()
    values, weights = chance_of_pupils()
    for _ in range(_ROUNDS):
        for at, ladder in enumerate(steps):
            mean, spread = _moments(ladder, means[:, at], deviations[:, at], values, weights)
            means[:, at] += _HASTE * (averages[:, at] - mean)
            deviations[:, at] *= (wanted[:, at] / spread) ** _HASTE
    known = model().progress.explained_sd.row()
    noise = np.sqrt(np.maximum(deviations**2 - known**2, (_LEAST_SHARE * deviations) ** 2))
    sixteenths = [
        next(at for at, row in enumerate(groups) if row.holds(_average(place)))
        for place in range(int(groups[-1].high) * _SIXTEENTHS + 1)
    ]
    return Curve(np.array(sixteenths), averages, means - centring().offsets(), deviations, noise)


def _average(sixteenths: int) -> Decimal:
    return Decimal(sixteenths) / _SIXTEENTHS


@cache
def chance_of_pupils() -> tuple[Floats, Floats]:
    """What chance adds, as values with weights: mean 0, deviation 1, and a longer tail below."""
    rules = model().progress
    normal = np.array([NormalDist().inv_cdf((i + 0.5) / _NORMAL) for i in range(_NORMAL)])
    falls = -rules.fall_size * np.log((np.arange(_FALLS) + 0.5) / _FALLS)
    share = rules.fall / 100
    values = np.concatenate([normal, (normal[:, None] - falls[None, :]).ravel()])
    weights = np.concatenate(
        [
            np.full(_NORMAL, (1 - share) / _NORMAL),
            np.full(_NORMAL * _FALLS, share / _NORMAL / _FALLS),
        ]
    )
    centred = values - values @ weights
    return centred / np.sqrt(centred**2 @ weights), weights


def fall_moments() -> tuple[float, float]:
    """The mean that falls take away, and the deviation of chance with them."""
    rules = model().progress
    share = rules.fall / 100
    mean = share * rules.fall_size
    return mean, float(np.sqrt(1 + 2 * share * rules.fall_size**2 - mean**2))


@cache
def expected_points(shift: tuple[float, ...], greater_depth: float) -> tuple[Floats, Floats]:
    """Points to be expected of a pupil before chance, and of a whole group, in a summer's shift.

    Args:
        shift: how far the summer lies above the curve, for each subject.
        greater_depth: how far its lowest standing of greater depth has moved.

    Returns:
        ``table[subject, group, place]`` for standings from ``_REACH`` below the group's mean to as
        far above in steps of ``_STEP``; and ``group[group, subject]``.
    """
    found = curve()
    values, weights = chance_of_pupils()
    away = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
    table = np.empty((len(IN_PROGRESS), len(found.means), len(away)))
    whole = np.empty_like(found.means)
    centred = found.means + centring().offsets()
    for at, ladder in enumerate(ladders(greater_depth)):
        moved = found.means[:, at] + shift[at]
        for place, step in enumerate(away):
            standings = (moved + step)[:, None] + found.noise[:, at, None] * values
            table[at, :, place] = ladder.of(standings) @ weights
        full = (centred[:, at] + shift[at])[:, None] + found.deviations[:, at, None] * values
        whole[:, at] = ladder.of(full) @ weights
    return table, whole


def expected(table: Floats, subject: int, group: Whole, standing: Floats, shift: float) -> Floats:
    """The points to be expected of pupils whose standing is known but for chance."""
    away = standing - curve().means[group, subject] - shift
    place = np.clip((away + _REACH) / _STEP, 0, table.shape[2] - 1.001)
    low = place.astype(np.int64)
    part = place - low
    rows = table[subject, group, low]
    found: Floats = rows + part * (table[subject, group, low + 1] - rows)
    return found


def _moments(
    ladder: Ladder, means: Floats, deviations: Floats, values: Floats, weights: Floats
) -> tuple[Floats, Floats]:
    points = ladder.of(means[:, None] + deviations[:, None] * values)
    mean = points @ weights
    return mean, np.sqrt((points - mean[:, None]) ** 2 @ weights)


def _deviations(year: Year, groups: int) -> Floats:
    """The published deviation of progress of each group, and those its minimum scores imply.

    Where neither is published, that of reading.
    """
    rules = year.require(year.minimum_progress, "minimum_progress", "A cohort's curve")
    found = np.full((groups, len(IN_PROGRESS)), np.nan)
    for row in rules.group_sd:
        for at, subject in enumerate(IN_PROGRESS):
            found[row.group - 1, at] = _or_nan(getattr(row, subject))
    for lowest in rules.minimum:
        for at, subject in enumerate(IN_PROGRESS):
            found[lowest.group - 1, at] = -_or_nan(getattr(lowest, subject)) / _or_nan(
                getattr(rules.multiplier, subject)
            )
    return np.where(np.isnan(found), found[:, :1], found)


def _or_nan(value: object) -> float:
    return float("nan") if value is None else float(str(value))


def steps_below(year: Year) -> Floats:
    """The points of pupils below the scale, ascending: one step for each."""
    rules = year.key_stage_2
    return np.array(sorted({float(points) for points in rules.points.values()}))


@cache
def ladders(greater_depth: float = 0.0) -> tuple[Ladder, ...]:
    """Points by standing, for each subject in progress.

    Args:
        greater_depth: how far the lowest standing of greater depth in writing has moved.
    """
    return tuple(_ladder(subject, statute(), greater_depth) for subject in IN_PROGRESS)


def _ladder(subject: Subject, year: Year, greater_depth: float) -> Ladder:
    """Points by standing: edges lie half way, or where the model says that judgements meet."""
    below, scale = steps_below(year), year.key_stage_2
    if subject is not Subject.WRITING:
        points = np.r_[below, np.arange(scale.lowest_score, scale.highest_score + 1)]
        return Ladder((points[1:] + points[:-1]) / 2, points)
    table = year.require(year.writing_points, "writing_points", "A cohort's curve").points
    judged = np.array(sorted(float(points) for points in table.values()))
    edges = model().results.writing_edges
    return Ladder(
        np.r_[
            (below[1:] + below[:-1]) / 2,
            edges.towards,
            edges.expected,
            edges.higher + greater_depth,
        ],
        np.r_[below, judged],
    )
