"""The versions of a season's results as people see them: numbered by the moment they came out.

What was prepared and never came out has no number, so that the numbers have no gap and tell nothing
of a release whose minute has not come. A release that came out and was taken back keeps its number.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from keystage.store.models import ResultsRelease


@dataclass(frozen=True, kw_only=True)
class Version:
    """A release that came out.

    Attributes:
        number: its number for people, from 1.
        release: the release.
        out_at: since when schools could see it: from its minute on, or from its approval.
    """

    number: int
    release: ResultsRelease
    out_at: datetime

    @property
    def taken_back(self) -> bool:
        """Whether it was taken back since."""
        return self.release.withdrawn_at is not None


def versions_of(year: int, *, now: datetime | None = None) -> tuple[Version, ...]:
    """The releases of a season that came out, oldest first, those that were taken back among them.

    Args:
        year: the season.
        now: the moment; the service's clock without one.
    """
    moment = now or timezone.now()
    rows = ResultsRelease.objects.filter(
        year=year, approved_at__isnull=False, schools_at__lte=moment
    ).order_by("version", "prepared_at")
    found = [(out, row) for row in rows if (out := out_at(row)) is not None]
    found.sort(key=lambda one: one[0])
    return tuple(
        Version(number=number, release=row, out_at=out)
        for number, (out, row) in enumerate(found, start=1)
    )


def out_at(release: ResultsRelease) -> datetime | None:
    """When a release comes or came out; None if nobody approved it, or it was taken back before."""
    if release.approved_at is None:
        return None
    moment = max(release.schools_at, release.approved_at)
    before = release.withdrawn_at is not None and release.withdrawn_at < moment
    return None if before else moment


def number_of(release: ResultsRelease) -> int | None:
    """The number of a release for people; None if it has not come out."""
    return next(
        (one.number for one in versions_of(release.year) if one.release.pk == release.pk), None
    )
