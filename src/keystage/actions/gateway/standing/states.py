"""How far a school's return is, in one word and a sentence; every step is written down."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.store.models import Organisation, ReturnEvent, SchoolReturn, Submission

State = SchoolReturn.State
_NOT_YET = "Not yet submitted"
_LONGEST_REASON = 300
_WAITS: Mapping[str, str] = {
    State.NOT_STARTED: "no file has been received.",
    State.UPLOADED: "a file was checked and waits for a second person to submit it.",
    State.REOPENED: "the return was reopened, and a file is awaited.",
}
_WAITS_REOPENED = "the return was reopened, and a file waits for a second person to submit it."
#: What a school without pupils is told: it has nothing to send.
NOBODY = "No pupils are expected this year, so no file is awaited."
#: The states in which a return of nobody may be.
NOBODY_IN = frozenset({State.NOT_STARTED, State.REOPENED, State.CLOSED})
#: The states in which a return takes no file unless it is reopened.
OVER = frozenset({State.ACCEPTED, State.CLOSED})


def return_of(school: Organisation, year: int) -> SchoolReturn:
    """The return of a school and season; made if there is none."""
    found = SchoolReturn.objects.select_related("school").filter(school=school, year=year).first()
    if found is not None:
        return found
    made, _ = SchoolReturn.objects.get_or_create(
        school=school, year=year, defaults={"changed_at": timezone.now()}
    )
    return made


def lock(school_return: SchoolReturn) -> SchoolReturn:
    """The return, locked until the transaction ends."""
    rows = locking(SchoolReturn.objects).select_related("school")
    return rows.get(pk=school_return.pk)


def not_yet(school_return: SchoolReturn) -> str:
    """The sentence that says that the return is not yet submitted, and why.

    Empty once it is, and where nobody is expected.
    """
    state = school_return.state
    if state == State.ACCEPTED or (state == State.CLOSED and is_whole(school_return)):
        return ""
    if is_nobody(school_return):
        return ""
    if state == State.REOPENED and has_waiting(school_return):
        return f"{_NOT_YET}: {_WAITS_REOPENED}"
    closed = ", and closed" if state == State.CLOSED else ""
    return f"{_NOT_YET}{closed}: {_WAITS.get(state) or why_not(school_return)}"


def is_nobody(school_return: SchoolReturn) -> bool:
    """Whether nobody is expected and nothing came: the return is done without a file."""
    none = not school_return.version and school_return.expected == 0
    return none and school_return.state in NOBODY_IN


def has_waiting(school_return: SchoolReturn) -> bool:
    """Whether a file was checked and waits for a second person."""
    return school_return.submissions.filter(state=Submission.State.UPLOADED).exists()


def is_whole(school_return: SchoolReturn) -> bool:
    """Whether something was received and nobody is missing, incomplete or unexpected."""
    return (
        school_return.version > 0
        and school_return.expected is not None
        and not (school_return.missing or school_return.incomplete or school_return.unexpected)
    )


def why_not(school_return: SchoolReturn) -> str:
    """What keeps what was received from being accepted, in a sentence; '' if nothing does."""
    if not school_return.version:
        return "no file was submitted."
    if school_return.expected is None:
        return "there is no list of expected pupils to hold it against."
    parts = [
        f"{count:,} {one if count == 1 else several}"
        for count, one, several in (
            (
                school_return.missing or 0,
                "expected pupil is missing",
                "expected pupils are missing",
            ),
            (school_return.incomplete or 0, "pupil is incomplete", "pupils are incomplete"),
            (school_return.unexpected or 0, "pupil is not expected", "pupils are not expected"),
        )
        if count
    ]
    return f"{', '.join(parts)}." if parts else ""


def is_reopened(school_return: SchoolReturn) -> bool:
    """Whether the return was reopened and not closed since: the window holds for it no longer."""
    last = (
        school_return.events.filter(after__in=(State.REOPENED, State.CLOSED))
        .order_by("-at", "-pk")
        .first()
    )
    return last is not None and last.after == State.REOPENED


def refuse_closed(school_return: SchoolReturn) -> None:
    """Refuse what only an open return takes.

    Raises:
        RefusedError: the return is closed.
    """
    if school_return.state == State.CLOSED:
        raise RefusedError(
            "The return of this school is closed.",
            todo="Ask whoever collects the returns to open it again.",
        )


def settle(locked: SchoolReturn, *, by: By, submission: Submission | None = None) -> None:
    """Put a return into the state its numbers say, and save it; a closed one stays closed."""
    if locked.state == State.CLOSED:
        locked.save()
        return
    if locked.version:
        after = State.ACCEPTED if is_whole(locked) else State.RECEIVED
    elif has_waiting(locked):
        after = State.UPLOADED
    else:
        after = State.NOT_STARTED
    move(locked, after, reason=why_not(locked) if locked.version else "", by=by, of=submission)


def move(
    locked: SchoolReturn,
    after: SchoolReturn.State,
    *,
    reason: str,
    by: By,
    of: Submission | None = None,
) -> None:
    """Write a step of a return, and save it. A step to where it is already is none."""
    before = locked.state
    locked.state, locked.state_reason = after, reason
    locked.changed_at = timezone.now()
    locked.save()
    if before != after:
        ReturnEvent.objects.create(
            school_return=locked,
            before=before,
            after=after,
            reason=reason,
            submission=of,
            at=locked.changed_at,
            by=by.person,
        )


@transaction.atomic
def reopen(school_return: SchoolReturn, *, reason: str, past: bool = False, by: By) -> None:
    """Open a return again, until it is closed again.

    Args:
        school_return: the return.
        reason: why.
        past: whether the last moment for sending has passed: then one that nobody closed takes no
            file either.
        by: who opens it.

    Raises:
        RefusedError: no reason is given, or a file can be sent as it is.
    """
    locked = lock(school_return)
    _refuse_without(reason)
    if locked.state not in OVER and not past:
        raise RefusedError("This return is open already.", todo="A file can be uploaded.")
    _step(locked, State.REOPENED, "return reopened", reason, by)


@transaction.atomic
def close(school_return: SchoolReturn, *, reason: str, by: By) -> None:
    """Close a return: nothing more is taken. Closing a closed one changes nothing.

    Raises:
        RefusedError: no reason is given.
    """
    locked = lock(school_return)
    _refuse_without(reason)
    if locked.state != State.CLOSED:
        _step(locked, State.CLOSED, "return closed", reason, by)


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise RefusedError("A reason is missing.", todo="Say why.")
    if len(reason.strip()) > _LONGEST_REASON:
        raise RefusedError(
            f"The reason is longer than {_LONGEST_REASON} characters.", todo="Say it more shortly."
        )


def _step(locked: SchoolReturn, after: SchoolReturn.State, said: str, reason: str, by: By) -> None:
    before = locked.state
    move(locked, after, reason=reason.strip(), by=by)
    record(
        said,
        by=by,
        organisation=locked.school,
        year=locked.year,
        subject=f"return {locked.pk}",
        before={"state": before},
        after={"state": after},
    )
