"""The national reference: as published for a year, or derived from pupils by counting cells.

Deriving (technical guide of 2022, annexes C and D): group averages, group standard deviations, the
multiplier that leaves at most the year's share of pupils below it, minimums where a pupil can fall
below them, the national standard deviation of adjusted progress, and the band cut-offs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

from oracle_exact import root, rounded, variance
from oracle_pupil import average_points, group_of, included, judge_test, writing_points
from oracle_types import PROGRESS, Reference

from keystage.statute.year import Year

_Cells = dict[int, Counter[Fraction]]


def empty_reference() -> Reference:
    """A reference with nothing in it: nobody has progress."""
    return Reference(
        averages={subject: {} for subject in PROGRESS},
        minimums={subject: {} for subject in PROGRESS},
        sd={},
        cuts={},
        multiplier={},
        group_sd={subject: {} for subject in PROGRESS},
    )


def published_reference(year: Year) -> Reference:
    """The reference the year's own tables print; what is absent stays out."""
    made = empty_reference()
    for subject in PROGRESS:
        if year.prior_attainment_groups is not None:
            for part in year.prior_attainment_groups.groups:
                made["averages"][subject][part.group] = Fraction(getattr(part, subject))
        if year.minimum_progress is not None and year.minimum_progress.applies:
            for lowest in year.minimum_progress.minimum:
                if getattr(lowest, subject) is not None:
                    made["minimums"][subject][lowest.group] = Fraction(getattr(lowest, subject))
        if year.pupil_sd is not None:
            made["sd"][subject] = Fraction(getattr(year.pupil_sd, subject).best)
        cuts = None if year.banding is None else getattr(year.banding, subject)
        if cuts is not None:
            made["cuts"][subject] = (Fraction(cuts.high.best), Fraction(cuts.low.best))
    return made


def populations_of(school: Mapping[str, Any], year: Year) -> frozenset[str]:
    """Which national populations a school's pupils belong to."""
    kind = year.school_types.types[school["NFTYPE"]]
    found = {"all"}
    if kind.state_funded:
        found.add("state_funded")
        if kind.mainstream:
            found.add("mainstream")
    return frozenset(found)


def lowest_points(subject: str, year: Year) -> Fraction:
    """The lowest points a pupil can have in the progress model."""
    possible = [Fraction(points) for points in year.key_stage_2.points.values()]
    if subject == "writing":
        if year.writing_points is not None:
            possible += [Fraction(points) for points in year.writing_points.points.values()]
    else:
        possible.append(Fraction(year.key_stage_2.lowest_score))
        if year.key_stage_2.points_without_score is not None:
            possible.append(Fraction(year.key_stage_2.points_without_score))
    return min(possible)


def derive_reference(
    pupils: Iterable[Mapping[str, Any]],
    schools: Sequence[Mapping[str, Any]],
    year: Year,
    *,
    smallest_group: int = 1,
) -> Reference:
    """Make the national reference from a national pupil file.

    A group with fewer pupils than ``smallest_group`` in the averages' population has no average, so
    its pupils have no progress.
    """
    where = {school["URN"]: populations_of(school, year) for school in schools}
    placed: list[tuple[int, int, dict[str, Fraction]]] = []
    eligible: Counter[int] = Counter()
    for pupil in pupils:
        eligible[pupil["URN"]] += included(pupil, year)
        group = group_of(average_points(pupil, year), year) if included(pupil, year) else None
        if group is not None:
            placed.append((pupil["URN"], group, _points(pupil, year)))
    made = empty_reference()
    for subject in PROGRESS:
        base = _cells(
            (group, got[subject])
            for urn, group, got in placed
            if subject in got and year.reference_rules.averages_from in where[urn]
        )
        base = {group: cells for group, cells in base.items() if cells.total() >= smallest_group}
        made["averages"][subject] = {group: _mean(cells) for group, cells in base.items()}
        if year.minimum_progress is not None and year.minimum_progress.applies:
            _derive_minimums(made, subject, base, year)
        have = [
            (urn, group, got[subject])
            for urn, group, got in placed
            if subject in got and group in base
        ]
        score_of = _derive_spread(made, subject, have, where, year)
        by_school: dict[int, list[Fraction]] = {}
        for urn, group, points in have:
            if year.reference_rules.cuts_from in where[urn]:
                by_school.setdefault(urn, []).append(score_of[group, points])
        _derive_cuts(made, subject, by_school, eligible, year)
    return made


