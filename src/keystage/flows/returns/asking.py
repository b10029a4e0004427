"""Asking a service over the network: nowhere else, not in the clear, and told in sentences."""

from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

import msgspec

from keystage.core.errors import ReturnRefusedError, UnreachableError, UsageError
from keystage.formats.ctf.limits import MIB

#: What to do about an answer that no gateway gives.
LOOK = "Look at the address: is it that of a Keystage service?"
_PATIENCE = timedelta(minutes=2)
_LARGEST = 12 * MIB
_NEAR = {"localhost", "127.0.0.1", "::1"}
_LATER = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
#: The code of a request that is still being answered.
_IN_PROGRESS = "in_progress"
#: It was understood, and breaks a rule.
_REFUSED = {
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}


class RefusedBeforeError(ReturnRefusedError):
    """The same request was refused before, and is answered as it was then."""


class _Problem(msgspec.Struct, frozen=True, kw_only=True):
    title: str = ""
    todo: str = ""
    code: str = ""


@dataclass(frozen=True)
class Answer:
    """What a gateway answered: ``again`` where it had answered the same before."""

    content: bytes
    again: bool = False


class _Stays(HTTPRedirectHandler):
    """Goes nowhere else: a token is for one service alone."""

    def redirect_request(self, *_: Any) -> None:
        """No."""


def refuse_address(url: str) -> None:
    """Refuse an address to which nothing secret may be sent.

    Raises:
        UsageError: it is no address of a service, or anybody on the way could read along.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        near = host in _NEAR
        fits = bool(host) and not (parts.username or parts.query or parts.fragment)
        parts.port  # noqa: B018  # raises for one that is none
    except ValueError:
        fits, near, parts = False, False, urlsplit("")
    if not fits or parts.scheme not in {"http", "https"}:
        raise UsageError(
            f"{url} is not the address of a service.",
            todo="Give it as https://keystage.example.org.",
        )
    if parts.scheme != "https" and not near:
        raise UsageError(
            f"{url} is not encrypted, and a return holds personal data.",
            todo="Give the address that begins with https://.",
        )


def _opener() -> OpenerDirector:
    return build_opener(_Stays)


def ask(request: Request) -> Answer:
    """What a service answers.

    Raises:
        UsageError: it does not let this be asked, or is no gateway.
        UnreachableError: it cannot be asked at the moment.
        ReturnRefusedError: it refuses.
        RefusedBeforeError: it refused the same request before.
    """
    try:
        with _opener().open(request, timeout=_PATIENCE.total_seconds()) as response:
            return Answer(_whole(response.read(_LARGEST + 1)), again=_is_again(response.headers))
    except HTTPError as error:
        with error:
            wait = error.headers.get("Retry-After", "")
            refusal = _refusal(error.code, error.read(_LARGEST), wait)
        if isinstance(refusal, ReturnRefusedError) and _is_again(error.headers):
            raise RefusedBeforeError(refusal.what, todo=refusal.todo) from None
        raise refusal from None
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", "") or error
        raise UnreachableError(
            f"{request.host} cannot be reached: {reason}.",
            todo="Nothing is sent twice: look at the address and the network, and run this again.",
        ) from None


def _is_again(headers: Message) -> bool:
    return headers.get("Idempotency-Replayed") == "true"


def _whole(content: bytes) -> bytes:
    if len(content) > _LARGEST:
        raise UnreachableError("The answer is larger than any of a gateway.", todo=LOOK)
    return content


def _refusal(
    status: int, content: bytes, wait: str
) -> UsageError | UnreachableError | ReturnRefusedError:
    """What a gateway refused, as an error for people."""
    problem = _problem(content)
    if status in _LATER or problem.code == _IN_PROGRESS:
        when = f"in {wait} seconds" if wait.isdecimal() else "later"
        what = problem.title or f"The service answers {status}."
        return UnreachableError(what, todo=f"Nothing is sent twice: run this again {when}.")
    if not problem.title:
        return UsageError(f"The address answers {status}, and not as a gateway does.", todo=LOOK)
    if status in _REFUSED:
        return ReturnRefusedError(problem.title, todo=problem.todo)
    return UsageError(problem.title, todo=problem.todo)


def _problem(content: bytes) -> _Problem:
    """The words of a refusal: of a problem, or of OAuth where a token was asked for."""
    try:
        told: dict[str, Any] = msgspec.json.decode(content, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Problem()
    if "error" in told:
        words = told.get("error_description") or told["error"]
        return _Problem(
            title=f"The service gives no token: {words}.".replace("..", "."),
            todo="Look at the client identifier and the secret.",
        )
    try:
        return msgspec.convert(told, _Problem)
    except msgspec.ValidationError:
        return _Problem()
