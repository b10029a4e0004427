"""The secret of a system: made once its leave is confirmed, shown once, replaced at will."""

import secrets
from dataclasses import dataclass, field

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.systems.leave import lock, refuse_over
from keystage.store.models import SystemAccess

_BYTES = 32
_MADE_AT = "secret_made_at"


@dataclass(frozen=True)
class Secret:
    """A secret as it is handed to the system: kept nowhere but as its hash."""

    client_id: str
    value: str = field(repr=False)


@transaction.atomic
def make(*, access: SystemAccess, seen: str, by: By) -> Secret:
    """Make the secret of a system in place of any it has, whose tokens end at once.

    Args:
        access: a leave that is confirmed.
        seen: when the secret was made that the person knows of, as `made_at` tells it.
        by: who makes it.

    Raises:
        RefusedError: the leave is not confirmed, or is over.
        ChangedMeanwhileError: a secret was made since.
    """
    locked = lock(access)
    refuse_over(locked)
    if locked.confirmed_at is None:
        raise RefusedError(
            "A second person has not confirmed this system.", todo="Ask one to confirm it first."
        )
    client = locking(Client.objects).get(pk=locked.client_id)
    if _made_at(client) != seen:
        raise ChangedMeanwhileError(
            "A secret was made for this system a moment ago. It was shown once.",
            todo="If nobody has it, look at the system again and make another.",
        )
    value = secrets.token_urlsafe(_BYTES)
    client.set_secret(value)
    client.data = {_MADE_AT: timezone.now().isoformat(timespec="microseconds")}
    client.save()
    Token.objects.filter(client=client).delete()
    record(
        "system secret made",
        by=by,
        organisation=locked.organisation,
        subject=f"system {locked.pk}",
        after={"name": locked.name, "in_place_of_another": bool(seen)},
    )
    return Secret(client_id=locked.client_id, value=value)


def made_at(access: SystemAccess) -> str:
    """When the secret of a system was made, to name it by; empty where it has none."""
    return _made_at(Client.objects.get(pk=access.client_id))


def _made_at(client: Client) -> str:
    return str((client.data or {}).get(_MADE_AT, ""))
