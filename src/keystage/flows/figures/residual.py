"""Withholding within one content what all pupils less the shown groups would tell of a few.

The groups of one division of pupils (by sex, by prior attainment and so on) add up to all pupils.
What is left when the shown ones are taken away is as good as shown. Where a group is withheld and
fewer pupils than the year's smallest group are left, one more group is withheld. Divisions without
a withheld group stay as the department publishes them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.rounding import last_place, numerators
from keystage.measures.parts import WHOLE
from keystage.statute.year import Year

#: Counts and shares of groups are shown however few they tell of, and a gap is no group's figure.
_FAMILIES = frozenset({"attainment", "average", "progress"})


def given_away_within(
    content: Content, counts: Mapping[str, int], gone: frozenset[str], year: Year
) -> frozenset[str]:
    """The shown figures that must go so that nothing is told of a few pupils by subtraction.

    Args:
        content: a suppressed content.
        counts: the printed pupils of each group.
        gone: figures that are withheld in any case.
        year: the statutory year, for the smallest group and the divisions.
    """
    whole = counts.get(WHOLE)
    if not whole:
        return frozenset()
    by_label: dict[str, list[Figure]] = defaultdict(list)
    for figure in content.figures:
        if figure.family in _FAMILIES:
            by_label[figure.label].append(figure)
    more: set[str] = set()
    for figures in by_label.values():
        every = next((one for one in figures if one.group == WHOLE), None)
        if every is not None and every.state == "shown" and every.name not in gone:
            for groups in _divisions(figures, counts, gone, year):
                more |= _to_go(every, whole, groups, counts, year)
    return frozenset(more)


def _divisions(
    figures: Iterable[Figure], counts: Mapping[str, int], gone: frozenset[str], year: Year
) -> Iterator[list[Figure]]:
    """The shown groups of each division that has a withheld one, the fewest pupils first."""
    divisions: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        column = year.pupil_groups.groups[figure.group].column
        if column and counts.get(figure.group):
            divisions[column].append(figure)
    for groups in divisions.values():
        shown = [one for one in groups if one.state == "shown" and one.name not in gone]
        if len(shown) < len(groups):
            yield sorted(shown, key=lambda one: (counts[one.group], one.name))


def _to_go(
    every: Figure, whole: int, groups: Sequence[Figure], counts: Mapping[str, int], year: Year
) -> set[str]:
    """The groups to be withheld, the smallest first, until nothing is told of a few."""
    gone: set[str] = set()
    kept = list(groups)
    while kept and _tells(every, whole, kept, counts, year):
        gone.add(kept.pop(0).name)
    return gone


def _tells(
    every: Figure, whole: int, groups: Sequence[Figure], counts: Mapping[str, int], year: Year
) -> bool:
    """Whether all pupils less some groups are a few, of whom rounding leaves something known."""
    few = whole - sum(counts[one.group] for one in groups)
    if not 0 < few < year.suppression.smallest_group:
        return False
    values = [guard.number(one.text) for one in (every, *groups)]
    pupils = (whole, *(counts[one.group] for one in groups))
    known = [(value, of) for value, of in zip(values, pupils, strict=True) if value is not None]
    if len(known) < len(values):
        return False
    if every.unit != "percent":
        scale = year.key_stage_2.highest_score - year.key_stage_2.lowest_score
        return sum(of * last_place(value) for value, of in known) < scale * few
    return _shares_tell(known, few)


def _shares_tell(known: Sequence[tuple[Decimal, int]], few: int) -> bool:
    ranges = [numerators(of, value) for value, of in known]
    if not all(ranges):
        return True
    first, *others = ranges
    least = max(0, first[0] - sum(one[-1] for one in others))
    most = min(few, first[-1] - sum(one[0] for one in others))
    return (least, most) != (0, few)
