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
from keystage.measures.engine import running
from keystage.records.record_type import SCHOOL_RECORDS, RecordType
from keystage.statute.publication import SchoolType
from keystage.statute.year import Year

Level = Literal["school", "la", "region", "trust", "national"]
LEVELS: tuple[Level, ...] = ("school", "la", "region", "trust", "national")
_LEVELS = pl.Enum(LEVELS)

EVERYONE, STATE_FUNDED, MAINSTREAM = "everyone", "state_funded", "mainstream"
IN_AREA = "in_area"
#: The rows that hold every school of a kind: the record type the published tables give them, and
#: their names when the pupil file is England's and when it is not.
NATIONAL: Mapping[str, tuple[RecordType | None, str, str]] = {
    EVERYONE: (RecordType.ENGLAND_ALL, "England (all schools)", "All schools in the file"),
    STATE_FUNDED: (
        RecordType.ENGLAND_STATE_FUNDED,
        "England (state-funded schools)",
        "State-funded schools in the file",
    ),
    MAINSTREAM: (
        None,
        "England (state-funded mainstream schools)",
        "State-funded mainstream schools in the file",
    ),
}
_KEYS: Mapping[Level, str] = {"la": "LEA", "region": "REGION", "trust": "TRUST_UID"}


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

    def of_group(self, group: str, level: Level | None = None) -> pl.DataFrame:
        """The parts of one pupil group, one row a unit in the order of ``units``.

        Args:
            group: the pupil group.
            level: only the units of this level; all by default.
        """
        first = self.groups.index(group) * self.units.height
        start, height = self.block(level) if level else (0, self.units.height)
        return self.parts.slice(first + start, height)

    def units_of(self, level: Level | None = None) -> pl.DataFrame:
        """The units of a level, or all of them: the rows that `of_group` gives the parts of."""
        return self.units.slice(*self.block(level)) if level else self.units

    def of_schools(self, group: str, urns: pl.Series) -> pl.DataFrame:
        """The parts of one pupil group in some schools, one row a school in the order of ``urns``.

        Args:
            group: the pupil group.
            urns: schools of the table.
        """
        schools = self.units_of("school").select("URN").with_row_index("place")
        places = urns.to_frame("URN").join(schools, on="URN", how="left", maintain_order="left")
        return self.of_group(group, "school")[places["place"]]

    def block(self, level: Level) -> tuple[int, int]:
        """Where the units of a level start, and how many there are."""
        here = self.units["level"] == level
        return here.arg_max() or 0, int(here.sum())


