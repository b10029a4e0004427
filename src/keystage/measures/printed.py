"""A field's printed text, before any withholding: for disclosure control and for explanations."""

from collections.abc import Mapping

import polars as pl

from keystage.measures import figures
from keystage.measures.catalogue import COMPOSITION, ELIGIBLE
from keystage.measures.fields import Field
from keystage.measures.printing import printed_ratio, printed_text
from keystage.measures.table import Level, MeasureTable
from keystage.statute.year import Year

_OVER = "over:"


def with_denominators(table: MeasureTable, group: str, level: Level | None = None) -> pl.DataFrame:
    """The parts of a group beside the pupils each share of the cohort is a share of."""
    members = table.of_group(group, level)
    denominators = {
        _OVER + "+".join(over): sum(
            (table.of_group(name, level)[ELIGIBLE.name].cast(pl.Int64) for name in over),
            start=pl.zeros(members.height, dtype=pl.Int64, eager=True),
        )
        for over in sorted({item.over for item in COMPOSITION})
    }
    return pl.concat([members, pl.DataFrame(denominators)], how="horizontal")


def printed_field(field: Field, table: MeasureTable, comparators: Mapping[str, int]) -> pl.Expr:
    """The printed figure as text, over the frame of `with_denominators`; null where there is none.

    Args:
        field: the field.
        table: the measure table.
        comparators: printed national figures for the gap fields (see `gaps`).
    """
    year, measure = table.year, field.measure
    if measure is None:
        return _text_of_composition(field, year)
    places = figures.decimals(measure, year)
    if field.kind == "band":
        return figures.band(measure, year).cast(pl.String)
    if field.kind == "gap":
        national = pl.lit(comparators.get(measure.name), dtype=pl.Int64)
        return printed_text(figures.printed(measure, year) - national, places)
    if field.kind in {"lower", "upper"}:
        lower, upper = figures.limits_printed(measure, year)
        return printed_text(lower if field.kind == "lower" else upper, places)
    suffix = "%" if measure.unit == "percent" else ""
    return printed_text(figures.printed(measure, year), places, suffix)


def _text_of_composition(field: Field, year: Year) -> pl.Expr:
    if field.composition is None or field.kind == "count":
        return pl.col(ELIGIBLE.name).cast(pl.String)
    over = pl.col(_OVER + "+".join(field.composition.over))
    places = year.rounding.percent
    pupils = pl.col(ELIGIBLE.name).cast(pl.Int64) * figures.PERCENT
    return printed_text(printed_ratio(pupils, over, places), places, "%")
