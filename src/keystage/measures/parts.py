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
from keystage.measures.engine import running
from keystage.measures.packing import packed, unpacked, words
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


def _flags(measures: Sequence[Measure]) -> dict[str, pl.Expr]:
    """Whether a pupil at the end of key stage 2 is in each count, by part."""
    # Only such pupils are summed, so a count's first condition always holds.
    return {
        name: reduce(and_, (item.test for item in part.conditions[1:]))
        for name, part in parts_of(measures).items()
        if isinstance(part, Count) and name != catalogue.ELIGIBLE.name
    }


def _values(measures: Sequence[Measure]) -> dict[str, pl.Expr]:
    """What a pupil adds to each sum, by part; null for a pupil who is not in it."""
    return {
        name: pl.when(reduce(and_, (item.test for item in part.over.conditions[1:]))).then(
            pl.col(part.column)
        )
        for name, part in parts_of(measures).items()
        if isinstance(part, Sum)
    }


def _squares(measures: Sequence[Measure]) -> list[pl.Expr]:
    """The exact sum of squares of each subject's pupil progress (Int128)."""
    wide = {
        measure.subject: pl.col(measure.top.name).cast(pl.Int128)
        for measure in measures
        if measure.progress and measure.subject is not None
    }
    return [(value * value).sum().alias(squares_name(subject)) for subject, value in wide.items()]


def school_parts(working: pl.LazyFrame, measures: Sequence[Measure], year: Year) -> pl.DataFrame:
    """Sum pupils into one row a school and pupil group.

    Args:
        working: the working table, with progress in a year that has it.
        measures: the measures whose parts are wanted.
        year: the statutory year, for its pupil groups.

    Returns:
        ``URN``, ``group`` (an Enum of the year's groups) and a column for each part: counts UInt32,
        sums Int64, sums of squares Int128. A group no pupil of the school belongs to has no row.
    """
    groups = year.pupil_groups.groups
    dimensions = sorted({group.column for group in groups.values() if group.column})
    counted = working.filter(pl.col("included"))
    sizes = counted.group_by("URN").len().collect()["len"].to_list()
    here, largest = sum(sizes), max(sizes, default=0)
    flags, values = _flags(measures), _values(measures)
    shared = {f"word {at}": names for at, names in enumerate(words(list(flags), largest))}
    pupils = (
        counted.select(
            "URN",
            *dimensions,
            *(flag.alias(name) for name, flag in flags.items()),
            *(value.alias(name) for name, value in values.items()),
        )
        .select(
            "URN",
            *dimensions,
            *values,
            *(packed(names, largest).alias(word) for word, names in shared.items()),
        )
        .collect(**running(here, streaming=False))
    )
    sums = [
        pl.len().alias(catalogue.ELIGIBLE.name),
        *(pl.col(word).sum() for word in shared),
        *(pl.col(name).sum().cast(pl.Int64) for name in values),
        *_squares(measures),
    ]
    by_dimension = pl.collect_all(
        [pupils.lazy().group_by("URN", column).agg(sums) for column in dimensions],
        **running(pupils.height),
    )
    labels = pl.Enum(list(groups))
    whole = by_dimension[0].lazy().group_by("URN").agg(pl.all().exclude(dimensions[0]).sum())
    rows = [whole.with_columns(pl.lit(WHOLE).cast(labels).alias("group"))]
    rows += [
        _groups_of(column, table.lazy(), groups, labels)
        for column, table in zip(dimensions, by_dimension, strict=True)
    ]
    made = pl.collect_all(rows, **running(pupils.height))
    return pl.concat(made, how="diagonal").select(
        "URN",
        "group",
        catalogue.ELIGIBLE.name,
        *(count for word, names in shared.items() for count in unpacked(word, names, largest)),
        *values,
        *(expression.meta.output_name() for expression in _squares(measures)),
    )


def _groups_of(
    column: str, table: pl.LazyFrame, groups: Mapping[str, PupilGroup], labels: pl.Enum
) -> pl.LazyFrame:
    """The rows of the groups that are made from one dimension."""
    here = {name: group for name, group in groups.items() if group.column == column}
    pairs = [(value, name) for name, group in here.items() for value in group.values]
    members = pl.DataFrame(pairs, schema={"value": pl.String, "group": labels}, orient="row")
    rows = (
        table.with_columns(pl.col(column).cast(pl.String).alias("value"))
        .join(members.lazy(), on="value")
        .select("URN", "group", pl.all().exclude("URN", "group", "value", column))
    )
    if any(len(group.values) > 1 for group in here.values()):
        return rows.group_by("URN", "group").agg(pl.all().sum())
    return rows
