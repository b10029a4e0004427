"""What is to be made: a year, a seed, and all of England, some schools of it, or some authorities.

The same plan always gives the same schools and pupils, whoever makes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keystage.cohort.chance import Stream, generator
from keystage.cohort.england import Place, nowhere, places
from keystage.cohort.parameters import model
from keystage.cohort.summers import summer_of
from keystage.core.errors import UsageError
from keystage.statute.table import Release

MAINSTREAM, MIDDLE, SPECIAL = "mainstream", "middle", "special"
#: A school's number within its authority stays below the numbers that are given to schools.
MOST_SCHOOLS = 999


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A cohort to be made.

    Attributes:
        year: the year of the results.
        release: the release of the statutory year whose codes are used.
        seed: the seed of all chance, 0 or above.
        schools: about how many schools, spread over England as schools are; all if None.
        authorities: how many authorities, drawn from all, each whole; all if None.
        nowhere: the schools are those of one authority that is nowhere (number 999).

    Raises:
        UsageError: the year cannot be made, or the numbers do not fit together.
    """

    year: int
    release: Release
    seed: int
    schools: int | None = None
    authorities: int | None = None
    nowhere: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be made."""
        summer_of(self.year)
        if self.seed < 0:
            raise UsageError(f"The seed {self.seed} is below 0.", todo="Give 0 or more.")
        if self.schools is not None and self.authorities is not None:
            raise UsageError(
                "Both a number of schools and a number of authorities are given.",
                todo="Give one of the two.",
            )
        all_schools, all_places = schools_of_england(), len(places(self.year))
        most = MOST_SCHOOLS if self.nowhere else all_schools
        if self.schools is not None and not 1 <= self.schools <= most:
            raise UsageError(
                f"A cohort of {self.schools} schools cannot be made.",
                todo=f"Give a number from 1 to {most}.",
            )
        if self.authorities is not None and not 1 <= self.authorities <= all_places:
            raise UsageError(
                f"A cohort of {self.authorities} authorities cannot be made.",
                todo=f"Give a number from 1 to {all_places}.",
            )


@dataclass(frozen=True, kw_only=True)
class Share:
    """What an authority has in a plan: the number of schools of each kind."""

    place: Place
    kinds: Mapping[str, int]

    @property
    def schools(self) -> int:
        """The number of its schools."""
        return sum(self.kinds.values())


def schools_of_england() -> int:
    """How many schools a national cohort has."""
    return sum(kind.count for kind in model().kinds.values())


def shares(plan: Plan) -> tuple[Share, ...]:
    """The authorities of a plan that have schools, in order of number, with schools by kind."""
    if plan.nowhere:
        kinds = _divide([kind.count for kind in model().kinds.values()], plan.schools or 1)
        return (Share(place=nowhere(), kinds=dict(zip(model().kinds, kinds, strict=True))),)
    everywhere = places(plan.year)
    counts = {name: _spread(name, everywhere, plan) for name in model().kinds}
    found = tuple(
        Share(place=place, kinds={name: counts[name][at] for name in counts})
        for at, place in enumerate(everywhere)
    )
    if plan.authorities is not None:
        chance = generator(plan.seed, plan.year, Stream.CHOICE)
        chosen = chance.choice(len(found), plan.authorities, replace=False)
        found = tuple(found[at] for at in sorted(chosen.tolist()))
    return tuple(share for share in found if share.schools)


def _spread(kind: str, everywhere: Sequence[Place], plan: Plan) -> list[int]:
    """The schools of a kind by authority."""
    weights = [place.middle if kind == MIDDLE else place.schools for place in everywhere]
    counts = [item.count for item in model().kinds.values()]
    wanted = _divide(counts, plan.schools or sum(counts))
    return _divide(weights, wanted[list(model().kinds).index(kind)])


def _divide(weights: Sequence[int], total: int) -> list[int]:
    """Whole numbers in proportion to the weights that add up to the total."""
    exact = np.array(weights, dtype=np.float64) * total / sum(weights)
    whole = np.floor(exact).astype(np.int64)
    # The largest remainders are rounded up; of equal ones the first.
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return [int(number) for number in whole]
