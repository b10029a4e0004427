"""Reviews of marking in one year: when a review is free of charge, and what the others cost.

``load_reviews(2025)`` gives the rules that were read; a rule nobody has read is absent with the
reason. The last day for applying is a date of the season (`keystage.statute.season`).
"""

from collections.abc import Mapping
from functools import cache

from keystage.core.errors import StatuteError, UsageError
from keystage.statute.assembly import (
    NOT_TABLES,
    check_names,
    raw_table,
    read_sources,
    read_tables,
    refuse_other_year,
    unnamed_sources,
)
from keystage.statute.conversion import convert
from keystage.statute.loader import shipped_file, years_with
from keystage.statute.reading import Document
from keystage.statute.table import Absent, Record, Source, Table

_FILE = "reviews.toml"


class ReviewsYear(Record, frozen=True, kw_only=True):
    """Which year: ``id`` is the year of the results."""

    id: int


class Charging(Table, frozen=True, kw_only=True):
    """When a review is free of charge; each reason alone is enough.

    ``free_when_threshold_crossed``: the result reaches or loses the expected or the higher
    standard. ``free_from_marks``: the marks move by as many, up or down.
    ``free_when_supplier_erred``: the supplier of the marking made the mistake.
    """

    free_when_threshold_crossed: bool
    free_from_marks: int
    free_when_supplier_erred: bool


class Prices(Table, frozen=True, kw_only=True):
    """What a review that is charged for costs, in pence, by kind of review."""

    pence: Mapping[str, int]


class Reviews(Record, frozen=True, kw_only=True):
    """The rules of reviews of one year. A table that is None is in `absent` with its reason."""

    year: ReviewsYear
    sources: Mapping[str, Source] = {}
    charging: Charging | None = None
    prices: Prices | None = None
    absent: Mapping[str, Absent] = {}


@cache
def available_reviews() -> tuple[int, ...]:
    """The years whose file of reviews is shipped, in order."""
    return years_with(_FILE)


@cache
def load_reviews(year: int) -> Reviews:
    """Load the rules of reviews of one year.

    Raises:
        UsageError: there is no file of that year.
        StatuteError: the file is refused; the sentence names table, line and what to do.
    """
    if year not in available_reviews():
        raise UsageError(
            f"Nothing is known of reviews of marking in {year}.",
            todo=f"Choose one of {', '.join(map(str, available_reviews()))}.",
        )
    return assemble_reviews(shipped_file(_FILE, year), year)


def assemble_reviews(document: Document, year: int) -> Reviews:
    """Put the rules of a file together and prove them.

    Args:
        document: the file.
        year: the year asked for.

    Raises:
        StatuteError: the first thing found wrong.
    """
    named = convert(raw_table(document, "year"), ReviewsYear, document, "year")
    refuse_other_year(document, named.id, year)
    check_names(document, ("charging", "prices"))
    sources = read_sources(document, {})
    origin = dict.fromkeys(document.tables.keys() - NOT_TABLES, document)
    tables, absent = read_tables(origin, document, Reviews)
    whole = Reviews(year=named, sources=sources, absent=absent, **tables)
    for fault in unnamed_sources(whole, sources):
        raise StatuteError(fault.what, where=document.place(*fault.path), todo=fault.todo)
    if whole.charging is not None and whole.charging.free_from_marks < 1:
        raise StatuteError(
            f"A review is free from {whole.charging.free_from_marks} marks.",
            where=document.place("charging", "free_from_marks"),
            todo="Write a whole number of marks, 1 or more.",
        )
    return whole


def last_read(year: int) -> int | None:
    """The newest year up to this one whose rule of charging was read; None if there is none."""
    known = [one for one in available_reviews() if one <= year and load_reviews(one).charging]
    return max(known, default=None)
