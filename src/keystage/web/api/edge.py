"""What stands before the addresses for systems: no cookies in, and no pages out."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from keystage.web.api.problems import Problem, answer

ROOT = "/api/"
_SENTENCES = {
    HTTPStatus.BAD_REQUEST: ("unreadable", "The request cannot be read."),
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method", "This address does not take this method."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "The request is too large."),
    HTTPStatus.SERVICE_UNAVAILABLE: ("unavailable", "The service cannot be used at the moment."),
}
_ADVICE = {
    HTTPStatus.SERVICE_UNAVAILABLE: "Ask again after as many seconds as Retry-After says, with the "
    "same idempotency key: nothing is then done twice."
}
_BROKEN = ("broken", "Something went wrong in the service.")


class Edge:
    """Takes cookies off what comes in for systems, and turns pages of errors into problems.

    What is refused before an address is looked up would be answered with a page. Without a cookie
    a browser in which somebody is signed in is nobody here, so no form of a stranger's can act.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        response = self.get_response(request)
        if response.status_code < HTTPStatus.BAD_REQUEST or not _is_page(response):
            return response
        status = HTTPStatus(response.status_code)
        code, title = _SENTENCES.get(status, _BROKEN)
        told = answer(Problem(status=status, code=code, title=title, todo=_ADVICE.get(status, "")))
        for header in ("Allow", "Retry-After"):
            if header in response:
                told[header] = response[header]
        return told


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/")
