"""Addresses for systems; each is declared, with the scope that each of its methods asks for."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from keystage.actions.systems import acting
from keystage.web.api.api import ROUTERS, api
from keystage.web.api.entering import Visit
from keystage.web.api.reference import reference
from keystage.web.api.tokens import token
from keystage.web.doors import Declared, open_page

app_name = "api"


@open_page()
def description(request: HttpRequest) -> HttpResponse:
    """The service for systems, described for programs."""
    del request
    return JsonResponse(api.get_openapi_schema())


@open_page()
def docs(request: HttpRequest) -> HttpResponse:
    """The same, for people."""
    return render(request, "api/docs.html", {"told": reference()})


def _recorded(view: Callable[..., HttpResponse], name: str) -> Callable[..., HttpResponse]:
    """A route of which every request is recorded that a system made and was not too many."""

    @csrf_exempt
    @wraps(view)
    def recorded(request: HttpRequest, **parts: Any) -> HttpResponse:
        response = view(request, **parts)
        visit: Visit | None = getattr(request, "visit", None)
        if visit is not None and response.status_code != HTTPStatus.TOO_MANY_REQUESTS:
            acting.tell(
                visit.system,
                asked=f"{request.method} {name}",
                status=response.status_code,
                school=visit.school,
                year=visit.year or None,
                by=visit.by,
            )
        return response

    return recorded


def _scopes() -> dict[str, dict[str, str]]:
    """The scope of each method of each address; empty for a token alone."""
    found: dict[str, dict[str, str]] = {}
    for router in ROUTERS:
        for address, view in router.path_operations.items():
            for operation in view.operations:
                door: Any = operation.auth_callbacks[0]
                scope = door.scope.value if door.scope else ""
                methods = dict.fromkeys(operation.methods, scope)
                found.setdefault(address, {}).update(methods)
    return found


def _patterns() -> list[URLPattern]:
    scopes = {
        address.replace("{", "<").replace("}", ">").lstrip("/"): methods
        for address, methods in _scopes().items()
    }
    made: dict[str, URLPattern] = {}
    for pattern in api.urls[0]:
        address = str(pattern.pattern)
        if not isinstance(pattern, URLPattern) or address not in scopes:
            continue
        if address not in made:  # one view answers all its methods
            view = _recorded(pattern.callback, str(pattern.name))
            view.declared = Declared(  # type: ignore[attr-defined]  # read by the walk over all routes
                door="system", scopes=tuple(sorted(scopes[address].items()))
            )
            made[address] = path(address, view, name=pattern.name)
    return list(made.values())


urlpatterns = [
    path("openapi.json", description, name="openapi-json"),
    path("docs", docs, name="docs"),
    path("token", token, name="token"),
    *_patterns(),
]
