"""Checks of prior attainment: key stage 1 results, P scales and their average."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

import polars as pl

from keystage.checks.registry import Severity, check
from keystage.records.recordset import RecordSet
from keystage.records.schema import KEY_STAGE_1_AVERAGE, KEY_STAGE_1_RESULTS
from keystage.statute.key_stage_1 import SubjectPoints, subject_points
from keystage.statute.progress import KeyStage1
from keystage.statute.year import Year

_GUIDE = "Primary school accountability in 2022: technical guide, key stage 1 point scores"
_BELOW = "NCER Nexus, key stage 1 to key stage 2 progress methodology, pupils below the standards"
_FIELD = "Key stage 2 checking exercise, pupil file field KS1AVERAGEPS"
_SIXTEENTHS_HAVE = 4
_SLACK = 1e-9


@check(
    "KS1-101",
    table="pupils",
    fields=[KEY_STAGE_1_AVERAGE],
    severity=Severity.WARNING,
    source=_GUIDE,
    message="KS1AVERAGEPS is {value}, and the results {KS1READ}, {KS1WRIT}, {KS1MAT} give another "
    "average; the results are used. A P scale may be missing.",
)
def average_agrees_with_results(field: str, records: RecordSet, year: Year) -> pl.Expr | None:
    """The average of the file and its subject results should agree to the decimals printed."""
    if year.key_stage_1 is None:
        return None
    difference = (pl.col(field) - _average(records, year.key_stage_1)).abs()
    return difference > _half_a_unit(records, field)


@check(
    "KS1-102",
    table="pupils",
    fields=[KEY_STAGE_1_AVERAGE],
    severity=Severity.ERROR,
    source=_GUIDE,
    message="KS1AVERAGEPS {value} is not an average that key stage 1 points can give.",
)
def average_can_be_reached(field: str, records: RecordSet, year: Year) -> pl.Expr | None:
    """A given average lies on the point scale and is one that points can give."""
    if year.key_stage_1 is None:
        return None
    lowest, highest = _ends(year.key_stage_1)
    slack = _half_a_unit(records, field)
    off = _distance(field, year.key_stage_1) > slack
    return off | (pl.col(field) < lowest - slack) | (pl.col(field) > highest + slack)


@check(
    "KS1-103",
    table="pupils",
    fields=[KEY_STAGE_1_AVERAGE],
    severity=Severity.WARNING,
    source=_FIELD,
    message="KS1AVERAGEPS {value} is printed to one decimal, which more than one average can give; "
    "the nearest is used.",
)
def average_used_is_precise(field: str, records: RecordSet, year: Year) -> pl.Expr | None:
    """An average that is used should be printed to two decimals, so that it is one average only."""
    if year.key_stage_1 is None or _decimals(records, field) > 1:
        return None
    return _blank() & (_distance(field, year.key_stage_1) > _half_unit(2))


@check(
    "KS1-104",
    table="pupils",
    fields=[KEY_STAGE_1_AVERAGE],
    severity=Severity.NOTE,
    source=_FIELD,
    message="KS1AVERAGEPS is used for {rows} whose key stage 1 results are blank.",
    per="table",
)
def average_takes_the_place_of_results(
    field: str, _records: RecordSet, _year: Year
) -> pl.Expr | None:
    """Where key stage 1 results are blank, the average of the file is used, and said."""
    return _blank() & pl.col(field).is_not_null()


@check(
    "KS1-105",
    table="pupils",
    fields=list(KEY_STAGE_1_RESULTS),
    severity=Severity.NOTE,
    source=_GUIDE,
    message="{column} gives no points and other key stage 1 results do: the pupil is left out of "
    "progress.",
)
def results_are_in_all_three_subjects(field: str, records: RecordSet, year: Year) -> pl.Expr | None:
    """A pupil needs a key stage 1 result in reading, writing and maths to be in progress."""
    if year.key_stage_1 is None:
        return None
    points = {rule.result: _points(rule, records) for rule in subject_points(year.key_stage_1)}
    own = points.pop(field)
    return own.is_null() & pl.any_horizontal(other.is_not_null() for other in points.values())


@check(
    "KS1-106",
    table="pupils",
    fields=[KEY_STAGE_1_AVERAGE],
    severity=Severity.WARNING,
    source=_GUIDE,
    message="KS1AVERAGEPS {value} is given, and the results {KS1READ}, {KS1WRIT}, {KS1MAT} give no "
    "average; the results are used, so the pupil has none.",
)
def average_has_its_results(field: str, records: RecordSet, year: Year) -> pl.Expr | None:
    """A pupil with an average should have results in all three subjects, or none given."""
    if year.key_stage_1 is None:
        return None
    none = _average(records, year.key_stage_1).is_null()
    return pl.col(field).is_not_null() & none & ~_blank()


@check(
    "KS1-107",
    table="pupils",
    fields=list(KEY_STAGE_1_RESULTS),
    severity=Severity.NOTE,
    source=_BELOW,
    message="{rows} have {column} {value} and no P scale that counts: the points of the code are "
    "used.",
    per="value",
)
def pupil_below_the_standards_has_a_p_scale(
    field: str, records: RecordSet, year: Year
) -> pl.Expr | None:
    """A pupil below the pre-key stage standards takes the points of a P scale, if there is one."""
    table = year.key_stage_1
    if table is None or table.below_code is None:
        return None
    rule = next(rule for rule in subject_points(table) if rule.result == field)
    return _is_below(rule) & pl.coalesce(_p_scale_points(rule, records)).is_null()


@check(
    "KS1-108",
    table="pupils",
    fields=["KS1READPSCALE", "KS1WRITPSCALE", "KS1MATPSCALE", "KS1ENGPSCALE"],
    severity=Severity.WARNING,
    source=_BELOW,
    message="The P scale {value} is not used: no result it belongs to is below the standards.",
)
def p_scale_belongs_to_a_result_below(
    field: str, _records: RecordSet, year: Year
) -> pl.Expr | None:
    """A P scale counts only beside a result below the pre-key stage standards."""
    table = year.key_stage_1
    if table is None or table.below_code is None:
        return None
    below = pl.any_horizontal(
        _is_below(rule)
        for rule in subject_points(table)
        if field in {p_scale.column for p_scale in rule.p_scales}
    )
    return pl.col(field).is_not_null() & ~below


def _blank() -> pl.Expr:
    """Whether no subject result is given, so that the average of the file is used."""
    return pl.all_horizontal(pl.col(name).is_null() for name in KEY_STAGE_1_RESULTS)


def _is_below(rule: SubjectPoints) -> pl.Expr:
    return (pl.col(rule.result).cast(pl.String) == rule.below).fill_null(False)


def _look_up(records: RecordSet, column: str, points: Mapping[str, Decimal]) -> pl.Expr:
    """The points of a code column, by the position of each code in the column's own list."""
    codes = records.pupils.schema[column]
    assert isinstance(codes, pl.Enum)  # noqa: S101  # the tables' schema makes it one
    given = (points.get(code) for code in codes.categories)
    ladder = [None if value is None else float(value) for value in given]
    if not ladder:
        return pl.lit(None, pl.Float64)
    return pl.lit(pl.Series(ladder, dtype=pl.Float64)).gather(pl.col(column).to_physical())


