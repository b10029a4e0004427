"""Notices: messages that an act writes by itself, to an organisation that has to know of it."""

from django.db import transaction

from keystage.actions.by import By
from keystage.actions.messages.keeping import keep
from keystage.store.models import Message, Organisation


@transaction.atomic
def notify(
    *,
    sender: Organisation,
    receiver: Organisation,
    year: int,
    subject: str,
    body: str,
    about: str,
    by: By,
) -> Message:
    """Write a notice of an act into the inbox of an organisation, and tell its people.

    Whoever may do the act tells of it: the right to write messages is not asked for. The words are
    those of the act, and name no pupil.

    Args:
        sender: on whose behalf.
        receiver: who has to know.
        year: the season it is about.
        subject: what it is about, in a line.
        body: what happened, and where to read more.
        about: what it is about, such as ``amendment <id>``.
        by: who did the act.
    """
    made = Message(
        kind=Message.Kind.NOTICE,
        year=year,
        sender=sender,
        receiver=receiver,
        subject=subject,
        body=body,
        about=about,
    )
    keep(made, by, "message written")
    return made
