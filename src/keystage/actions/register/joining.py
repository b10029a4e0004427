"""Late joiners: pupils of the cohort who came too late for the registration, and take the tests."""

from django.db import transaction

from keystage.actions.attendance import sits_of
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.roll.cohort_history import ON_REGISTER, TESTS, lock
from keystage.actions.roll.registering import Registered, Registration, register
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Sheet


@transaction.atomic
def join(sheet: Sheet, *, member: int, seen: int, reason: str, by: By) -> Registered:
    """Put a pupil of the cohort on the attendance register, for every test not yet registered for.

    Args:
        sheet: the sheet.
        member: the pupil of its cohort.
        seen: the version of the cohort pupil that the person saw.
        reason: why the pupil is added so late.
        by: who adds the pupil.

    Raises:
        RefusedError: there is no such pupil, or no reason.
    """
    if not reason.strip():
        raise RefusedError("There is no reason.", todo="Say why the pupil is added.")
    locked = lock(sheet)
    found = locked.cohort.filter(pk=member, removed=False).first()
    if found is None:
        raise RefusedError("The pupil is not in the cohort.", todo="Put the pupil into it first.")
    takes = min(sits_of(load_collection(locked.year)))
    values: dict[str, str | bool | None] = {
        test: takes for test in TESTS if not getattr(found, test)
    }
    wanted = Registration(member=member, values={**values, ON_REGISTER: True}, seen=seen)
    return register(sheet=locked, registrations=[wanted], by=by, reason=reason)
