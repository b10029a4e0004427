"""The measure table: the parts of every school, authority, region, trust and of England.

A higher level is the sum of its schools' parts; nothing averages averages. Parts are kept group by
group, each group with one row a unit in the same order, so that a group of a level is a slice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from keystage.measures.catalogue import measures
from keystage.measures.declare import Measure
from keystage.statute.publication import SchoolType
from keystage.statute.year import Year

Level = Literal["school", "la", "region", "trust", "national"]
LEVELS: tuple[Level, ...] = ("school", "la", "region", "trust", "national")
_LEVELS = pl.Enum(LEVELS)

EVERYONE, STATE_FUNDED, MAINSTREAM = "everyone", "state_funded", "mainstream"
#: The rows that hold every school of a kind: the record type the published tables give them, and
#: their names when the pupil file is England's and when it is not.
NATIONAL: Mapping[str, tuple[int | None, str, str]] = {
    EVERYONE: (4, "England (all schools)", "All schools in the file"),
    STATE_FUNDED: (5, "England (state-funded schools)", "State-funded schools in the file"),
    MAINSTREAM: (
        None,
        "England (state-funded mainstream schools)",
        "State-funded mainstream schools in the file",
    ),
}
_MAINSTREAM, _SPECIAL = 1, 2


@dataclass(frozen=True)
class MeasureTable:
    """Parts of every unit and pupil group, with the year they were made under.

    Attributes:
        year: the statutory year, with the reference that was used.
        measures: the measures the parts were made for.
        units: one row a unit: ``level``, ``name``, ``kind`` (of a national row) and the identity
            columns of the school table; levels follow each other.
        groups: the year's pupil groups, in order.
        parts: for each group in order, one row a unit in order; a column for each part.
        missing: pupil columns the file did not have; figures that need them are not available.
        national: whether the pupil file holds England.
    """

    year: Year
    measures: tuple[Measure, ...]
    units: pl.DataFrame
    groups: tuple[str, ...]
    parts: pl.DataFrame
    missing: frozenset[str] = frozenset()
    national: bool = False

    def of_group(self, group: str) -> pl.DataFrame:
        """The parts of one pupil group, one row a unit in the order of ``units``."""
        return self.parts.slice(self.groups.index(group) * self.units.height, self.units.height)


def with_types(schools: pl.DataFrame, types: Mapping[str, SchoolType]) -> pl.DataFrame:
    """Add ``mainstream`` and ``state_funded`` (Boolean; null where nothing says).

    The school type decides. Where it is blank the record type does, and a school of the published
    tables is taken as state-funded; where both are blank nothing is known.
    """
    kind = pl.col("NFTYPE").cast(pl.String)
    funded = kind.replace_strict(
        {code: item.state_funded for code, item in types.items()},
        default=None,
        return_dtype=pl.Boolean,
    )
    mainstream = kind.replace_strict(
        {code: item.state_funded and item.mainstream for code, item in types.items()},
        default=None,
        return_dtype=pl.Boolean,
    )
    record = pl.col("RECTYPE")
    return schools.with_columns(
        pl.coalesce(funded, record.is_in([_MAINSTREAM, _SPECIAL])).alias(STATE_FUNDED),
        pl.coalesce(mainstream, record == _MAINSTREAM).alias(MAINSTREAM),
        pl.lit(value=True).alias(EVERYONE),
    )


def measure_table(
    parts: pl.DataFrame,
    schools: pl.DataFrame,
    year: Year,
    *,
    missing: frozenset[str] = frozenset(),
    national: bool = False,
) -> MeasureTable:
    """Roll the parts of schools up to every level.

    Args:
        parts: the output of `parts.school_parts`.
        schools: the typed school table; every URN of the parts is in it.
        year: the statutory year.
        missing: pupil columns the file did not have.
        national: whether the pupil file holds England.

    An authority or region is its state-funded mainstream and special schools, as in the published
    tables. A trust is all its schools here; the weighted trust measures are `trusts`'.
    """
    schools = with_types(schools.sort("URN"), year.school_types.types)
    names = [name for name in parts.columns if name not in {"URN", "group"}]
    joined = parts.join(
        schools.select("URN", "LEA", "REGION", "TRUST_UID", STATE_FUNDED, MAINSTREAM, EVERYONE),
        on="URN",
        how="left",
    )
    blocks = [
        schools.with_columns(
            level=pl.lit("school"), name=pl.col("SCHNAME"), kind=pl.lit(None, pl.String)
        )
    ]
    rows = [parts.rename({"URN": "key"})]
    keys = [schools["URN"]]
    for level, column in (("la", "LEA"), ("region", "REGION"), ("trust", "TRUST_UID")):
        members = joined.filter(
            pl.col(column).is_not_null() & (pl.col(STATE_FUNDED) if level != "trust" else True)
        )
        rows.append(members.group_by(pl.col(column).alias("key"), "group").agg(pl.col(names).sum()))
        units = _units_of(schools, level, column)
        blocks.append(units)
        keys.append(units[column])
    for kind, (record, england, in_file) in NATIONAL.items():
        members = joined.filter(pl.col(kind))
        if members.is_empty():
            continue
        rows.append(members.group_by(pl.lit(kind).alias("key"), "group").agg(pl.col(names).sum()))
        blocks.append(_national_unit(kind, record, england if national else in_file))
        keys.append(pl.Series([kind]))
    units = pl.concat(blocks, how="diagonal").with_columns(pl.col("level").cast(_LEVELS))
    return MeasureTable(
        year=year,
        measures=measures(progress=year.year.progress),
        units=units,
        groups=tuple(year.pupil_groups.groups),
        parts=_dense(rows, blocks, keys, tuple(year.pupil_groups.groups), names),
        missing=missing,
        national=national,
    )


def _national_unit(kind: str, record: int | None, name: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"level": "national", "kind": kind, "name": name, "RECTYPE": record},
        schema_overrides={"RECTYPE": pl.Int8},
    )


def _units_of(schools: pl.DataFrame, level: str, column: str) -> pl.DataFrame:
    """One row for each authority, region or trust that has schools, in order of its key."""
    names = {
        "la": pl.lit(None, pl.String),
        "region": pl.col("REGION").first(),
        "trust": pl.col("TRUST_NAME").first(),
    }
    kept = {"la": ["REGION"], "region": [], "trust": ["TRUST_NAME"]}[level]
    members = schools.filter(pl.col(column).is_not_null())
    if level != "trust":
        members = members.filter(pl.col(STATE_FUNDED))
    return (
        members.group_by(column)
        .agg(
            names[level].alias("name"),
            *(pl.col(other).first() for other in kept if other != column),
        )
        .sort(column)
        .with_columns(level=pl.lit(level), RECTYPE=pl.lit(3 if level == "la" else None, pl.Int8))
    )


def _dense(
    rows: list[pl.DataFrame],
    blocks: list[pl.DataFrame],
    keys: list[pl.Series],
    groups: tuple[str, ...],
    names: list[str],
) -> pl.DataFrame:
    """Put every unit's parts in their place, group by group, with zeros where there is no pupil."""
    height = sum(block.height for block in blocks)
    placed, start = [], 0
    for table, key in zip(rows, keys, strict=True):
        units = pl.DataFrame(
            {"key": key, "unit": range(start, start + len(key))},
            schema_overrides={"unit": pl.UInt32},
        )
        start += len(key)
        group = pl.col("group").to_physical().cast(pl.UInt32)
        placed.append(
            table.join(units, on="key", how="inner").select(
                (group * height + pl.col("unit")).alias("place"), *names
            )
        )
    every = pl.DataFrame({"place": range(len(groups) * height)}, schema={"place": pl.UInt32})
    return (
        every.join(pl.concat(placed), on="place", how="left", maintain_order="left")
        .drop("place")
        .with_columns(pl.all().fill_null(0))
    )
