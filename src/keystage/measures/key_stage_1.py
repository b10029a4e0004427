"""Key stage 1 results to points, average points, and prior attainment.

Points are held in quarters and averages in sixteenths: every average of the published ladders is a
multiple of a sixteenth, so nothing is ever rounded and the edges of the groups are exact.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import polars as pl

from keystage.measures.codes import Codes, by_position, look_up
from keystage.measures.units import SIXTEENTHS, in_quarters
from keystage.statute.progress import KeyStage1, PointRange, PriorAttainmentBands

#: Low, middle and high prior attainment, and not available.
NOT_AVAILABLE = "NA"
PRIOR = pl.Enum(["L", "M", "H", NOT_AVAILABLE])


def points(codes: Codes, ks1: KeyStage1) -> list[pl.Expr]:
    """Points of each key stage 1 subject, in quarters (Int16); null where there is no result.

    A pupil below the pre-key stage standards takes the points of a P scale: in reading and writing
    the subject's own higher P scale, else the lower one given for English; in maths the one given.
    Without a P scale they take the points of the code itself.

    Source: 2022 technical guide, key stage 1 point scores; the rule for reading and writing as NCER
    restates it, since the guide's box is an image. The rule for maths is not published in text.
    """
    p_points = {code: in_quarters(value, code) for code, value in ks1.p_scale.items()}

    def p_scale(column: str, allowed: Sequence[str]) -> pl.Expr:
        return look_up(
            codes, column, lambda code: p_points[code] if code in allowed else None, pl.Int16
        )

    english = p_scale("KS1ENGPSCALE", ks1.english_p_scales)
    p_scales = {
        "READ": [p_scale("KS1READPSCALE", ks1.own_p_scales), english],
        "WRIT": [p_scale("KS1WRITPSCALE", ks1.own_p_scales), english],
        "MAT": [p_scale("KS1MATPSCALE", tuple(p_points))],
    }
    return [
        _subject_points(codes, ks1, f"KS1{prefix}", levels).alias(f"ks1_{name}")
        for (prefix, levels), name in zip(
            p_scales.items(), ("reading", "writing", "maths"), strict=True
        )
    ]


def _subject_points(codes: Codes, ks1: KeyStage1, column: str, p_scales: list[pl.Expr]) -> pl.Expr:
    ladder = {code: in_quarters(value, code) for code, value in ks1.points.items()}
    result = look_up(codes, column, ladder.get, pl.Int16)
    without = ks1.below_without_p_scale
    code = str(ks1.below_code)
    fallback = pl.lit(None if without is None else in_quarters(without, code), pl.Int16)
    below = look_up(codes, column, lambda code: code == ks1.below_code, pl.Boolean, blank=False)
    return pl.when(below).then(pl.coalesce(*p_scales, fallback)).otherwise(result)


def from_file_average() -> pl.Expr:
    """Whether a pupil's average comes from the file: no subject result, but an average given."""
    blank = pl.all_horizontal(pl.col("KS1READ", "KS1WRIT", "KS1MAT").is_null())
    return blank & pl.col("KS1AVERAGEPS").is_not_null()


def average() -> pl.Expr:
    """The key stage 1 average points, in sixteenths (Int16); null without all three subjects.

    English is the mean of reading and writing, and the average is the mean of English and maths.

    Source: 2022 technical guide, key stage 1 point scores.
    """
    calculated = pl.col("ks1_reading") + pl.col("ks1_writing") + 2 * pl.col("ks1_maths")
    given = (pl.col("KS1AVERAGEPS") * SIXTEENTHS).round().cast(pl.Int16)
    return pl.when(pl.col("ks1_from_average")).then(given).otherwise(calculated)


def places(ranges: Sequence[PointRange]) -> list[int | None]:
    """For each average in sixteenths from 0 up, the place of the range that holds it."""
    return list(_places(tuple(ranges)))


@cache
def _places(ranges: tuple[PointRange, ...]) -> tuple[int | None, ...]:
    highest = int(max(item.high for item in ranges) * SIXTEENTHS)
    return tuple(
        next(
            (i for i, item in enumerate(ranges) if item.holds(Decimal(average) / SIXTEENTHS)), None
        )
        for average in range(highest + 1)
    )


def prior_attainment_band(bands: PriorAttainmentBands | None) -> pl.Expr:
    """Low, middle or high prior attainment, or not available.

    Source: 2022 technical guide, progress and attainment at key stage 2 by prior attainment.
    """
    if bands is None:
        return pl.lit(NOT_AVAILABLE, dtype=PRIOR)
    codes = [None if place is None else bands.bands[place].code for place in places(bands.bands)]
    band = by_position(pl.col("ks1_average"), codes, PRIOR)
    return band.fill_null(pl.lit(NOT_AVAILABLE, dtype=PRIOR))
