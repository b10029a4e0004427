"""Figures from parts: unrounded for analysts, printed for publication.

Expressions of a measure alone are kept: it takes longer to write one than to work it out for a
school.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import polars as pl

from keystage.core.subjects import Subject
from keystage.measures.bands import cuts_in_units, five_bands, in_units, percentile_bands
from keystage.measures.declare import Measure, Sum
from keystage.measures.interval import half_width, printed_limits
from keystage.measures.parts import squares_name
from keystage.measures.printing import printed_ratio
from keystage.measures.units import BILLION
from keystage.statute.progress import Banding
from keystage.statute.table import Constant
from keystage.statute.year import Year

PERCENT = 100


def per_one(measure: Measure) -> int:
    """How many units of the top make one: sums are held in whole parts of a point."""
    return measure.top.per_one if isinstance(measure.top, Sum) else 1


def scale(measure: Measure) -> int:
    """What the plain ratio is multiplied by: 100 for a percentage."""
    return PERCENT if measure.unit == "percent" else 1


@cache
def value(measure: Measure) -> pl.Expr:
    """The unrounded figure (Float64): percent, scaled score or points; null with nobody in.

    Shapes: an expression over a frame of parts.
    """
    bottom = pl.col(measure.bottom.name).cast(pl.Int64)
    top = pl.col(measure.top.name).cast(pl.Int64) * scale(measure)
    return top / (pl.when(bottom > 0).then(bottom) * per_one(measure))


def decimals(measure: Measure, year: Year) -> int:
    """The decimals the year prints a measure with."""
    places: int = getattr(year.rounding, measure.rounding)
    return places


def printed(measure: Measure, year: Year) -> pl.Expr:
    """The printed figure as whole units of its last decimal (Int64); null with nobody in."""
    return _printed(measure, decimals(measure, year))


@cache
def _printed(measure: Measure, places: int) -> pl.Expr:
    top = pl.col(measure.top.name).cast(pl.Int64) * scale(measure)
    bottom = pl.col(measure.bottom.name).cast(pl.Int64) * per_one(measure)
    return printed_ratio(top, bottom, places)


def standard_deviation(measure: Measure, year: Year) -> Decimal | None:
    """The national standard deviation of pupil progress in a progress measure's subject, in points.

    None where nobody has published it for this year and release: there are then no limits.
    """
    if year.pupil_sd is None:
        return None
    constant: Constant = getattr(year.pupil_sd, _subject(measure))
    return constant.best


def half(pupils: pl.Expr, measure: Measure, year: Year) -> pl.Expr:
    """Half the width of a progress score's confidence interval, unrounded, in points.

    Args:
        pupils: the pupils the score rests on.
        measure: the progress measure.
        year: the statutory year; null without its interval or standard deviation.
    """
    deviation = standard_deviation(measure, year)
    if year.interval is None or deviation is None:
        return pl.lit(None, dtype=pl.Float64)
    return half_width(pupils, pl.lit(float(deviation)), year.interval.critical_value)


def limits(measure: Measure, year: Year) -> tuple[pl.Expr, pl.Expr]:
    """The unrounded confidence limits of a progress score, in points."""
    score, width = value(measure), half(pl.col(measure.bottom.name), measure, year)
    return score - width, score + width


def limits_printed(measure: Measure, year: Year) -> tuple[pl.Expr, pl.Expr]:
    """The printed confidence limits, as whole units of the last decimal."""
    if year.interval is None:
        return pl.lit(None, dtype=pl.Int64), pl.lit(None, dtype=pl.Int64)
    width = half(pl.col(measure.bottom.name), measure, year)
    return printed_limits(value(measure), width, year.interval.printing, decimals(measure, year))


def band(measure: Measure, year: Year) -> pl.Expr:
    """The band of a progress score, decided on printed values; null where the year has no bands.

    Source: the published tables; the cut-offs are the year's.
    """
    rules = year.banding
    if rules is None:
        return pl.lit(None, pl.Int8)
    places = decimals(measure, year)
    score = printed(measure, year)
    if rules.scheme == "percentile_bands":
        return percentile_bands(score, [in_units(edge, places) for edge in _edges(rules, measure)])
    cuts = getattr(rules, _subject(measure))
    if cuts is None:
        return pl.lit(None, pl.Int8)
    lower, upper = limits_printed(measure, year)
    high, low = cuts_in_units(cuts, places)
    return five_bands(score, lower, upper, high, low)


@cache
def pupil_deviation(measure: Measure) -> pl.Expr:
    """The standard deviation of pupils' progress in a unit (Float64, points), from its squares."""
    pupils, total, squares = (
        pl.col(name).cast(pl.Int128)
        for name in (measure.bottom.name, measure.top.name, squares_name(_subject(measure)))
    )
    # In whole numbers, since the difference of two large floats would lose a small spread.
    spread = (pupils * squares - total * total).cast(pl.Float64) / BILLION / BILLION
    pairs = (pupils * (pupils - 1)).cast(pl.Float64)
    return pl.when(pupils > 1).then((spread / pairs).sqrt())


def _edges(rules: Banding, measure: Measure) -> Sequence[Decimal]:
    return rules.edges.get(_subject(measure), ())


def _subject(measure: Measure) -> Subject:
    if measure.subject is None:
        message = f"{measure.name} is of no one subject, so it has no progress."
        raise TypeError(message)
    return measure.subject
