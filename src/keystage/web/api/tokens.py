"""Access tokens of systems: by OAuth 2 client credentials, for a short while."""

from base64 import b64decode
from binascii import Error
from http import HTTPStatus

from allauth.idp.oidc.views import token as given
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from keystage.actions.errors import RefusedError
from keystage.actions.systems import acting
from keystage.web.api.limits import over_limit, seconds_left
from keystage.web.doors import Declared

GRANT = "client_credentials"
_OF_AN_ADDRESS = 6


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Give a token to a system that has leave and shows its secret.

    Asking is counted for a system at an address and for the address, before the secret is looked
    at; being given a token, for the system. So nobody who lacks the secret keeps a system out.
    """
    client = _client(request)
    address = request.META.get("REMOTE_ADDR", "")
    most = settings.API_TOKENS
    often = over_limit("tokens of", (client, address), most)
    if over_limit("tokens at", address, most * _OF_AN_ADDRESS) or often:
        return _too_many()
    if request.POST.get("grant_type") != GRANT:
        return _refused(
            HTTPStatus.BAD_REQUEST, "unsupported_grant_type", f"The grant type is {GRANT}."
        )
    with transaction.atomic():
        response: HttpResponse = given(request)
        if response.status_code == HTTPStatus.OK and (over := _over(client)):
            transaction.set_rollback(True)
            return _refused(HTTPStatus.BAD_REQUEST, "unauthorized_client", over)
        if response.status_code == HTTPStatus.OK and over_limit("tokens given to", client, most):
            transaction.set_rollback(True)
            return _too_many()
    return response


token.declared = Declared(door="system", scopes=(("POST", ""),))  # type: ignore[attr-defined]  # read by the walk over all routes


def _over(client: str) -> str:
    """Why a system has no leave; empty if it has."""
    system = acting.of_client(client)
    if system is None:
        return "There is no such system."
    try:
        acting.refuse_without_leave(system)
    except RefusedError as error:
        return f"{error.what} {error.todo}"
    return ""


def _client(request: HttpRequest) -> str:
    """Which system says that it asks; what it shows for that is looked at later."""
    kind, _, told = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return request.POST.get("client_id", "")[:100]
    try:
        return b64decode(told, validate=True).decode().partition(":")[0][:100]
    except (Error, UnicodeDecodeError):
        return ""


def _too_many() -> JsonResponse:
    refused = _refused(HTTPStatus.TOO_MANY_REQUESTS, "slow_down", "Too many tokens.")
    refused["Retry-After"] = str(seconds_left())
    return refused


def _refused(status: HTTPStatus, code: str, sentence: str) -> JsonResponse:
    """As OAuth 2 has it: RFC 6749, section 5.2."""
    return JsonResponse({"error": code, "error_description": sentence}, status=status)
