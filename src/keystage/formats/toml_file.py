"""Small TOML files that people keep beside their data: a profile, a mapping, a conversion table."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from keystage.core.errors import InputError, StatuteError
from keystage.statute.conversion import convert
from keystage.statute.reading import read

T = TypeVar("T", bound=msgspec.Struct)

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def read_toml(path: Path, kind: type[T], todo: str, name: str = "") -> T:
    """Read a TOML file into a record, strictly.

    Args:
        path: the file.
        kind: the record's type.
        todo: what the reader can do if the file is refused, as a sentence.
        name: its name in messages, if not the path.

    Raises:
        InputError: it is no such file; the sentence names file, table and line.
    """
    try:
        document = read(path, name or str(path))
        return convert(document.tables, kind, document)
    except StatuteError as error:
        raise InputError(error.what, where=error.where, todo=todo) from None


def toml_of(record: msgspec.Struct) -> str:
    """The text of a record in TOML: single values first, then its tables, each list item one.

    The same record gives the same bytes. Values left at their default are not written.
    """
    raw: dict[str, Any] = msgspec.to_builtins(record)
    plain = {key: value for key, value in raw.items() if not _is_table(value)}
    parts = ["\n".join(_pairs(plain)) + "\n"] if plain else []
    for key, value in raw.items():
        if isinstance(value, dict):
            parts.append("\n".join([f"[{_key(key)}]", *_pairs(value)]) + "\n")
        elif _is_table(value):
            parts += ["\n".join([f"[[{_key(key)}]]", *_pairs(item)]) + "\n" for item in value]
    return "\n".join(parts)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list | tuple) and bool(value) and isinstance(value[0], dict)
    )


def _pairs(raw: Mapping[str, Any]) -> Iterator[str]:
    return (f"{_key(key)} = {_text(value)}" for key, value in raw.items())


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)
