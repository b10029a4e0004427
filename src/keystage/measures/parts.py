"""From pupils to additive parts: counts and sums of every school and pupil group.

Every figure at every level is made from these parts, which are whole numbers, so that a trust, an
authority or England is the exact sum of its schools. Pupils are read once for each dimension (sex,
disadvantage, …), not once for each group.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_

import polars as pl

from keystage.measures import catalogue
from keystage.measures.codes import codes_of
from keystage.measures.declare import Count, Measure, Sum
from keystage.measures.engine import at_hand, running
from keystage.measures.packing import packed, unpacked, words
from keystage.statute.publication import PupilGroup
from keystage.statute.year import Year

WHOLE = "all"
_KEY = "key"


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


@cache
def _flags(measures: tuple[Measure, ...]) -> Mapping[str, pl.Expr]:
    """Whether a pupil at the end of key stage 2 is in each count, by part."""
    # Only such pupils are summed, so a count's first condition always holds.
    return {
        name: reduce(and_, (item.test for item in part.conditions[1:]))
        for name, part in parts_of(measures).items()
        if isinstance(part, Count) and name != catalogue.ELIGIBLE.name
    }


@cache
def _values(measures: tuple[Measure, ...]) -> Mapping[str, pl.Expr]:
    """What a pupil adds to each sum, by part; nothing for a pupil who is not in it."""
    # Zeros are summed faster than nulls.
    return {
        name: pl.when(reduce(and_, (item.test for item in part.over.conditions[1:])))
        .then(pl.col(part.column))
        .otherwise(0)
        for name, part in parts_of(measures).items()
        if isinstance(part, Sum)
    }


@cache
def _squares(measures: tuple[Measure, ...]) -> Mapping[str, pl.Expr]:
    """The square of a pupil's progress in each subject (Int128, so that it is exact), by part."""
    values = _values(measures)
    wide = {
        squares_name(measure.subject): values[measure.top.name].cast(pl.Int128)
        for measure in measures
        if measure.progress and measure.subject is not None
    }
    return {name: value * value for name, value in wide.items()}


@dataclass(frozen=True)
class _Dimension:
    """A column of codes that pupil groups are made from.

    A school and a code are summed by as one number, which is quicker than by two columns.
    """

    column: str
    codes: Sequence[str]

    @property
    def key(self) -> pl.Expr:
        """The number of a pupil's school and code; blank is the place after the codes."""
        place = pl.col(self.column).to_physical().cast(pl.Int64).fill_null(len(self.codes))
        return (pl.col("URN").cast(pl.Int64) * self._places + place).alias(_KEY)

    @property
    def urn(self) -> pl.Expr:
        """The school of a number."""
        return (pl.col(_KEY) // self._places).cast(pl.Int32).alias("URN")

    @property
    def place(self) -> pl.Expr:
        """The place of a number's code among the codes."""
        return (pl.col(_KEY) % self._places).alias("place")

    @property
    def _places(self) -> int:
        return len(self.codes) + 1


def school_parts(
    working: pl.LazyFrame, measures: tuple[Measure, ...], year: Year, *, urns: pl.Series
) -> pl.DataFrame:
    """Sum pupils into one row a school and pupil group.

    Args:
        working: the working table, with progress in a year that has it.
        measures: the measures whose parts are wanted.
        year: the statutory year, for its pupil groups.
        urns: the school of each pupil of the working table, none of which counts more than it has.

    Returns:
        ``URN``, ``group`` (an Enum of the year's groups) and a column for each part: counts UInt32,
        sums Int64, sums of squares Int128. A group no pupil of the school belongs to has no row.
    """
    groups = year.pupil_groups.groups
    columns = sorted({group.column for group in groups.values() if group.column})
    counted = working.filter(pl.col("included"))
    flags, values, squares = _flags(measures), _values(measures), _squares(measures)
    height, largest = urns.len(), max(urns.value_counts()["count"].to_list(), default=0)
    shared = {f"word {at}": names for at, names in enumerate(words(list(flags), largest))}
    pupils = at_hand(
        counted.select(
            "URN",
            *columns,
            *(
                packed([flags[name] for name in names], largest).alias(word)
                for word, names in shared.items()
            ),
            *(value.alias(name) for name, value in values.items()),
            *(value.alias(name) for name, value in squares.items()),
        ),
        height,
    )
    codes = codes_of(pupils.collect_schema())
    dimensions = [_Dimension(column, codes[column]) for column in columns]
    sums = [
        pl.len().alias(catalogue.ELIGIBLE.name),
        *(pl.col(word).sum() for word in shared),
        *(pl.col(name).sum().cast(pl.Int64) for name in values),
        *(pl.col(name).sum() for name in squares),
    ]
    by_dimension = pl.collect_all(
        [
            pupils.group_by(dimension.key).agg(sums).with_columns(dimension.urn)
            for dimension in dimensions
        ],
        **running(height),
    )
    labels = pl.Enum(list(groups))
    whole = by_dimension[0].lazy().group_by("URN").agg(pl.all().exclude(_KEY).sum())
    rows = [whole.with_columns(pl.lit(WHOLE).cast(labels).alias("group"))]
    rows += [
        _groups_of(dimension, table.lazy(), groups, labels)
        for dimension, table in zip(dimensions, by_dimension, strict=True)
    ]
    made = pl.collect_all(rows, **running(height))
    return pl.concat(made, how="diagonal").select(
        "URN",
        "group",
        catalogue.ELIGIBLE.name,
        *(count for word, names in shared.items() for count in unpacked(word, names, largest)),
        *values,
        *squares,
    )


def _groups_of(
    dimension: _Dimension, table: pl.LazyFrame, groups: Mapping[str, PupilGroup], labels: pl.Enum
) -> pl.LazyFrame:
    """The rows of the groups that are made from one dimension."""
    here = {name: group for name, group in groups.items() if group.column == dimension.column}
    pairs = [
        (place, name)
        for place, code in enumerate(dimension.codes)
        for name, group in here.items()
        if code in group.values
    ]
    members = pl.DataFrame(pairs, schema={"place": pl.Int64, "group": labels}, orient="row")
    rows = (
        table.with_columns(dimension.place)
        .join(members.lazy(), on="place")
        .select("URN", "group", pl.all().exclude("URN", "group", "place", _KEY))
    )
    if any(len(group.values) > 1 for group in here.values()):
        return rows.group_by("URN", "group").agg(pl.all().sum())
    return rows
