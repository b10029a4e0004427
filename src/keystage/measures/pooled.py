"""Three-year pooled measures: the parts of three cohorts summed, never an average of averages."""

from collections.abc import Sequence

import polars as pl

from keystage.measures.catalogue import COMBINED, ELIGIBLE
from keystage.measures.declare import Measure
from keystage.measures.parts import WHOLE
from keystage.measures.table import MeasureTable, measure_table

SUFFIX = "_3YR"
#: The part that counts cohorts too small to be shown, this year's or an earlier one.
SMALL_COHORTS = "small_cohorts"
_AVERAGES = ("reading_average", "maths_average")


def pooled_measures(table: MeasureTable) -> tuple[Measure, ...]:
    """The measures the published tables pool: the combined standards and two averages."""
    averages = tuple(m for m in table.measures if m.name in _AVERAGES)
    return (*COMBINED, *averages)


def pooled(
    table: MeasureTable, parts: pl.DataFrame, earlier: Sequence[pl.DataFrame], schools: pl.DataFrame
) -> MeasureTable:
    """The table of this year's schools with the parts of earlier cohorts added.

    Args:
        table: this year's table.
        parts: this year's parts by school and group (see `parts.school_parts`).
        earlier: the same of earlier cohorts; schools that are not in this year's file are left
            out, and so are parts that an earlier year did not have.
        schools: this year's school table.

    Source: key stage 2 performance tables, three-year fields: pooled counts.
    """
    wanted = [ELIGIBLE.name]
    for measure in pooled_measures(table):
        wanted += [measure.bottom.name, measure.top.name]
    columns = list(dict.fromkeys(wanted))
    known = schools["URN"].implode()
    frames = [parts.select("URN", "group", *columns)]
    for cohort in earlier:
        here = cohort.filter(
            pl.col("URN").is_in(known) & (pl.col("group").cast(pl.String) == WHOLE)
        )
        frames.append(
            here.select(
                "URN",
                pl.col("group").cast(pl.String).cast(parts.schema["group"]),
                *(pl.col(name).cast(parts.schema[name]) for name in columns),
            )
        )
    smallest = table.year.suppression.smallest_group
    few = (pl.col(ELIGIBLE.name) > 0) & (pl.col(ELIGIBLE.name) < smallest)
    every = pl.concat(frames).with_columns(few.cast(pl.UInt32).alias(SMALL_COHORTS))
    summed = every.group_by("URN", "group").agg(pl.col(*columns, SMALL_COHORTS).sum())
    return measure_table(summed, schools, table.year, missing=table.missing)
