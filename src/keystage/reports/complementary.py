"""Withholding an area's figure that would give a school's away.

In a file of all England an authority has many schools, and its row is the department's own to
print. In the file of one trust or authority the rows of areas are sums of a few schools, so a
figure that is withheld for exactly one of them could be worked out from the others, and one that is
withheld for several with few pupils together would tell of these few.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.fields import fields
from keystage.measures.parts import WHOLE
from keystage.measures.table import EVERYONE, IN_AREA, MeasureTable

_AREAS = (("la", "LEA"), ("region", "REGION"))


def protected(cells: pl.DataFrame, table: MeasureTable) -> pl.DataFrame:
    """The cells of every unit, with those of areas withheld that exactly one member withholds.

    So are those that several schools withhold which have fewer pupils together than the smallest
    group, and those of the group that is withheld as a pair with it. The members of an authority
    are its schools, of a region its schools and its authorities, of the whole file its schools,
    authorities and regions.

    Args:
        cells: published cells as text, one row a unit in the order of the table's units.
        table: the measure table of a file that is not England's.
    """
    rules = table.year.suppression
    hidden = cells.select(
        pl.all().is_in([rules.suppressed, rules.low_coverage]).fill_null(value=False)
    )
    units = table.units
    school = units["level"] == "school"
    few = _Few(_pupils_behind(hidden, table, school), _partners(table), rules.smallest_group)
    in_area = school & units[IN_AREA].fill_null(value=False)
    areas: list[pl.Series] = []
    for level, column in _AREAS:
        here = units["level"] == level
        hidden = _hidden_by(hidden, units, here, [in_area, *areas], column, few)
        areas.append(here)
    whole = (units["level"] == "national") & (units["kind"] == EVERYONE).fill_null(value=False)
    hidden = _hidden_by(hidden, units, whole, [school, *areas], None, few)
    area = ~school
    return pl.DataFrame(
        [
            cells[name].zip_with(
                ~(area & hidden[name])
                | cells[name].is_in([rules.low_coverage]).fill_null(value=False),
                pl.Series(name, [rules.suppressed]).new_from_index(0, cells.height),
            )
            for name in cells.columns
        ]
    )


@dataclass(frozen=True, eq=False)
class _Few:
    """What is told of a few.

    Attributes:
        pupils: those whom withheld cells of schools are of.
        partners: by field that of the group that is withheld with it.
        smallest: how many pupils are not few.
    """

    pupils: pl.DataFrame
    partners: Mapping[str, str]
    smallest: int

    def told(self, sums: pl.DataFrame) -> pl.DataFrame:
        """Which sums of pupils are of a few, or stand beside one that is."""
        few = sums.select(
            pl.all().is_between(1, self.smallest, closed="left").fill_null(value=False)
        )
        beside = {
            name: few[name] | few[other]
            for name, other in self.partners.items()
            if {name, other} <= set(few.columns)
        }
        return few.with_columns(**beside)


def _partners(table: MeasureTable) -> dict[str, str]:
    """By field the same of the other group of its pair."""
    pairs = [
        (one, other) for pair in table.year.suppression.pairs for one, other in (pair, pair[::-1])
    ]
    named = {
        (field.group, field.measure): field.name for field in fields(table.year) if field.measure
    }
    return {
        name: named[other, measure]
        for (group, measure), name in named.items()
        for one, other in pairs
        if one == group and (other, measure) in named
    }


def _pupils_behind(hidden: pl.DataFrame, table: MeasureTable, school: pl.Series) -> pl.DataFrame:
    """The pupils of each withheld cell of a school; none of other cells, and of three years."""
    behind = {name: pl.lit(0) for name in hidden.columns}
    for field in fields(table.year):
        if field.name not in behind:
            continue
        measure = field.measure
        group, part = (field.group, measure.covered.name) if measure else (WHOLE, ELIGIBLE.name)
        parts = table.of_group(group)
        if part in parts.columns:
            pupils = parts[part].cast(pl.Int64).fill_null(0)
            behind[field.name] = pl.lit(pupils) * pl.lit(hidden[field.name] & school)
    return hidden.select(value.cast(pl.Int64).alias(name) for name, value in behind.items())


def _summed(
    frame: pl.DataFrame, key: pl.Series, chosen: pl.Series, keys: pl.Series
) -> pl.DataFrame:
    """The sums of chosen rows by their key, a row for each of some keys."""
    sums = frame.with_columns(key.alias("key")).filter(chosen).group_by("key").agg(pl.all().sum())
    return (
        pl.DataFrame({"key": keys})
        .join(sums, on="key", how="left", maintain_order="left")
        .drop("key")
    )


def _hidden_by(  # noqa: PLR0913, PLR0917  # the cells, and which of them are made of which
    hidden: pl.DataFrame,
    units: pl.DataFrame,
    here: pl.Series,
    members: list[pl.Series],
    column: str | None,
    few: _Few,
) -> pl.DataFrame:
    """Mark the cells of the units ``here`` whose hidden members of some kind are one, or few."""
    key = units[column] if column else pl.Series([0]).new_from_index(0, units.height)
    keys = key.filter(here)
    marked = hidden.filter(here)
    for chosen in members:
        alone = _summed(hidden, key, chosen, keys).select((pl.all() == 1).fill_null(value=False))
        told = few.told(_summed(few.pupils, key, chosen, keys))
        marked = pl.DataFrame([marked[name] | alone[name] | told[name] for name in hidden.columns])
    place = pl.Series(range(hidden.height), dtype=pl.UInt32)
    together = pl.concat(
        [
            hidden.filter(~here).with_columns(place.filter(~here).alias("place")),
            marked.with_columns(place.filter(here).alias("place")),
        ]
    )
    return together.sort("place").drop("place")