def _p_scale_points(rule: SubjectPoints, records: RecordSet) -> list[pl.Expr]:
    """The points of each P scale the subject may take, the one that goes first first."""
    return [_look_up(records, p_scale.column, p_scale.points) for p_scale in rule.p_scales]


def _points(rule: SubjectPoints, records: RecordSet) -> pl.Expr:
    points = _look_up(records, rule.result, rule.points)
    if rule.below is None:
        return points
    without = rule.without_p_scale
    last = pl.lit(None if without is None else float(without), pl.Float64)
    below = pl.coalesce(*_p_scale_points(rule, records), last)
    return pl.when(_is_below(rule)).then(below).otherwise(points)


def _average(records: RecordSet, table: KeyStage1) -> pl.Expr:
    """The mean of maths and English, which is the mean of reading and writing."""
    reading, writing, maths = (_points(rule, records) for rule in subject_points(table))
    return ((reading + writing) / 2 + maths) / 2


def _every_point(table: KeyStage1) -> list[Fraction]:
    without = table.below_without_p_scale
    last = () if without is None else (without,)
    values = [*table.points.values(), *table.p_scale.values(), *last]
    return [Fraction(value) for value in values]


def _ends(table: KeyStage1) -> tuple[float, float]:
    points = _every_point(table)
    return float(min(points)), float(max(points))


def _step(table: KeyStage1) -> float:
    """The distance between averages that points can give: a quarter of what divides all points."""
    points = _every_point(table)
    unit = lcm(*(point.denominator for point in points))
    return gcd(*(int(point * unit) for point in points)) / unit / 4


def _distance(field: str, table: KeyStage1) -> pl.Expr:
    """How far a given average is from the nearest one that points can give."""
    steps = pl.col(field) / _step(table)
    return (steps - (steps + 0.5).floor()).abs() * _step(table)


def _half_unit(decimals: int) -> float:
    return 0.5 * 10.0**-decimals + _SLACK


def _half_a_unit(records: RecordSet, field: str) -> float:
    """Half a unit of the last decimal the file prints of a column."""
    return _half_unit(_decimals(records, field))


def _decimals(records: RecordSet, field: str) -> int:
    """How many decimals the file prints of a column: one at least, and no more than can matter."""
    values = records.everywhere(field)[field].drop_nulls().unique()
    for decimals in range(1, _SIXTEENTHS_HAVE):
        scaled = values * 10**decimals
        if ((scaled - scaled.round()).abs() < _SLACK * 10**decimals).all():
            return decimals
    return _SIXTEENTHS_HAVE
