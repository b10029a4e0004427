"""How many pupils joined and left between two releases of a unit, as the numbers in groups tell."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Self

from keystage.measures.parts import WHOLE
from keystage.statute.publication import PupilGroup
from keystage.statute.year import Year


@dataclass(frozen=True)
class Moved:
    """Pupils who are in the later release only, and in the earlier one only; at the least."""

    joined: int = 0
    left: int = 0

    @classmethod
    def of(cls, more: int) -> Self:
        """Those of whom no more is known than that there are so many more, or fewer.

        >>> Moved.of(-2)
        Moved(joined=0, left=2)
        """
        return cls(max(more, 0), max(-more, 0))

    @property
    def many(self) -> int:
        """All of them."""
        return self.joined + self.left

    def are_few(self, year: Year) -> bool:
        """Whether somebody moved, and fewer than the year's smallest group."""
        return 0 < self.many < year.suppression.smallest_group


def moved_between(then: Mapping[str, int], now: Mapping[str, int], year: Year) -> Moved:
    """The pupils who moved, as far as any division of the pupils tells of them.

    A boy less and a girl more are two, though all pupils are as many as before.

    Args:
        then: the pupils of each group in the earlier release.
        now: those in the later one.
        year: the statutory year, for the divisions.
    """
    if WHOLE not in then or WHOLE not in now:
        return Moved()
    found = Moved.of(now[WHOLE] - then[WHOLE])
    for groups in divisions(year).values():
        more = [now[group] - then[group] for group in groups if group in then and group in now]
        more.append(now[WHOLE] - then[WHOLE] - sum(more))
        here = Moved(sum(one for one in more if one > 0), sum(-one for one in more if one < 0))
        found = max(found, here, key=lambda one: one.many)
    return found


def divisions(year: Year) -> Mapping[str, tuple[str, ...]]:
    """By working column the groups that divide the pupils, none of them twice."""
    return _divisions(tuple(year.pupil_groups.groups.items()))


@cache
def _divisions(every: tuple[tuple[str, PupilGroup], ...]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    taken: dict[str, set[str]] = {}
    for name, group in sorted(every, key=lambda one: len(one[1].values)):
        held = taken.setdefault(group.column, set())
        if group.column and not held & set(group.values):
            held |= set(group.values)
            found[group.column] = (*found.get(group.column, ()), name)
    return found
