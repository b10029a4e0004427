"""What must be true of a calendar: each proof yields what is wrong, and nothing if sound."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from keystage.statute.collection import Collection
from keystage.statute.fault import Fault
from keystage.statute.season import IN_ORDER, Calendar, Dates, Event


def prove_calendar(whole: Calendar, collection: Collection) -> Iterator[Fault]:
    """Yield everything wrong with a calendar; nothing if it is sound.

    Args:
        whole: the calendar.
        collection: that of the same year. Of the window and the tests, the calendar says the same
            where the collection names a day; it may know one that the collection does not.
    """
    if whole.year.label != collection.year.label:
        yield Fault(
            f"The academic year is called {whole.year.label}.",
            ("year", "label"),
            f"Write {collection.year.label}.",
        )
    for event in Event:
        dates = whole.of(event)
        if dates is not None:
            yield from _sources(whole, event, dates)
            yield from _versions(event, dates)
            yield from _within(event, dates, collection)
    yield from _order(whole)
    yield from _as_collected(whole, collection)


def _sources(whole: Calendar, event: Event, dates: Dates) -> Iterator[Fault]:
    for key, stated in (("versions", dates.versions), ("others", dates.others)):
        for place, one in enumerate(stated):
            if one.source not in whole.sources:
                yield Fault(
                    f"The source {one.source} is not among the file's sources.",
                    (event.value, key, place, "source"),
                    f"Add [sources.{one.source}] with title and read_on.",
                )


def _versions(event: Event, dates: Dates) -> Iterator[Fault]:
    if not dates.versions:
        yield Fault(
            "The event has no version.",
            (event.value, "versions"),
            'Give one, or write absent = "why nobody has published it".',
        )
    for place, (before, after) in enumerate(pairwise(dates.versions), start=1):
        if after.announced is None or not after.why.strip():
            yield Fault(
                f"The date was moved from {before.on} to {after.on} without day or reason.",
                (event.value, "versions", place),
                "Write announced = the day of the announcement, and why.",
            )
        elif before.announced is not None and after.announced < before.announced:
            yield Fault(
                f"A version of {after.announced} follows one of {before.announced}.",
                (event.value, "versions", place, "announced"),
                "Put the versions in the order in which they were announced.",
            )
        if (before.on, before.at) == (after.on, after.at):
            yield Fault(
                f"The date was moved from {before.on} to the same moment.",
                (event.value, "versions", place, "on"),
                "Take the version out, or correct it.",
            )
    newest = {(one.on, one.at) for one in dates.versions[-1:]}
    for place, one in enumerate(dates.others):
        if (one.on, one.at) in newest:
            yield Fault(
                f"Another source is said to differ, but says {one.on} too.",
                (event.value, "others", place, "on"),
                "Take it out: others are sources that say something else.",
            )


def _within(event: Event, dates: Dates, collection: Collection) -> Iterator[Fault]:
    starts, ends = collection.academic_year.starts, collection.academic_year.ends
    for key, stated in (("versions", dates.versions), ("others", dates.others)):
        for place, one in enumerate(stated):
            if not starts <= one.on <= ends:
                yield Fault(
                    f"{one.on} is not within the academic year {collection.year.label}.",
                    (event.value, key, place, "on"),
                    f"Give a day from {starts} to {ends}.",
                )


def _order(whole: Calendar) -> Iterator[Fault]:
    for first, second in IN_ORDER:
        before, after = _day(whole, first), _day(whole, second)
        if before is not None and after is not None and after < before:
            yield Fault(
                f"“{second.label}” is on {after}, before “{first.label}” on {before}.",
                _newest(whole, second),
                "Correct one of the two.",
            )


def _as_collected(whole: Calendar, collection: Collection) -> Iterator[Fault]:
    window, week = collection.window, collection.test_week
    for event, day in (
        (Event.TA_OPENS, window.opens if window else None),
        (Event.TA_CLOSES, window.closes if window else None),
        (Event.TESTS_FIRST, week.first if week else None),
        (Event.TESTS_LAST, week.last if week else None),
    ):
        found = _day(whole, event)
        if day is not None and found != day:
            yield Fault(
                f"“{event.label}” is on {_said(found)}, but the collection of the year says {day}.",
                _newest(whole, event) if found else (event.value,),
                "Make the calendar and collection.toml say the same.",
            )


def _day(whole: Calendar, event: Event) -> date | None:
    dates = whole.of(event)
    return dates.newest.on if dates is not None and dates.versions else None


def _newest(whole: Calendar, event: Event) -> tuple[str | int, ...]:
    dates = whole.of(event)
    return (event.value, "versions", len(dates.versions) - 1, "on") if dates else (event.value,)


def _said(day: date | None) -> str:
    return str(day) if day else "no known day"
