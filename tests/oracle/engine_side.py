"""The engine's side of every comparison: the same invented pupils, and each unit's figures.

The oracle knows nothing of this module. Units are named as the oracle names them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from oracle_types import Unit

from keystage.measures import figures
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.compute import Computed, compute
from keystage.measures.declare import Measure
from keystage.measures.fields import Field, fields
from keystage.measures.printing import printed_ratio
from keystage.measures.table import EVERYONE, MeasureTable
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.records.schema import PUPILS, SCHOOLS
from keystage.statute.code_lists import code_lists
from keystage.statute.table import Source
from keystage.statute.year import Year

Rows = Sequence[Mapping[str, Any]]
_PUPIL_FIELDS = frozenset(column.name for column in PUPILS)
_SCHOOL_FIELDS = frozenset(column.name for column in SCHOOLS)


def record_set(pupils: Rows, schools: Rows, year: Year, missing: Sequence[str] = ()) -> RecordSet:
    """The invented records as the reader of files would hand them over."""
    codes = code_lists(year)
    return RecordSet(
        pupils=pupils_frame([_only(row, _PUPIL_FIELDS) for row in pupils], codes),
        schools=schools_frame([_only(row, _SCHOOL_FIELDS) for row in schools], codes),
        missing=tuple(missing),
    )


def _only(row: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in names}


def computed(
    pupils: Rows,
    schools: Rows,
    year: Year,
    *,
    missing: Sequence[str] = (),
    derive_from: Source | None = None,
) -> Computed:
    """Everything the engine makes of the pupils."""
    return compute(record_set(pupils, schools, year, missing), year, derive_from=derive_from)


def units_of(table: MeasureTable) -> list[Unit]:
    """The oracle's name of each unit of the table, in order."""
    named: list[Unit] = []
    for row in table.units.to_dicts():
        level = row["level"]
        if level == "national":
            kind = row["kind"]
            named.append(("NATIONAL", "all" if kind == EVERYONE else kind))
        else:
            column = {"school": "URN", "la": "LEA", "region": "REGION", "trust": "TRUST_UID"}[level]
            named.append((str(level).upper(), row[column]))
    return named


def printed(table: MeasureTable, comparators: Mapping[str, int]) -> dict[Unit, dict[str, int]]:
    """Every field of every unit as whole units of its last printed decimal."""
    height = table.units.height
    frame = table.parts.with_columns(_every_cell(table))
    columns: dict[str, list[Any]] = {}
    for field in fields(table.year):
        start = table.groups.index(field.group) * height
        if field.kind == "share":
            columns[field.name] = _share(field, table)
        elif field.kind == "gap":
            assert field.measure is not None
            own = frame[_cell(field.measure, "figure")].slice(start, height)
            national = comparators.get(field.measure.name)
            columns[field.name] = [
                None if value is None or national is None else value - national for value in own
            ]
        elif field.kind != "deviation":
            name = ELIGIBLE.name if field.kind == "count" else _cell(field.measure, field.kind)
            columns[field.name] = frame[name].slice(start, height).to_list()
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    return {
        unit: dict(zip(names, row, strict=True))
        for unit, row in zip(units_of(table), rows, strict=True)
    }


def _cell(measure: Measure | None, kind: str) -> str:
    assert measure is not None
    return f"{kind} {measure.name}"


def _every_cell(table: MeasureTable) -> Iterator[pl.Expr]:
    for measure in table.measures:
        yield figures.printed(measure, table.year).alias(_cell(measure, "figure"))
        if measure.progress:
            lower, upper = figures.limits_printed(measure, table.year)
            yield lower.alias(_cell(measure, "lower"))
            yield upper.alias(_cell(measure, "upper"))
            yield figures.band(measure, table.year).alias(_cell(measure, "band"))


def _share(field: Field, table: MeasureTable) -> list[int | None]:
    assert field.composition is not None
    over = [table.of_group(group)[ELIGIBLE.name].cast(pl.Int64) for group in field.composition.over]
    counts = pl.DataFrame(
        {"top": table.of_group(field.group)[ELIGIBLE.name], "bottom": sum(over[1:], start=over[0])}
    )
    top = pl.col("top").cast(pl.Int64) * figures.PERCENT
    cells = counts.select(printed_ratio(top, pl.col("bottom"), table.year.rounding.percent))
    found: list[int | None] = cells.to_series().to_list()
    return found


def one_school(
    pupils: Rows, year: Year, comparators: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The printed figures of the one school the pupils are in (URN 900001, mainstream)."""
    table = computed(pupils, [{"URN": 900001, "LEA": 999, "RECTYPE": 1}], year).table
    return printed(table, comparators or {})["SCHOOL", 900001]


def worked(pupils: Rows, year: Year) -> list[dict[str, Any]]:
    """The working of each pupil in order: every column of the working table, with progress."""
    schools = [{"URN": urn} for urn in {pupil["URN"]: None for pupil in pupils}]
    rows: list[dict[str, Any]] = computed(pupils, schools, year).working.collect().to_dicts()
    return rows
