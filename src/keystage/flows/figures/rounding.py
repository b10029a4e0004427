"""What a printed figure leaves open: the numbers of pupils that are printed alike."""

from decimal import Decimal
from math import ceil

from keystage.measures import figures

_HALF = Decimal("0.5")


def numerators(pupils: int, percent: Decimal) -> range:
    """The numbers of pupils that are printed as a percentage of so many.

    >>> numerators(30, Decimal(50)), numerators(1000, Decimal(50))
    (range(15, 16), range(495, 505))
    """
    half = _HALF * last_place(percent)
    low = (percent - half) * pupils / figures.PERCENT
    high = (percent + half) * pupils / figures.PERCENT
    # A half goes up, so the upper end belongs to the next percentage.
    return range(max(ceil(low), 0), min(ceil(high), pupils + 1))


def last_place(value: Decimal) -> Decimal:
    """One unit of a printed figure's last place."""
    return Decimal(1).scaleb(int(value.as_tuple().exponent))
