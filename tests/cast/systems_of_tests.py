"""A system that acts for somebody in tests, and how it speaks to the service."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, Protocol

from allauth.idp.oidc.models import Client as Known
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.systems import leave
from keystage.actions.systems.scopes import Scope
from keystage.store.models import Organisation, Person, SystemAccess

EVERY = tuple(scope.value for scope in Scope)
ROOT = "/api/v1"
SCHOOL = f"{ROOT}/schools/900003/2026"
_KEYS = count(1)


class Let(Protocol):
    """Lets a system act: ``let("returns:upload")``; confirmed, and with a token."""

    def __call__(
        self, *scopes: str, organisation: Organisation | None = None, by: Person | None = None
    ) -> "Speaker": ...


def let_act(
    organisation: Organisation, by: Person, second: Person, scopes: Iterable[str] = EVERY
) -> SystemAccess:
    """Leave for a system, given and confirmed."""
    made = leave.give(
        organisation=organisation,
        name="Arbour MIS",
        scopes=list(scopes),
        ends_on=timezone.localdate() + timedelta(days=100),
        by=By(by, "test"),
    )
    return leave.confirm(access=made, by=By(second, "test"))


def token_of(system: SystemAccess) -> str:
    """A token of a system, without the walk to the address that gives them."""
    value = f"token-{next(_KEYS)}"
    token = Token(
        type=Token.Type.ACCESS_TOKEN,
        client=Known.objects.get(pk=system.client_id),
        expires_at=timezone.now() + timedelta(minutes=15),
    )
    token.set_value(value)
    token.set_scopes(system.scopes)
    token.save()
    return value


@dataclass
class Speaker:
    """A system with a token."""

    system: SystemAccess
    token: str
    client: Client = field(default_factory=Client)

    def headers(self, **more: str) -> dict[str, str]:
        """What every request carries, and a new key."""
        return {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": f"key-{next(_KEYS)}",
            **more,
        }

    def get(self, path: str, **headers: str) -> Any:
        """Look."""
        return self.client.get(f"{SCHOOL}{path}", headers=self.headers(**headers))

    def send(self, method: str, path: str, body: object, **headers: str) -> Any:
        """Send JSON, or the bytes of a file."""
        raw = isinstance(body, bytes)
        return self.client.generic(
            method,
            f"{SCHOOL}{path}",
            body if raw else json.dumps(body),
            content_type="application/octet-stream" if raw else "application/json",
            headers=self.headers(**headers),
        )
