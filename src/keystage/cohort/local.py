"""What the schools of an authority have in common beside its region: prior attainment and progress.

Authorities of a summer differ about a mean of nought, weighted by their schools, so that the
country comes out alike whatever the seed. An authority is the same in every plan of its seed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from keystage.cohort.chance import Floats, Stream, correlated, generator
from keystage.cohort.england import NOWHERE, places
from keystage.cohort.parameters import model
from keystage.core.subjects import IN_PROGRESS


@dataclass(frozen=True)
class Local:
    """What an authority adds.

    Attributes:
        prior: to standing at key stage 1, in deviations of pupils.
        progress: to progress in each subject, in points.
    """

    prior: float
    progress: Floats


def local(seed: int, year: int, authority: int) -> Local:
    """What an authority adds; one that is nowhere adds nothing, being mixed as the country is."""
    if authority == NOWHERE:
        return Local(0.0, np.zeros(len(IN_PROGRESS)))
    return _everywhere(seed, year)[authority]


@cache
def _everywhere(seed: int, year: int) -> Mapping[int, Local]:
    """What each authority of a summer adds."""
    everywhere, progress = places(year), model().progress
    weights = np.array([place.schools + place.middle for place in everywhere], dtype=np.float64)
    drawn = np.empty((len(everywhere), 1 + len(IN_PROGRESS)))
    for at, place in enumerate(everywhere):
        chance = generator(seed, year, Stream.AUTHORITY, place.number)
        agree = correlated(chance, progress.authorities_agree.matrix(), 1)
        drawn[at, 1:] = agree * progress.authority_sd.row()
        drawn[at, 0] = chance.standard_normal() * model().intake.prior_authority_sd
    centred = drawn - weights @ drawn / weights.sum()
    return {
        place.number: Local(float(row[0]), row[1:])
        for place, row in zip(everywhere, centred, strict=True)
    }
