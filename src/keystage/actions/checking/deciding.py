"""What the agency's desk does with a request that the rules left to a person.

One person holds it for a while and decides it; it takes effect once a second person confirms it.
What was sent back with a question waits for the school as long as changes can be asked for; after
that it is decided with or without an answer.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking.steps import (
    Act,
    State,
    entered_by,
    locked,
    step,
    tell,
    words_of,
    write_down,
)
from keystage.actions.checking.windows import is_over
from keystage.actions.errors import RefusedError
from keystage.core.clock import LONDON, time_in_words
from keystage.store.models import CheckingRequest, Person

#: For how long a person has a request to themselves.
HELD_FOR = timedelta(minutes=30)
_AT_DESK = frozenset({State.SCRUTINY})


def waits_for_desk(request: CheckingRequest, *, now: datetime | None = None) -> bool:
    """Whether a person of the desk may decide a request: it was left to one, and not sent back.

    What was sent back and not answered may be decided once the window is over. That the figures it
    is about were withdrawn takes no time from the school.
    """
    if request.state == State.RETURNED:
        return is_over(request.release, now=now)
    return request.state in _AT_DESK


def holder(request: CheckingRequest, *, now: datetime | None = None) -> Person | None:
    """Who holds a request; None where nobody does, or not any longer."""
    until = request.held_until
    return request.held_by if until is not None and until > (now or timezone.now()) else None


@transaction.atomic
def hold(*, request: CheckingRequest, by: By) -> CheckingRequest:
    """Take a request for a while, so that nobody else decides it. Again, it is held for longer.

    Raises:
        RefusedError: somebody else holds it, the person had a hand in asking or decided it, so that
            it waits for another, or it is not at the desk.
    """
    found = _at_desk(request, by)
    if found.proposed:
        _must_be_another(found, by)
    found.held_by, found.held_until = by.who, timezone.now() + HELD_FOR
    found.save(update_fields=("held_by", "held_until"))
    write_down("checking request held", found, by)
    return found


@transaction.atomic
def let_go(*, request: CheckingRequest, by: By) -> CheckingRequest:
    """Give a request that one holds back to the queue. Nothing happens if nobody holds it.

    Raises:
        RefusedError: somebody else holds it, the person had a hand in asking, or it is not at the
            desk.
    """
    found = _at_desk(request, by)
    if found.held_by_id is not None:
        _free(found)
        found.save(update_fields=("held_by", "held_until"))
        write_down("checking request let go", found, by)
    return found


@transaction.atomic
def decide(
    *, request: CheckingRequest, agreed: bool, why: str, by: By, version: int
) -> CheckingRequest:
    """Decide a request. It takes effect, and the school is told, once a second person confirms it.

    Args:
        request: one that `waits_for_desk`.
        agreed: whether the change is made.
        why: the reason, for the school.
        by: who decides; nobody who had a hand in asking.
        version: the version the person looked at.

    Raises:
        ChangedMeanwhileError: somebody changed the request since.
        RefusedError: somebody else holds it, it waits for a second person, there is no reason, the
            person had a hand in asking, or it is not at the desk.
    """
    found = _at_desk(request, by, version=version)
    if found.proposed:
        raise RefusedError(
            "This request is decided already, and waits for a second person.",
            todo="Confirm the decision, or say why not.",
        )
    words = words_of(why, "reason")
    found.proposed = State.AGREED if agreed else State.REFUSED
    found.decided_by, found.decision_why = by.who, words
    _free(found)
    step(found, Act.JUDGED, State.SCRUTINY, by=by, words=words)
    return found


@transaction.atomic
def confirm(*, request: CheckingRequest, by: By, version: int) -> CheckingRequest:
    """Confirm what somebody else decided. It takes effect, and the school is told.

    Raises:
        ChangedMeanwhileError: somebody changed the request since.
        RefusedError: the person decided it or had a hand in asking, somebody else holds it, or
            nobody has decided it.
    """
    found = _judged(request, by, version=version)
    after, found.proposed = State(found.proposed), ""
    found.decided_at, found.confirmed_by = timezone.now(), by.who
    _free(found)
    step(found, Act.DECIDED, after, by=by)
    tell(found, by=by)
    return found


@transaction.atomic
def doubt(*, request: CheckingRequest, why: str, by: By, version: int) -> CheckingRequest:
    """Say why what somebody else decided should not be: it is to be decided again.

    Raises:
        ChangedMeanwhileError: somebody changed the request since.
        RefusedError: see `confirm`, or there is no reason.
    """
    found = _judged(request, by, version=version)
    words = words_of(why, "reason")
    _undecided(found)
    step(found, Act.DOUBTED, State.SCRUTINY, by=by, words=words)
    return found


@transaction.atomic
def send_back(*, request: CheckingRequest, question: str, by: By, version: int) -> CheckingRequest:
    """Send a request back to the school with a question. The school is told.

    Raises:
        ChangedMeanwhileError: somebody changed the request since.
        RefusedError: somebody else holds it, there is no question, the person had a hand in asking,
            or it is not at the desk.
    """
    found = _at_desk(request, by, version=version)
    if found.state == State.RETURNED:
        raise RefusedError(
            "The school has a question already, and the window is closed.",
            todo="Decide the request by what there is.",
        )
    words = words_of(question, "question")
    _undecided(found)
    step(found, Act.ASKED, State.RETURNED, by=by, words=words)
    tell(found, by=by)
    return found


def _at_desk(request: CheckingRequest, by: By, *, version: int | None = None) -> CheckingRequest:
    """A request that a person of the desk may act on."""
    found = locked(request, states=_AT_DESK | {State.RETURNED}, version=version)
    if not waits_for_desk(found):
        raise RefusedError(
            "The school has been asked a question and may answer it while the window is open.",
            todo="Wait for the answer, or for the end of the window.",
        )
    if by.who.pk in entered_by(found) | {found.sent_by_id}:
        raise RefusedError(
            "You had a hand in asking for this, so another person must decide it.",
            todo="Leave it to a colleague.",
        )
    other = holder(found)
    if other is not None and other.pk != by.who.pk and found.held_until is not None:
        until = time_in_words(found.held_until.astimezone(LONDON).time())
        raise RefusedError(
            f"{other} holds this request until {until}.",
            todo="Ask them to let it go, or take another.",
        )
    return found


def _judged(request: CheckingRequest, by: By, *, version: int) -> CheckingRequest:
    """A request that somebody else decided, and that waits for a second person."""
    found = _at_desk(request, by, version=version)
    if not found.proposed:
        raise RefusedError("Nobody has decided this request yet.", todo="Decide it first.")
    _must_be_another(found, by)
    return found


def _must_be_another(found: CheckingRequest, by: By) -> None:
    if found.decided_by_id == by.who.pk:
        raise RefusedError(
            "You decided this request, so another person must confirm it.",
            todo="Ask a colleague at the desk.",
        )


def _undecided(found: CheckingRequest) -> None:
    found.proposed, found.decided_by, found.decision_why = "", None, ""
    _free(found)


def _free(found: CheckingRequest) -> None:
    found.held_by = found.held_until = None
