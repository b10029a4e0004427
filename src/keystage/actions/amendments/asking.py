"""What a school does with an amendment: draft it, bear it out, send it, withdraw it, finish it."""

from dataclasses import dataclass
from secrets import choice

from django.db import IntegrityError, transaction
from django.utils import timezone

from keystage.actions.amendments.steps import (
    OPEN,
    WITH_SCHOOL,
    State,
    locked,
    step,
    tell,
    words_of,
)
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving.knowing import phase_of
from keystage.actions.gateway.standing.states import lock
from keystage.core.subjects import ASSESSED, Subject
from keystage.statute.collection_loader import load_collection
from keystage.store.models import (
    Amendment,
    AmendmentStep,
    ReceivedJudgement,
    ReceivedPupil,
    SchoolReturn,
)

#: The characters of references: none that is read for another.
_SIGNS = "23456789BCDFGHJKMNPQRTVWXY"
_LENGTH = 7


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A change that is asked for: of whom, of which subject, to which code, and why."""

    pupil: ReceivedPupil
    subject: str
    after: str
    reason: str


def refusal(school_return: SchoolReturn) -> str:
    """Why no amendment can be asked for, in a sentence; '' if one can."""
    if school_return.state != SchoolReturn.State.CLOSED and phase_of(school_return) != "over":
        return "The return is still open: upload a file with the right judgement instead."
    if not school_return.version:
        return (
            "Nothing was received from this school, so there is nothing to amend. Ask the agency "
            "to open the return again."
        )
    return ""


def received_code(pupil: ReceivedPupil, subject: str) -> str:
    """The judgement that was received of a pupil; '' where none was."""
    row = ReceivedJudgement.objects.filter(pupil=pupil, subject=subject).first()
    return row.code if row else ""


@transaction.atomic
def draft(school_return: SchoolReturn, wanted: Wanted, *, by: By) -> Amendment:
    """Draft an amendment of a judgement that was received. Nobody else is told yet.

    Raises:
        RefusedError: the return is open, the pupil is not in it, the code is none of the year or
            is what was received, the reason is missing or names a pupil, or one is open already.
    """
    found = lock(school_return)
    if why := refusal(found):
        raise RefusedError(why, todo="")
    pupil = ReceivedPupil.objects.filter(
        pk=wanted.pupil.pk, school_return=found, removed_at__isnull=True
    ).first()
    if pupil is None:
        raise RefusedError(
            "This pupil is not in what was received.",
            todo="Ask the agency to open the return again, and send a file with the pupil.",
        )
    before = received_code(pupil, wanted.subject)
    _refuse_code(found.year, wanted, before)
    reason = words_of(wanted.reason, "reason", found.school)
    try:
        with transaction.atomic():
            made = Amendment.objects.create(
                school_return=found,
                reference=_reference(found.year),
                pupil=pupil,
                subject=wanted.subject,
                before=before,
                after=wanted.after,
                reason=reason,
                drafted_at=timezone.now(),
                drafted_by=by.who,
            )
    except IntegrityError:
        raise RefusedError(
            "An amendment of this judgement is open already.",
            todo="Look at the list of amendments.",
        ) from None
    AmendmentStep.objects.create(amendment=made, state=made.state, at=made.drafted_at, by=by.who)
    record(
        "amendment drafted",
        by=by,
        organisation=found.school,
        year=found.year,
        subject=f"amendment {made.reference}",
        after={"state": made.state},
    )
    return made


@transaction.atomic
def send(amendment: Amendment, *, words: str = "", seen: int, by: By) -> None:
    """Send an amendment to the agency, the first time or with what more was wanted.

    The school's authority is told.

    Args:
        amendment: one that is drafted, or of which more is wanted.
        words: what is added; needed where more was wanted.
        seen: the version the person looked at.
        by: another person than the one who drafted it.

    Raises:
        RefusedError: the same person drafted it, words are missing, or see `steps.locked`.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    found = locked(amendment, seen=seen, states=WITH_SCHOOL)
    if by.who.pk == found.drafted_by_id:
        raise RefusedError(
            "You drafted this amendment, so another person must send it.",
            todo="Ask somebody else who may submit the return.",
        )
    school = found.school_return.school
    if words.strip() or found.state == State.MORE_WANTED:
        words = words_of(words, "answer", school)
    step(found, State.SENT, words.strip(), by=by)
    tell(found, school, school.authority, by=by)


@transaction.atomic
def withdraw(amendment: Amendment, *, reason: str, seen: int, by: By) -> None:
    """Withdraw an amendment that nobody has decided.

    Raises:
        RefusedError: no reason is given, or see `steps.locked`.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    found = locked(amendment, seen=seen, states=OPEN)
    school, was_sent = found.school_return.school, found.state != State.DRAFTED
    step(found, State.WITHDRAWN, words_of(reason, "reason", school), by=by)
    if was_sent:
        tell(found, school, school.authority, by=by)


@transaction.atomic
def finish(amendment: Amendment, *, seen: int, by: By) -> None:
    """Say that the school's own system says what was agreed.

    Raises:
        RefusedError: what was received is not yet what was agreed, or see `steps.locked`.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    found = locked(amendment, seen=seen, states={State.AGREED})
    if received_code(found.pupil, found.subject) != found.after:
        raise RefusedError(
            "What was received does not say yet what was agreed.",
            todo="Submit a file with the judgement that was agreed first.",
        )
    step(found, State.DONE, "", by=by)


def _refuse_code(year: int, wanted: Wanted, before: str) -> None:
    subjects = {str(subject) for subject in ASSESSED}
    if wanted.subject not in subjects or wanted.after not in load_collection(year).codes(
        Subject(wanted.subject)
    ):
        raise RefusedError(
            f"This is no judgement of the subject in {year}.", todo="Choose from the list."
        )
    if wanted.after == before:
        raise RefusedError(
            f"What was received is {before} already.", todo="Choose another judgement."
        )


def _reference(year: int) -> str:
    return f"AM{year % 100:02}-{''.join(choice(_SIGNS) for _ in range(_LENGTH))}"
