"""Loading the test week of one year: read, put together, convert, prove.

The shipped files are ``years/<year>/register.toml``, each whole in itself. A supplement is a file
of the same form whose tables replace the shipped ones.
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
from keystage.statute.loader import shipped_file, years_with
from keystage.statute.proofs_of_register import prove_register
from keystage.statute.reading import Document, read
from keystage.statute.register import RegisterYear, TestRegister
from keystage.statute.table import Source

_FILE = "register.toml"


@cache
def available_registers() -> tuple[int, ...]:
    """The years whose test week is shipped, in order."""
    return years_with(_FILE)


def load_register(year: int, supplement: Path | None = None) -> TestRegister:
    """Load the test week of one year, whole and proved.

    Args:
        year: the year of the results, such as 2026 for the academic year 2025/26.
        supplement: a file whose tables replace the shipped ones; it says ``[year] id``, which must
            be the year asked for, and names its ``[sources.…]``.

    Raises:
        UsageError: no test week of that year is shipped.
        StatuteError: a file is refused; the sentence names file, table, line and what to do.
    """
    if year not in available_registers():
        raise UsageError(
            f"There is no test week of {year}.",
            todo=f"Choose one of {', '.join(map(str, available_registers()))}.",
        )
    if supplement is None:
        return _shipped(year)
    return assemble_register(_document(year), year, read(supplement))


@cache
def _shipped(year: int) -> TestRegister:
    return assemble_register(_document(year), year)


def _document(year: int) -> Document:
    return shipped_file(_FILE, year)


def assemble_register(
    document: Document, year: int, supplement: Document | None = None
) -> TestRegister:
    """Put a test week together and prove the whole.

    Args:
        document: the shipped file.
        year: the year asked for.
        supplement: a user's file whose tables replace the shipped ones.

    Raises:
        StatuteError: the first thing found wrong.
    """
    sources: dict[str, Source] = {}
    origin: dict[str, Document] = {}
    given = [document] if supplement is None else [document, supplement]
    for one in given:
        named = convert(raw_table(one, "year"), RegisterYear, one, "year")
        refuse_other_year(one, named.id, year)
        sources |= read_sources(one, sources)
        check_names(one, tables_of(TestRegister))
        origin |= dict.fromkeys(one.tables.keys() - NOT_TABLES, one)
    tables, absent = read_tables(origin, document, TestRegister)
    whole = TestRegister(year=RegisterYear(id=year), sources=sources, absent=absent, **tables)
    refuse_first(prove_register(whole, load_collection(year)), {"year": document, **origin})
    return whole
