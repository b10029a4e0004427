"""The numbers of pupils that the figures of a content leave open together.

A share of many pupils is printed alike for several numbers of them. The shares of smaller groups
leave fewer open, and what they add up to tells more of all pupils than their own share does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.moving import divisions
from keystage.flows.figures.rounding import numerators
from keystage.measures.parts import WHOLE
from keystage.statute.year import Year

#: All pupils are drawn together first, and groups by them after that.
_TIMES = 2


def left_open(
    figures: Iterable[Figure], counts: Mapping[str, int], year: Year
) -> dict[str, tuple[int, int]]:
    """The least and the most pupils of each group that shares of one label leave open.

    Args:
        figures: the shares of one label that are shown.
        counts: the pupils of each group.
        year: the statutory year, for the divisions of pupils.

    Returns:
        By group; without those of which no number is printed so, or whose pupils are not known.
    """
    found: dict[str, tuple[int, int]] = {}
    for figure in figures:
        value, pupils = guard.number(figure.text), counts.get(figure.group)
        counted = numerators(pupils, value) if pupils and value is not None else range(0)
        if counted:
            found[figure.group] = (counted[0], counted[-1])
    for groups in divisions(year).values():
        here = [group for group in groups if counts.get(group)]
        if here and all(group in found for group in (WHOLE, *here)):
            rest = counts[WHOLE] - sum(counts[group] for group in here)
            for _ in range(_TIMES):
                _draw(found, here, rest)
    return found


def _draw(found: dict[str, tuple[int, int]], groups: list[str], rest: int) -> None:
    """Draw the numbers of a division together; ``rest`` pupils are in none of its groups."""
    low, high = found[WHOLE]
    least, most = (sum(found[group][end] for group in groups) for end in (0, 1))
    found[WHOLE] = low, high = max(low, least), min(high, most + rest)
    for group in groups:
        own_low, own_high = found[group]
        found[group] = (
            max(own_low, low - rest - (most - own_high)),
            min(own_high, high - (least - own_low)),
        )


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of pupils that a content leaves open, worked out where they are asked for.

    Attributes:
        content: the content.
        counts: its pupils by group.
        year: the statutory year.
    """

    content: Content
    counts: Mapping[str, int]
    year: Year
    _found: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)

    def of(self, figure: Figure, pupils: int) -> tuple[int, int] | None:
        """Those of a share of so many pupils; None where no number is printed so."""
        if figure.family == "attainment":
            if figure.label not in self._found:
                self._found[figure.label] = left_open(self._beside(figure), self.counts, self.year)
            if figure.group in self._found[figure.label]:
                return self._found[figure.label][figure.group]
        value = guard.number(figure.text)
        counted = numerators(pupils, value) if value is not None else range(0)
        return (counted[0], counted[-1]) if counted else None

    def _beside(self, figure: Figure) -> Iterator[Figure]:
        """The shares of its label that are shown."""
        for one in self.content.figures:
            if (one.family, one.label, one.state) == (figure.family, figure.label, "shown"):
                yield one
