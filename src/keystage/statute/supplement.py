"""Writing a supplement: a statute file made from tables, which the loader reads back."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from keystage.statute.table import Release, Source, Table

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_NATIVE = (Decimal, date)


def write_supplement(
    year: int,
    release: Release,
    sources: Mapping[str, Source],
    tables: Mapping[str, Table],
    absent: Mapping[str, str] | None = None,
) -> str:
    """The text of a supplement, in the form of the shipped years.

    Args:
        year: the year it is for.
        release: the release it is for.
        sources: the sources the tables name, by key; keys the year has already are taken with
            the same meaning only.
        tables: statutory tables by name, such as ``prior_attainment_groups``.
        absent: tables to be absent, with the reason.

    Returns:
        TOML text; numbers keep every digit. ``load_year(year, release, path)`` reads it back.
    """
    parts = [f'[year]\nid = {year}\nrelease = "{release}"\n']
    parts += [_section(f"sources.{_key(key)}", _raw(source)) for key, source in sources.items()]
    parts += [_section(_key(name), _raw(table)) for name, table in tables.items()]
    parts += [_section(_key(name), {"absent": why}) for name, why in (absent or {}).items()]
    return "\n".join(parts)


def _raw(record: msgspec.Struct) -> dict[str, Any]:
    raw: dict[str, Any] = msgspec.to_builtins(record, builtin_types=_NATIVE)
    return raw


def _section(name: str, raw: Mapping[str, Any]) -> str:
    """A table: single values and lists first, then one sub-table for each mapping."""
    lines = [f"[{name}]"]
    inner: list[str] = []
    for key, value in raw.items():
        if isinstance(value, dict) and _deep(value):
            inner += [f"[{name}.{_key(key)}]", *_pairs(value)]
        elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            lines += [f"{_key(key)} = [", *(f"  {_text(item)}," for item in value), "]"]
        else:
            lines.append(f"{_key(key)} = {_text(value)}")
    return "\n".join([*lines, *inner, ""])


def _deep(value: Mapping[str, Any]) -> bool:
    """Whether a mapping gets lines of its own: it is long, or holds tables."""
    return len(value) > 3 or any(isinstance(item, dict) for item in value.values())  # noqa: PLR2004  # one value a subject fits a line


def _pairs(raw: Mapping[str, Any]) -> Iterator[str]:
    return (f"{_key(key)} = {_text(value)}" for key, value in raw.items())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(_pairs(value)) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
