"""A statutory table laid out for people: small grids to read, and flat leaves to compare."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from keystage.statute.progress import PrintedRange
from keystage.statute.table import Constant, Table

_ABOUT = frozenset({"source", "section", "note", "confidence"})
#: What names an item of a list, where it has such a key.
_NAMES = ("group", "code")


@dataclass(frozen=True)
class Grid:
    """A heading, column names, and rows of text."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def grids(table: Table) -> tuple[Grid, ...]:
    """The values of a table: single values first, then one grid for each list or mapping."""
    single: list[tuple[str, str]] = []
    inner: list[Grid] = []
    for name, value in _fields(table):
        items = _items(value)
        if items and isinstance(items[0][1], Struct):
            inner.append(_records(name, items))
        elif isinstance(value, Mapping) and value:
            rows = tuple((key, words(item)) for key, item in items)
            inner.append(Grid(name, ("", name), rows))
        else:
            single.append((name, words(value)))
    first = (Grid("", ("", ""), tuple(single)),) if single else ()
    return (*first, *inner)


def leaves(table: Table) -> dict[str, str]:
    """Every value of a table by its path, such as ``groups.13.writing``, and its confidence."""
    return {"confidence": table.confidence, **_leaves("", dict(_fields(table)))}


def words(value: Any) -> str:
    """A value as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Constant):
        low, high = value.window
        return words(low) if low == high else f"{words(low)} to {words(high)}"
    if isinstance(value, PrintedRange):
        if value.low is None or value.high is None:
            return (
                f"{words(value.low)} and above"
                if value.high is None
                else f"{words(value.high)} and below"
            )
        return f"{words(value.low)} to {words(value.high)}"
    if isinstance(value, Struct):
        return ", ".join(f"{name} {words(item)}" for name, item in _fields(value))
    if isinstance(value, tuple):
        together = "; " if any(isinstance(item, tuple | Struct) for item in value) else ", "
        return together.join(map(words, value))
    assert isinstance(value, str | int | date)  # noqa: S101  # the model holds nothing else
    return str(value)


def _fields(record: Struct) -> list[tuple[str, Any]]:
    """Fields that hold something, without what every table says about itself."""
    return [
        (name, value)
        for name in record.__struct_fields__
        if (value := getattr(record, name)) not in (None, "", (), {})
        and not (isinstance(record, Table) and name in _ABOUT)
    ]


def _items(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return list(value.items())
    if not isinstance(value, tuple):
        return []
    named = [(next((getattr(item, n) for n in _NAMES if hasattr(item, n)), None)) for item in value]
    return [
        (str(place if name is None else name), item)
        for place, (name, item) in enumerate(zip(named, value, strict=True), start=1)
    ]


def _records(name: str, items: list[tuple[str, Any]]) -> Grid:
    """One row a record; columns nobody fills, or that only name the row, are left out."""
    columns = [
        column
        for column in items[0][1].__struct_fields__
        if column not in _NAMES
        and any(getattr(item, column) not in (None, "", False) for _, item in items)
    ]
    rows = tuple(
        (key, *(words(getattr(item, column)) for column in columns)) for key, item in items
    )
    return Grid(name, ("", *columns), rows)


def _leaves(path: str, value: Any) -> dict[str, str]:
    if isinstance(value, Struct) and not isinstance(value, Constant | PrintedRange):
        items = _fields(value)
    else:
        items = _items(value)
        if items and isinstance(value, tuple) and not isinstance(value[0], Struct):
            items = []
    if not items:
        return {path: words(value)}
    flat: dict[str, str] = {}
    for key, item in items:
        flat |= _leaves(f"{path}.{key}" if path else key, item)
    return flat
