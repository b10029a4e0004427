"""What a person may do, from the grants that are kept: rows in, values of `keystage.access` out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from keystage.access.grants import Grant as AccessGrant
from keystage.access.permissions import Permission
from keystage.access.places import Place, Scope
from keystage.access.roles import load_roles
from keystage.core.errors import InputError
from keystage.store.models import Grant, Organisation, OrganisationSetting, Person, ServiceNotice
from keystage.store.prepared import Prepared

_PERMISSIONS = frozenset(Permission)
#: The setting in which a school lists what others may do for it.
AGREED = "agreed"
_OF_A_GRANT = (
    "role", "organisation__kind", "organisation__code", "starts_on", "ends_on", "classes",
    "season", "given",
)  # fmt: skip
_LIVE = Prepared(
    lambda: Grant,
    lambda person, on: (
        Grant.objects.filter(
            person=person, ended_at__isnull=True, starts_on__lte=on, ends_on__gte=on
        )
        .order_by("pk")
        .values_list(*_OF_A_GRANT)
    ),
    person="person",
    on="starts_on",
)
_AGREED = Prepared(
    lambda: OrganisationSetting,
    lambda organisation: OrganisationSetting.objects.filter(organisation=organisation, name=AGREED),
    organisation="organisation",
)
_WITH_AGREED = Prepared(
    lambda: Organisation,
    lambda kind, code, now: (
        Organisation.objects.select_related("authority", "trust", "diocese")
        .annotate(agreed=_agreed_by(OuterRef("pk")), announces=Exists(ServiceNotice.after(now)))
        .filter(kind=kind, code=code)
    ),
    kind="kind",
    code="code",
    now=DateTimeField(),
)


def access_grant(row: Grant) -> AccessGrant:
    """A kept grant as the value that decisions are made from."""
    return _grant(
        scope_of(row.role, row.organisation),
        row.role, row.organisation.code, row.starts_on, row.ends_on, row.classes,
        row.season, row.given,
    )  # fmt: skip


def _grant(  # noqa: PLR0913, PLR0917  # the columns of a row
    scope: Scope,
    role: str,
    code: str,
    starts: date,
    ends: date,
    classes: Iterable[str],
    season: int | None,
    given: Iterable[str],
) -> AccessGrant:
    return AccessGrant(
        role=role,
        scope=scope,
        organisation=code,
        starts=starts,
        ends=ends,
        classes=frozenset(classes),
        season=season,
        given=frozenset(Permission(item) for item in given if item in _PERMISSIONS),
    )


def scope_of(role: str, organisation: Organisation) -> Scope:
    """Over what a role holds that is given in an organisation.

    Raises:
        InputError: there is no such role, or it is not given in organisations of this kind.
    """
    found = _scope(role, organisation.kind)
    if found is not None:
        return found
    raise InputError(
        f"The role {role} is not given in a {organisation.get_kind_display().lower()}.",
        todo="Choose one of the roles of the list.",
    )


def live_grants(person: Person, on: date) -> list[AccessGrant]:
    """The grants of a person that hold on a day; none for somebody who may not sign in.

    A role that there is no more gives nothing, and keeps nobody from their other roles.
    """
    if not person.is_active:
        return []
    rows = _LIVE.values(person=person.pk, on=on)
    found = ((_scope(role, kind), role, *rest) for role, kind, *rest in rows)
    return [_grant(scope, *rest) for scope, *rest in found if scope is not None]


def _scope(role: str, kind: str) -> Scope | None:
    """Over what a role holds in organisations of a kind; None where it is not given in them."""
    found = load_roles().roles.get(role)
    scopes = found.scopes if found else ()
    return next((scope for scope in scopes if scope.organisation.value == kind), None)


@dataclass(frozen=True)
class At:
    """The organisation of an address, where it stands, and whether the service has a notice."""

    organisation: Organisation
    place: Place
    announces: bool


def organisation_at(kind: str, code: str) -> At | None:
    """What a page of an organisation has to know first, by one question; None for none.

    Args:
        kind: what it is, as `Organisation.Kind`.
        code: its number.
    """
    found: Any = _WITH_AGREED.first(kind=kind, code=code, now=timezone.now())
    return At(found, _place(found, found.agreed), found.announces) if found else None


def place_of(organisation: Organisation) -> Place:
    """Where an organisation stands, as decisions see it."""
    if organisation.kind != Organisation.Kind.SCHOOL:
        return _place(organisation)
    agreed = _AGREED.first(organisation=organisation.pk)
    return _place(organisation, agreed.value if agreed else None)


def _agreed_by(organisation: OuterRef) -> Subquery:
    """What an organisation agreed that others may do for it."""
    kept = OrganisationSetting.objects.filter(organisation=organisation, name=AGREED)
    return Subquery(kept.values("value")[:1])


def _place(organisation: Organisation, agreed: Iterable[str] | None = None) -> Place:
    match organisation.kind:
        case Organisation.Kind.NATIONAL:
            return Place()
        case Organisation.Kind.TRUST:
            return Place(trust=organisation.code)
        case Organisation.Kind.AUTHORITY:
            return Place(authority=organisation.code)
        case Organisation.Kind.DIOCESE:
            return Place(diocese=organisation.code)
    return Place(
        school=organisation.code,
        trust=organisation.trust.code if organisation.trust else None,
        authority=organisation.authority.code if organisation.authority else None,
        diocese=organisation.diocese.code if organisation.diocese else None,
        agreed=frozenset(Permission(item) for item in agreed or () if item in _PERMISSIONS),
    )


def schools_within(organisations: Iterable[Organisation]) -> QuerySet[Organisation]:
    """The schools that stand in any of these organisations, themselves included."""
    keys = [organisation.pk for organisation in organisations]
    return Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).filter(
        Q(pk__in=keys) | Q(trust__in=keys) | Q(authority__in=keys) | Q(diocese__in=keys)
    )
