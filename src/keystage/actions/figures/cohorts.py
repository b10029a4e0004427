"""The cohorts of earlier years: which releases they are of, and their pupils school by school."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from keystage.actions.figures.pupils_seen import as_kept
from keystage.actions.figures.releases import furthest
from keystage.actions.figures.rules import rules_of
from keystage.flows.earlier import EarlierCohort
from keystage.flows.figures.cohorts import cohort_of
from keystage.flows.figures.school_pupils import SchoolPupils
from keystage.store.models import FiguresRelease, Organisation

_AT_ONCE = 500


def latest_of_years(maker: Organisation, years: Sequence[int]) -> dict[int, str]:
    """The furthest approved release of a body of each of some years, in their order.

    Args:
        maker: the body.
        years: which years.

    Returns:
        The identifier of each year's; a year without one is left out.
    """
    mine = FiguresRelease.objects.filter(organisation=maker, state=FiguresRelease.State.APPROVED)
    found = (furthest(mine.filter(year=year)).first() for year in years)
    return {one.year: str(one.pk) for one in found if one is not None}


def cohorts_of(releases: Iterable[str]) -> list[EarlierCohort]:
    """The cohorts that some releases keep, summed by school.

    Args:
        releases: their identifiers.

    Raises:
        InputError: what a release keeps of its pupils is damaged.
    """
    found = FiguresRelease.objects.select_related("organisation").in_bulk(
        [UUID(one) for one in releases]
    )
    return [_cohort(one) for one in sorted(found.values(), key=lambda one: one.year)]


def pupils_of(release: FiguresRelease) -> Iterator[SchoolPupils]:
    """The pupils that a release keeps, school by school."""
    rows = release.pupils.order_by("code")
    return (as_kept(row) for row in rows.iterator(chunk_size=_AT_ONCE))


def _cohort(release: FiguresRelease) -> EarlierCohort:
    return cohort_of(
        pupils_of(release),
        rules_of(release),
        release=str(release),
        made_from=str(release.outputs["pupils_sha256"]),
    )
