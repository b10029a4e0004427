"""Requests with an idempotency key: asked again, they are answered as they were, and done once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.idp.oidc.models import Token
from django.db import transaction
from django.utils import timezone

from keystage.actions.locks import locking
from keystage.core.errors import KeystageError
from keystage.store.models import SystemAccess, SystemRequest

#: The status of a request that is being answered.
_IN_PROGRESS = 0
#: After so long without an answer the process that worked on a request is taken to be gone.
_SILENT = timedelta(minutes=1)
_KEPT = timedelta(days=366)


class OtherRequestError(KeystageError):
    """The key was used for another request."""


class InProgressError(KeystageError):
    """The same request is being answered."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request and where it stands.

    Attributes:
        request: what is kept of it.
        answered: whether it was answered before: then the answer is kept in it.
    """

    request: SystemRequest
    answered: bool


@transaction.atomic
def begin(system: SystemAccess, *, key: str, route: str, digest: str) -> Asked:
    """Begin a request, or find the answer that it had.

    Args:
        system: who asks.
        key: what the system calls the request.
        route: what is asked.
        digest: of all that is asked.

    Raises:
        OtherRequestError: the key was used for something else.
        InProgressError: the same request is being answered.
    """
    now = timezone.now()
    row, made = locking(SystemRequest.objects).get_or_create(
        system=system,
        key=key,
        defaults={"route": route, "digest": digest, "status": _IN_PROGRESS, "at": now},
    )
    if made:
        return Asked(request=row, answered=False)
    if (row.route, row.digest) != (route, digest):
        raise OtherRequestError(
            "This idempotency key was used for another request.",
            todo="Use a new key for each request, and the same only to send the same again.",
        )
    if row.status != _IN_PROGRESS:
        return Asked(request=row, answered=True)
    if now - row.at < _SILENT:
        raise InProgressError(
            "The same request is being answered.", todo="Wait a few seconds, then send it again."
        )
    row.at = now
    row.save()
    return Asked(request=row, answered=False)


def finish(request: SystemRequest, *, status: int, answer: dict[str, Any]) -> None:
    """Keep the answer of a request."""
    request.status, request.answer = status, answer
    request.save(update_fields=("status", "answer"))


def drop(request: SystemRequest) -> None:
    """Forget a request that came to nothing, so that it may be sent again."""
    request.delete()


def forget() -> int:
    """Delete requests that are older than a season, and tokens that are over; how many requests."""
    Token.objects.expired().delete()
    gone, _ = SystemRequest.objects.filter(at__lt=timezone.now() - _KEPT).delete()
    return gone
