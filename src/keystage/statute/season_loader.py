"""Loading the calendar of one season: read, put together, convert, prove.

The shipped calendars are ``years/<year>/season.toml``, each whole in itself.
"""

from functools import cache
from pathlib import Path

from keystage.core.errors import UsageError
from keystage.statute.assembly import (
    NOT_TABLES,
    check_names,
    raw_table,
    read_sources,
    read_tables,
    refuse_first,
    refuse_other_year,
    tables_of,
)
from keystage.statute.collection_loader import load_collection
from keystage.statute.conversion import convert
from keystage.statute.loader import YEARS, shipped_file, years_with
from keystage.statute.proofs_of_season import prove_calendar
from keystage.statute.reading import Document
from keystage.statute.season import Calendar, CalendarYear

_FILE = "season.toml"


@cache
def available_calendars() -> tuple[int, ...]:
    """The years whose calendar is shipped, in order."""
    return years_with(_FILE)


@cache
def load_calendar(year: int) -> Calendar:
    """Load the calendar of one season, whole and proved.

    Args:
        year: the year of the results, such as 2026 for the academic year 2025/26.

    Raises:
        UsageError: no calendar of that year is shipped.
        StatuteError: the file is refused; the sentence names file, table, line and what to do.
    """
    if year not in available_calendars():
        raise UsageError(
            f"There is no calendar of {year}.",
            todo=f"Choose one of {', '.join(map(str, available_calendars()))}; "
            "there were no assessments in 2020 and 2021.",
        )
    return assemble_calendar(shipped_file(_FILE, year), year)


def calendar_file(year: int) -> Path:
    """Where the shipped calendar of a year lies."""
    return YEARS / str(year) / _FILE


def assemble_calendar(document: Document, year: int) -> Calendar:
    """Put a calendar together and prove the whole, also against the collection of its year.

    Args:
        document: the file.
        year: the year asked for.

    Raises:
        StatuteError: the first thing found wrong.
    """
    named = convert(raw_table(document, "year"), CalendarYear, document, "year")
    refuse_other_year(document, named.id, year)
    sources = read_sources(document, {})
    check_names(document, tables_of(Calendar))
    origin = dict.fromkeys(document.tables.keys() - NOT_TABLES, document)
    tables, absent = read_tables(origin, document, Calendar)
    whole = Calendar(year=named, sources=sources, absent=absent, **tables)
    faults = prove_calendar(whole, load_collection(year))
    refuse_first(faults, {"year": document, **origin})
    return whole
