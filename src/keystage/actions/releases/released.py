"""Released results as somebody sees them: from their minute on, in their newest version.

Whether anything is there is not told before the minute: not by a row, not by a count, not by a
version. The clock of the service decides, to the second.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from keystage.actions.releases.versions import Version, versions_of
from keystage.flows.results_day.tables import table_of
from keystage.statute.collection_rules import Conversion
from keystage.store.models import ConfirmedPlace, Organisation, ReleasedResult, ResultsRelease
from keystage.store.rights import schools_within

FIELDS = ("raw_mark", "papers", "scaled_score", "outcome")
What = Literal["new", "changed", "taken_back", "moved_away", "moved_here"]
_BLANK: tuple[object, ...] = (None, "", {})
_Standing = dict[int, ReleasedResult]
_Versions = dict[int, list[ReleasedResult]]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a later release changed of a result at one school.

    Attributes:
        what: ``new``: there was none; ``changed``; ``taken_back``: there is none any longer;
            ``moved_away`` to another school, ``moved_here`` from one.
        release: the release that did it.
        before: as it was; None where there was none.
        after: as it is; None where there is none.
    """

    what: What
    release: UUID
    before: ReleasedResult | None
    after: ReleasedResult | None

    @property
    def result(self) -> ReleasedResult:
        """The result as it is, or was: whose it is, and of which test.

        Raises:
            LookupError: there was none and is none.
        """
        found = self.after or self.before
        if found is None:
            raise LookupError("A difference is of a result.")
        return found

    def changes(self) -> Mapping[str, tuple[object, object]]:
        """Each value that is another, before and after."""
        both = {
            name: (getattr(self.before, name, None), getattr(self.after, name, None))
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
        versions: every release that came out to them, those that were taken back among them.
        releases: the releases they may see, oldest first; none before the minute.
        results: the results in force, each of the newest release that says anything of the pupil
            and the test: where that takes a result back, or gives it to another school, there is
            none.
        differences: what each release after the first changed, in the order of the results.
    """

    year: int
    versions: tuple[Version, ...]
    releases: tuple[ResultsRelease, ...]
    results: tuple[ReleasedResult, ...]
    differences: tuple[Difference, ...]

    @property
    def newest(self) -> ResultsRelease | None:
        """The newest release; None before there is one."""
        return self.releases[-1] if self.releases else None

    def number(self, release: UUID) -> int:
        """The number of a version for people; 0 of a release that has not come out."""
        return next((one.number for one in self.versions if one.release.pk == release), 0)

    @property
    def taken_back(self) -> tuple[Version, ...]:
        """The versions that were out and were taken back."""
        return tuple(one for one in self.versions if one.taken_back)

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


def visible(
    year: int, *, receiving: bool = False, now: datetime | None = None
) -> tuple[ResultsRelease, ...]:
    """The releases of a season whose minute has come, oldest first.

    Args:
        year: the season.
        receiving: whether a receiving school asks, whose minute is later.
        now: the moment; the service's clock without one.
    """
    moment = now or timezone.now()
    return _shown(versions_of(year, now=moment), moment, receiving=receiving)


def _shown(
    versions: Sequence[Version], moment: datetime, *, receiving: bool = False
) -> tuple[ResultsRelease, ...]:
    return tuple(
        one.release
        for one in versions
        if not one.taken_back and (not receiving or one.release.receiving_at <= moment)
    )


def released_to(
    organisation: Organisation,
    year: int,
    *,
    school: Organisation | None = None,
    now: datetime | None = None,
) -> Released:
    """The results an organisation sees: a school its own, a body those of its schools.

    Four queries at most, whatever the number of pupils.

    Args:
        organisation: a school, a trust, an authority, or the agency.
        year: the season.
        school: one school of a body; None for all of them.
        now: the moment; the service's clock without one.
    """
    moment = now or timezone.now()
    versions = versions_of(year, now=moment)
    releases = _shown(versions, moment)
    if not releases:
        return _nothing(year, versions)
    return _of_schools(year, versions, releases, _schools(organisation, school))


def _schools(organisation: Organisation, school: Organisation | None) -> frozenset[int] | None:
    """The schools of an organisation, or the one of them that is asked for; None for all."""
    one = None if school is None else frozenset({school.pk})
    if organisation.kind == Organisation.Kind.NATIONAL:
        return one
    if organisation.kind == Organisation.Kind.SCHOOL:
        own = frozenset({organisation.pk})
    else:
        own = frozenset(schools_within([organisation]).values_list("pk", flat=True))
    return own if one is None else own & one


def released_of(schools: Collection[Organisation], year: int) -> Released:
    """The results of some schools, whoever may see them."""
    versions = versions_of(year)
    releases = _shown(versions, timezone.now())
    if not releases:
        return _nothing(year, versions)
    return _of_schools(year, versions, releases, frozenset(school.pk for school in schools))


def released_to_receiving(
    organisation: Organisation, year: int, *, now: datetime | None = None
) -> Released:
    """The results of the pupils who have a confirmed place at a school; of nobody else.

    Args:
        organisation: the receiving school.
        year: the season.
        now: the moment; the service's clock without one.
    """
    moment = now or timezone.now()
    versions = tuple(one for one in versions_of(year, now=moment) if _came_there(one, moment))
    releases = _shown(versions, moment, receiving=True)
    if not releases:
        return _nothing(year, versions)
    places = ConfirmedPlace.objects.filter(
        receiving=organisation, year=year, withdrawn_at__isnull=True
    )
    rows = ReleasedResult.objects.filter(
        release__in=[release.pk for release in releases], upn__in=places.values("upn")
    )
    return _released(year, versions, releases, rows, None)


def _came_there(version: Version, moment: datetime) -> bool:
    """Whether a version came out to receiving schools, which are told of no other."""
    back = version.release.withdrawn_at
    return version.release.receiving_at <= (moment if back is None else min(moment, back))


def _nothing(year: int, versions: tuple[Version, ...]) -> Released:
    """Nothing is out, or all of it was taken back."""
    return Released(year=year, versions=versions, releases=(), results=(), differences=())


def _of_schools(
    year: int,
    versions: tuple[Version, ...],
    releases: tuple[ResultsRelease, ...],
    schools: frozenset[int] | None,
) -> Released:
    """Of some schools, or of all. A pupil who was theirs once is looked for at every school."""
    rows = ReleasedResult.objects.filter(release__in=[release.pk for release in releases])
    if schools is None:
        return _released(year, versions, releases, rows, None)
    theirs = rows.filter(school__in=schools)
    if len(releases) == 1:
        return _released(year, versions, releases, theirs, None)
    everywhere = rows.filter(upn__in=theirs.values("upn"))
    return _released(year, versions, releases, everywhere, schools)


def _released(
    year: int,
    versions: tuple[Version, ...],
    releases: tuple[ResultsRelease, ...],
    rows: QuerySet[ReleasedResult],
    schools: frozenset[int] | None,
) -> Released:
    # A school is one object for all its results: it would be made anew with each of them.
    found = rows.prefetch_related("school").order_by("surname", "forename", "upn", "subject")
    order = {release.pk: at for at, release in enumerate(releases)}
    known: dict[tuple[str, str], _Versions] = {}
    for row in found:
        at = order[row.release_id]
        known.setdefault((row.upn, row.subject), {}).setdefault(at, []).append(row)
    results: list[ReleasedResult] = []
    differences: list[Difference] = []
    for one in known.values():
        standing: _Standing = {}
        for at in sorted(one):
            after = _after(standing, one[at])
            differences.extend(
                _differences(standing, after, releases[at].pk, schools, first=at == 0)
            )
            standing = after
        results.extend(row for key, row in standing.items() if schools is None or key in schools)
    return Released(
        year=year,
        versions=versions,
        releases=releases,
        results=tuple(results),
        differences=tuple(differences),
    )


def _after(standing: _Standing, rows: Sequence[ReleasedResult]) -> _Standing:
    """The results of a pupil and test by school, after a release that says something of them.

    Given at a school that had none, the result belongs to that school alone.
    """
    given = {row.school_id: row for row in rows if not row.taken_back}
    if given.keys() - standing.keys():
        return given
    gone = {row.school_id for row in rows if row.taken_back}
    return {key: row for key, row in {**standing, **given}.items() if key not in gone}


def _differences(
    standing: _Standing,
    now: _Standing,
    release: UUID,
    schools: frozenset[int] | None,
    *,
    first: bool,
) -> Iterator[Difference]:
    for key in dict.fromkeys((*standing, *now)):
        if first or (schools is not None and key not in schools):
            continue
        before, after = standing.get(key), now.get(key)
        what: What = "changed"
        if before is None:
            what = "moved_here" if standing else "new"
        elif after is None:
            what = "moved_away" if now.keys() - standing.keys() else "taken_back"
        found = Difference(what=what, release=release, before=before, after=after)
        if what != "changed" or found.changes():
            yield found
