"""A request that changes something is done once, however often it is sent with one key."""

import hashlib
import re
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from keystage.actions.errors import ChangedMeanwhileError
from keystage.actions.systems import asked
from keystage.core.errors import KeystageError
from keystage.web.api.problems import CONTENT, ProblemError, answer

KEY = "Idempotency-Key"
LONGEST = 100
_KEY = re.compile(rf"[!-~]{{1,{LONGEST}}}")
#: Headers that say what is asked, besides the address and the body.
_MEANT = ("Content-Type", "Content-Disposition", "If-Match")
_SHORTLY = 5

View = Callable[..., HttpResponse]


def once(*, whole: bool = True) -> Callable[[View], View]:
    """Do what a view does once for each idempotency key.

    With ``whole`` the answer is kept in the transaction of the act, so that neither is without the
    other. A view does without whose act reads a file for a while, or keeps what it
    refuses: such an act knows by itself what it did before.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, **values: Any) -> HttpResponse:
            row = _begun(request)
            if row.answered:
                return _again(row.request.status, row.request.answer)
            try:
                with transaction.atomic() if whole else nullcontext():
                    response = view(request, **values)
                    asked.finish(row.request, **_kept(response))
            except (ProblemError, KeystageError) as error:
                response = told(error)
                asked.finish(row.request, **_kept(response))
            except Exception:
                asked.drop(row.request)
                raise
            return response

        return kept

    return declare


def told(error: ProblemError | KeystageError) -> JsonResponse:
    """An error that is meant for people, as a problem."""
    if isinstance(error, ProblemError):
        return answer(error.problem, wait=error.wait)
    if isinstance(error, ChangedMeanwhileError):
        return answer(ProblemError.of(HTTPStatus.CONFLICT, "changed", error).problem)
    return answer(ProblemError.of(HTTPStatus.UNPROCESSABLE_ENTITY, "refused", error).problem)


def _begun(request: HttpRequest) -> asked.Asked:
    key = request.headers.get(KEY, "")
    if not _KEY.fullmatch(key):
        raise ProblemError(
            HTTPStatus.BAD_REQUEST,
            "idempotency_key",
            f"The header {KEY} is missing, or is not 1 to {LONGEST} printable characters.",
            "Make a new key for each request, and send the same key when you send it again.",
        )
    visit = request.visit  # type: ignore[attr-defined]  # put there by the door
    route = f"{request.method} {request.resolver_match.view_name if request.resolver_match else ''}"
    try:
        return asked.begin(visit.system, key=key, route=route, digest=_digest(request))
    except asked.OtherRequestError as error:
        raise ProblemError.of(
            HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_used", error
        ) from None
    except asked.InProgressError as error:
        problem = ProblemError.of(HTTPStatus.CONFLICT, "in_progress", error)
        problem.wait = _SHORTLY
        raise problem from None


def _digest(request: HttpRequest) -> str:
    """Of all that says what is asked; each part with its length, so that none runs into another."""
    parts = [request.get_full_path(), *(request.headers.get(name, "") for name in _MEANT)]
    digest = hashlib.sha256()
    for part in (*(part.encode() for part in parts), request.body):
        digest.update(f"{len(part)} ".encode())
        digest.update(part)
    return digest.hexdigest()


def _kept(response: HttpResponse) -> dict[str, Any]:
    headers = {name: response[name] for name in ("ETag", "Location") if name in response}
    text = response.content.decode()
    return {"status": response.status_code, "answer": {"headers": headers, "text": text}}


def _again(status: int, kept: dict[str, Any]) -> HttpResponse:
    problem = status >= HTTPStatus.BAD_REQUEST
    response = HttpResponse(
        kept["text"], status=status, content_type=CONTENT if problem else "application/json"
    )
    for name, value in kept["headers"].items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response
