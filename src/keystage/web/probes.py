"""Whether the service lives and is ready, for machines: they ask by number, not by its name."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from keystage.web.home import views


class Probes:
    """Answers the two probes before the name they were asked by is held against the settings."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response
        self.probes = {reverse("healthz"): views.healthz, reverse("readyz"): views.readyz}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.probes.get(request.path, self.get_response)(request)
