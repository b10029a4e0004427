"""Exact numbers for the oracle: fractions, roots, rounding, and one figure of a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt

_ROOT_SCALE = 10**40


def rounded(value: Fraction, decimals: int) -> int:
    """``value`` as a whole number of its last printed decimal; exact halves leave zero."""
    size = abs(value) * Fraction(10**decimals)
    whole: int = (2 * size.numerator + size.denominator) // (2 * size.denominator)
    return -whole if value < 0 else whole


def root(value: Fraction) -> Fraction:
    """The square root: exact when it is a fraction, else cut after 40 decimals."""
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if top * top == value.numerator and bottom * bottom == value.denominator:
        return Fraction(top, bottom)
    return Fraction(isqrt(value.numerator * _ROOT_SCALE**2 // value.denominator), _ROOT_SCALE)


def variance(cells: Iterable[tuple[Fraction, int]]) -> Fraction | None:
    """Sample variance (over n - 1) of values with their counts; none for fewer than two."""
    counted = list(cells)
    number = sum(count for _, count in counted)
    if number <= 1:
        return None
    mean = sum((value * count for value, count in counted), Fraction(0)) / number
    spread = sum(((value - mean) ** 2 * count for value, count in counted), Fraction(0))
    return spread / (number - 1)


@dataclass(frozen=True)
class Figure:
    """One cell: its parts, its exact value and its printed value in units of the last decimal.

    ``value`` is ``scale * top / bottom`` for shares and means, and the limit itself for limits;
    ``value`` and ``units`` are None when there is nobody to measure.
    """

    value: Fraction | None
    units: int | None
    decimals: int = 0
    top: Fraction = Fraction(0)
    bottom: Fraction = Fraction(0)

    @property
    def number(self) -> float | None:
        """The unrounded value as a float."""
        return None if self.value is None else float(self.value)

    @property
    def printed(self) -> Decimal | None:
        """The printed value, such as ``Decimal("-2.6")``."""
        return None if self.units is None else Decimal(self.units).scaleb(-self.decimals)


NOTHING = Figure(value=None, units=None)


def count(number: int) -> Figure:
    """A count of pupils."""
    return Figure(Fraction(number), number, 0, Fraction(number), Fraction(1))


def ratio(top: Fraction | int, bottom: Fraction | int, decimals: int, scale: int = 1) -> Figure:
    """A mean (scale 1) or percentage (scale 100); nothing when the denominator is zero."""
    top, bottom = Fraction(top), Fraction(bottom)
    if bottom == 0:
        return Figure(None, None, decimals, top, bottom)
    value = scale * top / bottom
    return Figure(value, rounded(value, decimals), decimals, top, bottom)


def given(value: Fraction | None, decimals: int) -> Figure:
    """A value that is neither a share nor a mean, such as a limit or a difference."""
    return Figure(value, None if value is None else rounded(value, decimals), decimals)
