"""What a release of figures has to look at, so that nothing is had by subtraction.

Of two that show figures of one school the one that is made later looks at the other and gives way:
of two releases, and of a release and a pack of results day.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from keystage.actions.releases.sharing import seen_packs
from keystage.flows.figures.contents import Content, decode
from keystage.flows.figures_pack.results_day import figures_told
from keystage.store.models import FiguresContent, FiguresRelease, Organisation, SharedPack

_State, _Kind = FiguresRelease.State, Organisation.Kind
#: Approved, or out before they were withdrawn.
_SEEN = Q(state=_State.APPROVED) | Q(
    state=_State.WITHDRAWN, approved_at__isnull=False, shown_at__lte=F("withdrawn_at")
)


def beside_of(release: FiguresRelease) -> tuple[str, ...]:
    """The releases that a release has to look at, the oldest first.

    Those of its own year all count, withdrawn ones too: who saw them has not forgotten them; and
    those that a later year's figures tell of. Of an earlier year those count that are in force.
    """
    before = Q(year__lt=release.year, state=_State.APPROVED)
    found = FiguresRelease.objects.filter(_makers(release), _of_the_year(release) | before)
    rows = set(found.exclude(pk=release.pk).values_list("year", "asked_at", "pk"))
    if release.before is not None:
        rows.add((release.before.year, release.before.asked_at, release.before.pk))
    return tuple(str(pk) for _, _, pk in sorted(rows))


def packs_beside(release: FiguresRelease) -> tuple[int, ...]:
    """The keys of the packs of results day, of its schools, that a release has to look at."""
    return tuple(_packs(release).values_list("pk", flat=True).order_by("pk"))


def told_by_packs(packs: Sequence[int], codes: Sequence[str]) -> Iterator[Content]:
    """What some packs of results day told of some schools, as contents of earlier releases.

    Args:
        packs: their keys.
        codes: the schools' URNs.
    """
    found = SharedPack.objects.filter(pk__in=packs, school__code__in=codes).order_by("pk")
    for pack in found.select_related("school"):
        yield figures_told(
            pack.content,
            code=pack.school.code,
            year=pack.year,
            label=f"pack {pack.pk}",
            made_at=pack.made_at.isoformat(),
        )


def being_made(school: Organisation, year: int) -> bool:
    """Whether a release with figures of a school is being computed: it looks at no more packs."""
    makers = [key for key in (school.authority_id, school.trust_id) if key is not None]
    agency = Q(organisation__kind=_Kind.NATIONAL)
    return FiguresRelease.objects.filter(
        agency | Q(organisation__in=makers), year=year, state=_State.ASKED
    ).exists()


def shown_of(school: Organisation, year: int) -> Iterator[Content]:
    """What releases show of a school at the suppressed level, or are to show once approved."""
    found = FiguresContent.objects.filter(
        kind=FiguresContent.Kind.SCHOOL,
        code=school.code,
        level=FiguresContent.Level.SUPPRESSED,
        release__in=FiguresRelease.objects.filter(
            _SEEN | Q(state=_State.COMPUTED), year=year
        ).values("pk"),
    )
    for content in found.values_list("content", flat=True):
        yield decode(bytes(content))


def unseen(release: FiguresRelease) -> bool:
    """Whether there are others of the year of which neither this one nor they have looked at."""
    early = _packs(release).filter(made_at__lte=release.computed_at or timezone.now())
    if set(early.values_list("pk", flat=True)) - set(release.inputs.get("packs", ())):
        return True
    others = FiguresRelease.objects.filter(_makers(release), _of_the_year(release))
    known = set(_looked_at(release.inputs))
    return any(
        str(pk) not in known and str(release.pk) not in _looked_at(inputs)
        for pk, inputs in others.exclude(pk=release.pk).values_list("pk", "inputs")
    )


def tells_early(release: FiguresRelease, minute: datetime) -> tuple[str, ...]:
    """The releases of earlier years that a release would tell of before anybody has seen them.

    Its series show their figures, and three-year figures less those of two years are those of the
    third.

    Args:
        release: the release that was made with them.
        minute: when it is to be seen.
    """
    out = Q(state=_State.APPROVED, shown_at__lte=minute) | Q(
        state=_State.WITHDRAWN, approved_at__isnull=False, shown_at__lte=F("withdrawn_at")
    )
    made = FiguresRelease.objects.filter(
        pk__in=_told_of(release.inputs), year__lt=release.year
    ).exclude(state=_State.PURGED)
    return tuple(str(one) for one in made.exclude(pk__in=made.filter(out).values("pk")))


def tell_before(release: FiguresRelease, minute: datetime) -> tuple[str, ...]:
    """The releases of later years that tell of a release, and are to be seen before a minute.

    Those that are out already have told of it: no other minute takes that back.
    """
    later = FiguresRelease.objects.filter(
        state=_State.APPROVED,
        year__gt=release.year,
        shown_at__gt=timezone.now(),
        shown_at__lt=minute,
    ).defer("rules")
    return tuple(str(one) for one in later if release.pk in _told_of(one.inputs))


def sharing(maker: Organisation) -> list[int]:
    """The trusts that have a school of an authority, or the authorities that have one of a trust.

    What the agency looks at is every body's, so it shares with none in particular.
    """
    schools = Organisation.objects.filter(kind=_Kind.SCHOOL)
    match maker.kind:
        case _Kind.AUTHORITY:
            found = schools.filter(authority=maker, trust__isnull=False).values_list("trust_id")
        case _Kind.TRUST:
            found = schools.filter(trust=maker, authority__isnull=False).values_list("authority_id")
        case _:
            return []
    return [key for (key,) in found.distinct().order_by()]


def one_after_another(maker: Organisation) -> Q:
    """The bodies of whose releases no two may be approved at one moment; the agency always is one.

    Args:
        maker: whose release is to be approved.
    """
    return Q(pk__in=[maker.pk, *sharing(maker)]) | Q(kind=_Kind.NATIONAL)


def _makers(release: FiguresRelease) -> Q:
    """Releases of the same maker, the agency's, and of the year those with the same schools.

    Schools of an authority may be in a trust, and every school is in the agency's figures: they see
    what all of them make. A school that came from another trust has seen what that one made. Series
    are of the maker's and the agency's figures alone.
    """
    maker, year = release.organisation, release.year
    national = Q(organisation__kind=_Kind.NATIONAL)
    if maker.kind == _Kind.NATIONAL:
        return national | Q(year=year)
    shared = Q(organisation__in=sharing(maker)) | Q(pk__in=_showing_schools_of(maker, year))
    return Q(organisation=maker) | national | (shared & Q(year=year))


def _showing_schools_of(body: Organisation, year: int) -> QuerySet[FiguresContent, UUID]:
    """The keys of bodies' releases of a year with figures of a school that the body has."""
    bodies = FiguresRelease.objects.filter(year=year).exclude(organisation__kind=_Kind.NATIONAL)
    schools = Organisation.objects.filter(**{"kind": _Kind.SCHOOL, body.kind: body})
    return FiguresContent.objects.filter(
        release__in=bodies.values("pk"),
        kind=FiguresContent.Kind.SCHOOL,
        level=FiguresContent.Level.SUPPRESSED,
        code__in=schools.values("code"),
    ).values_list("release_id", flat=True)


