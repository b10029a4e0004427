"""Which heading of a file is which column."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from keystage.core.errors import InputError
from keystage.records.column import Column


@dataclass(frozen=True, slots=True)
class Matched:
    """Positions of the columns found, by name; columns missing; headings no column has."""

    found: dict[str, int]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def match(
    path: Path, headings: Sequence[str], columns: Sequence[Column], not_read: Collection[str]
) -> Matched:
    """Match headings to columns, without case, in any of a column's spellings.

    Args:
        path: the file, for errors.
        headings: the headings in the file's order, trimmed.
        columns: the columns wanted.
        not_read: fields that are known but not wanted, in upper case.

    Raises:
        InputError: two headings are one column.
    """
    spelling = {heading: column.name for column in columns for heading in column.headings}
    found: dict[str, int] = {}
    unknown: list[str] = []
    for at, heading in enumerate(headings):
        name = spelling.get(heading.upper())
        if name is None:
            if heading and heading.upper() not in not_read:
                unknown.append(heading)
        elif name in found:
            first = headings[found[name]]
            raise InputError(
                f"Two columns are {name}: {first} (column {found[name] + 1}) and "
                f"{heading} (column {at + 1}).",
                where=f"{path}, heading",
                todo="Keep the one that is right.",
            )
        else:
            found[name] = at
    missing = tuple(column.name for column in columns if column.name not in found)
    return Matched(found, missing, tuple(unknown))


def refuse_missing(path: Path, headings: Sequence[str], missing: Sequence[tuple[str, str]]) -> None:
    """Refuse a file that lacks columns it must have, each with what it is needed for.

    Raises:
        InputError: something is missing.
    """
    if not missing:
        return
    listed = "; ".join(f"{name}, needed for {purpose}" for name, purpose in missing)
    plural = "A column is" if len(missing) == 1 else f"{len(missing)} columns are"
    raise InputError(
        f"{plural} missing: {listed}.",
        where=f"{path}, heading",
        todo=_separator_hint(headings) or "Add what is missing, or choose the right file.",
    )


def _separator_hint(headings: Sequence[str]) -> str:
    if len(headings) == 1:
        for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if separator in headings[0]:
                return f"The fields seem to be separated by {name}: save the file with commas."
    return ""
