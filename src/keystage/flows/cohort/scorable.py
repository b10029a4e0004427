"""What of a cohort's year can be scored, and in words what cannot and why."""

from dataclasses import dataclass

from msgspec.structs import replace

from keystage.cohort.curve import statute
from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.statute.year import Year

#: With so many schools or more, a cohort has pupils enough to derive a reference from.
ENOUGH_SCHOOLS = 1000


@dataclass(frozen=True, kw_only=True)
class Scored:
    """How a cohort is scored.

    Attributes:
        year: the year to compute it with.
        progress: the subjects whose progress is told.
        derived: whether the reference is derived from the cohort.
        withheld: what is not told, and why: sentences.
    """

    year: Year
    progress: tuple[Subject, ...]
    derived: bool
    withheld: tuple[str, ...]


def scored(year: Year, schools: int) -> Scored:
    """How a cohort of so many schools is scored in its year.

    A reference is made of three subjects. Where the points of writing judgements are not known,
    those of the year of the curve stand in, so that reading and maths can be told.
    """
    this = year.year.id
    if not year.year.progress:
        said = f"{this} has no measures of progress, so there is none, nor bands nor intervals."
        return Scored(year=year, progress=(), derived=False, withheld=(said,))
    large = schools >= ENOUGH_SCHOOLS
    if not large and year.prior_attainment_groups is None:
        said = (
            f"No reference of {this} is known, and {schools:,} schools are too few to derive one "
            f"from: {ENOUGH_SCHOOLS:,} are enough. So there is no progress, nor bands."
        )
        without = replace(year, year=replace(year.year, progress=False))
        return Scored(year=without, progress=(), derived=False, withheld=(said,))
    withheld = []
    if not large:
        withheld.append(
            f"Bands, and what must hold of a reference, are there when it is derived: from "
            f"{ENOUGH_SCHOOLS:,} schools on."
        )
    elif year.banding is None:
        withheld.append(f"{this} has no bands.")
    if year.minimum_progress is None or not year.minimum_progress.applies:
        withheld.append(f"{this} has no minimum scores, so none can catch their share of pupils.")
    progress: tuple[Subject, ...] = IN_PROGRESS
    if year.writing_points is None:
        progress = tuple(subject for subject in IN_PROGRESS if subject is not Subject.WRITING)
        year = replace(year, writing_points=statute().writing_points)
        withheld.append(
            f"The points of writing judgements of {this} are not known, so there is no progress in "
            "writing. Progress in reading and maths does not depend on them."
        )
    return Scored(year=year, progress=progress, derived=large, withheld=tuple(withheld))
