"""A file checked as the gateway would check it, and not kept."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from ninja import Router

from keystage.actions.gateway.receiving.checking import check
from keystage.actions.gateway.receiving.knowing import known_of
from keystage.actions.gateway.receiving.reading import short_name
from keystage.actions.gateway.standing.states import return_of
from keystage.actions.systems.scopes import Scope
from keystage.web.api.given import given
from keystage.web.api.routes import SCHOOL, URN, YEAR, change, give, visit_of
from keystage.web.api.shapes import Checked, Finding, Verdict, counts_of

router = Router(tags=["Return"])


@change(
    router,
    "POST",
    f"{SCHOOL}/validation",
    Scope.RETURNS_UPLOAD,
    {200: Checked},
    file=True,
    whole=False,
)
def validate(request: HttpRequest, urn: URN, year: YEAR) -> HttpResponse:
    """Have a file checked. Nothing of it is kept but this answer, for who sends it again."""
    del urn, year
    visit = visit_of(request)
    name, content = given(request)
    found = check(content, short_name(name), known_of(return_of(visit.at, visit.year)))
    told = Checked(
        verdict=cast("Verdict", found.verdict.value),
        form=found.form,
        red=found.red,
        amber=found.amber,
        counts=counts_of(found.counts),
        findings=[Finding(**one) for one in found.findings],
    )
    return give(told)
