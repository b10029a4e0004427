"""The numbers of what was received follow the list of expected pupils."""

from typing import Any

from keystage.actions.by import By
from keystage.actions.changed_lists import list_changed
from keystage.actions.gateway.standing.states import lock, return_of
from keystage.actions.roll.closing import says_nobody
from keystage.store.models import SchoolReturn, Sheet


def listen() -> None:
    """Count again whenever a list of expected pupils changes."""
    list_changed.connect(_follow, dispatch_uid="numbers of what was received")


def _follow(sheet: Sheet, by: By, **_: Any) -> None:
    """Count the return of a sheet again, if it was counted before or nobody is expected.

    One that is there is locked in any case, so that a file that is being submitted sees the list.
    """
    found = SchoolReturn.objects.filter(school=sheet.school_id, year=sheet.year).first()
    locked = None if found is None else lock(found)
    counted = locked is not None and (locked.version > 0 or locked.expected is not None)
    if not counted and not says_nobody(sheet):
        return
    from keystage.actions.gateway.standing.numbers import recount  # noqa: PLC0415  # the engine is slow

    recount(locked or return_of(sheet.school, sheet.year), by=by)
