"""Releases: approved by another person, seen from their minute on, taken back.

Whether anything is there is not told before the minute: not by a row, not by a count, not by a
version. The clock of the service decides, to the second.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from keystage.access.decide import may_approve
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.flows.results_day.tables import table_of
from keystage.statute.collection_rules import Conversion
from keystage.store.models import ConfirmedPlace, Organisation, ReleasedResult, ResultsRelease
from keystage.store.rights import schools_within

FIELDS = ("raw_mark", "papers", "scaled_score", "outcome")
_BLANK: tuple[object, ...] = (None, "", {})
Key = tuple[int, str, str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a later release changed of a result.

    Attributes:
        result: the result as that release has it.
        before: as the release before had it; None where none did.
    """

    result: ReleasedResult
    before: ReleasedResult | None

    def changes(self) -> Mapping[str, tuple[object, object]]:
        """Each value that is another, before and after."""
        both = {
            name: (getattr(self.before, name) if self.before else None, getattr(self.result, name))
            for name in FIELDS
        }
        return {
            name: (before, after)
            for name, (before, after) in both.items()
            if before != after and (before not in _BLANK or after not in _BLANK)
        }


@dataclass(frozen=True, kw_only=True)
class Released:
    """What somebody sees of the results of a season.

    Attributes:
        year: the season.
        releases: the releases they may see, oldest first; none before the minute.
        results: the result in force of each pupil and test: that of the newest release it is in.
        differences: what each release after the first changed, in the order of the results.
    """

    year: int
    releases: tuple[ResultsRelease, ...]
    results: tuple[ReleasedResult, ...]
    differences: tuple[Difference, ...]

    @property
    def newest(self) -> ResultsRelease | None:
        """The newest release; None before there is one."""
        return self.releases[-1] if self.releases else None

    @property
    def conversion(self) -> Conversion | None:
        """The table of scaled scores: of each test that of the newest release with one."""
        pairs = {
            test: found
            for release in self.releases
            for test, found in release.conversion.items()
            if found
        }
        return table_of(pairs)


@transaction.atomic
def approve(*, release: ResultsRelease, by: By) -> ResultsRelease:
    """Approve a release that somebody else prepared. Approving twice changes nothing.

    Raises:
        RefusedError: the same person prepared it, or it was taken back.
    """
    locked = _locked(release)
    if locked.withdrawn_at is not None:
        raise RefusedError("This release was taken back.", todo="Prepare another.")
    if locked.approved_at is not None:
        return locked
    if not may_approve(by.who.pk, {locked.prepared_by_id}):
        raise RefusedError(
            "You prepared this release, so another person has to approve it.",
            todo="Ask somebody else who may approve releases.",
        )
    locked.approved_at, locked.approved_by = timezone.now(), by.who
    locked.save(update_fields=("approved_at", "approved_by"))
    _tell("release approved", locked, by)
    return locked


@transaction.atomic
def move(
    *, release: ResultsRelease, schools_at: datetime, receiving_at: datetime, by: By
) -> ResultsRelease:
    """Set another minute for a release that is not out. It has to be approved again.

    Raises:
        RefusedError: it is out or was taken back, or receiving schools would come first.
    """
    locked = _locked(release)
    out = locked.approved_at is not None and locked.schools_at <= timezone.now()
    if out or locked.withdrawn_at is not None:
        raise RefusedError(
            "This release is out, or was taken back.", todo="Take it back, and prepare another."
        )
    if receiving_at < schools_at:
        raise RefusedError(
            "Receiving schools would see results before the schools do.",
            todo="Enter a later day for receiving schools.",
        )
    if (locked.schools_at, locked.receiving_at) == (schools_at, receiving_at):
        return locked
    locked.schools_at, locked.receiving_at = schools_at, receiving_at
    locked.approved_at = locked.approved_by = None
    locked.prepared_at, locked.prepared_by = timezone.now(), by.who
    locked.save()
    _tell("release moved", locked, by)
    return locked


