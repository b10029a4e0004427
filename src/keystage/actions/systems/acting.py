"""A system at work: whose leave a token stands for, and what is recorded of each request."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.idp.oidc.models import Token
from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.systems.rights import may
from keystage.actions.systems.scopes import Scope
from keystage.store.models import Organisation, SystemAccess
from keystage.store.rights import schools_within

#: How old the moment of the last use may be before it is written again.
_FRESH = timedelta(minutes=1)


@dataclass(frozen=True)
class Shown:
    """What an access token stands for: a system, and the scopes that it was fetched for."""

    system: SystemAccess
    scopes: frozenset[str]


def shown_by(token: str) -> Shown | None:
    """What an access token stands for; None if it is none, or is over."""
    known = Token.objects.lookup(Token.Type.ACCESS_TOKEN, token)
    system = None if known is None else of_client(known.client_id)
    return None if system is None else Shown(system, frozenset(known.get_scopes()))


def of_client(client_id: str) -> SystemAccess | None:
    """The system of a client of the identity provider."""
    rows = SystemAccess.objects.select_related("organisation", "made_by")
    return rows.filter(client_id=client_id).first()


def refuse_without_leave(system: SystemAccess) -> None:
    """Refuse a system that has no leave today.

    Raises:
        RefusedError: nobody confirmed it, it was withdrawn, or its last day has passed.
    """
    if system.withdrawn_at is not None:
        raise RefusedError(
            "This system's leave was withdrawn.", todo="Ask the organisation it acted for."
        )
    if system.ends_on < timezone.localdate():
        raise RefusedError(
            f"This system's leave ended on {system.ends_on.isoformat()}.",
            todo="Ask the organisation to give it leave anew.",
        )
    if system.confirmed_at is None:
        raise RefusedError(
            "This system waits for a second person to confirm it.",
            todo="Ask the organisation to confirm it.",
        )


def refuse_scope(shown: Shown, scope: Scope) -> None:
    """Refuse what a system was not let do, or did not fetch its token for.

    Raises:
        RefusedError: the scope is not among those of the leave, or not among those of the token.
    """
    if scope.value not in shown.scopes and scope.value in shown.system.scopes:
        raise RefusedError(
            f"This token was not fetched for the scope {scope.value}.",
            todo="Fetch a token for it, or for all scopes by naming none.",
        )
    if scope.value not in shown.system.scopes:
        raise RefusedError(
            f"This system was not given the scope {scope.value}.",
            todo="Ask the organisation to give it leave with that scope.",
        )


def school_for(system: SystemAccess, urn: str) -> Organisation | None:
    """A school that a system acts for; None if there is no such school, or it is another's."""
    return schools_within([system.organisation]).filter(code=urn).first()


def refuse_beyond_maker(
    system: SystemAccess, school: Organisation, scope: Scope, year: int
) -> None:
    """Refuse what the person who gave the leave may not do any more, or not for this school.

    Raises:
        RefusedError: they may not.
    """
    if not may(system.made_by, school, scope, year):
        raise RefusedError(
            "The person who gave this system leave may not do this for this school.",
            todo="Ask somebody of the organisation who may to give the system leave anew.",
        )


def by_of(system: SystemAccess, address: str) -> By:
    """Who acts: the system, for the person who gave it leave."""
    return By(person=system.made_by, address=address, system=system.name)


@transaction.atomic
def tell(
    system: SystemAccess,
    *,
    asked: str,
    status: int,
    school: Organisation | None,
    year: int | None,
    by: By,
) -> None:
    """Record one request of a system, and that it was at work.

    Args:
        system: who asked.
        asked: the method and the name of the route.
        status: the status it was answered with.
        school: the school it was about, if the system acts for it.
        year: the season.
        by: as `by_of` tells it.
    """
    now = timezone.now()
    if system.used_at is None or now - system.used_at > _FRESH:
        SystemAccess.objects.filter(pk=system.pk).update(used_at=now)
    record(
        "system request",
        by=by,
        organisation=school or system.organisation,
        year=year,
        subject=asked,
        after={"system": system.pk, "status": status},
    )
