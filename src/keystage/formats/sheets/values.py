"""Dates and school numbers of sheets: as people write them, and as a spreadsheet counts days."""

from collections.abc import Mapping
from datetime import date

import polars as pl

#: Excel counts days from here, its false 29 February 1900 taken into account.
_FIRST_DAY = date(1899, 12, 30)
_FORMS = (
    (r"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$", "%Y-%m-%d"),
    (r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$", "%d/%m/%Y"),
    (r"^[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}$", "%d-%m-%Y"),
    (r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$", "%d.%m.%Y"),
    (r"^[0-9]{1,2} [A-Za-z]{3} [0-9]{4}$", "%d %b %Y"),
    (r"^[0-9]{1,2}-[A-Za-z]{3}-[0-9]{4}$", "%d-%b-%Y"),
    (r"^[0-9]{1,2} [A-Za-z]{4,} [0-9]{4}$", "%d %B %Y"),
)
_TIME = r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?$"
_SERIAL = r"^[0-9]{5}(\.[0-9]+)?$"  # five digits: 1927 to 2173
NO_DATE = "it is not a date such as 20/01/2015 or 2015-01-20"
_SCHOOL = r"^([0-9]{3})[/ -]?([0-9]{4})$"
NO_SCHOOL = "it is not the seven digits of a school number, such as 9990301"


def as_date(text: pl.Expr) -> pl.Expr:
    """The date a text means, null where it means none; a time of day is left out."""
    day = text.str.replace(_TIME, "")
    forms = [
        pl.when(day.str.contains(pattern)).then(day).str.to_date(form, strict=False)
        for pattern, form in _FORMS
    ]
    serial = pl.when(text.str.contains(_SERIAL)).then(text).str.extract(r"^([0-9]+)")
    counted = pl.lit(_FIRST_DAY) + pl.duration(days=serial.cast(pl.Int32))
    return pl.coalesce(*forms, counted.cast(pl.Date))


def as_sex(text: pl.Expr, spellings: Mapping[str, str]) -> pl.Expr:
    """The code of a sex that is written in one of the spellings; what is not stays as it is.

    Args:
        text: what is written.
        spellings: the code of each spelling, in small letters.
    """
    small = text.str.to_lowercase()
    codes = small.replace_strict(spellings, default=None, return_dtype=pl.String)
    return pl.coalesce(codes, text)


def as_school(text: pl.Expr) -> pl.Expr:
    """The seven digits of a school number written 9990301 or 999/0301; null where it is neither."""
    return pl.when(text.str.contains(_SCHOOL)).then(text.str.replace(_SCHOOL, "$1$2"))
