"""Submitting a file: a second person's act, that takes it into what was received."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receipts import give
from keystage.actions.gateway.receiving.checking import check
from keystage.actions.gateway.receiving.knowing import known_of, standing_moderation
from keystage.actions.gateway.receiving.uploading import lock_submission, put
from keystage.actions.gateway.standing.numbers import count
from keystage.actions.gateway.standing.states import refuse_closed, settle
from keystage.actions.gateway.taking.same_pupil import open_questions
from keystage.actions.gateway.taking.writing import plan, write
from keystage.actions.moderation.choosing import is_held
from keystage.actions.systems.rights import may
from keystage.actions.systems.scopes import Scope
from keystage.checks.returns.severity import Severity
from keystage.store.models import Person, Receipt, SchoolReturn, Submission, SystemAccess

State = Submission.State
_TAKEN = ("state", "return_version", "submitted_at", "submitted_by")


def submit(
    submission: Submission, *, agreed: Callable[[SchoolReturn], None] | None = None, by: By
) -> Receipt:
    """Take a file into what was received, and give a signed receipt for it.

    The file is checked again if anything the checks knew beside it has changed since; if it is red
    by then, it is refused, and stays so.

    Args:
        submission: a file that was checked and waits.
        agreed: looks at the locked return before anything is done, and may raise.
        by: another person than the one who uploaded it; for a system, the one it acts for.

    Raises:
        RefusedError: the same person uploaded it, it does not wait, it is refused when checked
            again, the return is closed or held for moderation, or somebody has to say whether
            two pupils are the same.
    """
    receipt = _submitted(submission, by, agreed)
    submission.refresh_from_db(fields=_TAKEN)
    if receipt is None:
        submission.refresh_from_db()
        raise RefusedError(
            "Checked again, this file is refused: something it depends on has changed.",
            todo="Look at what was found, correct the file, and upload it anew.",
        )
    return receipt


def stands(client: SystemAccess) -> bool:
    """Whether a system may submit what it uploaded by the standing word of two people."""
    return (
        client.confirmed_at is not None
        and client.confirmed_by_id != client.made_by_id
        and client.withdrawn_at is None
        and client.ends_on >= timezone.localdate()
        and Scope.RETURNS_SUBMIT.value in client.scopes
    )


@transaction.atomic
def _submitted(
    submission: Submission, by: By, agreed: Callable[[SchoolReturn], None] | None
) -> Receipt | None:
    """The receipt, or None where the file was refused when it was checked again."""
    locked = lock_submission(submission)
    school_return = locked.school_return
    if agreed is not None:
        agreed(school_return)
    refuse_closed(school_return)
    _refuse_unless_waiting(locked)
    second = _second_person(locked, by)
    refuse_held(school_return)
    if not _still_well(locked, by):
        return None
    _refuse_unanswered(locked)
    at = timezone.now()
    write(locked, plan(locked), at=at, by=By(second, by.address))
    # What is received by the first file is what that file says: it was counted with the file.
    counts = None if school_return.version else locked.counts
    school_return.version += 1
    locked.state, locked.return_version = State.TAKEN, school_return.version
    locked.submitted_at, locked.submitted_by = at, second
    locked.save(update_fields=_TAKEN)
    count(school_return, counts)
    settle(school_return, by=by, submission=locked)
    receipt = give(locked, at=at)
    record(
        "file submitted",
        by=by,
        organisation=school_return.school,
        year=school_return.year,
        subject=f"submission {locked.pk}",
        after={
            "sha256": locked.sha256,
            "state": school_return.state,
            "version": school_return.version,
            "receipt": str(receipt.pk),
        },
    )
    return receipt


def _refuse_unless_waiting(locked: Submission) -> None:
    if locked.state != State.UPLOADED:
        raise RefusedError(
            f"This file does not wait to be submitted: {locked.get_state_display().lower()}.",
            todo="Look at its page to see what became of it.",
        )


def _second_person(locked: Submission, by: By) -> Person:
    """Who answers for the sending: whoever submits it, or of a system the one who confirmed it.

    Raises:
        RefusedError: it is the one who uploaded it, or for whom a system did; or who confirmed the
            system may not submit any more.
    """
    client = locked.client
    if by.system and client is not None and client.confirmed_by is not None and stands(client):
        year = locked.school_return.year
        if may(client.confirmed_by, locked.school_return.school, Scope.RETURNS_SUBMIT, year):
            return client.confirmed_by
        raise RefusedError(
            "The person who confirmed this system may not submit this return any more.",
            todo="Ask the organisation to give the system leave anew.",
        )
    if by.who.pk == locked.uploaded_by_id:
        raise RefusedError(
            "You uploaded this file, so another person must submit it.",
            todo="Ask somebody else who may submit the return.",
        )
    return by.who


def refuse_held(school_return: SchoolReturn) -> None:
    """Refuse to change what was received while a moderation visit is awaited.

    Raises:
        RefusedError: the return is held for the visit.
    """
    moderation = standing_moderation(school_return)
    if moderation is not None and is_held(moderation):
        raise RefusedError(
            "The return is held until the moderation visit is recorded.",
            todo="Ask your authority when the return is let go.",
        )


def _refuse_unanswered(locked: Submission) -> None:
    asked = len(open_questions(locked))
    if asked:
        pupils = "1 pupil" if asked == 1 else f"{asked} pupils"
        raise RefusedError(
            f"{pupils} of this file may have been received under another UPN.",
            todo="Say of each whether it is the same pupil, then submit the file.",
        )


def _still_well(locked: Submission, by: By) -> bool:
    """Whether the file is taken by what is known at this moment; if not, it is refused for good."""
    by_authority = locked.channel == Submission.Channel.BATCH
    known = known_of(locked.school_return, through_authority=by_authority)
    if known.digest == locked.checked_against:
        return True
    checked = check(bytes(locked.content or b""), locked.name, known)
    put(locked, checked, known)
    if checked.verdict is not Severity.RED:
        locked.save()
        return True
    locked.state, locked.content = State.REFUSED, None
    locked.save()
    _say_refused(locked, by)
    return False


def _say_refused(locked: Submission, by: By) -> None:
    """Put the return of a file that was refused late where it is without it, and say so."""
    school_return = locked.school_return
    if school_return.state == school_return.State.UPLOADED:
        settle(school_return, by=by, submission=locked)
    record(
        "file refused",
        by=by,
        organisation=school_return.school,
        year=school_return.year,
        subject=f"submission {locked.pk}",
        after={"sha256": locked.sha256, "red": locked.red, "amber": locked.amber},
    )
