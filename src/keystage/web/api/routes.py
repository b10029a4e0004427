"""How a route for systems is declared: its scope, its answers, its limits, and what it needs."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from ninja import Path, Router, Schema

from keystage.actions.systems.scopes import Scope
from keystage.web.api.entering import Door, Visit
from keystage.web.api.limits import CHANGES, READS
from keystage.web.api.once import KEY, LONGEST, once
from keystage.web.api.problems import COMMON, OF_CHANGES, Problem, ProblemError

View = TypeVar("View", bound=Callable[..., HttpResponse])
SCHOOL = "/schools/{urn}/{year}"
URN = Annotated[str, Path(pattern="^[0-9]{6}$", description="URN of the school.")]
YEAR = Annotated[int, Path(ge=2000, le=2099, description="The season, by the year of its results.")]
_KEY = {
    "in": "header",
    "name": KEY,
    "required": True,
    "description": "A new key for each request; the same key to send the same request again.",
    "schema": {"type": "string", "pattern": f"^[!-~]{{1,{LONGEST}}}$"},
}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The ETag of the version that the request is about.",
    "schema": {"type": "string"},
}
_IF_NONE_MATCH = {**_IF_MATCH, "name": "If-None-Match", "description": "An ETag seen before."}


def look(
    router: Router,
    path: str,
    scope: Scope | None,
    answer: object,
    *,
    versioned: bool = False,
) -> Callable[[View], View]:
    """Declare a route that changes nothing.

    Args:
        router: where it belongs.
        path: its address.
        scope: what a system needs for it; None for a token alone.
        answer: the type it answers with.
        versioned: whether it names the version of what it answers.
    """
    extra = {"parameters": [_IF_NONE_MATCH]} if versioned else None
    responses = {200: answer, **({304: None} if versioned else {}), **_problems(COMMON)}
    return router.get(path, response=responses, throttle=READS, **_guarded(scope, extra))


def change(  # noqa: PLR0913  # what a route declares of itself
    router: Router,
    method: str,
    path: str,
    scope: Scope,
    answers: Mapping[int, object],
    *,
    versioned: bool = False,
    file: bool = False,
    whole: bool = True,
) -> Callable[[View], View]:
    """Declare a route that changes something, or does much; each needs an idempotency key.

    Args:
        router: where it belongs.
        method: POST, PUT or PATCH.
        path: its address.
        scope: what a system needs for it.
        answers: the types it answers with, by status.
        versioned: whether it heeds If-Match.
        file: whether its body is a file, byte for byte.
        whole: see `once`.
    """
    extra: dict[str, Any] = {"parameters": [_KEY, *([_IF_MATCH] if versioned else [])]}
    if file:
        extra["parameters"].append(_NAME)
        extra["requestBody"] = _FILE
    problems = {**COMMON, **OF_CHANGES} if versioned else {**COMMON, 409: OF_CHANGES[409]}
    adding = getattr(router, method.lower())
    responses = {**answers, **_problems(problems)}
    declared = adding(path, response=responses, throttle=CHANGES, **_guarded(scope, extra))

    def declare(view: View) -> View:
        declared(once(whole=whole)(view))
        return view

    return declare


_NAME = {
    "in": "header",
    "name": "Content-Disposition",
    "required": False,
    "description": 'The name of the file: attachment; filename="9990301_CTF_NAALLLL_001.xml".',
    "schema": {"type": "string"},
}
_FILE = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def give(
    value: Schema | None,
    status: int = HTTPStatus.OK,
    *,
    etag: str = "",
    location: str = "",
) -> HttpResponse:
    """A value as an answer.

    Args:
        value: what is answered; None where the system has it already.
        status: with which status.
        etag: the version.
        location: the address of what was made.
    """
    if value is None:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(
            value.model_dump_json(), status=status, content_type="application/json"
        )
    if etag:
        response["ETag"] = etag
    if location:
        response["Location"] = location
    return response


def unchanged(request: HttpRequest, etag: str) -> bool:
    """Whether the system has seen this version already, and said so."""
    return request.headers.get("If-None-Match") == etag


def version(number: int) -> str:
    """A version as headers have it."""
    return f'"{number}"'


def refuse_other_version(request: HttpRequest, etag: str) -> None:
    """Refuse a request that is about another version than the one that is stored.

    Raises:
        ProblemError: If-Match names another.
    """
    wanted = request.headers.get("If-Match")
    if wanted and wanted not in {"*", etag}:
        raise ProblemError(
            HTTPStatus.PRECONDITION_FAILED,
            "other_version",
            "It changed since the version that If-Match names.",
            "Fetch it again, look at what changed, and send the request anew.",
        )


def visit_of(request: HttpRequest) -> Visit:
    """Who asks, and about which school."""
    found: Visit = request.visit  # type: ignore[attr-defined]  # put there by the door
    return found


def none_such(what: str) -> ProblemError:
    """There is no such thing for this system."""
    return ProblemError(HTTPStatus.NOT_FOUND, "not_found", f"There is no such {what}.")


def _guarded(scope: Scope | None, extra: dict[str, Any] | None) -> dict[str, Any]:
    """The door of a route, and how the document describes it."""
    needed = [{Door.__name__: [scope.value] if scope else []}]
    return {"auth": Door(scope), "openapi_extra": {**(extra or {}), "security": needed}}


def _problems(statuses: Mapping[int, str]) -> dict[int, object]:
    return dict.fromkeys(statuses, Problem)
