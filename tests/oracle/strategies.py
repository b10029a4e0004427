"""Hypothesis strategies for whole cohorts: typical pupils dominate, every awkward code occurs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from cohorts import Pupil, School, build_pupil, build_schools, numbered
from hypothesis import strategies as st

from keystage.statute.year import Year

T = TypeVar("T")


@dataclass(frozen=True)
class Drawn:
    """A chooser that asks Hypothesis, so that failures shrink towards the plainest pupil."""

    draw: st.DrawFn

    def pick(self, options: Sequence[tuple[T, int]]) -> T:
        """Draw a place in the summed weights; shrinks towards the first option."""
        place = self.draw(st.integers(0, sum(weight for _, weight in options) - 1))
        for option, weight in options:
            if place < weight:
                return option
            place -= weight
        raise AssertionError

    def near(self, centre: int, spread: int, low: int, high: int) -> int:
        """Draw any number in the range; ``spread`` of the seeded chooser means nothing here."""
        assert spread > 0
        offset = self.draw(st.integers(low - centre, high - centre))
        return centre + offset


@st.composite
def schools(draw: st.DrawFn, year: Year, *, largest: int = 6) -> list[School]:
    """One to six schools, some special or independent, some in trusts."""
    return build_schools(Drawn(draw), year, draw(st.integers(1, largest)))


@st.composite
def cohorts(
    draw: st.DrawFn, year: Year, *, most: int = 60, largest: int = 6, contradictory: bool = False
) -> tuple[list[Pupil], list[School]]:
    """(pupils, schools): 1 to ``most`` pupils over 1 to ``largest`` schools.

    A school may have no pupil. ``contradictory`` is that of `cohorts.build_pupil`.
    """
    made = draw(schools(year, largest=largest))
    chooser = Drawn(draw)
    found = [
        build_pupil(
            chooser, year, chooser.pick([(one, 1) for one in made]), contradictory=contradictory
        )
        for _ in range(draw(st.integers(1, most)))
    ]
    return numbered(found, department_flag=draw(st.booleans())), made
