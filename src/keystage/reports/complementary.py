"""Withholding an area's figure that would give a school's away.

In a file of all England an authority has many schools, and its row is the department's own to
print. In the file of one trust or authority the rows of areas are sums of a few schools, so a
figure that is withheld for exactly one of them could be worked out from the others.
"""

import polars as pl

from keystage.measures.table import EVERYONE, IN_AREA, MeasureTable

_AREAS = (("la", "LEA"), ("region", "REGION"))


def protected(cells: pl.DataFrame, table: MeasureTable) -> pl.DataFrame:
    """The cells of every unit, with those of areas withheld that exactly one member withholds.

    The members of an authority are its schools, of a region its schools and its authorities, of
    the whole file its schools, authorities and regions.

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
    in_area = school & units[IN_AREA].fill_null(value=False)
    areas: list[pl.Series] = []
    for level, column in _AREAS:
        here = units["level"] == level
        hidden = _hidden_by(hidden, units, here, [in_area, *areas], column)
        areas.append(here)
    whole = (units["level"] == "national") & (units["kind"] == EVERYONE).fill_null(value=False)
    hidden = _hidden_by(hidden, units, whole, [school, *areas], None)
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


def _hidden_by(
    hidden: pl.DataFrame,
    units: pl.DataFrame,
    here: pl.Series,
    members: list[pl.Series],
    column: str | None,
) -> pl.DataFrame:
    """Mark the cells of the units ``here`` of which exactly one member of some kind is hidden."""
    key = units[column] if column else pl.Series([0]).new_from_index(0, units.height)
    named = hidden.with_columns(key.alias("key"))
    marked = hidden.filter(here)
    for chosen in members:
        counts = named.filter(chosen).group_by("key").agg(pl.all().sum())
        alone = (
            pl.DataFrame({"key": key.filter(here)})
            .join(counts, on="key", how="left", maintain_order="left")
            .drop("key")
            .select((pl.all() == 1).fill_null(value=False))
        )
        marked = pl.DataFrame([marked[name] | alone[name] for name in hidden.columns])
    place = pl.Series(range(hidden.height), dtype=pl.UInt32)
    together = pl.concat(
        [
            hidden.filter(~here).with_columns(place.filter(~here).alias("place")),
            marked.with_columns(place.filter(here).alias("place")),
        ]
    )
    return together.sort("place").drop("place")
