"""The page of the seasons: every date of every year, with source and versions."""

from keystage.cli.pages import markdown
from keystage.statute.season import Calendar, Dates, Event, Stated, Version
from keystage.statute.season_loader import available_calendars, load_calendar


def seasons_page() -> str:
    """Every year's calendar: dates with source and confidence, absent ones with the reason."""
    calendars = [load_calendar(year) for year in reversed(available_calendars())]
    return markdown.page(
        "Seasons",
        "When registration, tests, returns and results of a season open, close and come out. See "
        "a year with `keystage season 2026`; `--ics` writes a file for a calendar program. A date "
        "that was moved keeps what was said before.",
        "Confidence: A is read in the department's own text or data, B stated by a named "
        "practitioner source, C an inference that you may replace.",
        *(part for calendar in calendars for part in _year(calendar)),
    )


def _year(calendar: Calendar) -> list[str]:
    rows = [
        _row(calendar, event, one, moved=place > 0)
        for event in Event
        if (dates := calendar.of(event)) is not None
        for place, one in enumerate(dates.versions)
    ]
    others = [
        (event.label, _when(one), calendar.sources[one.source].title)
        for event in Event
        for one in (calendar.of(event) or Dates(versions=())).others
    ]
    absent = [
        (event.label, calendar.absent[event].absent) for event in Event if event in calendar.absent
    ]
    blocks = [
        f"## {calendar.name}",
        markdown.table(("event", "date", "confidence", "source", "announced, and why"), rows),
    ]
    if others:
        blocks += [
            "Said otherwise, and not followed:",
            markdown.table(("event", "date", "source"), others),
        ]
    return [*blocks, "Absent:", markdown.table(("event", "why"), absent)]


def _row(
    calendar: Calendar, event: Event, one: Version, *, moved: bool
) -> tuple[str, str, str, str, str]:
    told = " ".join(part for part in (str(one.announced or ""), one.why) if part)
    label = f"{event.label}, moved" if moved else event.label
    return label, _when(one), one.confidence, calendar.sources[one.source].title, told


def _when(one: Stated) -> str:
    return f"{one.on:%a} {one.on}" + (f" {one.at:%H:%M}" if one.at else "")
