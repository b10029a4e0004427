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
    of_group = {
        group: long.slice(at * height, height).to_dict() for at, group in enumerate(table.groups)
    }
    gone, gaps = unavailable(table), _gaps(table, comparators or {})
    shares = _shares({group: columns[ELIGIBLE.name] for group, columns in of_group.items()})
    nothing = pl.Series([None], dtype=pl.Float64).new_from_index(0, height)
    result = []
    for field in fields(year):
        if field.name in gone:
            series = nothing
        elif field.kind == "share":
            series = shares[field.name]
        elif field.kind == "gap":
            series = gaps.get(field.name, nothing)
        else:
            series = of_group[field.group][_column(field)]
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


def _shares(pupils: Mapping[str, pl.Series]) -> pl.DataFrame:
    """The share of each group in the cohort, by field, in percent, from the pupils of each."""
    shares = []
    for item in COMPOSITION:
        if item.group in pupils:
            over = pl.sum_horizontal(item.over)
            share = pl.when(over > 0).then(pl.col(item.group) * figures.PERCENT / over)
            shares.append(share.alias(item.share_field))
    return pl.DataFrame(pupils).select(shares)


def _gaps(table: MeasureTable, comparators: Mapping[str, int]) -> Mapping[str, pl.Series]:
    """Printed figures of disadvantaged pupils less the national ones of others, by field."""
    gaps = [
        (
            (figures.printed(measure, table.year) - comparators[measure.name])
            / 10 ** figures.decimals(measure, table.year)
        ).alias(GAPS[measure.name])
        for measure in table.measures
        if measure.name in GAPS and measure.name in comparators
    ]
    return table.of_group(DISADVANTAGED).select(gaps).to_dict()
