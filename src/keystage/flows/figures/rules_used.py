"""The rules of the year as a release used them: the text of a file that gives them again."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

import msgspec

from keystage.flows.figures.cells import Cells
from keystage.flows.figures.compared import may_be_compared
from keystage.flows.figures.guard import number
from keystage.measures.table import STATE_FUNDED
from keystage.statute.loader import load_year
from keystage.statute.supplement import write_supplement
from keystage.statute.table import Figures, Source, Table
from keystage.statute.year import Year

_KEY = "keystage_release"


def supplement(year: Year, on: date, national: Figures | None = None) -> str | None:
    """The tables that differ from those shipped, as a statute file; none where none does.

    With this file the year can be loaded again as it was used, so that one school's figures can be
    opened without the other schools' pupils.

    Args:
        year: the year with the reference that was used.
        on: the day of the release.
        national: the release's own national figures, where it holds England.
    """
    shipped = load_year(year.year.id, year.year.release)
    tables: dict[str, Table] = {
        name: table
        for name in year.__struct_fields__
        if isinstance(table := getattr(year, name), Table) and table != getattr(shipped, name)
    }
    sources = {table.source: year.sources[table.source] for table in tables.values()}
    if national is not None:
        tables["national_figures"] = national
        sources[_KEY] = Source(
            title=f"National figures of {year.name}, computed by Keystage with this release",
            read_on=on,
        )
    absent = {
        name: reason.absent
        for name, reason in year.absent.items()
        if name not in shipped.absent and name not in tables
    }
    if not tables and not absent:
        return None
    return write_supplement(year.year.id, year.year.release, sources, tables, absent)


def national_figures(cells: Cells) -> Figures | None:
    """The printed figures of state-funded schools, where the release holds England."""
    table = cells.table
    kinds = table.units_of("national")["kind"].to_list()
    if not table.national or STATE_FUNDED not in kinds:
        return None
    row = cells.published["national"].row(kinds.index(STATE_FUNDED), named=True)
    found = {
        item.name: number(row[item.name] or "") for item in cells.declared if may_be_compared(item)
    }
    values: dict[str, Decimal] = {name: value for name, value in found.items() if value is not None}
    return Figures(source=_KEY, confidence="C", section="state-funded schools", values=values)


def hash_of(year: Year) -> str:
    """The SHA-256 of every table of a year, as it was used."""
    return sha256(msgspec.json.encode(year, order="deterministic")).hexdigest()