def with_types(schools: pl.DataFrame, types: Mapping[str, SchoolType]) -> pl.DataFrame:
    """Add ``mainstream``, ``state_funded`` and ``in_area`` (Boolean; null where nothing says).

    The school type decides. Where it is blank the record type does, and a school of the published
    tables is taken as state-funded; where both are blank nothing is known. Schools in an area are
    state-funded mainstream and special schools, not alternative provision.
    """
    kind = pl.col("NFTYPE").cast(pl.String)
    funded = kind.is_in([code for code, item in types.items() if item.state_funded])
    mainstream = kind.is_in(
        [code for code, item in types.items() if item.state_funded and item.mainstream]
    )
    alternative = kind.is_in(
        [code for code, item in types.items() if item.alternative_provision]
    ).fill_null(value=False)
    record = pl.col("RECTYPE")
    return schools.with_columns(
        pl.coalesce(funded, record.is_in(SCHOOL_RECORDS)).alias(STATE_FUNDED),
        pl.coalesce(mainstream, record == RecordType.MAINSTREAM).alias(MAINSTREAM),
        pl.lit(value=True).alias(EVERYONE),
    ).with_columns((pl.col(STATE_FUNDED) & ~alternative).alias(IN_AREA))


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
    units = [
        schools.with_columns(
            level=pl.lit("school"), name=pl.col("SCHNAME"), kind=pl.lit(None, pl.String)
        )
    ]
    tagged, names = _tagged(parts, schools), _names(parts)
    above: list[pl.LazyFrame] = []
    areas, trusts = pl.collect_all(
        [
            _summed(tagged.lazy(), ("la", "region", STATE_FUNDED, MAINSTREAM), names),
            _summed(tagged.lazy(), ("trust",), names),
        ],
        **running(parts.height),
    )
    for (level, column), table in zip(_KEYS.items(), (areas, areas, trusts), strict=True):
        block = _units_of(schools, level, column)
        start = sum(item.height for item in units)
        places = block.select(pl.col(column).alias(level)).with_row_index("unit", start)
        summed = _summed(table.lazy(), (level,), names).join(places.lazy(), on=level)
        above.append(summed.select("unit", "group", *names))
        units.append(block)
    for kind, (record, england, in_file) in NATIONAL.items():
        members = areas if kind == EVERYONE else areas.filter(pl.col(kind))
        if members.is_empty():
            continue
        unit = pl.lit(sum(item.height for item in units), pl.UInt32).alias("unit")
        above.append(_summed(members.lazy(), (), names).select(unit, "group", *names))
        units.append(_national_unit(kind, record, england if national else in_file))
    rows = [tagged.select("unit", "group", *names)]
    rows += pl.collect_all(above, **running(areas.height))
    every = pl.concat(units, how="diagonal").with_columns(pl.col("level").cast(_LEVELS))
    return MeasureTable(
        year=year,
        measures=measures(progress=year.year.progress),
        units=every,
        groups=tuple(year.pupil_groups.groups),
        parts=_dense(pl.concat(rows), every.height, len(year.pupil_groups.groups)),
        missing=missing,
        national=national,
    )


def _names(parts: pl.DataFrame) -> list[str]:
    return [name for name in parts.columns if name not in {"URN", "group"}]


def _tagged(parts: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    """The parts with their school's place and the units above it that it counts in."""
    in_area = pl.when(pl.col(IN_AREA))
    above = schools.with_row_index("unit").select(
        "URN",
        "unit",
        STATE_FUNDED,
        MAINSTREAM,
        *(
            (pl.col(column) if level == "trust" else in_area.then(pl.col(column))).alias(level)
            for level, column in _KEYS.items()
        ),
    )
    keys = parts.select("URN").join(above, on="URN", how="left", maintain_order="left")
    return parts.hstack(keys.drop("URN"))


def _summed(table: pl.LazyFrame, keys: tuple[str, ...], names: list[str]) -> pl.LazyFrame:
    """Parts summed by the units above schools, each pupil group apart."""
    return table.group_by(*keys, "group").agg(pl.col(names).sum())


def _national_unit(kind: str, record: RecordType | None, name: str) -> pl.DataFrame:
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
        members = members.filter(pl.col(IN_AREA))
    return (
        members.group_by(column)
        .agg(
            names[level].alias("name"),
            *(pl.col(other).first() for other in kept if other != column),
        )
        .sort(column)
        .with_columns(
            level=pl.lit(level),
            RECTYPE=pl.lit(RecordType.AUTHORITY if level == "la" else None, pl.Int8),
        )
    )


def _dense(rows: pl.DataFrame, units: int, groups: int) -> pl.DataFrame:
    """Put every unit's parts in their place, group by group, with zeros where there is no pupil."""
    group = pl.col("group").to_physical().cast(pl.UInt32)
    places = rows.select((group * units + pl.col("unit")).alias("place")).with_row_index("row")
    every = pl.DataFrame({"place": pl.int_range(groups * units, dtype=pl.UInt32, eager=True)})
    found = every.join(places, on="place", how="left", maintain_order="left")["row"]
    parts = rows.drop("unit", "group")
    # A row of zeros to point at is much quicker than places without a row, filled afterwards.
    nobody = parts.clear().sum()
    found = found.fill_null(parts.height)
    return pl.concat([parts, nobody], rechunk=True)[found]
