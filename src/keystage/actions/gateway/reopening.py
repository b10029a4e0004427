"""Reopening a return: one that is over, or any once the collection is."""

from django.db import transaction

from keystage.actions.by import By
from keystage.actions.gateway.receiving.knowing import phase_of
from keystage.actions.gateway.standing.numbers import recount
from keystage.actions.gateway.standing.states import OVER, reopen
from keystage.store.models import SchoolReturn


@transaction.atomic
def reopen_counted(school_return: SchoolReturn, *, reason: str, by: By) -> None:
    """Open a return again, and count it by the list of today: closed, it kept its numbers.

    Raises:
        RefusedError: no reason is given, or a file can be sent as it is.
    """
    reopen(school_return, reason=reason, past=_is_past(school_return), by=by)
    recount(school_return, by=by)


def may_reopen(school_return: SchoolReturn) -> bool:
    """Whether a return takes no file unless it is reopened: it is over, or the collection is."""
    return school_return.state in OVER or _is_past(school_return)


def _is_past(school_return: SchoolReturn) -> bool:
    """Whether the last moment for sending has passed, and nobody reopened the return since."""
    return phase_of(school_return) == "over"
