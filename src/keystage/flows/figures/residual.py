"""Withholding within one content what all pupils less the shown groups would tell of a few.

The groups of one division of pupils (by sex, by prior attainment and so on) add up to all pupils.
What is left when the shown ones are taken away is as good as shown. Where a group is withheld and
fewer pupils than the year's smallest group are left, one more group is withheld. Divisions without
a withheld group stay as the department publishes them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.left_open import left_open
from keystage.flows.figures.rounding import last_place
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
    if not counts.get(WHOLE):
        return frozenset()
    by_label: dict[str, list[Figure]] = defaultdict(list)
    for figure in content.figures:
        if figure.family in _FAMILIES:
            by_label[figure.label].append(figure)
    more: set[str] = set()
    for figures in by_label.values():
        shown = [one for one in figures if one.state == "shown" and one.name not in gone]
        every = next((one for one in shown if one.group == WHOLE), None)
        if every is not None:
            label = _Label(every, shown, counts, year)
            for groups in _divisions(figures, counts, gone, year):
                more |= _to_go(label, groups)
    return frozenset(more)


@dataclass(frozen=True, eq=False)
class _Label:
    """The figures of one label that are shown, and that of all pupils among them."""

    every: Figure
    shown: Sequence[Figure]
    counts: Mapping[str, int]
    year: Year

    @cached_property
    def numbers(self) -> Mapping[str, tuple[int, int]]:
        """The numbers of pupils that its shares leave open, by group."""
        return left_open(self.shown, self.counts, self.year)


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


def _to_go(label: _Label, groups: Sequence[Figure]) -> set[str]:
    """The groups to be withheld, the smallest first, until nothing is told of a few."""
    gone: set[str] = set()
    kept = list(groups)
    while kept and _tells(label, kept):
        gone.add(kept.pop(0).name)
    return gone


def _tells(label: _Label, groups: Sequence[Figure]) -> bool:
    """Whether all pupils less some groups are a few, of whom rounding leaves something known."""
    counts, year = label.counts, label.year
    few = counts[WHOLE] - sum(counts[one.group] for one in groups)
    if not 0 < few < year.suppression.smallest_group:
        return False
    figures = (label.every, *groups)
    values = [value for one in figures if (value := guard.number(one.text)) is not None]
    if len(values) < len(figures):
        return False
    if label.every.unit == "percent":
        return _shares_tell([label.numbers.get(one.group) for one in figures], few)
    scale = year.key_stage_2.highest_score - year.key_stage_2.lowest_score
    pupils = [counts[one.group] for one in figures]
    places = [of * last_place(value) for value, of in zip(values, pupils, strict=True)]
    return sum(places) < scale * few


def _shares_tell(numbers: Sequence[tuple[int, int] | None], few: int) -> bool:
    known = [one for one in numbers if one is not None]
    if len(known) < len(numbers):
        return True
    (low, high), *others = known
    least = max(0, low - sum(one[1] for one in others))
    most = min(few, high - sum(one[0] for one in others))
    return (least, most) != (0, few)
