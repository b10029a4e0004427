"""An authority's own deadline: it closes nothing, but a return that comes after it is told so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Min

from keystage.actions.season.dates import Season
from keystage.statute.season import Event
from keystage.store.models import ReturnEvent, SchoolReturn

_DUE = Event.TA_CLOSES.value


def first_accepted(returns: Any) -> Mapping[int, datetime]:
    """When returns were accepted for the first time, by their keys.

    Args:
        returns: their keys, as a question or a list.
    """
    events = ReturnEvent.objects.filter(
        school_return__in=returns, after=SchoolReturn.State.ACCEPTED.value
    )
    return dict(events.order_by().values_list("school_return").annotate(first=Min("at")))


def came_late(school_return: SchoolReturn, season: Season) -> bool:
    """Whether a return was accepted for the first time after the authority's own date."""
    if not season.date(_DUE).own:
        return False
    at = first_accepted([school_return.pk]).get(school_return.pk)
    return at is not None and season.passed(_DUE, at)


def is_late(season: Season, now: datetime | None = None) -> bool:
    """Whether the authority's own date has passed: what is sent is late for it, not refused."""
    return season.date(_DUE).own and season.passed(_DUE, now)
