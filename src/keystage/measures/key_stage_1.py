"""Key stage 1 results to points, average points, and prior attainment.

Points are held in quarters and averages in sixteenths: every average of the published ladders is a
multiple of a sixteenth, so nothing is ever rounded and the edges of the groups are exact.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache

import polars as pl

from keystage.measures.codes import Codes, by_position, look_up, yes_or_no
from keystage.measures.units import SIXTEENTHS, in_quarters
from keystage.statute.key_stage_1 import SubjectPoints, subject_points
from keystage.statute.progress import KeyStage1, PointRange, PriorAttainmentBands

#: Low, middle and high prior attainment, and not available.
NOT_AVAILABLE = "NA"
PRIOR = pl.Enum(["L", "M", "H", NOT_AVAILABLE])


def points(codes: Codes, ks1: KeyStage1) -> list[pl.Expr]:
    """Points of each key stage 1 subject, in quarters (Int16); null where there are none.

    The rule, with its source, is `statute.key_stage_1.subject_points`.
    """
    return [_points(codes, rule).alias(f"ks1_{rule.subject}") for rule in subject_points(ks1)]


def _points(codes: Codes, rule: SubjectPoints) -> pl.Expr:
    without = rule.without_p_scale
    last = None if without is None else in_quarters(without, str(rule.below))
    p_scales = (_quarters(codes, p_scale.column, p_scale.points) for p_scale in rule.p_scales)
    below = yes_or_no(codes, rule.result, lambda code: code == rule.below, blank=False)
    return (
        pl.when(below)
        .then(pl.coalesce(*p_scales, pl.lit(last, pl.Int16)))
        .otherwise(_quarters(codes, rule.result, rule.points))
    )


def _quarters(codes: Codes, column: str, given: Mapping[str, Decimal]) -> pl.Expr:
    ladder = {code: in_quarters(value, code) for code, value in given.items()}
    return look_up(codes, column, ladder.get, pl.Int16)


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
