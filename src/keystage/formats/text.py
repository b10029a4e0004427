"""One value from its text: what a reader would take it to mean, or why it means nothing."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

from keystage.records.column import Column

Value = str | int | float | date | None

_WHOLE = re.compile(r"[+-]?[0-9]+(?:\.0*)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The reason why a text has no meaning in its column."""

    reason: str


def parse(text: str, column: Column, values: Sequence[str]) -> Value | Unreadable:
    """The value a text stands for in a column; None for blank.

    ``values`` are the codes of a code column. Codes are matched without case, and 1.0 is 1.

    >>> sex = Column(name="SEX", kind="code", meaning="sex", needed_for="sex")
    >>> parse(" f ", sex, ("M", "F"))
    'F'
    >>> parse("Female", sex, ("M", "F"))
    Unreadable(reason='the codes of this year are M, F')
    """
    trimmed = text.strip()
    if not trimmed:
        return None
    if column.kind == "code":
        return _code(trimmed, values)
    if column.kind == "whole":
        return _whole(trimmed, column)
    return _READERS[column.kind](trimmed)


def _code(text: str, values: Sequence[str]) -> str | Unreadable:
    plain = text.removesuffix(".0").casefold()
    for value in values:
        if value.casefold() in {plain, text.casefold()}:
            return value
    return Unreadable(f"the codes of this year are {', '.join(values)}")


def _whole(text: str, column: Column) -> int | Unreadable:
    if not _WHOLE.fullmatch(text):
        return Unreadable("it is not a whole number")
    digits = text.partition(".")[0]
    limit = 2 ** (column.width - 1)
    if len(digits) > column.width or not -limit <= int(digits) < limit:
        return Unreadable("it is too large a number")
    if column.positive and int(digits) <= 0:
        return Unreadable("it is not above 0")
    return int(digits)


def _number(text: str) -> float | Unreadable:
    if not _NUMBER.fullmatch(text) or not isfinite(float(text)):
        return Unreadable("it is not a number")
    return float(text)


def _date(text: str) -> date | Unreadable:
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _BRITISH.fullmatch(text):
        day, month, year = found.groups()
    else:
        return Unreadable("it is not a date such as 2016-09-01 or 01/09/2016")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return Unreadable("there is no such day")


_READERS: dict[str, Callable[[str], Value | Unreadable]] = {
    "text": str,
    "number": _number,
    "date": _date,
}
