"""The units exact numbers are held in: whole parts of a point, so that sums never round."""

from decimal import Decimal
from fractions import Fraction

from keystage.core.errors import StatuteError

#: Progress points are held as whole billionths, so that sums are exact in any order.
BILLIONTHS = 9
BILLION = 10**BILLIONTHS
#: One point of a key stage 1 average, in the whole units averages are held in.
SIXTEENTHS = 16
#: One point of a key stage 1 result, in the whole units points are held in.
QUARTERS = 4


def in_quarters(value: Decimal, code: str) -> int:
    """Points as whole quarters.

    Args:
        value: the points.
        code: the key stage 1 result that earns them, for the refusal.

    Raises:
        StatuteError: they are no multiple of a quarter, so averages would not be exact.
    """
    quarters = value * QUARTERS
    if quarters != int(quarters):
        raise StatuteError(
            f"The key stage 1 points of {code} are {value}, which is no multiple of a quarter.",
            todo="Give points in quarters: average points are calculated exactly in sixteenths.",
        )
    return int(quarters)


def in_billionths(value: Decimal | None) -> int | None:
    """A decimal number as whole billionths; nothing stays nothing."""
    return None if value is None else int(value * BILLION)


def to_billionth(value: Fraction | float) -> Decimal:
    """A calculated number to the nearest billionth of a point, in which progress is held."""
    return Decimal(round(value * BILLION)).scaleb(-BILLIONTHS)
