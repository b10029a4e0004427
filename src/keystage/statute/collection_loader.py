"""Loading the collection of one year: read, put together, convert, prove.

The shipped collections are ``years/<year>/collection.toml``, each whole in itself. A supplement is
a file of the same form whose tables replace the shipped ones.
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
from keystage.statute.collection import Collection, CollectionYear
from keystage.statute.conversion import convert
from keystage.statute.loader import YEARS, shipped_file, years_with
from keystage.statute.proofs_of_collection import prove_collection
from keystage.statute.reading import Document, read
from keystage.statute.table import Record

_FILE = "collection.toml"


class CollectionSupplementYear(Record, frozen=True, kw_only=True):
    """Which year a supplement is for."""

    id: int


@cache
def available_collections() -> tuple[int, ...]:
    """The years whose collection is shipped, in order."""
    return years_with(_FILE)


def load_collection(year: int, supplement: Path | None = None) -> Collection:
    """Load the collection of one year, whole and proved.

    Args:
        year: the year of the results, such as 2026 for the academic year 2025/26.
        supplement: a file whose tables replace the shipped ones; it says ``[year] id``, which must
            be the year asked for, and names its ``[sources.…]``.

    Raises:
        UsageError: no collection of that year is shipped.
        StatuteError: a file is refused; the sentence names file, table, line and what to do.
    """
    if year not in available_collections():
        raise UsageError(
            f"There is no collection of {year}.",
            todo=f"Choose one of {', '.join(map(str, available_collections()))}; "
            "there were no assessments in 2020 and 2021.",
        )
    if supplement is None:
        return _shipped(year)
    return assemble_collection(_document(year), year, read(supplement))


@cache
def _shipped(year: int) -> Collection:
    return assemble_collection(_document(year), year)


def collection_file(year: int) -> Path:
    """Where the shipped collection of a year lies."""
    return YEARS / str(year) / _FILE


def _document(year: int) -> Document:
    return shipped_file(_FILE, year)


def assemble_collection(
    document: Document, year: int, supplement: Document | None = None
) -> Collection:
    """Put a collection together and prove the whole.

    Args:
        document: the shipped file.
        year: the year asked for.
        supplement: a user's file whose tables replace the shipped ones.

    Raises:
        StatuteError: the first thing found wrong.
    """
    named = convert(raw_table(document, "year"), CollectionYear, document, "year")
    refuse_other_year(document, named.id, year)
    sources = read_sources(document, {})
    check_names(document, tables_of(Collection))
    origin = dict.fromkeys(document.tables.keys() - NOT_TABLES, document)
    if supplement is not None:
        given = convert(raw_table(supplement, "year"), CollectionSupplementYear, supplement, "year")
        refuse_other_year(supplement, given.id, year)
        sources |= read_sources(supplement, sources)
        check_names(supplement, tables_of(Collection))
        origin |= dict.fromkeys(supplement.tables.keys() - NOT_TABLES, supplement)
    tables, absent = read_tables(origin, document, Collection)
    whole = Collection(year=named, sources=sources, absent=absent, **tables)
    refuse_first(prove_collection(whole), {"year": document, **origin})
    return whole
