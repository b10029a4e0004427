"""Stray quotation marks in a CSV file: taken out where they would run pupils together.

A mark that is opened and not closed makes a reader swallow the lines that follow, and with them
pupils. Such a file is read line by line; marks that do not stand around a whole value are left out,
and each is told. A file in which every row has its columns stays as it is.
"""

import csv
import io
from dataclasses import dataclass

_SEPARATORS = (",", ";", "\t", "|")
_MARK = '"'
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_HEAD_LINES = 12
_TOLD = 60


@dataclass(frozen=True, slots=True)
class Repair:
    """Something put right in order to read a file: the line, if it has one, and what was done."""

    line: int | None
    said: str


def without_stray_marks(data: bytes) -> tuple[bytes, tuple[Repair, ...]]:
    """The file without stray quotation marks, lines as they were, and what was left out.

    Text in UTF-16 is given back as it is: whatever is wrong with it is said when it is read.
    """
    if data.startswith(_WIDE) or b"\0" in data[:2] or _MARK.encode() not in data:
        return data, ()
    text = data.decode("latin-1")  # one letter a byte, whatever the encoding: marks are ASCII
    separator = _separator(text)
    if _is_sound(text, separator):
        return data, ()
    cleaned, repairs = [], []
    for number, line in enumerate(_lines(text), 1):
        body = line.rstrip("\r\n")
        made = _line(body, separator)
        if made != body:
            repairs.append(Repair(number, "A stray quotation mark was left out."))
        cleaned.append(made + line[len(body) :])
    return "".join(cleaned).encode("latin-1"), tuple(repairs)


def _lines(text: str) -> list[str]:
    """The lines as a reader of CSV counts them: other signs may be part of a letter."""
    return io.StringIO(text, newline="").readlines()


def _separator(text: str) -> str:
    head = "".join(_lines(text)[:_HEAD_LINES])
    return max(_SEPARATORS, key=head.count)


def _is_sound(text: str, separator: str) -> bool:
    """Whether every value is closed, and none has swallowed the row of another pupil.

    A value may run over lines, as an address does. Where each of the lines would be a row by
    itself, or the row they make has fewer or more columns than others, the marks are stray.
    """
    rows: list[tuple[int, int]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        rows += [(len(cells), reader.line_num) for cells in reader]
    except csv.Error:
        return False
    widths = [width for width, _ in rows]
    usual = max(set(widths), key=widths.count, default=1)
    lines = _lines(text)
    for (width, end), (_, start) in zip(rows, [(0, 0), *rows], strict=False):
        spanned = lines[start:end]
        if len(spanned) > 1 and (
            width != usual or all(line.count(separator) == usual - 1 for line in spanned)
        ):
            return False
    return True


def _line(line: str, separator: str) -> str:
    """One line with its values quoted where they were, and no other marks."""
    values = []
    rest: str | None = line
    while rest is not None:
        value, rest = _value(rest, separator)
        values.append(value)
    return separator.join(values)


def _value(text: str, separator: str) -> tuple[str, str | None]:
    """The first value of a text, and what follows its separator."""
    end = _closing(text, separator) if text.startswith(_MARK) else -1
    if end > 0:
        inside = text[1:end].replace(_MARK * 2, "\0").replace(_MARK, "")
        after = text[end + 1 :]
        value = f"{_MARK}{inside.replace(chr(0), _MARK * 2)}{_MARK}"
        return value, after[len(separator) :] if after else None
    value, found, after = text.partition(separator)
    return value.replace(_MARK, ""), after if found else None


def _closing(text: str, separator: str) -> int:
    """Where the value opened at the beginning is closed: before a separator or the end, or -1."""
    at = 1
    while (at := text.find(_MARK, at)) > 0:
        if text[at + 1 : at + 2] == _MARK:
            at += 2
        elif at + 1 == len(text) or text.startswith(separator, at + 1):
            return at
        else:
            at += 1
    return -1


def shortened(text: str) -> str:
    """A text as it is shown beside its place: its beginning, if it is long."""
    return text if len(text) <= _TOLD else f"{text[:_TOLD]}…"
