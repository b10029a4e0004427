"""The page of valid values: which codes each subject takes in which year, and what is due."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from keystage.cli.pages import markdown
from keystage.core.subjects import ASSESSED, Subject
from keystage.statute.assembly import tables_of
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import available_collections, load_collection

_TAKEN, _ASKED = "yes", "ask"


def valid_values_page() -> str:
    """Codes, requirements, registrations, dates and sources of every collection."""
    years = [load_collection(year) for year in available_collections()]
    return markdown.page(
        "Valid values by year",
        "What a school may send as a teacher assessment at the end of key stage 2, and what test "
        "results may say. There were no assessments in 2020 and 2021. See one year with "
        "`keystage years show 2026 --collection`.",
        "**yes**: the code may be sent. **ask**: no published list settles it, so Keystage accepts "
        "the code and asks (the reasons are below). An empty cell: not a code of that year. A "
        "blank is no code: a return with a blank is incomplete.",
        *(part for subject in ASSESSED for part in _subject(years, subject)),
        "## Codes that have ended",
        markdown.table(
            ("code", "meaning", "subjects", "last year", "instead", "not settled"),
            _ended(years[-1]),
        ),
        "## Codes a school cannot send",
        markdown.table(("code", "meaning"), _by_agency(years)),
        "## Registrations",
        "How a pupil is registered for each test. Lists are read in capitals or not.",
        *_registrations(years),
        "## What is due from whom",
        "Reading and maths follow from the registration for their test. Writing and science follow "
        "from all tests together; where these differ, the first row that fits decides. A pupil who "
        "left after test week needs what the registration says.",
        *_requirements(years),
        "## Codes of test results",
        markdown.table(
            ("code", "meaning", *(year.name for year in years)),
            _taken(years, lambda year: year.test_codes.codes),
        ),
        "## Not settled",
        markdown.table(("code", "where", "years", "what no list settles"), _unsettled(years)),
        "## Dates and version",
        markdown.table(
            ("year", "version", "born", "tests", "first day to send", "last day"),
            map(_dates, years),
        ),
        "## Sources",
        "Confidence: A is read in the department's own text or data, A* recovered from figures it "
        "published, B stated by a named practitioner source, C an inference that you may replace.",
        markdown.table(("table", "years", "confidence", "source", "note"), _sources(years)),
    )


def _subject(years: list[Collection], subject: Subject) -> Iterator[str]:
    yield f"## {subject.label.capitalize()}"
    yield markdown.table(
        ("code", "meaning", *(year.name for year in years)),
        _taken(years, lambda year: year.judgements.of(subject)),
    )


def _taken(
    years: list[Collection], codes: Callable[[Collection], Mapping[str, Any]]
) -> Iterator[tuple[str, ...]]:
    """A row a code, those of the last year first: its meaning, and whether each year takes it."""
    for code in dict.fromkeys(code for year in reversed(years) for code in codes(year)):
        found = [codes(year).get(code) for year in years]
        meaning = next(item.meaning for item in reversed(found) if item)
        cells = ("" if not item else _ASKED if item.undocumented else _TAKEN for item in found)
        yield markdown.code(code), meaning, *cells


def _ended(year: Collection) -> Iterator[tuple[str, ...]]:
    for code, item in year.withdrawn.codes.items():
        subjects = ", ".join(item.subjects)
        instead = markdown.code(item.instead)
        ended = str(item.last_year)
        yield markdown.code(code), item.meaning, subjects, ended, instead, item.undocumented


def _registrations(years: list[Collection]) -> Iterator[str]:
    for told, rows in _alike(years, lambda year: tuple(_registration_rows(year))):
        yield f"In {told}:"
        yield markdown.table(("code", "shown as", "meaning", "also read as"), rows)


def _registration_rows(year: Collection) -> Iterator[tuple[str, ...]]:
    for code, item in year.registrations.codes.items():
        yield markdown.code(code), item.label, item.meaning, ", ".join(item.spellings)


def _requirements(years: list[Collection]) -> Iterator[str]:
    for told, rows in _alike(years, lambda year: tuple(_requirement_rows(year))):
        yield f"In {told}:"
        yield markdown.table(("registration", *(subject.label for subject in ASSESSED)), rows)


def _requirement_rows(year: Collection) -> Iterator[tuple[str, ...]]:
    for code, item in year.registrations.codes.items():
        due = (", ".join(year.due(code, subject)) or "none" for subject in ASSESSED)
        yield item.label, *due


def _unsettled(years: list[Collection]) -> Iterator[tuple[str, ...]]:
    said: dict[tuple[str, str, str], list[Collection]] = {}
    for year in years:
        tables: dict[str, Mapping[str, Any]] = {
            subject.label: year.judgements.of(subject) for subject in ASSESSED
        }
        for where, codes in {**tables, "test results": year.test_codes.codes}.items():
            for code, item in codes.items():
                if item.undocumented:
                    said.setdefault((code, where, item.undocumented), []).append(year)
    for (code, where, what), found in said.items():
        yield markdown.code(code), where, _span(years, found), what


def _dates(year: Collection) -> tuple[str, ...]:
    week, window = year.test_week, year.window
    return (
        year.name,
        year.format.version,
        f"{year.cohort.born_from} to {year.cohort.born_to}",
        f"{week.first} to {week.last}" if week else year.absent["test_week"].absent,
        str(window.opens or window.opens_unknown) if window else year.absent["window"].absent,
        str(window.closes) if window else "",
    )


def _sources(years: list[Collection]) -> Iterator[tuple[str, ...]]:
    for name in tables_of(Collection):
        said: dict[tuple[str, str, str], list[Collection]] = {}
        for year in years:
            said.setdefault(_source(year, name), []).append(year)
        for row, found in said.items():
            yield markdown.code(name), _span(years, found), *row


def _source(year: Collection, name: str) -> tuple[str, str, str]:
    """Confidence, source and note of a table, or why it is absent."""
    if name in year.absent:
        return "absent", "", year.absent[name].absent
    table = getattr(year, name)
    source = year.sources[table.source]
    section = f", {table.section}" if table.section else ""
    return table.confidence, f"{source.title}{section} (read {source.read_on})", table.note


def _by_agency(years: list[Collection]) -> Iterator[tuple[str, str]]:
    found = dict.fromkeys(row for year in years for row in year.agency_codes.codes.items())
    return ((markdown.code(code), meaning) for code, meaning in found)


def _alike(
    years: list[Collection], rows: Callable[[Collection], tuple[tuple[str, ...], ...]]
) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """The rows of each year, those of years that share them once, the last years first."""
    same: dict[tuple[tuple[str, ...], ...], list[Collection]] = {}
    for year in years:
        same.setdefault(rows(year), []).append(year)
    for found, of in reversed(same.items()):
        yield _span(years, of), found


def _span(years: list[Collection], some: list[Collection]) -> str:
    """Years in words, such as ``2016 to 2018, 2022``; years without assessments are no gap."""
    runs = [list(run) for kept, run in groupby(years, key=some.__contains__) if kept]
    return ", ".join(
        run[0].name if len(run) == 1 else f"{run[0].name} to {run[-1].name}" for run in runs
    )
