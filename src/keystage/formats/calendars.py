"""Writing dates as an iCalendar file (RFC 5545), which calendar programs import or fetch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

_MADE_BY = "-//Keystage//Season//EN"
#: How often a program that fetches the file should look again.
_AGAIN = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A date of a calendar.

    Attributes:
        uid: the same for the same event as long as it is written, so that a program moves it.
        sequence: how often it was moved; a program takes the highest.
        moment: when.
        whole_day: whether only the day counts.
        title: what happens.
        text: more about it.
        cancelled: whether it was taken back; ``moment`` is then the last one that was known.
    """

    uid: str
    sequence: int
    moment: datetime
    whole_day: bool
    title: str
    text: str
    cancelled: bool = False


def calendar_file(name: str, entries: Iterable[Entry], *, written: datetime) -> bytes:
    """Write a calendar.

    Args:
        name: what a program calls it.
        entries: its dates, in any order.
        written: when it is written.
    """
    made = Calendar()
    made.add("prodid", _MADE_BY)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", _AGAIN, parameters={"VALUE": "DURATION"})
    for one in entries:
        made.add_component(_event(one, written))
    return bytes(made.to_ical())


def _event(entry: Entry, written: datetime) -> Event:
    made = Event()
    made.add("uid", entry.uid)
    made.add("dtstamp", written.astimezone(UTC))
    made.add("sequence", entry.sequence)
    made.add("dtstart", entry.moment.date() if entry.whole_day else entry.moment.astimezone(UTC))
    made.add("summary", entry.title)
    made.add("description", entry.text)
    made.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT")
    return made
