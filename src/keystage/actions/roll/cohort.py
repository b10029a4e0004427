"""The cohort of a season: who is in it, and who has left.

Every change writes a row of history, makes the last check stale and breaks the seals it must.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.returns import touch
from keystage.actions.roll.cohort_history import COHORT, IN, LEFT, OUT, History, as_text, lock, told
from keystage.store.models import CohortPupil, Import, Pupil, Sheet

_LONGEST = 200


@transaction.atomic
def add(*, sheet: Sheet, pupil: Pupil, reason: str, by: By) -> CohortPupil:
    """Put a pupil into the cohort who is not of its year group, or was taken out of it.

    Adding somebody who is in it changes nothing.

    Raises:
        RefusedError: the pupil is of another school, or there is no reason.
    """
    locked = lock(sheet)
    if pupil.school_id != locked.school_id:
        raise RefusedError("The pupil is not on the roll.", todo="Bring in the roll first.")
    member = locked.cohort.filter(pupil=pupil).first()
    if member is not None and not member.removed:
        return member
    why = _reason(reason)
    if member is None:
        (member,) = enrol(locked, [pupil], how=CohortPupil.How.ADDED, by=by, reason=why)
    else:
        _stand(member, removed=False, reason=why, by=by)
    told("pupil added to the cohort", locked, by, pupil=pupil.pk)
    touch(locked, by=by)
    return member


@transaction.atomic
def take_out(*, sheet: Sheet, member: int, reason: str, by: By) -> CohortPupil:
    """Take a pupil out of the cohort; judgements, results and history are kept.

    Taking somebody out who is out changes nothing.

    Raises:
        RefusedError: there is no such pupil in the cohort, or no reason.
    """
    locked = lock(sheet)
    found = _member(locked, member)
    if not found.removed:
        _stand(found, removed=True, reason=_reason(reason), by=by)
        told("pupil taken out of the cohort", locked, by, pupil=found.pupil_id)
        touch(locked, by=by)
    return found


@transaction.atomic
def put_back(*, sheet: Sheet, member: int, by: By) -> CohortPupil:
    """Put a pupil back who was taken out; one who is in the cohort stays as he or she is.

    Raises:
        RefusedError: the pupil never was in the cohort.
    """
    locked = lock(sheet)
    found = _member(locked, member)
    if found.removed:
        _stand(found, removed=False, reason="", by=by)
        told("pupil put back into the cohort", locked, by, pupil=found.pupil_id)
        touch(locked, by=by)
    return found


def enrol(
    sheet: Sheet,
    pupils: Iterable[Pupil],
    *,
    how: CohortPupil.How,
    by: By,
    reason: str = "",
    import_file: Import | None = None,
) -> list[CohortPupil]:
    """Put pupils into the cohort of a locked sheet; those who ever were in it stay as they are."""
    there = set(sheet.cohort.values_list("pupil", flat=True))
    now = timezone.now()
    made = CohortPupil.objects.bulk_create(
        CohortPupil(sheet=sheet, pupil=pupil, how=how, decided_at=now, decided_by=by.person)
        for pupil in pupils
        if pupil.pk not in there
    )
    history = History(by=by, import_file=import_file, reason=reason)
    for member in made:
        history.note(member, COHORT, "", IN)
    history.write()
    return made


@transaction.atomic
def leave(
    *,
    sheet: Sheet,
    pupil: Pupil,
    left_on: date | None,
    to_school: str = "",
    to_authority: str = "",
    seen: int,
    by: By,
) -> Pupil:
    """Say on which day a pupil left, and where to; without a day the pupil is on roll again.

    Raises:
        RefusedError: the pupil is of another school, or left before he or she came.
        ChangedMeanwhileError: somebody changed the pupil since ``seen``.
    """
    locked = lock(sheet)
    found = locking(Pupil.objects).filter(pk=pupil.pk, school=locked.school).first()
    if found is None:
        raise RefusedError("The pupil is not on the roll.", todo="Go back to the cohort.")
    values = (left_on, to_authority if left_on else "", to_school if left_on else "")
    if values == (found.left_on, found.left_to_authority, found.left_to_school):
        return found
    if found.version != seen:
        raise ChangedMeanwhileError(
            "Somebody changed this pupil while you were looking.",
            todo="Look at the pupil again, then enter the day.",
        )
    if left_on and found.entered_on and left_on < found.entered_on:
        raise RefusedError(
            "The pupil cannot have left before the day of coming.", todo="Correct the day."
        )
    before = found.left_on
    found.left_on, found.left_to_authority, found.left_to_school = values
    found.version += 1
    found.save()
    history = History(by=by)
    for member in CohortPupil.objects.filter(pupil=found, sheet=locked):
        history.note(member, LEFT, as_text(before), as_text(left_on))
    history.write()
    told("leaving day changed", locked, by, pupil=found.pk)
    touch(locked, by=by)
    return found


def _member(sheet: Sheet, key: int) -> CohortPupil:
    member = sheet.cohort.filter(pk=key).first()
    if member is None:
        raise RefusedError("The pupil is not in the cohort.", todo="Go back to the cohort.")
    return member


def _stand(member: CohortPupil, *, removed: bool, reason: str, by: By) -> None:
    """Take a pupil out of the cohort or put one back, with a row of history."""
    history = History(by=by, reason=reason)
    history.note(member, COHORT, *((IN, OUT) if removed else (OUT, IN)))
    member.removed, member.reason = removed, reason
    member.decided_at, member.decided_by = history.at, by.person
    member.version += 1
    member.save()
    history.write()


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise RefusedError("There is no reason.", todo="Say why.")
    return reason[:_LONGEST]
