"""What people do with their own accounts is written into the record of acts."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from django.http import HttpRequest

from keystage.actions.by import By
from keystage.actions.membership import accounts
from keystage.store.models import Person

_SAID = (
    (account.user_logged_in, "signed in"),
    (account.password_changed, "password changed"),
    (account.password_set, "password set"),
    (account.password_reset, "password set anew"),
    (second_factor.authenticator_added, "second factor added"),
    (second_factor.authenticator_removed, "second factor removed"),
    (second_factor.authenticator_reset, "recovery codes made"),
)


def listen() -> None:
    """Begin to write them down."""
    for signal, what in _SAID:
        signal.connect(_writer(what), weak=False, dispatch_uid=f"keystage {what}")


def _writer(what: str) -> Any:
    def write(*, request: HttpRequest, user: Person, **_: Any) -> None:
        address = str(request.META.get("REMOTE_ADDR", ""))
        accounts.noted(what, person=user, by=By(user, address))

    return write
