"""Loading one statutory year at one release: read, put together, convert, prove.

The shipped years lie in ``years/<year>/``: ``year.toml`` holds what every release shares and
``<release>.toml`` the rest. No year takes anything from another year's folder. A supplement is a
file of the same form whose tables replace the shipped ones.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from keystage.core.errors import StatuteError, UsageError
from keystage.statute.assembly import (
    NOT_TABLES,
    check_names,
    raw_table,
    read_sources,
    read_tables,
    refuse_first,
    tables_of,
)
from keystage.statute.conversion import convert
from keystage.statute.proofs import prove
from keystage.statute.reading import Document, read
from keystage.statute.table import RELEASES, Identity, Record, Release, Source
from keystage.statute.year import Year

YEARS = Path(__file__).parent / "years"


class SupplementIdentity(Record, frozen=True, kw_only=True):
    """Which year and release a supplement is for."""

    id: int
    release: Release


def years_with(file: str) -> tuple[int, ...]:
    """The years that ship a file of this name, in order."""
    return tuple(sorted(int(path.parent.name) for path in YEARS.glob(f"*/{file}")))


def shipped_file(file: str, year: int) -> Document:
    """A year's file of this name, with its text."""
    return read(YEARS / str(year) / file, f"years/{year}/{file}")


@cache
def available() -> tuple[tuple[int, Release], ...]:
    """The shipped years and their releases, in order."""
    return tuple(
        (year, release)
        for year in sorted(int(folder.name) for folder in YEARS.iterdir() if folder.is_dir())
        for release in RELEASES
        if (YEARS / str(year) / f"{release}.toml").is_file()
    )


def releases_of(year: int) -> tuple[Release, ...]:
    """The releases shipped for a year.

    Raises:
        UsageError: there are none; the sentence lists the years.
    """
    found = tuple(release for known, release in available() if known == year)
    if not found:
        years = sorted({known for known, _ in available()})
        raise UsageError(
            f"There is no statutory year {year}.",
            todo=f"Choose one of {', '.join(map(str, years))}; "
            "there were no assessments in 2020 and 2021.",
        )
    return found


def load_year(year: int, release: str, supplement: Path | None = None) -> Year:
    """Load one statutory year at one release, whole and proved.

    Args:
        year: the year of the results, such as 2022 for the academic year 2021/22.
        release: provisional, revised or final.
        supplement: a file whose tables replace the shipped ones; it says ``[year] id`` and
            ``release``, which must be the ones asked for, and names its ``[sources.…]``.

    Raises:
        UsageError: no such year or release is shipped.
        StatuteError: a file is refused; the sentence names file, table, line and what to do.
    """
    known = next((item for item in releases_of(year) if item == release), None)
    if known is None:
        raise UsageError(
            f"There is no {release} release of {year}.",
            todo=f"Choose {' or '.join(releases_of(year))}.",
        )
    whole = (
        _shipped(year, known)
        if supplement is None
        else assemble(_documents(year, known), year, known, read(supplement))
    )
    if whole.year.status == "draft":
        raise StatuteError(
            f"{whole.name} is a draft: its values have not been read from their sources yet.",
            todo='Finish it, then write status = "open".',
        )
    return whole


@cache
def _shipped(year: int, release: Release) -> Year:
    return assemble(_documents(year, release), year, release)


def _documents(year: int, release: Release) -> tuple[Document, ...]:
    folder = YEARS / str(year)
    return tuple(
        read(folder / f"{stem}.toml", f"years/{year}/{stem}.toml") for stem in ("year", release)
    )


def assemble(
    documents: tuple[Document, ...],
    year: int,
    release: Release,
    supplement: Document | None = None,
) -> Year:
    """Put the files of a year together and prove the whole.

    Args:
        documents: the shipped files: what releases share, then the release.
        year: the year asked for.
        release: the release asked for.
        supplement: a user's file whose tables replace the shipped ones.

    Raises:
        StatuteError: the first thing found wrong.
    """
    identity: dict[str, Any] = {}
    origin: dict[str, Document] = {}
    sources: dict[str, Source] = {}
    for document in documents:
        identity |= raw_table(document, "year")
        sources |= read_sources(document, sources)
        _check_names(document, taken=origin)
        origin |= dict.fromkeys(document.tables.keys() - NOT_TABLES, document)
    head = documents[-1]
    named = convert(identity, Identity, head, "year")
    _check_identity(head, named.id, named.release, year, release)
    if supplement is not None:
        given = convert(raw_table(supplement, "year"), SupplementIdentity, supplement, "year")
        _check_identity(supplement, given.id, given.release, year, release)
        sources |= read_sources(supplement, sources)
        _check_names(supplement, taken={})
        origin |= dict.fromkeys(supplement.tables.keys() - NOT_TABLES, supplement)
    tables, absent = read_tables(origin, head, Year)
    whole = Year(year=named, sources=sources, absent=absent, **tables)
    refuse_first(prove(whole), origin)
    return whole


@cache
def table_types() -> dict[str, tuple[type[Any], bool]]:
    """Each statutory table's type, and whether it may be absent."""
    return tables_of(Year)


def _check_names(document: Document, taken: Mapping[str, Document]) -> None:
    check_names(document, table_types())
    for name in document.tables.keys() & taken.keys():
        raise StatuteError(
            f"The table [{name}] is given twice, also in {taken[name].name}.",
            where=document.place(name),
            todo="Keep it in year.toml if every release shares it, else in each release.",
        )


def _check_identity(
    document: Document, found: int, found_release: str, year: int, release: str
) -> None:
    if (found, found_release) != (year, release):
        raise StatuteError(
            f"The file is for {found} {found_release}, not for {year} {release}.",
            where=document.place("year", "id" if found != year else "release"),
            todo="Use the file of the year and release asked for.",
        )
