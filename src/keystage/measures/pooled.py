"""Three-year pooled measures: the parts of three cohorts summed, never an average of averages."""

from collections.abc import Sequence

import polars as pl

from keystage.core.errors import UsageError
from keystage.measures.catalogue import COMBINED, ELIGIBLE, measures
from keystage.measures.declare import Measure
from keystage.measures.fields import Field
from keystage.measures.parts import WHOLE
from keystage.measures.table import MeasureTable, measure_table
from keystage.statute.year import Year

SUFFIX = "_3YR"
#: The part that counts cohorts too small to be shown, this year's or an earlier one.
SMALL_COHORTS = "small_cohorts"
_AVERAGES = ("reading_average", "maths_average")


def pooled_measures(table: MeasureTable) -> tuple[Measure, ...]:
    """The measures the published tables pool: the combined standards and two averages."""
    return _pooled_among(table.measures)


def _pooled_among(declared: Sequence[Measure]) -> tuple[Measure, ...]:
    return (*COMBINED, *(measure for measure in declared if measure.name in _AVERAGES))


def pooled_fields(year: Year) -> tuple[Field, ...]:
    """The three-year fields of a year: the pupils, and each pooled measure's figure."""
    return (
        Field(f"TELIG{SUFFIX}", "count", WHOLE),
        *(
            Field(measure.field.format(group=SUFFIX), "figure", WHOLE, measure)
            for measure in _pooled_among(measures(progress=year.year.progress))
        ),
    )


def pooled_columns(year: Year) -> list[str]:
    """The columns that the parts of an earlier cohort must have."""
    return ["URN", "group", *_columns(_pooled_among(measures(progress=year.year.progress)))]


def _columns(declared: Sequence[Measure]) -> list[str]:
    wanted = [ELIGIBLE.name]
    for measure in declared:
        wanted += [measure.bottom.name, measure.top.name]
    return list(dict.fromkeys(wanted))


def pooled_field_named(name: str, year: Year) -> Field | None:
    """The three-year field of a name, whatever its case; none if the name is no three-year one.

    Raises:
        UsageError: it is one, and the year has no such field.
    """
    wanted = name.strip().casefold()
    if not wanted.endswith(SUFFIX.casefold()):
        return None
    every = {field.name.casefold(): field for field in pooled_fields(year)}
    if wanted not in every:
        names = ", ".join(field.name for field in every.values())
        raise UsageError(
            f"{year.name} has no three-year figure called {name}.",
            todo=f"The three-year figures are {names}.",
        )
    return every[wanted]


def pooled(
    table: MeasureTable, parts: pl.DataFrame, earlier: Sequence[pl.DataFrame], schools: pl.DataFrame
) -> MeasureTable:
    """The table of this year's schools with the parts of earlier cohorts added.

    Args:
        table: this year's table.
        parts: this year's parts by school and group (see `parts.school_parts`).
        earlier: the same of earlier cohorts, with at least `pooled_columns`; schools that are not
            in this year's file are left out.
        schools: this year's school table.

    Source: key stage 2 performance tables, three-year fields: pooled counts.
    """
    columns = _columns(pooled_measures(table))
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
