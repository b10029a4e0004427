"""Until when registrations change freely, and the word of a school that they are done."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.changed_lists import list_changed
from keystage.actions.errors import RefusedError
from keystage.actions.orders.standing import refuse_unsettled
from keystage.actions.roll.cohort_history import TESTS, lock
from keystage.actions.season.dates import season_of
from keystage.statute.season import Event
from keystage.store.models import RegistrationSubmission, Sheet


class Closing(StrEnum):
    """How freely registrations change: ``late`` is noted, ``locked`` needs a reason."""

    OPEN = "open"
    LATE = "late"
    LOCKED = "locked"


#: What the audit calls a change of registrations.
CHANGED = {
    Closing.OPEN: "registrations changed",
    Closing.LATE: "registrations changed after the deadline",
    Closing.LOCKED: "registrations changed after the lock",
}


def closing_of(sheet: Sheet, now: datetime | None = None) -> Closing:
    """How freely the registrations of a sheet change at a moment.

    A date that is not known closes nothing.
    """
    season = season_of(sheet.school, sheet.year)
    if season.passed(Event.REGISTRATION_LOCKS, now):
        return Closing.LOCKED
    return Closing.LATE if season.passed(Event.REGISTRATION_CLOSES, now) else Closing.OPEN


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """The newest word that registrations are done; ``changed`` if they are others by now."""

    submission: RegistrationSubmission
    changed: bool


def says_nobody(sheet: Sheet) -> bool:
    """Whether the school has said that it has no pupils this year, and none has come since."""
    newest = RegistrationSubmission.objects.filter(sheet=sheet).last()
    if newest is None or newest.pupils:
        return False
    return not sheet.cohort.filter(removed=False).exists()


def submitted(sheet: Sheet) -> Submitted | None:
    """The newest word of a school that its registrations are done; None where there is none."""
    found = RegistrationSubmission.objects.filter(sheet=sheet).select_related("by").last()
    if found is None:
        return None
    return Submitted(submission=found, changed=found.seal != _seal(sheet))


@transaction.atomic
def submit_registrations(
    sheet: Sheet, *, no_pupils: bool = False, by: By
) -> RegistrationSubmission:
    """Say that the registrations are done; saying it twice of the same changes nothing.

    Args:
        sheet: the sheet.
        no_pupils: the statement that there are no pupils to register this year.
        by: who says so.

    Raises:
        RefusedError: a pupil is not registered for a test, there are pupils and the person says
            that there are none, or the other way round; or the school has not settled what comes
            before registration.
    """
    locked = lock(sheet)
    refuse_unsettled(locked.school, locked.year)
    members = list(locked.cohort.filter(removed=False))
    if members and no_pupils:
        raise RefusedError(
            "There are pupils in the cohort.", todo="Register them, or take them out first."
        )
    if not members and not no_pupils:
        raise RefusedError(
            "There are no pupils in the cohort.", todo="Say that there are none this year."
        )
    without = sum(any(not getattr(one, test) for test in TESTS) for one in members)
    if without:
        raise RefusedError(
            f"{without} {'pupil is' if without == 1 else 'pupils are'} not registered for a test.",
            todo="Say how each pupil is registered for each test.",
        )
    there = submitted(locked)
    if there is not None and not there.changed:
        return there.submission
    made = RegistrationSubmission.objects.create(
        sheet=locked, pupils=len(members), seal=_seal(locked), at=timezone.now(), by=by.who
    )
    if no_pupils:  # the list is known by this word; before the record, for it locks the return
        list_changed.send(sender=Sheet, sheet=locked, by=by)
    record(
        "registrations submitted",
        by=by,
        organisation=locked.school,
        year=locked.year,
        after={"pupils": len(members), "closing": closing_of(locked).value},
    )
    return made


def _seal(sheet: Sheet) -> str:
    rows = sheet.cohort.filter(removed=False).order_by("pk").values_list("pk", *TESTS)
    return hashlib.sha256(json.dumps(list(rows)).encode()).hexdigest()
