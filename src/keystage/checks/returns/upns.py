"""UPNs of a whole column: which are sound, and what is wrong with the others.

Sound ones are told apart by arithmetic on whole columns; only the few others are taken to pieces.
"""

from collections.abc import Iterable
from functools import cache

import polars as pl

from keystage.core.upn import LENGTH, LETTERS, MODULUS, WEIGHTS

_DIGITS = len(WEIGHTS)
_PIECE = 4  # digits that are looked up together
_PIECES = range(0, _DIGITS, _PIECE)
_AUTHORITY = 10 ** (_DIGITS - 3)
_LETTER_AT = {str(digit): digit for digit in range(10)} | {
    letter: at for at, letter in enumerate(LETTERS)
}
_FEW_DIGITS = 10 ** (_DIGITS - 1)


@cache
def _sums(start: int) -> pl.Series:
    """What some digits in a row add to the sum, by the number they make."""
    weights = WEIGHTS[start : start + _PIECE]
    number = pl.int_range(10**_PIECE, dtype=pl.UInt32)
    return pl.select(
        pl.sum_horizontal(
            number // 10 ** (_PIECE - 1 - at) % 10 * weight for at, weight in enumerate(weights)
        ).cast(pl.UInt16)
    ).to_series()


@cache
def _known(authorities: frozenset[str]) -> pl.Series:
    """Whether a number of three digits is that of an authority, by the number."""
    numbers = [int(authority) for authority in authorities]
    return pl.select(pl.int_range(10**3).is_in(numbers)).to_series()


def sound(upns: pl.Series, authorities: Iterable[str]) -> pl.Series:
    """Which UPNs are permanent numbers without any fault.

    True for no number that has a fault; false for temporary ones, and for those of an authority
    whose number begins with a nought, which `parts` then looks at.
    """
    number, is_sound = _sound(frozenset(authorities))
    return upns.to_frame("upn").with_columns(number=number).select(is_sound).to_series()


@cache
def _sound(authorities: frozenset[str]) -> tuple[pl.Expr, pl.Expr]:
    """The number in a UPN, and by that whether the UPN is sound."""
    number = pl.col("upn").str.slice(1, _DIGITS).cast(pl.UInt64, strict=False)
    total = pl.sum_horizontal(
        pl.lit(_sums(start)).gather(
            (pl.col("number") // 10 ** (_DIGITS - _PIECE - start) % 10**_PIECE).cast(pl.UInt32)
        )
        for start in _PIECES
    )
    letter = pl.lit(pl.Series(list(LETTERS))).gather((total % MODULUS).cast(pl.UInt32))
    known = pl.lit(_known(authorities))
    is_sound = (
        (pl.col("upn").str.len_bytes() == LENGTH)
        & (pl.col("number") >= _FEW_DIGITS)
        & pl.col("upn").str.starts_with(letter)
        & known.gather((pl.col("number") // _AUTHORITY).cast(pl.UInt32))
    )
    return number, is_sound.fill_null(value=False)


def parts(column: str, authorities: Iterable[str]) -> dict[str, pl.Expr]:
    """What a UPN is like, part by part; null where a part is not there to be judged.

    missing, length (not 13 characters), authority (unknown), digits (characters 5 to 12 are not),
    last (no digit and no letter of the set), check_letter (wrong), expected_letter, temporary.
    """
    upn = pl.col(column)
    missing = upn.is_null() | (upn.str.strip_chars() == "")
    length = ~missing & (upn.str.len_chars() != LENGTH)
    whole = ~missing & ~length
    authority = upn.str.slice(1, 3)
    known = authority.is_in(list(authorities))
    digits = upn.str.slice(4, 8).str.contains(r"^[0-9]{8}$")
    last = upn.str.slice(12, 1)
    allowed = last.str.contains(rf"^[0-9{LETTERS}]$")
    formed = whole & upn.str.contains(rf"^.[0-9]{{11}}[0-9{LETTERS}]$")
    total = pl.sum_horizontal(
        upn.str.slice(at, 1).replace_strict(_LETTER_AT, default=None, return_dtype=pl.UInt32)
        * weight
        for at, weight in enumerate(WEIGHTS, 1)
    )
    letter = pl.lit(pl.Series(list(LETTERS))).gather(total % MODULUS)
    return {
        "missing": missing,
        "length": length,
        "authority": whole & ~known,
        "digits": whole & ~digits,
        "last": whole & ~allowed,
        "check_letter": formed & (upn.str.slice(0, 1) != letter),
        "expected_letter": pl.when(formed).then(letter),
        "temporary": formed & last.is_in(list(LETTERS)),
    }
