"""How long a person stays signed in: without an answer, and in all."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from keystage.actions.membership import accounts

_BEGAN, _SEEN = "keystage_began", "keystage_seen"
_WRITE_AFTER = 60  # seconds: the session is not written at every answer
#: What becomes of a form that somebody sends who is not signed in.
NOT_SAVED = "What you sent last was not saved: sign in and enter it again."


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
            accounts.seen(request.user)
        elif (
            now - seen > settings.SESSION_IDLE_SECONDS
            or now - began > settings.SESSION_LONGEST_SECONDS
        ):
            return _signed_out(request)
        elif now - seen > _WRITE_AFTER:
            session[_SEEN] = now
        response, user = self.get_response(request), getattr(request, "user", None)
        return _forgotten(response) if isinstance(user, AnonymousUser) else response


def by_script(request: HttpRequest) -> bool:
    """Whether a script of a page asks, which keeps what it could not send."""
    return "application/json" in request.headers.get("Accept", "")


def _signed_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    looked = request.method == "GET"
    lost = "" if looked or by_script(request) else f" {NOT_SAVED}"
    messages.info(request, f"You were signed out because you were away for a while.{lost}")
    back = f"?{urlencode({'next': request.get_full_path()})}" if looked else ""
    return _forgotten(HttpResponseRedirect(reverse(settings.LOGIN_URL) + back))


def _forgotten(response: HttpResponse) -> HttpResponse:
    """Tell the browser to forget the pages it holds, so that the way back shows none of them."""
    response["Clear-Site-Data"] = '"cache"'
    return response
