"""Published cells of a release once more, without what earlier releases would give away."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from keystage.flows.figures.cells import Cells
from keystage.flows.figures.naming import CODES
from keystage.measures.table import EVERYONE, Level
from keystage.reports.complementary import protected
from keystage.reports.disclosure import PUBLISHED

Given = Mapping[tuple[str, str], frozenset[str]]


def without(cells: Cells, given_away: Given) -> Cells:
    """The cells with what is given away withheld, and what would then give it away in areas.

    Limits and the band go with their score. In a file that is not England's an area whose figure
    exactly one member withholds is withheld too (see `reports.complementary`).

    Args:
        cells: the cells of a release.
        given_away: the figures given away, by kind and code of the unit.
    """
    published = {level: _withheld(cells, level, given_away) for level in PUBLISHED}
    if not cells.table.national:
        published = _areas(cells, published)
    return replace(cells, published=published)


def _withheld(cells: Cells, level: Level, given_away: Given) -> pl.DataFrame:
    frame = cells.published[level]
    suppressed = cells.table.year.suppression.suppressed
    units: dict[str, list[str]] = {}
    for (kind, code), names in given_away.items():
        if kind == level:
            for name in names:
                units.setdefault(name, []).append(code)
    codes = codes_of(cells, level)
    columns: list[pl.Series] = []
    for item in cells.declared:
        if item.name in units:
            here = codes.is_in(units[item.name])
            for column in filter(None, (item.name, item.lower, item.upper, item.band)):
                put = pl.Series(column, [suppressed]).new_from_index(0, frame.height)
                columns.append(put.zip_with(here, frame[column]))
    return frame.with_columns(columns)


def codes_of(cells: Cells, level: Level) -> pl.Series:
    """The code of each published unit of a level, as contents name it."""
    units = cells.table.units_of(level)
    if level == "national" and cells.published[level].height != units.height:
        units = units.filter(pl.col("kind") == EVERYONE)
    return units[CODES[level]].cast(pl.String)


def _areas(cells: Cells, published: Mapping[Level, pl.DataFrame]) -> dict[Level, pl.DataFrame]:
    """The published cells with areas protected once more."""
    table = cells.table
    names = [name for name in published["school"].columns if name not in _identity(cells)]
    units = table.units.with_row_index("place").select("place", "level", "kind")
    rows = []
    for level, frame in published.items():
        here = units.filter(pl.col("level") == level)
        if here.height != frame.height:
            here = here.filter(pl.col("kind") == EVERYONE)
        rows.append(frame.select(names).with_columns(here["place"]))
    whole = units.select("place").join(
        pl.concat(rows), on="place", how="left", maintain_order="left"
    )
    after = protected(whole.select(names), table)
    shown = {}
    for level, frame in published.items():
        here = units.filter(pl.col("level") == level)
        if here.height != frame.height:
            here = here.filter(pl.col("kind") == EVERYONE)
        shown[level] = frame.with_columns(after[here["place"]].get_columns())
    return shown


def _identity(cells: Cells) -> frozenset[str]:
    return frozenset(cells.table.units.columns)
