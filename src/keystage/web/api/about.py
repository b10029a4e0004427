"""What a system is told of itself."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from keystage.actions.systems.scopes import scopes_of
from keystage.store.rights import schools_within
from keystage.web.api.routes import give, look, visit_of

router = Router(tags=["System"])


class School(Schema):
    """A school that the system acts for."""

    urn: str
    number: str = Field(description="Authority and establishment number.")
    name: str


class Leave(Schema):
    """The leave of the system that asks."""

    name: str
    organisation: str
    scopes: list[str]
    ends_on: date = Field(description="The last day.")
    schools: list[School]


@look(router, "/leave", None, Leave)
def leave(request: HttpRequest) -> HttpResponse:
    """What the system may do, until when, and for which schools."""
    system = visit_of(request).system
    schools = schools_within([system.organisation]).order_by("name", "code")
    told = Leave(
        name=system.name,
        organisation=str(system.organisation),
        scopes=[scope.value for scope in scopes_of(system.scopes)],
        ends_on=system.ends_on,
        schools=[School(urn=one.code, number=one.number, name=one.name) for one in schools],
    )
    return give(told)
