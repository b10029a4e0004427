"""The policy of what pages may load and send, worked out once: it is the same on every page."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse


class ContentPolicy:
    """Writes the policy of the settings on every answer.

    The library's own middleware works it out at each request, because it lets single views change
    it. No view of ours may.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next, and work the policy out."""
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)
        return response
