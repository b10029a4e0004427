"""``keystage season``: the calendar of a year, each date with its source and its versions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from keystage.cli import terminal
from keystage.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from keystage.formats.calendars import Entry
    from keystage.statute.season import Calendar, Dates, Event, Stated


def season_command(
    year: Annotated[int, typer.Argument(help="The year of the results, such as 2026.")],
    *,
    ics: Annotated[
        Path | None,
        typer.Option("--ics", help="Write the dates to this file, for a calendar program."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Show the dates of a season, each with its source.

    keystage season 2026

    keystage season 2026 --ics season-2026.ics

    A date that was moved shows what was said before, with the day and the reason of the change.
    Exits 2 when there is no such year.
    """
    from keystage.statute.season_loader import load_calendar

    calendar = load_calendar(year)
    if ics is not None:
        _write(ics, calendar)
        return
    if as_json:
        terminal.write_json(_as_json(calendar))
        return
    _show(calendar)


def _show(calendar: "Calendar") -> None:
    from keystage.statute.season import Event

    listed = terminal.table(f"Season {calendar.year.label}", "event", "date", "source", "graded")
    for event in Event:
        dates = calendar.of(event)
        if dates is None:
            terminal.add_row(listed, event.label, "not known", calendar.absent[event].absent)
            continue
        newest = dates.newest
        source = calendar.sources[newest.source]
        terminal.add_row(listed, event.label, _when(event, newest), source.title, newest.confidence)
    terminal.console().print(listed)
    for event in Event:
        dates = calendar.of(event)
        if dates is not None:
            _tell_versions(calendar, event, dates)


def _tell_versions(calendar: "Calendar", event: "Event", dates: "Dates") -> None:
    from itertools import pairwise

    for before, after in pairwise(dates.versions):
        terminal.say(
            f"{event.label}: moved from {_when(event, before)} to {_when(event, after)}, announced "
            f"on {after.announced}. {after.why}"
        )
    for one in dates.others:
        terminal.say(
            f"{event.label}: another source says {_when(event, one)}: "
            f"{calendar.sources[one.source].title}. {one.note}"
        )
    for one in dates.versions:
        if one.note:
            terminal.say(f"{event.label}, {_when(event, one)}: {one.note}")


def _when(event: "Event", stated: "Stated") -> str:
    at = f" {stated.at:%H:%M}" if stated.at else ""
    return f"{event.moment(stated.on, stated.at):%a} {stated.on}{at}"


def _as_json(calendar: "Calendar") -> dict[str, object]:
    from keystage.statute.season import Event

    return {
        "year": calendar.year.id,
        "label": calendar.year.label,
        "sources": calendar.sources,
        "dates": {
            event.value: {"label": event.label, "moment": calendar.moment(event), "said": dates}
            for event in Event
            if (dates := calendar.of(event)) is not None
        },
        "absent": {name: item.absent for name, item in calendar.absent.items()},
    }


def _write(path: Path, calendar: "Calendar") -> None:
    from datetime import UTC, datetime
    from importlib.util import find_spec

    if find_spec("icalendar") is None:
        raise UsageError(
            "Files for calendar programs need icalendar, which is not installed.",
            todo='Install Keystage with its service: pip install "keystage[web]".',
        )
    from keystage.formats.calendars import calendar_file

    if path.exists():
        raise UsageError(f"{path} is there already.", todo="Choose another name, or remove it.")
    entries = _entries(calendar)
    content = calendar_file(
        f"Key stage 2, {calendar.year.label}", entries, written=datetime.now(UTC)
    )
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.",
            todo="Choose a folder that is there and that you may write to.",
        ) from None
    terminal.say(f"{terminal.counted(len(entries), 'date')} in {path}.")


def _entries(calendar: "Calendar") -> "list[Entry]":
    from keystage.statute.season import Event

    return [
        _entry(calendar, event, dates, moment)
        for event in Event
        if (dates := calendar.of(event)) and (moment := calendar.moment(event))
    ]


def _entry(calendar: "Calendar", event: "Event", dates: "Dates", moment: "datetime") -> "Entry":
    from keystage.formats.calendars import Entry

    source = calendar.sources[dates.newest.source].title
    return Entry(
        uid=f"{event.value}-{calendar.year.id}@keystage",
        sequence=len(dates.versions) - 1,
        moment=moment,
        whole_day=event.whole_day(moment),
        title=f"KS2 {calendar.year.id}: {event.label}",
        text=f"{event.sentence} Source: {source}.",
    )
