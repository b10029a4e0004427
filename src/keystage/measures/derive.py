"""A national reference made from a national pupil file.

The result is the same year with its tables filled in, so the same code scores with a published
reference or a derived one.
"""

from decimal import Decimal
from fractions import Fraction

from msgspec.structs import replace

from keystage.core.errors import AbsentValueError, InputError
from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.measures import key_stage_1
from keystage.measures.estimate import estimated_ranges
from keystage.measures.tally import Tally, by_group, deviation, mean
from keystage.measures.units import to_billionth
from keystage.statute.progress import (
    MinimumOfGroup,
    MinimumProgress,
    PointRange,
    PriorAttainmentGroup,
    PriorAttainmentGroups,
    PupilSd,
)
from keystage.statute.table import DERIVED, BySubject, Constant, Source
from keystage.statute.year import Year

_Pairs = list[tuple[Fraction, int]]


def derived_year(tallied: Tally, year: Year, source: Source) -> Year:
    """The year with prior attainment groups, minimum scores and deviations made from a tally.

    The ranges of the groups are the year's where it has them, and estimated where it has not.

    Args:
        tallied: the pupils of a national file, counted.
        year: the statutory year; its reference rules say whose pupils count for what.
        source: what the derived tables name as their source.

    Raises:
        InputError: the file has no pupils in progress at the kinds of school the averages are
            made from, or a group of the year has none.

    Source: 2022 technical guide, calculating an individual pupil's progress scores, annexes C, D.
    """
    rules = year.reference_rules
    groups = _groups(tallied, year)
    minimums = _minimums(tallied, groups, year)
    lowest = {item.group: item for item in minimums.minimum}
    deviations = {
        subject: Constant(
            value=to_billionth(
                deviation(
                    _adjusted(tallied, groups, lowest, rules.standard_deviation_from, subject)
                )
            )
        )
        for subject in IN_PROGRESS
    }
    return replace(
        year,
        sources={**year.sources, DERIVED: source},
        prior_attainment_groups=groups,
        minimum_progress=minimums,
        pupil_sd=PupilSd(
            source=DERIVED,
            confidence="C",
            section=f"pupil progress, {rules.standard_deviation_from} schools",
            note="Sample standard deviation of adjusted progress.",
            **{str(subject): value for subject, value in deviations.items()},
        ),
        absent={
            name: reason
            for name, reason in year.absent.items()
            if name not in {"prior_attainment_groups", "minimum_progress", "pupil_sd"}
        },
    )


def _groups(tallied: Tally, year: Year) -> PriorAttainmentGroups:
    """The groups with the mean points of their pupils."""
    kind = year.reference_rules.averages_from
    ranges = _ranges(tallied, year)
    places = key_stage_1.places(ranges)
    averages: dict[Subject, dict[int, Decimal]] = {}
    for subject in IN_PROGRESS:
        cells = tallied.of(kind, subject)
        if not cells:
            raise InputError(
                f"No pupil of the file counts in {subject.label} progress at a {kind} school.",
                todo="A reference is derived from a national pupil file with its school file.",
            )
        averages[subject] = {
            place: to_billionth(mean(pairs)) for place, pairs in by_group(cells, places)
        }
        empty = [place + 1 for place in range(len(ranges)) if place not in averages[subject]]
        if empty:
            raise InputError(
                f"No pupil is in prior attainment group {empty[0]} in {subject.label}, "
                "so it has no average.",
                todo="A reference is derived from a national pupil file, which has pupils in all.",
            )
    return PriorAttainmentGroups(
        source=DERIVED,
        confidence="C",
        section=f"mean key stage 2 points, {kind} schools",
        groups=tuple(
            PriorAttainmentGroup(
                group=place + 1,
                low=item.low,
                high=item.high,
                includes=item.includes,
                **{str(subject): averages[subject][place] for subject in IN_PROGRESS},
            )
            for place, item in enumerate(ranges)
        ),
    )


def _ranges(tallied: Tally, year: Year) -> tuple[PointRange, ...]:
    if year.prior_attainment_groups is not None:
        return year.prior_attainment_groups.groups
    return estimated_ranges(tallied, year)


def _minimums(tallied: Tally, groups: PriorAttainmentGroups, year: Year) -> MinimumProgress:
    """The minimum scores: group deviations below zero that catch the year's share of pupils."""
    rules = year.require(year.minimum_progress, "minimum_progress", "Adjusted progress")
    if not rules.applies:
        return rules
    share = rules.share_percent
    if share is None:
        raise AbsentValueError(
            f"The share of pupils that minimum scores catch is absent for {year.name}.",
            todo="Give share_percent in [minimum_progress] of a file with --statute.",
        )
    multipliers: dict[Subject, Decimal] = {}
    minimum: dict[int, dict[Subject, Decimal]] = {}
    lowest = min(year.key_stage_2.points.values())
    places = key_stage_1.places(groups.groups)
    for subject in IN_PROGRESS:
        cells = tallied.of(year.reference_rules.averages_from, subject)
        spread = {place: (pairs, deviation(pairs)) for place, pairs in by_group(cells, places)}
        multipliers[subject] = _multiplier(spread, groups, subject, share)
        for place, (_, sd) in spread.items():
            group = groups.groups[place]
            threshold = to_billionth(-float(multipliers[subject]) * sd)
            # Without spread, or with nobody below the mean, there is nothing to be extreme.
            if threshold < 0 and lowest - getattr(group, subject) < threshold:
                minimum.setdefault(group.group, {})[subject] = threshold
    return replace(
        rules,
        source=DERIVED,
        confidence="C",
        multiplier=BySubject(**{str(subject): value for subject, value in multipliers.items()}),
        minimum=tuple(
            MinimumOfGroup(group=group, **{str(s): value for s, value in values.items()})
            for group, values in sorted(minimum.items())
        ),
        values_absent="",
        group_sd=(),
    )


def _multiplier(
    spread: dict[int, tuple[_Pairs, float]],
    groups: PriorAttainmentGroups,
    subject: Subject,
    share: Decimal,
) -> Decimal:
    """How many deviations below the mean catch no more than the share of pupils.

    Cells are sorted by how many deviations they lie from their group's average; the multiplier is
    that of the first cell not caught.
    """
    cells = sorted(
        (float(points - Fraction(getattr(groups.groups[place], subject))) / sd, pupils)
        for place, (pairs, sd) in spread.items()
        if sd > 0
        for points, pupils in pairs
    )
    allowed = Fraction(share) / 100 * sum(pupils for _, pupils in cells)
    caught = 0
    for deviations, pupils in cells:
        caught += pupils
        if caught > allowed:
            return to_billionth(-deviations)
    return Decimal(0)


def _adjusted(
    tallied: Tally,
    groups: PriorAttainmentGroups,
    minimum: dict[int, MinimumOfGroup],
    kind: str,
    subject: Subject,
) -> _Pairs:
    """Adjusted progress of every pupil of a kind of school, as (progress, pupils) pairs."""
    pairs = []
    for place, members in by_group(tallied.of(kind, subject), key_stage_1.places(groups.groups)):
        group = groups.groups[place]
        average = Fraction(getattr(group, subject))
        lowest = getattr(minimum.get(group.group), subject, None)
        for points, pupils in members:
            progress = points - average
            pairs.append((progress if lowest is None else max(progress, Fraction(lowest)), pupils))
    return pairs
