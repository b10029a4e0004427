"""No answer of the service is kept on its way to a person, nor in the browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date

#: What the framework writes on an answer that says nothing of being kept.
_NEVER = "max-age=0, no-cache, no-store, must-revalidate, private"


class KeptNowhere:
    """Forbids to keep any page, file or error, those of the library too.

    A page shows who is signed in, a refusal names colleagues, and the way back after signing out
    must show neither. Styles and scripts are answered before this and may be kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and not response.has_header("Expires"):
            response.headers["Expires"] = http_date()
            response.headers["Cache-Control"] = _NEVER
        else:
            add_never_cache_headers(response)
        return response
