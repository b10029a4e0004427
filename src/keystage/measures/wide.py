"""One row a unit: every field unrounded, for analysts. Not for publication."""

from collections.abc import Mapping

import polars as pl

from keystage.measures import figures
from keystage.measures.availability import unavailable
from keystage.measures.catalogue import COMPOSITION, ELIGIBLE
from keystage.measures.declare import Measure
from keystage.measures.engine import running
from keystage.measures.fields import DISADVANTAGED, GAPS, Field, fields
from keystage.measures.parts import WHOLE
from keystage.measures.pooled import SUFFIX, pooled_measures
from keystage.measures.table import MeasureTable
from keystage.statute.year import Year


def unrounded(
    table: MeasureTable,
    comparators: Mapping[str, int] | None = None,
    pool: MeasureTable | None = None,
) -> pl.DataFrame:
    """Every unit's figures in full precision, after its identity columns.

    Counts are whole numbers, percentages percent, scores and limits points, bands 1 to 5;
    gaps are differences of printed figures, as the department makes them. Null where nobody is in,
    or where the pupil file lacks a column the figure needs.

    Args:
        table: the measure table.
        comparators: printed national figures of other pupils by measure name, in whole units of the
            last decimal; see `gaps.comparators`.
        pool: the same units with the parts of three cohorts, for three-year fields.
    """
    year, height = table.year, table.units.height
    columns = _columns(table.measures, year)
    long = table.parts.lazy().select(columns).collect(**running(table.parts.height))
    gone, shares = unavailable(table), _shares(table)
    nothing = pl.Series([None], dtype=pl.Float64).new_from_index(0, height)
    result = []
    for field in fields(year):
        start = table.groups.index(field.group) * height
        if field.name in gone:
            series = nothing
        elif field.kind == "share":
            series = shares[field.name]
        elif field.kind == "gap" and field.measure is not None:
            series = _gap(field.measure, long, table, comparators or {}, nothing)
        else:
            series = long[_column(field)].slice(start, height)
        result.append(series.alias(field.name))
    if pool is not None:
        result += _pooled(pool).get_columns()
    return pl.concat([table.units, pl.DataFrame(result)], how="horizontal")


def _pooled(pool: MeasureTable) -> pl.DataFrame:
    return pool.of_group(WHOLE).select(
        pl.col(ELIGIBLE.name).cast(pl.Int64).alias(f"TELIG{SUFFIX}"),
        *(
            figures.value(measure).alias(measure.field.format(group=SUFFIX))
            for measure in pooled_measures(pool)
        ),
    )


def _columns(measures: tuple[Measure, ...], year: Year) -> list[pl.Expr]:
    columns = [pl.col(ELIGIBLE.name).cast(pl.Int64)]
    for measure in measures:
        columns.append(figures.value(measure).alias(measure.name))
        if measure.name in GAPS:
            columns.append(figures.printed(measure, year).alias(f"{measure.name}:printed"))
        if measure.progress:
            columns += [
                figures.pupil_deviation(measure).alias(f"{measure.name}:deviation"),
                figures.band(measure, year).alias(f"{measure.name}:band"),
                *(
                    limit.alias(f"{measure.name}:{side}")
                    for limit, side in zip(
                        figures.limits(measure, year), ("lower", "upper"), strict=True
                    )
                ),
            ]
    return columns


def _column(field: Field) -> str:
    if field.measure is None:
        return ELIGIBLE.name
    return field.measure.name if field.kind == "figure" else f"{field.measure.name}:{field.kind}"


def _shares(table: MeasureTable) -> pl.DataFrame:
    """The share of each group in the cohort, by field, in percent."""
    pupils = pl.DataFrame(
        {group: table.of_group(group)[ELIGIBLE.name].cast(pl.Int64) for group in table.groups}
    )
    shares = []
    for item in COMPOSITION:
        if item.group in table.groups:
            over = pl.sum_horizontal(item.over)
            share = pl.when(over > 0).then(pl.col(item.group) * figures.PERCENT / over)
            shares.append(share.alias(item.share_field))
    return pupils.select(shares)


def _gap(
    measure: Measure,
    long: pl.DataFrame,
    table: MeasureTable,
    comparators: Mapping[str, int],
    nothing: pl.Series,
) -> pl.Series:
    national = comparators.get(measure.name)
    height = table.units.height
    start = table.groups.index(DISADVANTAGED) * height
    own = long[f"{measure.name}:printed"].slice(start, height)
    if national is None:
        return nothing
    gap: pl.Series = (own - national) / 10 ** figures.decimals(measure, table.year)
    return gap
