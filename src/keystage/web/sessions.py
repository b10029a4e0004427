"""How long a person stays signed in: without an answer, and in all."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from keystage.actions import people

_BEGAN, _SEEN = "keystage_began", "keystage_seen"
_WRITE_AFTER = 60  # seconds: the session is not written at every answer


class SessionLimits:
    """Signs a person out after too long a silence, and after too long in all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep what comes next."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or ask the person to sign in again."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        now = timezone.now().timestamp()
        session = request.session
        began, seen = session.get(_BEGAN), session.get(_SEEN)
        if began is None or seen is None:
            session[_BEGAN] = session[_SEEN] = now
            people.seen(request.user)
        elif (
            now - seen > settings.SESSION_IDLE_SECONDS
            or now - began > settings.SESSION_LONGEST_SECONDS
        ):
            return _signed_out(request)
        elif now - seen > _WRITE_AFTER:
            session[_SEEN] = now
        return self.get_response(request)


def _signed_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, "You were signed out because you were away for a while. Sign in again.")
    back = f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else ""
    return HttpResponseRedirect(reverse(settings.LOGIN_URL) + back)
