"""How a message is kept: moment and writer, its act written down, and its receiver told."""

from collections.abc import Mapping
from functools import partial
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.messages.users import tell
from keystage.store.models import Message, Organisation


def keep(made: Message, by: By, act: str) -> None:
    """Keep a message; the people of its receiver are told once that is done.

    Args:
        made: the message, not kept yet.
        by: who writes it, or does the act that does.
        act: what the audit calls it.
    """
    made.pk, made.written_at, made.written_by = uuid4(), timezone.now(), by.who
    made.save(force_insert=True)
    transaction.on_commit(partial(tell, made.receiver))
    write_down(act, made, made.sender, by, {"receiver": made.receiver.name, "kind": made.kind})


def write_down(
    act: str,
    message: Message,
    organisation: Organisation,
    by: By,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write an act on a message into the audit, without its words."""
    record(
        act,
        by=by,
        organisation=organisation,
        year=message.year,
        subject=f"message {message.pk}",
        after=after,
    )
