"""What a person may do, from the grants that are kept: rows in, values of `keystage.access` out."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from keystage.access.grants import Grant as AccessGrant
from keystage.access.permissions import Permission
from keystage.access.places import Place, Scope
from keystage.access.roles import load_roles
from keystage.core.errors import InputError
from keystage.store.models import Grant, Organisation, OrganisationSetting, Person

_PERMISSIONS = frozenset(Permission)
#: The setting in which a school lists what others may do for it.
AGREED = "agreed"


def access_grant(row: Grant) -> AccessGrant:
    """A kept grant as the value that decisions are made from."""
    return AccessGrant(
        role=row.role,
        scope=scope_of(row.role, row.organisation),
        organisation=row.organisation.code,
        starts=row.starts_on,
        ends=row.ends_on,
        classes=frozenset(row.classes),
        season=row.season,
        given=frozenset(Permission(item) for item in row.given if item in _PERMISSIONS),
    )


def scope_of(role: str, organisation: Organisation) -> Scope:
    """Over what a role holds that is given in an organisation.

    Raises:
        InputError: there is no such role, or it is not given in organisations of this kind.
    """
    found = load_roles().roles.get(role)
    for scope in found.scopes if found else ():
        if scope.organisation.value == organisation.kind:
            return scope
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
    rows = (
        person.grants.filter(ended_at__isnull=True, starts_on__lte=on, ends_on__gte=on)
        .select_related("organisation")
        .order_by("pk")
    )
    return [access_grant(row) for row in rows if _is_given(row)]


def _is_given(row: Grant) -> bool:
    role = load_roles().roles.get(row.role)
    kinds = {scope.organisation.value for scope in role.scopes} if role else set()
    return row.organisation.kind in kinds


def place_of(organisation: Organisation) -> Place:
    """Where an organisation stands, as decisions see it."""
    match organisation.kind:
        case Organisation.Kind.NATIONAL:
            return Place()
        case Organisation.Kind.TRUST:
            return Place(trust=organisation.code)
        case Organisation.Kind.AUTHORITY:
            return Place(authority=organisation.code)
        case Organisation.Kind.DIOCESE:
            return Place(diocese=organisation.code)
    agreed = OrganisationSetting.objects.filter(organisation=organisation, name=AGREED).first()
    return Place(
        school=organisation.code,
        trust=organisation.trust.code if organisation.trust else None,
        authority=organisation.authority.code if organisation.authority else None,
        diocese=organisation.diocese.code if organisation.diocese else None,
        agreed=frozenset(Permission(item) for item in agreed.value if item in _PERMISSIONS)
        if agreed
        else frozenset(),
    )


def schools_within(organisations: Iterable[Organisation]) -> QuerySet[Organisation]:
    """The schools that stand in any of these organisations, themselves included."""
    keys = [organisation.pk for organisation in organisations]
    return Organisation.objects.filter(kind=Organisation.Kind.SCHOOL).filter(
        Q(pk__in=keys) | Q(trust__in=keys) | Q(authority__in=keys) | Q(diocese__in=keys)
    )
