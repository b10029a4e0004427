"""Which releases of figures there are for somebody, the newest first."""

from datetime import datetime
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from keystage.actions.figures.makers import may_read
from keystage.store.models import FiguresRelease, Organisation, Person
from keystage.store.prepared import Given, Prepared

_Kind = Organisation.Kind
_ORDER = Case(
    *(When(stage=stage, then=Value(at)) for at, stage in enumerate(FiguresRelease.Stage.values)),
    output_field=IntegerField(),
)


def visible(
    year: int, organisation: Organisation, *, now: datetime | None = None
) -> tuple[FiguresRelease, ...]:
    """The releases of a year that an organisation sees, the furthest stage and version first.

    Approved ones whose minute has come and that were not withdrawn: the agency's are seen by
    everybody, those of an authority or trust by itself and its schools.

    Args:
        year: the summer of the tests.
        organisation: who asks.
        now: the moment; the service's clock without one.
    """
    moment = now or timezone.now()
    return tuple(_VISIBLE.all(year=year, now=moment, **_own(organisation)))


def visible_one(pk: UUID, year: int, organisation: Organisation) -> FiguresRelease | None:
    """A release of a year, if the organisation sees it at this moment; None if not.

    Args:
        pk: which.
        year: the summer of the tests.
        organisation: who asks.
    """
    return _VISIBLE_ONE.first(pk=pk, year=year, now=timezone.now(), **_own(organisation))


def _own(organisation: Organisation) -> dict[str, int | None]:
    own = organisation.pk, organisation.authority_id, organisation.trust_id
    return dict(zip(_OWN, own, strict=True))


def withdrawn(year: int, organisation: Organisation) -> tuple[FiguresRelease, ...]:
    """The releases an organisation could see once and that were withdrawn, with the reason."""
    found = _ordered(year).filter(
        _reaching(organisation), state=FiguresRelease.State.WITHDRAWN, approved_at__isnull=False
    )
    return tuple(
        one
        for one in found
        if one.shown_at and one.withdrawn_at and one.shown_at <= one.withdrawn_at
    )


def made_by(maker: Organisation, year: int, person: Person) -> tuple[FiguresRelease, ...]:
    """Every release of a body, for those who make or review them; none for others."""
    if not may_read(person, maker, year):
        return ()
    return tuple(_ordered(year).filter(organisation=maker).select_related("job"))


def furthest(releases: QuerySet[FiguresRelease]) -> QuerySet[FiguresRelease]:
    """Releases in order, the furthest stage and version first."""
    return releases.annotate(reached=_ORDER).order_by("-reached", "-version", "-asked_at")


def _ordered(year: int | Given) -> QuerySet[FiguresRelease]:
    found = FiguresRelease.objects.filter(year=year).select_related("organisation").defer("rules")
    return furthest(found)


def _reaching(organisation: Organisation) -> Q:
    """Releases whose makers show them to an organisation."""
    return _made_for(organisation.pk, organisation.authority_id, organisation.trust_id)


def _made_for(*own: int | Given | None) -> Q:
    """Releases of the agency, and of these bodies; of those that are None there is none."""
    found = Q(organisation__kind=_Kind.NATIONAL)
    for one in own:
        if one is not None:
            found |= Q(organisation=one)
    return found


def _seen(
    year: Given, now: Given, own: Given, authority: Given, trust: Given
) -> QuerySet[FiguresRelease]:
    """Releases of a year that are out for the agency's readers and these bodies."""
    return _ordered(year).filter(
        _made_for(own, authority, trust), state=FiguresRelease.State.APPROVED, shown_at__lte=now
    )


_OWN = ("own", "authority", "trust")
_FIELDS = {"year": "year", "now": "shown_at", **dict.fromkeys(_OWN, "organisation")}
_VISIBLE = Prepared(
    lambda: FiguresRelease,
    _seen,
    **_FIELDS,
)
_VISIBLE_ONE = Prepared(
    lambda: FiguresRelease,
    lambda pk, year, now, own, authority, trust: _seen(year, now, own, authority, trust).filter(
        pk=pk
    ),
    pk="id",
    **_FIELDS,
)
