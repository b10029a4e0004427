"""Errors as systems are told of them: a code to act on, a sentence, and what to do (RFC 9457)."""

from http import HTTPStatus

from django.http import JsonResponse
from ninja import Schema
from pydantic import Field

from keystage.core.errors import KeystageError

CONTENT = "application/problem+json"
#: So many faults are told of one request.
MOST_FAULTS = 100
#: Statuses that every route may answer with, and when.
COMMON = {
    400: "The request cannot be read, or a header is missing.",
    401: "There is no token, or it is over.",
    403: "The system was not let do this.",
    404: "There is no such thing for this system.",
    413: "The request is too large.",
    422: "What was sent breaks a rule.",
    429: "Too many requests: wait as long as Retry-After says.",
    503: "The service cannot keep or look up anything: wait as long as Retry-After says.",
}
#: Statuses of routes that change something, besides.
OF_CHANGES = {
    409: "The same request is being answered, or somebody else changed it meanwhile.",
    412: "It changed since the version that If-Match names.",
}


class Fault(Schema):
    """One thing that is wrong with what was sent."""

    where: str = Field(description="The part of the request, such as body.pupils.3.upn.")
    what: str = Field(description="What is wrong with it.")


class Problem(Schema):
    """Why a request was not done."""

    status: int = Field(description="The status of the answer.", ge=400, le=599)
    code: str = Field(description="What kind of problem it is, for a program to act on.")
    title: str = Field(description="The problem, as a sentence for people.")
    todo: str = Field(default="", description="What to do about it, as a sentence.")
    faults: list[Fault] = Field(
        default_factory=list, description="Each thing that is wrong with what was sent."
    )


class ProblemError(Exception):
    """A problem on its way to the system that asked."""

    def __init__(
        self, status: int, code: str, title: str, todo: str = "", *, wait: int | None = None
    ) -> None:
        """Keep what the answer says; ``wait`` are the seconds until it may be asked again."""
        super().__init__(title)
        self.problem = Problem(status=status, code=code, title=title, todo=todo)
        self.wait = wait

    @classmethod
    def of(cls, status: int, code: str, error: KeystageError) -> "ProblemError":
        """The problem of an error that is meant for people."""
        title = f"{error.where}: {error.what}" if error.where else error.what
        return cls(status, code, title, error.todo)


def answer(problem: Problem, *, wait: int | None = None) -> JsonResponse:
    """A problem as an answer."""
    response = JsonResponse(
        problem.model_dump(mode="json"), status=problem.status, content_type=CONTENT
    )
    if problem.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="keystage"'
    if wait is not None:
        response["Retry-After"] = str(wait)
    return response
