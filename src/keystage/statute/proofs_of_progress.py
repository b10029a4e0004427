"""Proofs of the tables behind progress: points, groups, minimum scores, bands."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from keystage.core.subjects import IN_PROGRESS
from keystage.statute.fault import Fault
from keystage.statute.progress import PointRange, PupilSd
from keystage.statute.proofs_of_minimum import prove_minimum
from keystage.statute.proofs_of_outcomes import ladder
from keystage.statute.reading import Step
from keystage.statute.table import DERIVED
from keystage.statute.year import Year

#: The tables only a year with progress measures has.
OF_PROGRESS = (
    "key_stage_1",
    "prior_attainment_groups",
    "prior_attainment_bands",
    "minimum_progress",
    "writing_points",
    "pupil_sd",
    "pupil_sd_statistics",
    "interval",
    "banding",
    "distribution",
)
_LOWEST_POINT = Decimal(0)
_FIVE = 5
_HUNDRED = 100


def prove_progress(year: Year) -> Iterator[Fault]:
    """Yield what is wrong with the tables behind progress."""
    if not year.year.progress:
        for name in OF_PROGRESS:
            if getattr(year, name) is not None:
                yield Fault(
                    f"{year.year.id} has no progress measures, so no table [{name}].",
                    (name,),
                    "Remove the table.",
                )
        return
    yield from _key_stage_1(year)
    yield from _groups(year)
    yield from _bands(year)
    yield from prove_minimum(year)
    yield from _spread(year)
    yield from _banding(year)


def _key_stage_1(year: Year) -> Iterator[Fault]:
    ks1, table = year.key_stage_1, "key_stage_1"
    if ks1 is None:
        return
    yield from ladder(ks1.points, (table, "points"))
    yield from ladder(ks1.p_scale, (table, "p_scale"))
    below = [*ks1.p_scale.values(), *filter(None, [ks1.below_without_p_scale])]
    for code, points in [*ks1.points.items(), *ks1.p_scale.items()]:
        if points <= _LOWEST_POINT or (code in ks1.points and points <= max(below, default=0)):
            where = "points" if code in ks1.points else "p_scale"
            yield Fault(
                f"{code} has {points} points, no more than a result below it can have.",
                (table, where, code),
                "Correct the points.",
            )
    if ks1.below_code is None and below:
        yield Fault(
            "There are points below the standards, but no code for pupils below them.",
            (table, "p_scale"),
            "Add below_code.",
        )
    for key in ("own_p_scales", "english_p_scales"):
        for place, code in enumerate(getattr(ks1, key)):
            if code not in ks1.p_scale:
                yield Fault(
                    f"The P scale {code} has no points.",
                    (table, key, place),
                    f"Use one of {', '.join(ks1.p_scale)}.",
                )
    for code in ks1.points.keys() & {*ks1.disregarded, ks1.below_code}:
        yield Fault(
            f"The code {code} has points, but is disregarded or below the standards.",
            (table, "points", code),
            "Keep one of the two.",
        )


def _groups(year: Year) -> Iterator[Fault]:
    table = year.prior_attainment_groups
    if table is None:
        return
    groups, path = table.groups, ("prior_attainment_groups", "groups")
    yield from _partition(year, groups, path, partial=table.partial)
    for place, group in enumerate(groups):
        wanted = place + 1
        if table.partial and place:
            wanted = max(group.group, groups[place - 1].group + 1)
        elif table.partial:
            wanted = max(group.group, 1)
        if group.group != wanted:
            yield Fault(
                f"The group numbered {group.group} should be group {wanted}.",
                (*path, place, "group"),
                "Number the groups from 1 up, without leaving one out.",
            )
    # Averages made from pupils are what they are: whoever reviews the figures is told of a fall.
    for fall in table.falls() if table.source != DERIVED else ():
        before, after = fall.averages
        yield Fault(
            f"The {fall.subject} average falls from {before} in group {fall.lower.group} "
            f"to {after} in group {fall.higher.group}.",
            (*path, fall.place, fall.subject),
            "Averages rise with the group: correct the one that is wrong.",
        )


def _bands(year: Year) -> Iterator[Fault]:
    if year.prior_attainment_bands is None:
        return
    bands, path = year.prior_attainment_bands.bands, ("prior_attainment_bands", "bands")
    yield from _partition(year, bands, path, partial=False)
    if [band.code for band in bands] != ["L", "M", "H"]:
        yield Fault("The bands are not L, M and H, in this order.", path, "Put them in order.")


def _partition(
    year: Year, ranges: Sequence[PointRange], path: tuple[Step, ...], *, partial: bool
) -> Iterator[Fault]:
    """Ranges must cover the scale of average points, from 0 to the highest, each point once."""
    if year.key_stage_1 is None or not ranges:
        yield Fault(
            "Ranges of key stage 1 points need the table [key_stage_1]."
            if ranges
            else "There are no ranges.",
            path,
            "Give both tables, or neither.",
        )
        return
    for place, item in enumerate(ranges):
        if item.low > item.high or (item.low == item.high and item.includes != "both"):
            yield Fault(
                f"The range from {item.low} to {item.high} holds nothing.",
                (*path, place),
                'Put the lower end first; a range of one point includes = "both".',
            )
    for place, (lower, higher) in enumerate(pairwise(ranges), start=1):
        ends = (lower.includes in {"high", "both"}) + (higher.includes in {"low", "both"})
        if higher.low < lower.high or (higher.low == lower.high and ends == 2):  # noqa: PLR2004  # both ranges hold the point
            yield Fault(
                f"The ranges {place} and {place + 1} overlap at {higher.low}.",
                (*path, place, "low"),
                "Each number of points belongs to one range: correct low, high or includes.",
            )
        elif not partial and (higher.low > lower.high or ends == 0):
            yield Fault(
                f"The ranges {place} and {place + 1} leave a gap at {lower.high}.",
                (*path, place, "low"),
                "Each number of points belongs to one range: correct low, high or includes.",
            )
    if partial:
        return
    highest = max(year.key_stage_1.points.values(), default=_LOWEST_POINT)
    if not ranges[0].holds(_LOWEST_POINT) or ranges[0].low != _LOWEST_POINT:
        yield Fault(
            f"The ranges begin at {ranges[0].low}, not at 0.", (*path, 0), "Begin at 0, included."
        )
    if not ranges[-1].holds(highest) or ranges[-1].high != highest:
        yield Fault(
            f"The ranges end at {ranges[-1].high}, not at {highest}, the highest points.",
            (*path, len(ranges) - 1),
            f"End at {highest}, included.",
        )


def _spread(year: Year) -> Iterator[Fault]:
    for name in ("pupil_sd", "pupil_sd_statistics"):
        table: PupilSd | None = getattr(year, name)
        for subject in IN_PROGRESS if table is not None else ():
            if getattr(table, subject).window[0] <= 0:
                yield Fault(
                    f"The standard deviation of {subject} is not above 0.",
                    (name, subject),
                    "Correct it.",
                )
    if year.interval is not None and year.interval.critical_value <= 0:
        yield Fault(
            "The critical value is not above 0.", ("interval", "critical_value"), "Correct it."
        )


def _banding(year: Year) -> Iterator[Fault]:
    rules, table = year.banding, "banding"
    if rules is None:
        return
    five = rules.scheme == "five_bands"
    cuts = {subject: getattr(rules, subject) for subject in IN_PROGRESS}
    given = [
        subject for subject in IN_PROGRESS if (cuts[subject] if five else subject in rules.edges)
    ]
    if len(given) != (0 if rules.cuts_absent else len(IN_PROGRESS)):
        yield Fault(
            "Cut-offs are either given for reading, writing and maths, or absent with a reason.",
            (table,),
            "Give all three, or cuts_absent, and not both.",
        )
    if (five and len(rules.labels) != _FIVE) or not rules.labels:
        yield Fault(
            "There should be five labels.", (table, "labels"), "Name each band, best first."
        )
    for subject, cut in cuts.items():
        if cut is not None and cut.low.window[1] >= cut.high.window[0]:
            yield Fault(
                f"The low cut-off of {subject} is not below the high one.",
                (table, subject),
                "Correct the cut-offs.",
            )
    for key, edges in rules.edges.items():
        falling = all(better > worse for better, worse in pairwise(edges))
        if key not in IN_PROGRESS or not falling or len(edges) != len(rules.labels) - 1:
            yield Fault(
                f"The edges of {key} do not fit the bands.",
                (table, "edges", key),
                "Give for reading, writing and maths the lowest score of each band but the last.",
            )
    many = 0 if five else len(rules.labels)
    if rules.percents and (len(rules.percents) != many or sum(rules.percents) != _HUNDRED):
        yield Fault(
            "The shares of schools do not fit the bands.",
            (table, "percents"),
            "Give percentile bands a share each, 100 together; other bands have none.",
        )
