"""Reading one statute file, and finding the line of anything in it."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Any

from keystage.core.errors import StatuteError

Step = str | int
"""One step into a file: the name of a table or key, or the place of an item in a list."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\"' -]+?)\s*\]\]?\s*(?:#.*)?$")
_LARGEST = 4 * 2**20
_FORM = "Give a TOML file in the form of the shipped years (see keystage years show)."


@dataclass(frozen=True)
class Document:
    """A statute file: its name for people, its text, and its tables."""

    name: str
    text: str
    tables: dict[str, Any]

    def place(self, *path: Step) -> str:
        """Where something is: file, table and line, as far as they can be found."""
        if not path:
            return self.name
        line = self.line(path)
        return f"{self.name}, table [{path[0]}]" + (f", line {line}" if line else "")

    def line(self, path: Sequence[Step]) -> int | None:
        """The line of a table, key or item, or of the nearest thing around it."""
        lines = self.text.splitlines()
        start, end, used = self._section(lines, path)
        found = start if used else None
        here = max(start, 0)
        for step in path[used:]:
            nearer = _next(lines[:end], here, step)
            if nearer is None:
                break
            here = found = nearer
        return None if found is None else found + 1

    @staticmethod
    def _section(lines: list[str], path: Sequence[Step]) -> tuple[int, int, int]:
        """First and last line of the longest header leading to the path, and the steps used."""
        start, end, used = -1, len(lines), 0
        seen: dict[tuple[str, ...], int] = {}
        inside = False
        for number, parts, is_list in _headers(lines):
            if inside:
                end, inside = number, False
            size = len(parts)
            if tuple(path[:size]) != parts:
                continue
            place = seen.setdefault(parts, 0)
            seen[parts] += 1
            item = path[size] if size < len(path) else None
            if is_list and isinstance(item, int):
                if item != place:
                    continue
                size += 1
            if size > used:
                start, end, used, inside = number, len(lines), size, True
        return start, end, used


def _headers(lines: list[str]) -> Iterator[tuple[int, tuple[str, ...], bool]]:
    for number, line in enumerate(lines):
        if match := _HEADER.match(line):
            names = (part.strip().strip("\"'") for part in match[2].split("."))
            yield number, tuple(names), match[1] == "[["


def _next(lines: list[str], here: int, step: Step) -> int | None:
    """The line of a key, from here on; or of the item of a list that begins here."""
    if isinstance(step, str):
        key = re.compile(rf"(?:^|[\s{{,])[\"']?{re.escape(step)}[\"']?\s*=")
        return next((n for n in range(here, len(lines)) if key.search(lines[n])), None)
    if not lines[here].rstrip().endswith("["):
        return here
    items = [n for n in range(here + 1, len(lines)) if lines[n].strip(" \t,]")]
    items = [n for n in items if not lines[n].lstrip().startswith("#")]
    return items[step] if step < len(items) else None


def read(path: Path, name: str = "") -> Document:
    """Read a statute file; numbers keep every printed digit.

    Args:
        path: the file.
        name: its name in messages, if not the path.

    Raises:
        StatuteError: it is missing, a folder, too large, no text in UTF-8, no TOML, or empty.
    """
    name = name or str(path)
    try:
        about = path.stat()
        if not S_ISREG(about.st_mode):
            kind = "a folder" if S_ISDIR(about.st_mode) else "a device or pipe"
            raise StatuteError(f"This is {kind}, not a file.", where=name, todo=_FORM)
        if about.st_size > _LARGEST:
            raise StatuteError("The file is too large for a statute file.", where=name, todo=_FORM)
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise StatuteError("There is no such file.", where=name, todo="Check the path.") from None
    except OSError as error:
        raise StatuteError(
            f"The file cannot be read: {error.strerror}.",
            where=name,
            todo="Check the path and your permission to read it.",
        ) from None
    except UnicodeDecodeError:
        raise StatuteError("The file is not text in UTF-8.", where=name, todo=_FORM) from None
    return parsed(text, name)


def parsed(text: str, name: str) -> Document:
    """Make a statute file of a text; numbers keep every printed digit.

    Args:
        text: the text.
        name: its name in messages.

    Raises:
        StatuteError: it is no TOML, or empty.
    """
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        line = re.search(r"at line (\d+)", str(error))
        raise StatuteError(
            f"The file is not valid TOML ({error}).",
            where=f"{name}, line {line[1]}" if line else name,
            todo="Correct the line; numbers are written 6.2871, text in quotation marks.",
        ) from None
    if not tables:
        raise StatuteError("The file holds no tables.", where=name, todo=_FORM)
    return Document(name, text, tables)
