"""Messages between organisations: writing, answering, giving to somebody, closing."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.messages.inbox import NUMBERS
from keystage.actions.messages.keeping import keep, write_down
from keystage.actions.messages.rules import must_be_partners, refuse_pupils
from keystage.actions.messages.users import must_use, users_of
from keystage.store.models import (
    Amendment,
    Message,
    MessageRead,
    Organisation,
    Person,
    SchoolReturn,
    Submission,
)

LONGEST_SUBJECT, LONGEST_BODY = 150, 5000
#: The same words sent twice within this time are one message: a form was sent twice.
_TWICE = timedelta(minutes=2)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ABOUT = re.compile(
    rf"submission (?P<submission>{_UUID})( line [0-9]{{1,9}})?|amendment (?P<amendment>{_UUID})"
    rf"|numbers ({'|'.join(NUMBERS)})"
)


@transaction.atomic
def write(
    *,
    sender: Organisation,
    receiver: Organisation,
    year: int,
    subject: str,
    body: str,
    by: By,
    kind: Message.Kind = Message.Kind.QUESTION,
    about: str = "",
    due_on: date | None = None,
) -> Message:
    """Write to another organisation, whose people are told by e-mail that there is something.

    Args:
        sender: on whose behalf.
        receiver: a partner of the sender.
        year: the season it is about.
        subject: what it is about, in a line.
        body: the message.
        by: who writes.
        kind: why.
        about: what it is about: ``submission <id>``, ``submission <id> line <n>``,
            ``amendment <id>``, or ``numbers <which>``.
        due_on: until when an answer is needed.

    Raises:
        RefusedError: the writer has no right, the receiver is no partner, a part is missing or too
            long, the day is past, or the words name a pupil.
    """
    must_use(by, sender, year)
    _lock(sender)
    must_be_partners(sender, receiver)
    subject, body = _checked(subject, LONGEST_SUBJECT, "subject"), _body(body)
    asks = kind == Message.Kind.QUESTION
    if asks and due_on is not None and due_on < timezone.localdate():
        raise RefusedError("The day is past.", todo="Choose today or a later day.")
    if about and not _is_known(about, year, sender, receiver):
        raise RefusedError(
            "What the message is about is not known here.", todo="Start again from the finding."
        )
    refuse_pupils((subject, body), sender, receiver)
    made = Message(
        kind=kind,
        year=year,
        sender=sender,
        receiver=receiver,
        subject=subject,
        body=body,
        about=about,
        due_on=due_on,
    )
    same = _same(made, by)
    if same is not None:
        return same
    keep(made, by, "message written")
    return made


@transaction.atomic
def answer(message: Message, *, organisation: Organisation, body: str, by: By) -> Message:
    """Answer in a thread, to the other side. A closed thread is open again then.

    Args:
        message: any message of the thread.
        organisation: which of the two sides answers.
        body: the answer.
        by: who writes.

    Raises:
        RefusedError: the thread is not of the organisation, or see `write`.
    """
    must_use(by, organisation, message.year)
    _lock(organisation)
    first = _thread(message, organisation)
    body = _body(body)
    other = first.receiver if organisation == first.sender else first.sender
    refuse_pupils((body,), organisation, other)
    made = Message(
        kind=Message.Kind.ANSWER,
        year=first.year,
        sender=organisation,
        receiver=other,
        answers=first,
        subject=first.subject,
        body=body,
    )
    same = _same(made, by)
    if same is not None:
        return same
    keep(made, by, "message answered")
    if first.closed_at is not None:
        first.closed_at = first.closed_by = None
        first.save(update_fields=("closed_at", "closed_by"))
    return made


@transaction.atomic
def assign(message: Message, *, owner: Person | None, organisation: Organisation, by: By) -> None:
    """Say who of the receiving organisation looks after a thread; None for nobody.

    Raises:
        RefusedError: the organisation did not receive it, or the person may not use messages there.
    """
    must_use(by, organisation, message.year)
    first = _thread(message, organisation)
    if first.receiver != organisation:
        raise RefusedError(
            "Only the organisation that received a message says who looks after it.",
            todo="Write an answer instead.",
        )
    if owner is not None and owner not in users_of(organisation):
        raise RefusedError(
            "This person may not read the messages here.", todo="Choose somebody who may."
        )
    if first.owner != owner:
        first.owner = owner
        first.save(update_fields=("owner",))
        after = {"owner": str(owner) if owner else None}
        write_down("message given to", first, organisation, by, after)


@transaction.atomic
def close(message: Message, *, organisation: Organisation, by: By) -> None:
    """Close a thread: nothing more is to be done. Closing it twice changes nothing.

    Raises:
        RefusedError: the thread is not of the organisation.
    """
    must_use(by, organisation, message.year)
    first = _thread(message, organisation)
    if first.closed_at is None:
        first.closed_at, first.closed_by = timezone.now(), by.who
        first.save(update_fields=("closed_at", "closed_by"))
        write_down("message closed", first, organisation, by)


@transaction.atomic
def reopen(message: Message, *, organisation: Organisation, by: By) -> None:
    """Open a closed thread again. Opening an open one changes nothing.

    Raises:
        RefusedError: the thread is not of the organisation.
    """
    must_use(by, organisation, message.year)
    first = _thread(message, organisation)
    if first.closed_at is not None:
        first.closed_at = first.closed_by = None
        first.save(update_fields=("closed_at", "closed_by"))
        write_down("message opened again", first, organisation, by)


def mark_read(messages: Iterable[Message], *, by: By) -> None:
    """Write down that a person has read messages."""
    now = timezone.now()
    MessageRead.objects.bulk_create(
        (MessageRead(message=one, person=by.who, at=now) for one in messages),
        ignore_conflicts=True,
    )


def _is_known(about: str, year: int, *between: Organisation) -> bool:
    """Whether it names a submission, an amendment or the numbers of one of the two sides."""
    named = _ABOUT.fullmatch(about)
    if named is None:
        return False
    mine = {"school_return__school__in": between, "school_return__year": year}
    if named["submission"]:
        return Submission.objects.filter(pk=named["submission"], **mine).exists()
    if named["amendment"]:
        return Amendment.objects.filter(pk=named["amendment"], **mine).exists()
    return SchoolReturn.objects.filter(school__in=between, year=year).exists()


def _lock(sender: Organisation) -> None:
    """Let one write after the other, so that a form sent twice is seen to be."""
    locking(Organisation.objects).get(pk=sender.pk)


def _thread(message: Message, organisation: Organisation) -> Message:
    """The first message of a thread, locked.

    Raises:
        RefusedError: the organisation neither sent nor received it.
    """
    first = locking(Message.objects).get(pk=message.answers_id or message.pk)
    if organisation.pk not in {first.sender_id, first.receiver_id}:
        raise RefusedError("The message is not of this organisation.", todo="Go to your messages.")
    return first


def _same(made: Message, by: By) -> Message | None:
    return Message.objects.filter(
        sender=made.sender,
        receiver=made.receiver,
        year=made.year,
        answers=made.answers,
        subject=made.subject,
        body=made.body,
        about=made.about,
        due_on=made.due_on,
        written_by=by.who,
        written_at__gte=timezone.now() - _TWICE,
    ).first()


def _body(text: str) -> str:
    return _checked(text, LONGEST_BODY, "message")


def _checked(text: str, longest: int, name: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise RefusedError(f"The {name} is empty.", todo=f"Enter a {name}.")
    if len(text) > longest:
        raise RefusedError(
            f"The {name} is longer than {longest:,} characters.", todo="Make it shorter."
        )
    return text
