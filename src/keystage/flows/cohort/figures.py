"""The figures of a measure table that an invented England is compared by (see `cohort.targets`)."""

from collections.abc import Sequence

import polars as pl

from keystage.core.subjects import IN_PROGRESS, Subject
from keystage.measures import figures
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.parts import WHOLE
from keystage.measures.table import STATE_FUNDED, MeasureTable
from keystage.records.record_type import RecordType

_KINDS = {int(RecordType.MAINSTREAM): "mainstream", int(RecordType.SPECIAL): "special"}
_KEYS = {"school": "URN", "la": "LEA"}


def figures_to_compare(
    table: MeasureTable, progress: Sequence[Subject] = IN_PROGRESS
) -> pl.DataFrame:
    """Unrounded figures: every pupil group of England, and all pupils of areas and schools.

    Args:
        table: the measures of a cohort.
        progress: the subjects whose progress is compared; that of others is left out.

    Returns:
        Columns ``level`` (national, la or school), ``unit`` (the number of the area or school),
        ``kind`` (of a school: mainstream or special), ``group``, ``measure`` (a name of the
        catalogue, ``pupils`` for how many are at the end of key stage 2, or ``reading_band`` and
        the like) and ``value``. National rows are those of state-funded schools.
    """
    england = table.units.with_row_index("at").filter(
        (pl.col("level") == "national") & (pl.col("kind") == STATE_FUNDED)
    )["at"]
    blocks = [
        _long(table.of_group(group)[england], table).with_columns(
            level=pl.lit("national"),
            unit=pl.lit(None, pl.Int32),
            kind=pl.lit(None, pl.String),
            group=pl.lit(group),
        )
        for group in table.groups
    ]
    for level, key in _KEYS.items():
        units = table.units_of(level)  # type: ignore[arg-type]
        kind = units["RECTYPE"].replace_strict(_KINDS, default=None, return_dtype=pl.String)
        parts = table.of_group(WHOLE, level)  # type: ignore[arg-type]
        blocks.append(
            _long(
                parts, table, units.select(pl.col(key).alias("unit")).with_columns(kind=kind)
            ).with_columns(level=pl.lit(level), group=pl.lit(WHOLE))
        )
    columns = ("level", "unit", "kind", "group", "measure", "value")
    left_out = [f"^{subject}_(progress|band)" for subject in IN_PROGRESS if subject not in progress]
    figures = pl.concat(block.select(columns) for block in blocks).drop_nulls("value")
    return figures.filter(~pl.col("measure").str.contains("|".join(left_out) or "^$"))


def _long(
    parts: pl.DataFrame, table: MeasureTable, units: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row a unit and measure."""
    wanted = [figures.value(measure).alias(measure.name) for measure in table.measures]
    wanted.append(pl.col(ELIGIBLE.name).cast(pl.Float64).alias("pupils"))
    for measure in table.measures:
        if measure.subject in IN_PROGRESS and measure.name == f"{measure.subject}_progress":
            band = figures.band(measure, table.year).cast(pl.Float64)
            wanted.append(band.alias(f"{measure.subject}_band"))
            wanted.append(pl.col(measure.bottom.name).cast(pl.Float64))
    wide = parts.select(wanted)
    names = wide.columns
    if units is None:
        return wide.unpivot(on=names, variable_name="measure", value_name="value")
    wide = pl.concat([units, wide], how="horizontal")
    return wide.unpivot(
        on=names, index=["unit", "kind"], variable_name="measure", value_name="value"
    )
