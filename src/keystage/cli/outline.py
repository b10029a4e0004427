"""A statutory table laid out for people: small grids to read, and the differences of two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from typing import Any

from msgspec import Struct

from keystage.statute.progress import PrintedRange
from keystage.statute.table import Constant, Table

_ABOUT = frozenset({"source", "section", "note"})
#: What names an item of a list, where it has such a key.
_NAMES = ("group", "code")
_NOTHING: tuple[Any, ...] = (None, "", (), {})


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
        if name == "confidence":
            continue
        if items and isinstance(items[0][1], Struct):
            inner.append(_records(name, items))
        elif items and isinstance(value, Mapping):
            inner.append(Grid(name, ("", ""), tuple((key, words(item)) for key, item in items)))
        else:
            single.append((name, words(value)))
    first = (Grid("", ("", ""), tuple(single)),) if single else ()
    return (*first, *inner)


def differences(before: Table, after: Table) -> Iterator[tuple[str, str, str]]:
    """What differs between two tables of the same kind, their confidence included.

    Yields:
        The path of a value, such as ``groups.13.writing``, and both values in words; what only
        one table has is an empty text in the other.
    """
    yield from _differences("", dict(_fields(before)), dict(_fields(after)))


def _differences(path: str, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    if before == after:
        return
    one, two = _parts(before), _parts(after)
    new = (before is None or after is None) and isinstance(after or before, Struct)
    if new or not (one or two):
        yield path, words(before), words(after)
        return
    for key in dict.fromkeys([*one, *two]):
        deeper = f"{path}.{key}" if path else key
        yield from _differences(deeper, one.get(key), two.get(key))


def _parts(value: Any) -> dict[str, Any]:
    """What a value is made of, if its parts are compared one by one."""
    if isinstance(value, Struct) and not isinstance(value, Constant | PrintedRange):
        return dict(_fields(value))
    if isinstance(value, tuple) and not (value and isinstance(value[0], Struct)):
        return {}
    return dict(_items(value))


@singledispatch
def words(value: Any) -> str:
    """A value as a person would write it; nothing is an empty text."""
    return "" if value is None else str(value)


@words.register
def _(value: bool) -> str:  # noqa: FBT001  # dispatched on its type
    return "yes" if value else "no"


@words.register
def _(value: Decimal) -> str:
    return f"{value:f}"


@words.register
def _(value: Constant) -> str:
    low, high = value.window
    return words(low) if low == high else f"{words(low)} to {words(high)}"


@words.register
def _(value: PrintedRange) -> str:
    if value.high is None:
        return f"{words(value.low)} and above"
    if value.low is None:
        return f"{words(value.high)} and below"
    if value.low > value.high:
        return "no score"
    return f"{words(value.low)} to {words(value.high)}"


@words.register
def _(value: Struct) -> str:
    told = [(name, item) for name, item in _fields(value) if item is not False]
    return ", ".join(name if item is True else f"{name} {words(item)}" for name, item in told)


@words.register
def _(value: tuple) -> str:  # type: ignore[type-arg]  # dispatched on its type
    together = "; " if any(isinstance(item, tuple | Struct) for item in value) else ", "
    return together.join(map(words, value))


def _fields(record: Struct) -> list[tuple[str, Any]]:
    """Fields that hold something, without where a table comes from."""
    return [
        (name, value)
        for name in record.__struct_fields__
        if (value := getattr(record, name)) not in _NOTHING
        and not (isinstance(record, Table) and name in _ABOUT)
    ]


def _items(value: Any) -> list[tuple[str, Any]]:
    """The items of a mapping by key, or of a list by what names them or their place."""
    if isinstance(value, Mapping):
        return list(value.items())
    if not isinstance(value, tuple):
        return []
    return [(_name(item) or str(place), item) for place, item in enumerate(value, start=1)]


def _name(item: Any) -> str:
    return next((str(getattr(item, name)) for name in _NAMES if hasattr(item, name)), "")


def _records(name: str, items: list[tuple[str, Any]]) -> Grid:
    """One row a record; columns nobody fills, or that only name the row, are left out."""
    columns = [
        column
        for column in items[0][1].__struct_fields__
        if column not in _NAMES
        and any(getattr(item, column) not in (*_NOTHING, False) for _, item in items)
    ]
    rows = tuple(
        (key, *(words(getattr(item, column)) for column in columns)) for key, item in items
    )
    return Grid(name, ("", *columns), rows)
