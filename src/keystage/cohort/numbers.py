"""Unique pupil numbers of an invented country: valid, all different, and of no real school.

The establishment within a number is below those given to schools. A school's serial numbers are in
three ranges: its own pupils, pupils who came from it to the next school, and former numbers.
"""

import numpy as np
import polars as pl

from keystage.cohort.chance import Mask, Whole
from keystage.core.upn import LENGTH, LETTERS, MODULUS, WEIGHTS
from keystage.records.record_type import ESTABLISHMENTS

OWN, MOVED, FORMER = 0, 400, 800
#: No school has more pupils than a range of serial numbers holds.
MOST_PUPILS = MOVED - OWN
MOST_FORMER = 1000 - FORMER
_TENS = 10 ** np.arange(LENGTH - 2, -1, -1)


def make_numbers(school: Whole, year: Whole, serial: Whole, temporary: Mask) -> pl.Series:
    """Numbers with their check letters.

    Args:
        school: authority and establishment that issued each, seven digits.
        year: the year of issue.
        serial: 0 to 999, different within a school and year.
        temporary: the number ends in a letter, which stands for the first digit of the serial.

    >>> from keystage.core.upn import fault_of
    >>> make_numbers(
    ...     np.array([9990301]), np.array([2020]), np.array([1]), np.array([False])
    ... ).to_list()
    ['A999030120001']
    """
    kept = np.where(temporary, serial % 100 * 10, serial)
    whole = (school * 100 + year % 100) * 1000 + kept
    digits = whole[:, None] // _TENS % 10
    last = serial // 100
    digits[:, -1] = np.where(temporary, last, digits[:, -1])
    letter = pl.Series(list(LETTERS), dtype=pl.String)
    check = letter.gather(digits @ np.array(WEIGHTS) % MODULUS)
    text = pl.Series(whole).cast(pl.String).str.zfill(LENGTH - 1)
    ended = pl.DataFrame({"check": check, "text": text, "last": letter.gather(last)})
    return ended.select(
        pl.concat_str(
            "check",
            pl.when(pl.Series(temporary))
            .then(pl.concat_str(pl.col("text").str.head(LENGTH - 2), "last"))
            .otherwise(pl.col("text")),
        ).alias("upn")
    )["upn"]


def neighbour(authority: int, number: Whole, schools: int) -> Whole:
    """The next school of an authority, the first after the last; seven digits."""
    return authority * ESTABLISHMENTS + number % schools + 1
