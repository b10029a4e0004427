"""Counting several things in one sum: flags side by side in the bits of a whole number.

A pupil is 0 or 1 in each of some thirty counts. Summed one by one they are most of the work of the
engine; packed, with room in each field for the largest count there can be, they are a few sums.
"""

from collections.abc import Sequence
from functools import reduce

import polars as pl

#: Bits of a word that can be used: Int64 without its sign.
_BITS = 63


def words(names: Sequence[str], most: int) -> list[list[str]]:
    """Names shared out among words, so that each has room to count up to ``most``.

    >>> words(["a", "b", "c"], most=2**30)
    [['a', 'b'], ['c']]
    """
    each = max(_BITS // _width(most), 1)
    return [list(names[start : start + each]) for start in range(0, len(names), each)]


def packed(flags: Sequence[pl.Expr], most: int) -> pl.Expr:
    """One word of the flags of one pupil (Int64): Boolean expressions, the first lowest."""
    room = 2 ** _width(most)
    # Field by field, so that no more than one is held as a number of its own.
    return reduce(
        lambda word, flag: word * room + flag.cast(pl.Int64), reversed(flags), pl.lit(0, pl.Int64)
    )


def unpacked(word: str, names: Sequence[str], most: int) -> list[pl.Expr]:
    """The counts of a summed word (UInt32), by name."""
    width = _width(most)
    return [
        (pl.col(word) // 2 ** (place * width) % 2**width).cast(pl.UInt32).alias(name)
        for place, name in enumerate(names)
    ]


def _width(most: int) -> int:
    """Bits that hold a count of up to ``most``."""
    return max(most, 1).bit_length()