def _derive_spread(
    made: Reference,
    subject: str,
    have: Sequence[tuple[int, int, Fraction]],
    where: Mapping[int, frozenset[str]],
    year: Year,
) -> dict[tuple[int, Fraction], Fraction]:
    """The national standard deviation of adjusted progress; gives the progress of each cell."""
    rules = year.reference_rules
    averages, lowest = made["averages"][subject], made["minimums"][subject]
    score_of: dict[tuple[int, Fraction], Fraction] = {}
    for _, group, points in have:
        plain = points - averages[group]
        score_of[group, points] = max(lowest.get(group, plain), plain)
    spread = Counter(
        (group, points)
        for urn, group, points in have
        if rules.standard_deviation_from in where[urn]
    )
    found = variance((score_of[cell], number) for cell, number in spread.items())
    if found is not None:
        made["sd"][subject] = root(found)
    return score_of


def _derive_cuts(
    made: Reference,
    subject: str,
    by_school: Mapping[int, Sequence[Fraction]],
    eligible: Mapping[int, int],
    year: Year,
) -> None:
    """The cut-offs of the bands, from the schools whose score is published."""
    rules, decimals = year.suppression, year.rounding.progress
    means = [
        sum(scores, Fraction(0)) / len(scores)
        for urn, scores in by_school.items()
        if len(scores) >= rules.smallest_group
        and Fraction(100 * len(scores), eligible[urn]) >= rules.lowest_coverage_percent
    ]
    if means:
        high, low = cut_offs(
            [rounded(mean, decimals) for mean in means], Fraction(year.reference_rules.cut_percent)
        )
        made["cuts"][subject] = (Fraction(high, 10**decimals), Fraction(low, 10**decimals))


def cut_offs(printed: Sequence[int], percent: Fraction) -> tuple[int, int]:
    """(high, low): the printed scores at the nearest rank from the top and from the bottom."""
    ordered = sorted(printed)
    rank = max(1, ceil(percent * len(ordered) / 100))
    return ordered[-rank], ordered[rank - 1]


def _points(pupil: Mapping[str, Any], year: Year) -> dict[str, Fraction]:
    found = {
        "reading": judge_test(pupil, year, "reading").points,
        "writing": writing_points(pupil["WRITTAOUTCOME"], year),
        "maths": judge_test(pupil, year, "maths").points,
    }
    return {subject: points for subject, points in found.items() if points is not None}


def _cells(pairs: Iterable[tuple[int, Fraction]]) -> _Cells:
    found: _Cells = {}
    for group, points in pairs:
        found.setdefault(group, Counter())[points] += 1
    return found


def _mean(cells: Counter[Fraction]) -> Fraction:
    total = sum((points * number for points, number in cells.items()), Fraction(0))
    return total / cells.total()


def _derive_minimums(made: Reference, subject: str, base: _Cells, year: Year) -> None:
    """Sort (group, points) cells by how many group SDs below average; stop before the share."""
    share = None if year.minimum_progress is None else year.minimum_progress.share_percent
    if share is None:
        return
    averages = made["averages"][subject]
    spreads = {group: variance(cells.items()) for group, cells in base.items()}
    ladder: list[tuple[Fraction, int]] = []
    for group, cells in base.items():
        spread = spreads[group]
        if not spread:
            continue
        made["group_sd"][subject][group] = root(spread)
        for points, number in cells.items():
            below = points - averages[group]
            signed_square = (below * below if below > 0 else -below * below) / spread
            ladder.append((signed_square, number))
    allowed = Fraction(share) / 100 * sum(cells.total() for cells in base.values())
    first_left = _first_left(ladder, allowed)
    if first_left is None or first_left >= 0:
        return
    made["multiplier"][subject] = root(-first_left)
    for group, spread in spreads.items():
        if spread and lowest_points(subject, year) - averages[group] < 0:
            lowest = -root(-first_left * spread)
            if lowest_points(subject, year) - averages[group] < lowest:
                made["minimums"][subject][group] = lowest


def _first_left(ladder: Sequence[tuple[Fraction, int]], allowed: Fraction) -> Fraction | None:
    """The lowest rung at which more pupils than allowed would be at or below it."""
    caught = 0
    for rung, number in sorted(ladder):
        caught += number
        if caught > allowed:
            return rung
    return None
