"""The numbers of what was received follow the list of expected pupils."""

from typing import Any

from keystage.actions.by import By
from keystage.actions.changed_lists import list_changed
from keystage.actions.gateway.standing.states import lock
from keystage.store.models import SchoolReturn, Sheet


def listen() -> None:
    """Count again whenever a list of expected pupils changes."""
    list_changed.connect(_follow, dispatch_uid="numbers of what was received")


def _follow(sheet: Sheet, by: By, **_: Any) -> None:
    """Count the return of a sheet again, if anything was received of it.

    It is locked even where nothing was, so that a file that is being submitted sees the new list.
    """
    school_return = SchoolReturn.objects.filter(school=sheet.school_id, year=sheet.year).first()
    if school_return is None or not lock(school_return).version:
        return
    from keystage.actions.gateway.standing.numbers import recount  # noqa: PLC0415  # the engine is slow

    recount(school_return, by=by)