@transaction.atomic
def withdraw(*, release: ResultsRelease, by: By) -> ResultsRelease:
    """Take a release back: nobody sees it any longer. Of one nobody approved the rows are deleted.

    Taking it back twice changes nothing.
    """
    locked = _locked(release)
    if locked.withdrawn_at is not None:
        return locked
    if locked.approved_at is None:
        locked.results.all().delete()
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), by.who
    locked.save(update_fields=("withdrawn_at", "withdrawn_by"))
    _tell("release taken back", locked, by)
    return locked


def visible(
    year: int, *, receiving: bool = False, now: datetime | None = None
) -> QuerySet[ResultsRelease]:
    """The releases of a season whose minute has come, oldest first.

    Args:
        year: the season.
        receiving: whether a receiving school asks, whose minute is later.
        now: the moment; the service's clock without one.
    """
    moment = now or timezone.now()
    out = ResultsRelease.objects.filter(
        year=year, approved_at__isnull=False, withdrawn_at__isnull=True, schools_at__lte=moment
    )
    if receiving:
        out = out.filter(receiving_at__lte=moment)
    return out.order_by("version", "prepared_at")


def released_to(
    organisation: Organisation,
    year: int,
    *,
    school: Organisation | None = None,
    now: datetime | None = None,
) -> Released:
    """The results an organisation sees: a school its own, a body those of its schools.

    Three queries at most, whatever the number of pupils.

    Args:
        organisation: a school, a trust, an authority, or the agency.
        year: the season.
        school: one school of a body; None for all of them.
        now: the moment; the service's clock without one.
    """
    releases = tuple(visible(year, now=now))
    if not releases:
        return Released(year=year, releases=(), results=(), differences=())
    rows = ReleasedResult.objects.filter(release__in=[release.pk for release in releases])
    if organisation.kind == Organisation.Kind.SCHOOL:
        rows = rows.filter(school=organisation)
    elif organisation.kind != Organisation.Kind.NATIONAL:
        rows = rows.filter(school__in=schools_within([organisation]))
    if school is not None:
        rows = rows.filter(school=school)
    return _released(year, releases, rows)


def released_to_receiving(
    organisation: Organisation, year: int, *, now: datetime | None = None
) -> Released:
    """The results of the pupils who have a confirmed place at a school; of nobody else.

    Args:
        organisation: the receiving school.
        year: the season.
        now: the moment; the service's clock without one.
    """
    releases = tuple(visible(year, receiving=True, now=now))
    if not releases:
        return Released(year=year, releases=(), results=(), differences=())
    places = ConfirmedPlace.objects.filter(
        receiving=organisation, year=year, withdrawn_at__isnull=True
    )
    rows = ReleasedResult.objects.filter(
        release__in=[release.pk for release in releases], upn__in=places.values("upn")
    )
    return _released(year, releases, rows)


def _released(
    year: int, releases: Sequence[ResultsRelease], rows: QuerySet[ReleasedResult]
) -> Released:
    found = rows.select_related("school").order_by("surname", "forename", "upn", "subject")
    order = {release.pk: at for at, release in enumerate(releases)}
    known: dict[Key, list[ReleasedResult]] = {}
    for row in found:
        known.setdefault((row.school_id, row.upn, row.subject), []).append(row)
    for versions in known.values():
        versions.sort(key=lambda row: order[row.release_id])
    return Released(
        year=year,
        releases=tuple(releases),
        results=tuple(versions[-1] for versions in known.values()),
        differences=tuple(_differences(known.values(), releases[0])),
    )


def _differences(
    known: Iterable[Sequence[ReleasedResult]], first: ResultsRelease
) -> Iterable[Difference]:
    for versions in known:
        if versions[0].release_id != first.pk:
            yield Difference(result=versions[0], before=None)
        for before, after in pairwise(versions):
            found = Difference(result=after, before=before)
            if found.changes():
                yield found


def _locked(release: ResultsRelease) -> ResultsRelease:
    return (
        ResultsRelease.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=release.pk)
    )


def _tell(action: str, release: ResultsRelease, by: By) -> None:
    record(
        action,
        by=by,
        organisation=release.organisation,
        year=release.year,
        subject=f"release version {release.version}",
    )
