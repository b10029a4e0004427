"""The door for systems: a token, a scope, a school the system acts for, and its maker's own right.

A route is declared with its scope; nothing of a school is looked up before all of it holds. What
belongs to others is answered as if there were no such thing.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja.security.base import AuthBase

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.systems import acting
from keystage.actions.systems.scopes import Scope
from keystage.statute.collection_loader import available_collections
from keystage.store.models import Organisation, SystemAccess
from keystage.web.api.problems import ProblemError

#: Where tokens are given.
TOKENS = "/api/v1/token"
_BEARER = "bearer"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A request of a system that was let in.

    Attributes:
        system: who asks.
        by: the system, for the person who gave it leave.
        school: the school of the address; None where it names none.
        year: the season of the address.
    """

    system: SystemAccess
    by: By
    school: Organisation | None = None
    year: int = 0

    @property
    def at(self) -> Organisation:
        """The school of the address.

        Raises:
            LookupError: the address names none.
        """
        if self.school is None:
            raise LookupError("This address names no school.")
        return self.school


class Door(AuthBase):
    """Lets a system in that has leave for a scope; None asks for a token alone."""

    openapi_type = "oauth2"
    openapi_flows: dict[str, Any]

    def __init__(self, scope: Scope | None) -> None:
        """Keep the scope, and tell of it where the service is described."""
        self.scope = scope
        self.openapi_flows = {
            "clientCredentials": {
                "tokenUrl": TOKENS,
                "scopes": {one.value: one.sentence for one in Scope},
            }
        }
        super().__init__()

    def __call__(self, request: HttpRequest) -> Visit:
        """Who comes in.

        Raises:
            ProblemError: nobody does.
        """
        shown = _shown(request)
        system = shown.system
        by = acting.by_of(system, str(request.META.get("REMOTE_ADDR", "")))
        request.visit = Visit(system=system, by=by)  # type: ignore[attr-defined]  # who asked, though it be refused
        try:
            acting.refuse_without_leave(system)
            if self.scope is not None:
                acting.refuse_scope(shown, self.scope)
        except RefusedError as error:
            raise ProblemError.of(HTTPStatus.FORBIDDEN, "no_leave", error) from None
        if self.scope is not None:
            request.visit = self._at_school(request, system, by, self.scope)  # type: ignore[attr-defined]
        return request.visit  # type: ignore[attr-defined,no-any-return]

    def _at_school(self, request: HttpRequest, system: SystemAccess, by: By, scope: Scope) -> Visit:
        asked = request.resolver_match.kwargs if request.resolver_match else {}
        year = str(asked.get("year", ""))
        school = acting.school_for(system, str(asked.get("urn", "")))
        if school is None or year not in map(str, available_collections()):
            raise ProblemError(
                HTTPStatus.NOT_FOUND,
                "not_found",
                "This system acts for no such school and season.",
                "Look at the address: /schools/URN/YEAR/.",
            )
        try:
            acting.refuse_beyond_maker(system, school, scope, int(year))
        except RefusedError as error:
            raise ProblemError.of(HTTPStatus.FORBIDDEN, "no_leave", error) from None
        return Visit(system=system, by=by, school=school, year=int(year))


def _shown(request: HttpRequest) -> acting.Shown:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    shown = acting.shown_by(token.strip()) if kind.lower() == _BEARER else None
    if shown is None:
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            "no_token",
            "There is no access token, or it is over.",
            "Fetch a new token, and send it as Authorization: Bearer.",
        )
    return shown
