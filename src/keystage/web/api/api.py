"""The service for systems, put together: its routes, and how it answers what went wrong."""

from django.http import HttpRequest, HttpResponse
from ninja.errors import HttpError, Throttled, ValidationError

from keystage.core.errors import KeystageError
from keystage.web.api import about, checking, registration, results, returns, roll
from keystage.web.api.describing import Described
from keystage.web.api.limits import seconds_left
from keystage.web.api.once import told
from keystage.web.api.problems import MOST_FAULTS, Fault, Problem, ProblemError, answer

VERSION = "1.0.0"
ROUTERS = tuple(room.router for room in (about, roll, registration, checking, returns, results))

api = Described(
    title="Keystage",
    version=VERSION,
    description="Send and fetch the assessments of a school, for systems that have its leave.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
for one in ROUTERS:
    api.add_router("", one)


@api.exception_handler(ProblemError)
@api.exception_handler(KeystageError)
def _for_people(request: HttpRequest, error: ProblemError | KeystageError) -> HttpResponse:
    del request
    return told(error)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    del request
    problem = Problem(
        status=422,
        code="invalid",
        title="What was sent is not of the form that is described.",
        todo="Look at each fault, and at the description of the address.",
        faults=[
            Fault(where=".".join(map(str, one["loc"])), what=str(one["msg"]))
            for one in error.errors[:MOST_FAULTS]
        ],
    )
    return answer(problem)


@api.exception_handler(Throttled)
def _too_often(request: HttpRequest, error: Throttled) -> HttpResponse:
    del request, error
    title = "This system has asked too often in this minute."
    todo = "Wait as many seconds as Retry-After says."
    problem = Problem(status=429, code="too_often", title=title, todo=todo)
    return answer(problem, wait=seconds_left())


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    del request
    title = "The request cannot be read."
    return answer(Problem(status=error.status_code, code="unreadable", title=title))
