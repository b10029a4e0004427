"""Loading the checking exercise of one year: read, put together, convert, prove.

The shipped files are ``years/<year>/checking.toml``, each whole in itself. A text somebody edits is
a file of the same form.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from keystage.core.errors import StatuteError, UsageError
from keystage.statute.assembly import (
    NOT_TABLES,
    check_names,
    raw_table,
    read_sources,
    read_tables,
    refuse_other_year,
    tables_of,
)
from keystage.statute.checking import Checking, CheckingYear, Day
from keystage.statute.collection_loader import load_collection
from keystage.statute.conversion import convert, faults_in
from keystage.statute.loader import shipped_file, years_with
from keystage.statute.proofs_of_checking import prove_checking
from keystage.statute.reading import Document
from keystage.statute.season import Event
from keystage.statute.season_loader import load_calendar
from keystage.statute.table import Source

_FILE = "checking.toml"
_LINE = re.compile(r"line ([0-9]+)$")


@cache
def available_checking() -> tuple[int, ...]:
    """The years whose checking exercise is shipped, in order."""
    return years_with(_FILE)


@cache
def load_checking(year: int) -> Checking:
    """Load the checking exercise of one year, whole and proved.

    Args:
        year: the year of the results, such as 2026 for the academic year 2025/26.

    Raises:
        UsageError: nothing is shipped of that year.
        StatuteError: the file is refused; the sentence names file, table, line and what to do.
    """
    if year not in available_checking():
        raise UsageError(
            f"Nothing is known of the checking exercise of {year}.",
            todo=f"Choose one of {', '.join(map(str, available_checking()))}.",
        )
    return assemble_checking(checking_document(year), year)


def checking_document(year: int) -> Document:
    """The shipped file of a year, with its text."""
    return shipped_file(_FILE, year)


def assemble_checking(document: Document, year: int) -> Checking:
    """Put the checking exercise of a year together and prove the whole.

    Args:
        document: the file.
        year: the year asked for.

    Raises:
        StatuteError: the first thing found wrong.
    """
    whole = unproved_checking(document, year)
    for fault in prove_checking(whole):
        raise StatuteError(fault.what, where=document.place(*fault.path), todo=fault.todo)
    return whole


def unproved_checking(document: Document, year: int) -> Checking:
    """The checking exercise of a file that has the right form, whatever it says.

    Raises:
        StatuteError: a table is missing, unknown or does not fit, or the file is for another year.
    """
    named = convert(raw_table(document, "year"), CheckingYear, document, "year")
    refuse_other_year(document, named.id, year)
    check_names(document, tables_of(Checking))
    sources = read_sources(document, {})
    origin = dict.fromkeys(document.tables.keys() - NOT_TABLES, document)
    tables, absent = read_tables(origin, document, Checking)
    return Checking(year=named, sources=sources, absent=absent, **tables)


def faults_of_form(document: Document, year: int) -> tuple[StatuteError, ...]:
    """Everything for which `unproved_checking` would refuse a file, in the order of its lines.

    A table that is missing or unknown is told one at a time, and so is a file for another year.
    """
    try:
        unproved_checking(document, year)
    except StatuteError as error:
        found = {str(error): error}
    else:
        return ()
    for name, (kind, _) in tables_of(Checking).items():
        raw = document.tables.get(name)
        if isinstance(raw, dict) and "absent" not in raw:
            found |= {str(one): one for one in faults_in(raw, kind, document, name)}
    sources = document.tables.get("sources")
    for key, each in sources.items() if isinstance(sources, dict) else ():
        found |= {str(one): one for one in faults_in(each, Source, document, "sources", key)}
    return tuple(sorted(found.values(), key=_line_of))


def _line_of(fault: StatuteError) -> int:
    line = _LINE.search(fault.where)
    return int(line[1]) if line else 0


def days_of(
    checking: Checking, moved: Mapping[Event, date | None] | None = None
) -> Mapping[str, date | None]:
    """The days the rules compare with; None where nobody has published the date.

    Args:
        checking: the checking exercise of a year.
        moved: dates of events that go before those of the shipped calendar.

    Raises:
        UsageError: no calendar or collection of the year is shipped.
    """
    if checking.rules is None:
        return {}
    year = checking.year.id
    return {key: _date(day, year, moved or {}) for key, day in checking.rules.days.items()}


def _date(day: Day, year: int, moved: Mapping[Event, date | None]) -> date | None:
    if day.years_before is not None:
        starts = load_collection(year).academic_year.starts
        return starts.replace(year=starts.year - day.years_before)
    if not day.event:
        return day.on
    event = Event(day.event)
    if event in moved:
        return moved[event]
    dates = load_calendar(year).of(event)
    return dates.newest.on if dates else None
