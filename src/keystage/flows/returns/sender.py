"""The school a return is of: its number, and whether file and person agree on it."""

from pathlib import Path

import polars as pl

from keystage.core.errors import UsageError
from keystage.formats.ctf.header import School

_AUTHORITY = 3
_DIGITS = 7


def numbers(files: pl.DataFrame) -> pl.DataFrame:
    """The number of each file's school: file, school; null where the file does not say it."""
    return files.select("file", school=pl.concat_str("source_la", "source_estab"))


def school_of(number: str, *, urn: str | None = None, name: str | None = None) -> School:
    """A school by its number of seven digits.

    Raises:
        UsageError: it is not one.
    """
    digits = number.strip()
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        raise UsageError(
            f"{number!r} is not a school's number.",
            todo="Give the authority's and the school's number together, seven digits: 9990103.",
        )
    return School(la=digits[:_AUTHORITY], estab=digits[_AUTHORITY:], urn=urn, name=name)


def agreed_school(files: pl.DataFrame, school: str | None, sheet: Path) -> str:
    """The school's number, as given and as the sheet says it.

    Raises:
        UsageError: neither says it, or they differ.
    """
    said = numbers(files)["school"][0]
    given = None if school is None else school.strip()
    if said is None and given is None:
        raise UsageError(
            "Nothing says which school this is.",
            where=str(sheet),
            todo="Give the school's number with --school, such as 9990103.",
        )
    if said is not None and given is not None and said != given:
        raise UsageError(
            f"The sheet is of school {said}, and {given} was given with --school.",
            where=str(sheet),
            todo="Choose the right sheet, or the right number.",
        )
    return str(given or said)
