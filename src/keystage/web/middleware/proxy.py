"""The address a request came from, where a proxy stands before the service."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_FORWARDED, _ADDRESS = "HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"


class BehindProxy:
    """Takes the address that the nearest proxy saw: for the record of acts, locks and limits.

    A proxy adds the address it saw at the end of the list; what stands before it was written by
    whoever asked and is believed by nobody. Without the setting the list counts for nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        if settings.BEHIND_PROXY and (seen := _last(request.META.get(_FORWARDED, ""))):
            request.META[_ADDRESS] = seen
        return self.get_response(request)


def _last(listed: str) -> str:
    """The last address of a list; empty if it is none."""
    text = listed.rpartition(",")[2].strip()
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
