"""The record of acts as a person may read it: rows of a page, lines of a file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.store.models import AuditEvent, Person
from keystage.web.doors import KEPT_BELOW, Here
from keystage.web.spreadsheet import line
from keystage.web.wording import as_moment

COLUMNS = ("When", "What", "Who", "From", "Season", "About", "Change")
_PERSON = "person "


def readable(here: Here) -> QuerySet[AuditEvent]:
    """The acts at an organisation that the person may read, newest first.

    A headteacher reads all of them, a teacher their own.
    """
    events = AuditEvent.objects.filter(organisation_id=here.organisation.pk).order_by("-pk")
    everybody = here.on(Permission.READ_AUDIT).classes_at(Level.NONE, KEPT_BELOW) is None
    return events if everybody else events.filter(person_id=here.by.who.pk)


def own_only(here: Here) -> bool:
    """Whether the person reads only what they did themself."""
    decision = here.on(Permission.READ_AUDIT)
    return decision.allowed and Condition.OWN_ACTS in decision.conditions


def narrowed(
    events: QuerySet[AuditEvent], chosen: Mapping[str, Any], year: int
) -> QuerySet[AuditEvent]:
    """The events that a filter leaves.

    Args:
        events: those that may be read.
        chosen: the cleaned values of the filter.
        year: the season of the page; acts of no season belong to each.
    """
    if not chosen.get("every"):
        events = events.filter(year__in=[year]) | events.filter(year__isnull=True)
    if chosen.get("action"):
        events = events.filter(action=chosen["action"])
    if chosen.get("who"):
        events = events.filter(person_id=int(chosen["who"]))
    if since := chosen.get("since"):
        events = events.filter(at__gte=_midnight(since))
    if (until := chosen.get("until")) and until < date.max:
        events = events.filter(at__lt=_midnight(until + timedelta(days=1)))
    return events


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def named(events: Iterable[AuditEvent]) -> dict[str, str]:
    """The names of the people that events are about, by the subject of the event."""
    about = {event.subject for event in events if event.subject.startswith(_PERSON)}
    keys = [int(subject.removeprefix(_PERSON)) for subject in about]
    return {f"{_PERSON}{person.pk}": str(person) for person in Person.objects.filter(pk__in=keys)}


def cells(event: AuditEvent, names: Mapping[str, str]) -> list[str]:
    """One event in the columns of `COLUMNS`.

    Args:
        event: what was done.
        names: the names of people, by subject.
    """
    return [
        as_moment(event.at),
        event.action,
        event.person_name,
        event.address,
        str(event.year or ""),
        names.get(event.subject, event.subject),
        words(event.before, event.after),
    ]


def words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What an event changed: ``name: value``, ``name: before → after`` or ``name was value``."""
    said = []
    for name in {**before, **after}:
        was, became = _word(before.get(name)), _word(after.get(name))
        label = name.replace("_", " ")
        if was and became:
            said.append(f"{label}: {was} → {became}")
        elif was or became:
            said.append(f"{label}: {became}" if became else f"{label} was {was}")
    return "; ".join(said)


def _word(value: Any) -> str:
    if value is None or value in ([], {}, ""):
        return ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def lines(events: Iterable[AuditEvent]) -> Iterator[str]:
    """The events as lines of a CSV file for a spreadsheet, which is kept from seeing formulas."""
    yield line(COLUMNS)
    listed = list(events)
    names = named(listed)
    for event in listed:
        yield line(cells(event, names))
