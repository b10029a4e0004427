"""The words of an explanation: what a figure is, and the steps from exact to printed.

Every number in them is made from the same declarations and the year's own tables.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import polars as pl

from keystage.measures import figures
from keystage.measures.declare import Count, Measure, Sum
from keystage.measures.fields import Field
from keystage.measures.gaps import comparators
from keystage.measures.parts import WHOLE
from keystage.measures.table import MeasureTable
from keystage.measures.units import BILLION, BILLIONTHS
from keystage.statute.year import Year

_KINDS = {
    "figure": "the {}",
    "lower": "the lower confidence limit of the {}",
    "upper": "the upper confidence limit of the {}",
    "band": "the band of the {}",
    "deviation": "the standard deviation of pupils' progress behind the {}",
    "gap": "the gap from other pupils nationally to the school's disadvantaged pupils in the {}",
}


def definition(field: Field, top: Count | Sum, bottom: Count | None, year: Year) -> tuple[str, ...]:
    """What a field is, in sentences.

    Args:
        field: the field.
        top: what is counted or summed.
        bottom: over whom; none for a plain count.
        year: the statutory year, for the names of its pupil groups.
    """
    groups = year.pupil_groups.groups
    named = "" if field.group == WHOLE else f", of the group {groups[field.group].label}"
    if field.measure is None:
        sort = "number" if bottom is None else "share"
        sentences = [f"{field.name}: the {sort} of pupils at the end of key stage 2{named}."]
        over = field.composition.over if field.composition and bottom else ()
        if over and over != (WHOLE,):
            labels = ", ".join(groups[name].label for name in over)
            sentences.append(f"It is a percentage of the pupils of the groups {labels}.")
        elif over:
            sentences.append("It is a percentage of all pupils at the end of key stage 2.")
        return tuple(sentences)
    words = _KINDS[field.kind].format(field.measure.label)
    sentences = [f"{field.name}: {words}{'' if field.kind == 'gap' else named}."]
    it = {"figure": "It", "gap": "The school's figure"}.get(field.kind, "The score")
    if isinstance(top, Sum):
        sentences.append(
            f"{it} is made from {top.over.label}: the sum of {top.label}, divided by how many "
            "they are."
        )
    else:
        over_whom = field.measure.bottom.label
        sentences.append(f"{it} counts {top.label}, as a percentage of {over_whom}.")
    return tuple(sentences)


def steps(
    field: Field, table: MeasureTable, contributions: Sequence[int], denominator: int | None
) -> tuple[str, ...]:
    """From the exact figure to the printed one, in sentences.

    Args:
        field: the field.
        table: the measure table the figure stands in.
        contributions: what each pupil adds to the numerator, in the measure's ``per_one`` units.
        denominator: how many pupils are counted; none for a plain count.

    Raises:
        AbsentValueError: the year lacks a value the figure needs.
    """
    year, measure = table.year, field.measure
    per_one = figures.per_one(measure) if measure else 1
    numerator = Fraction(sum(contributions), per_one)
    if denominator is None:
        return (f"{_pupils(numerator)}.",)
    if not denominator:
        return ("Nobody is counted, so there is no figure.",)
    scale = figures.scale(measure) if measure else figures.PERCENT
    value = numerator * scale / denominator
    times = f" × {scale}" if scale != 1 else ""
    plain = f"{as_text(numerator)}{times} / {denominator} = {as_text(value)}."
    if measure is None or field.kind == "figure":
        return (plain,)
    if field.kind == "gap":
        return (plain, _gap(measure, table))
    if field.kind == "deviation":
        return (plain, _deviation(contributions, per_one, denominator))
    return (plain, *_interval(field, measure, year, value, denominator))


def pooled_steps(
    field: Field,
    pool: MeasureTable,
    cohorts: Mapping[int, tuple[Fraction, int | None]],
    together: tuple[Fraction, int | None],
) -> tuple[str, ...]:
    """From the sums of each cohort to the three-year figure, in sentences.

    Args:
        field: the three-year field.
        pool: the table with the parts of three cohorts.
        cohorts: the numerator and denominator of each cohort, by year.
        together: the same of all three.
    """
    told = [f"{year}: {_sums(*sums)}." for year, sums in cohorts.items()]
    numerator, denominator = together
    if denominator != 0:
        told.append(f"Together: {_sums(numerator, denominator)}.")
    if denominator is not None:
        per_one = figures.per_one(field.measure) if field.measure else 1
        told += steps(field, pool, [int(numerator * per_one)], denominator)
    percent = field.measure is not None and field.measure.unit == "percent"
    if percent and denominator and not numerator:
        told += _zero_share(pool.year)
    return tuple(told)


def _sums(numerator: Fraction, denominator: int | None) -> str:
    if denominator is None:
        return _pupils(numerator)
    return f"{as_text(numerator)} / {denominator}" if denominator else "nobody is counted"


def _pupils(number: Fraction) -> str:
    return f"{as_text(number)} {'pupil' if number == 1 else 'pupils'}"


def _zero_share(year: Year) -> tuple[str, ...]:
    if year.suppression.zero_three_year == "printed":
        return ()
    return ("Published tables leave a three-year percentage that no pupil reaches blank.",)


def _gap(measure: Measure, table: MeasureTable) -> str:
    national = comparators(table).get(measure.name)
    if national is None:
        return "The year gives no national figure of other pupils to compare with, so no gap."
    other = Decimal(national).scaleb(-figures.decimals(measure, table.year))
    return f"The gap is the printed figure minus the printed national one of other pupils, {other}."


def _deviation(contributions: Sequence[int], per_one: int, pupils: int) -> str:
    if pupils == 1:
        return "A single pupil has no standard deviation."
    total = sum(contributions)
    # Pupils who are left out contribute nothing to either sum.
    squares = sum(value * value for value in contributions)
    spread = Fraction(squares * pupils - total * total, pupils * (pupils - 1) * per_one**2)
    return (
        "The standard deviation of the progress listed here, with one pupil fewer in the divisor, "
        f"is {sqrt(spread):.6f}."
    )


def _interval(
    field: Field, measure: Measure, year: Year, value: Fraction, pupils: int
) -> list[str]:
    rules, deviation = year.interval, figures.standard_deviation(measure, year)
    if rules is None or deviation is None:
        missing = "national standard deviation of pupil progress"
        return [f"The {missing} is not published for {year.name}: no limits and no band."]
    half: float = pl.select(figures.half(pl.lit(pupils), measure, year)).item()
    found = [
        f"Half the interval is {rules.critical_value} × {deviation} / √{pupils} = {half:.6f}.",
        f"{deviation} is the national standard deviation of pupil progress in the subject.",
        f"The limits are {float(value) - half:.6f} and {float(value) + half:.6f}.",
        "Each limit is rounded by itself."
        if rules.printing == "each_limit"
        else "The printed half-width is taken from and added to the printed score.",
    ]
    if field.kind == "band":
        found.append(_band(year))
    return found


def _band(year: Year) -> str:
    rules = year.banding
    if rules is None or rules.cuts_absent:
        reason = rules.cuts_absent if rules else year.absent["banding"].absent
        return f"There is no band: {reason}."
    if rules.scheme == "percentile_bands":
        return "The band is decided on the printed score alone."
    return "The band is decided on the printed score and limits; a limit of exactly 0 is average."


def as_text(value: Fraction) -> str:
    """An exact number as text: in decimals where they end within nine, else as a fraction too.

    >>> as_text(Fraction(3, 4)), as_text(Fraction(-26380, 9000))
    ('0.75', '-2.931111111… (-1319/450)')
    """
    scaled = value * BILLION
    if scaled.denominator == 1:
        text = f"{Decimal(scaled.numerator).scaleb(-BILLIONTHS):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    cut = Decimal(int(abs(scaled))).scaleb(-BILLIONTHS)
    return f"{'-' if value < 0 else ''}{cut:f}… ({value.numerator}/{value.denominator})"
