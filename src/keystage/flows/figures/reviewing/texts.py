"""Numbers of a review as text: exact, halves away from zero, never minus nothing."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from keystage.flows.figures.reviewing.rules import Unit
from keystage.measures import figures

_PERCENT_PLACES, _POINT_PLACES = 1, 3


def rounded(value: Fraction | Decimal | float, places: int) -> str:
    """A number with so many decimals.

    >>> rounded(Fraction(-1, 8), 2), rounded(-0.001, 2)
    ('-0.13', '0.00')
    """
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    unit = Decimal(1).scaleb(-places)
    found = Decimal(exact).quantize(unit, ROUND_HALF_UP)
    return f"{found or abs(found):f}"


def percent(part: int, whole: int) -> Fraction:
    """A part of a whole in percent; nothing of nothing."""
    return Fraction(part * figures.PERCENT, whole) if whole else Fraction()


def with_unit(value: Fraction | Decimal | int, unit: Unit) -> str:
    """A number as a sentence has it.

    >>> with_unit(1, "schools"), with_unit(1200, "pupils"), with_unit(Fraction(1, 3), "percent")
    ('1 school', '1,200 pupils', '0.3%')
    """
    match unit:
        case "percent":
            return f"{rounded(Fraction(value), _PERCENT_PLACES)}%"
        case "points":
            return f"{rounded(Fraction(value), _POINT_PLACES)} points"
    return f"{int(value):,} {unit.removesuffix('s') if value == 1 else unit}"
