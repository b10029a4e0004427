"""From pupils to additive parts: counts and sums of every school and pupil group.

Every figure at every level is made from these parts, which are whole numbers, so that a trust, an
authority or England is the exact sum of its schools. Pupils are read once for each dimension (sex,
disadvantage, …), not once for each group.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import and_

import polars as pl

from keystage.measures import catalogue
from keystage.measures.declare import Count, Measure, Sum
from keystage.measures.engine import engine_for
from keystage.statute.publication import PupilGroup
from keystage.statute.year import Year

WHOLE = "all"


def parts_of(measures: Iterable[Measure]) -> dict[str, Count | Sum]:
    """The distinct counts and sums that measures are made from, by name."""
    parts: dict[str, Count | Sum] = {catalogue.ELIGIBLE.name: catalogue.ELIGIBLE}
    for measure in measures:
        for part in (measure.bottom, measure.top):
            parts[part.name] = part
    for count in catalogue.LOST_SCRIPTS.values():
        parts[count.name] = count
    return parts


def squares_name(subject: str) -> str:
    """The part that holds the sum of squares of a subject's pupil progress."""
    return f"{subject}_progress_squares"


def columns(measures: Sequence[Measure]) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """What to prepare for each pupil, and what to sum over pupils who are at the end of key stage.

    Returns:
        Two lists of expressions over the working table with progress, named by part: values of one
        pupil, and their sums (counts UInt32, sums Int64, sums of squares Int128).
    """
    values, sums = [], []
    for name, part in parts_of(measures).items():
        if name == catalogue.ELIGIBLE.name:
            sums.append(pl.len().alias(name))
        elif isinstance(part, Count):
            # Only pupils at the end of key stage are summed, so the first condition always holds.
            values.append(reduce(and_, (item.test for item in part.conditions[1:])).alias(name))
            sums.append(pl.col(name).sum())
        else:
            values.append(pl.when(_within(part)).then(pl.col(part.column)).alias(name))
            sums.append(pl.col(name).sum().cast(pl.Int64))
    for measure in measures:
        if measure.progress and measure.subject is not None:
            wide = pl.col(measure.top.name).cast(pl.Int128)
            sums.append((wide * wide).sum().alias(squares_name(measure.subject)))
    return values, sums


def _within(part: Sum) -> pl.Expr:
    return reduce(and_, (item.test for item in part.over.conditions[1:]))


def school_parts(working: pl.LazyFrame, measures: Sequence[Measure], year: Year) -> pl.DataFrame:
    """Sum pupils into one row a school and pupil group.

    Args:
        working: the working table, with progress in a year that has it.
        measures: the measures whose parts are wanted.
        year: the statutory year, for its pupil groups.

    Returns:
        ``URN``, ``group`` (an Enum of the year's groups) and a column for each part. A group no
        pupil of the school belongs to has no row.
    """
    groups = year.pupil_groups.groups
    dimensions = sorted({group.column for group in groups.values() if group.column})
    values, sums = columns(measures)
    pupils = (
        working.filter(pl.col("included"))
        .select("URN", *dimensions, *values)
        .collect(engine="in-memory")
    )
    by_dimension = pl.collect_all(
        [pupils.lazy().group_by("URN", column).agg(sums) for column in dimensions],
        engine=engine_for(pupils.height),
    )
    names = [expression.meta.output_name() for expression in sums]
    labels = pl.Enum(list(groups))
    whole = (
        by_dimension[0]
        .group_by("URN")
        .agg(pl.col(names).sum())
        .select("URN", pl.lit(WHOLE).cast(labels).alias("group"), *names)
    )
    rows = [
        _groups_of(column, table, groups, labels)
        for column, table in zip(dimensions, by_dimension, strict=True)
    ]
    return pl.concat([whole, *rows])


def _groups_of(
    column: str, table: pl.DataFrame, groups: Mapping[str, PupilGroup], labels: pl.Enum
) -> pl.DataFrame:
    """The rows of the groups that are made from one dimension."""
    here = {name: group for name, group in groups.items() if group.column == column}
    pairs = [(value, name) for name, group in here.items() for value in group.values]
    members = pl.DataFrame(pairs, schema={"value": pl.String, "group": labels}, orient="row")
    rows = (
        table.with_columns(pl.col(column).cast(pl.String).alias("value"))
        .join(members, on="value")
        .select("URN", "group", pl.all().exclude("URN", "group", "value", column))
    )
    if any(len(group.values) > 1 for group in here.values()):
        return rows.group_by("URN", "group").agg(pl.all().sum())
    return rows
