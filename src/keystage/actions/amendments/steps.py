"""One step of an amendment: locked, checked, written down, and told to who has to know."""

from collections.abc import Collection

from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.gateway.standing.states import lock
from keystage.actions.locks import locking
from keystage.actions.messages.notices import notify
from keystage.actions.messages.rules import refuse_pupils
from keystage.actions.messages.writing import LONGEST_SUBJECT
from keystage.core.subjects import Subject
from keystage.store.models import Amendment, AmendmentStep, Organisation

State = Amendment.State
LONGEST_WORDS = 1000
#: In these states the school may still change what it asks for.
WITH_SCHOOL = frozenset({State.DRAFTED, State.MORE_WANTED})
#: In these states nobody has decided yet.
OPEN = WITH_SCHOOL | {State.SENT}


def locked(amendment: Amendment, *, seen: int, states: Collection[str]) -> Amendment:
    """An amendment to be changed: its return is locked first, then itself.

    Args:
        amendment: the amendment.
        seen: the version the person looked at.
        states: the states in which this may be done.

    Raises:
        ChangedMeanwhileError: somebody changed it since.
        RefusedError: it is in none of these states.
    """
    school_return = lock(amendment.school_return)
    found = locking(Amendment.objects).select_related("pupil", "drafted_by").get(pk=amendment.pk)
    found.school_return = school_return
    if found.version != seen:
        raise ChangedMeanwhileError(
            "Somebody changed this amendment since you opened it.", todo="Look at it again."
        )
    if found.state not in states:
        raise RefusedError(
            f"This is not possible any more: the amendment is {said(found)}.",
            todo="Look at it again.",
        )
    return found


def step(found: Amendment, after: State, words: str, *, by: By) -> None:
    """Write a step of a locked amendment, and keep it."""
    before, found.state = found.state, after
    found.version += 1
    found.save()
    AmendmentStep.objects.create(
        amendment=found, state=after, words=words, at=timezone.now(), by=by.who
    )
    record(
        f"amendment {said(found)}",
        by=by,
        organisation=found.school_return.school,
        year=found.school_return.year,
        subject=f"amendment {found.reference}",
        before={"state": before},
        after={"state": found.state, "way": found.way},
    )


def tell(found: Amendment, sender: Organisation, *receivers: Organisation | None, by: By) -> None:
    """Tell organisations of the step that was just written; no pupil is named."""
    school = found.school_return.school
    label = Subject(found.subject).label
    for receiver in filter(None, receivers):
        notify(
            sender=sender,
            receiver=receiver,
            year=found.school_return.year,
            subject=f"Amendment {found.reference} of {school}: {said(found)}"[:LONGEST_SUBJECT],
            body=f"{school} asks to have a judgement of {label} changed after its return was "
            f"closed. The amendment {found.reference} is {said(found)}.\n\n"
            "Open the list of amendments to read it.",
            about=f"amendment {found.pk}",
            by=by,
        )


def said(found: Amendment) -> str:
    """The state within a sentence."""
    label = State(found.state).label.lower()
    return "sent back: more is wanted" if found.state == State.MORE_WANTED else label


def words_of(text: str, name: str, *between: Organisation) -> str:
    """The words of a form, without any pupil's name.

    Raises:
        RefusedError: there are none, they are too long, or they name a pupil of the school.
    """
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise RefusedError(f"The {name} is missing.", todo="Say why.")
    if len(words) > LONGEST_WORDS:
        raise RefusedError(
            f"The {name} is longer than {LONGEST_WORDS:,} characters.", todo="Say it more shortly."
        )
    refuse_pupils((words,), *between)
    return words