def _packs(release: FiguresRelease) -> QuerySet[SharedPack]:
    found = SharedPack.objects.filter(seen_packs(release.year, timezone.now()))
    maker = release.organisation
    match maker.kind:
        case _Kind.AUTHORITY:
            return found.filter(school__authority=maker)
        case _Kind.TRUST:
            return found.filter(school__trust=maker)
    return found


def _of_the_year(release: FiguresRelease) -> Q:
    """Releases of the year that are approved, or were out before they were withdrawn.

    For an authority or trust the agency's count from the time they are computed, so that the
    agency's need not be made anew because of somebody else's.
    """
    seen = _SEEN
    if release.organisation.kind != _Kind.NATIONAL:
        seen |= Q(state=_State.COMPUTED, organisation__kind=_Kind.NATIONAL)
    return Q(year=release.year) & (seen | Q(pk__in=_told_through_later(release.year)))


def _told_through_later(year: int) -> set[UUID]:
    """The releases whose figures later years' releases tell of, seen themselves or not."""
    later = FiguresRelease.objects.filter(_SEEN, year__gt=year)
    found: set[UUID] = set()
    return found.union(*map(_told_of, later.values_list("inputs", flat=True)))


def _told_of(inputs: Mapping[str, Any]) -> set[UUID]:
    """The releases that figures tell of besides their own: those they were made beside and with."""
    return {UUID(one) for one in (*_looked_at(inputs), *inputs.get("earlier", {}).values())}


def _looked_at(inputs: Mapping[str, Any]) -> list[str]:
    found = inputs.get("beside", ())
    return [str(one) for one in found] if isinstance(found, list | tuple) else []
