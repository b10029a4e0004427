"""Prior attainment groups for a year whose ranges nobody has published."""

from decimal import Decimal
from itertools import pairwise

from keystage.core.errors import InputError
from keystage.core.subjects import IN_PROGRESS
from keystage.measures.tally import Tally
from keystage.measures.units import SIXTEENTHS
from keystage.statute.progress import PointRange
from keystage.statute.year import Year


def estimated_ranges(tallied: Tally, year: Year) -> tuple[PointRange, ...]:
    """Ranges of average points that hold enough pupils each, from 0 to the highest point.

    Each average that pupils have is a group of its own, joined to the next while the pupils of any
    subject are fewer than the year's ``smallest_estimated_group``. This is an estimate, not the
    department's grouping.

    Raises:
        InputError: the file has too few pupils in progress to make two groups.
    """
    rules = year.reference_rules
    ks1 = year.require(year.key_stage_1, "key_stage_1", "Estimating prior attainment groups")
    pupils: dict[int, list[int]] = {}
    for place, subject in enumerate(IN_PROGRESS):
        for average, _, count in tallied.of(rules.averages_from, subject):
            pupils.setdefault(average, [0] * len(IN_PROGRESS))[place] += count
    starts, held = [], [0] * len(IN_PROGRESS)
    enough = True
    for average in sorted(pupils):
        if enough:
            starts.append(average)
            held = [0] * len(IN_PROGRESS)
        held = [a + b for a, b in zip(held, pupils[average], strict=True)]
        enough = min(held) >= rules.smallest_estimated_group
    if not enough:
        starts = starts[:-1]
    if len(starts) <= 1:
        raise InputError(
            "The pupil file has too few pupils in progress to estimate prior attainment groups.",
            todo="Give a national file, or the year's groups in a file with --statute.",
        )
    edges = [Decimal(0), *(Decimal(start) / SIXTEENTHS for start in starts[1:])]
    highest = max(ks1.points.values())
    return (
        *(PointRange(low=low, high=high, includes="low") for low, high in pairwise(edges)),
        PointRange(low=edges[-1], high=highest, includes="both"),
    )
