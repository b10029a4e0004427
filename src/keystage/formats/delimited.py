"""CSV text: one quick reading for clean files, one careful reading for all others.

A clean file has one record a line, the same number of fields in each, and nothing blank; then the
engine reads it and line numbers follow from the row. Any other file is read record by record, which
gives exact line numbers and errors that name their line.
"""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.formats.files import cannot_open, wrong_encoding

_BOM = b"\xef\xbb\xbf"


def read_heading(path: Path) -> tuple[tuple[str, ...], int]:
    """The cells of the heading, trimmed, and the number of lines it takes.

    Raises:
        InputError: the heading is not readable, or there is none.
    """
    for last, cells in _records(path):
        if any(cell.strip() for cell in cells):
            return tuple(cell.strip() for cell in cells), last
    raise InputError("The file holds no text but blanks.", where=str(path), todo="Export it again.")


def read_text(
    path: Path, fields: Mapping[str, int], width: int, heading_lines: int
) -> tuple[pl.LazyFrame, pl.Series | None]:
    """The wanted fields as text, by name, from their positions in a record of ``width`` fields.

    Gives the frame and the line of each record; None in place of lines when records follow the
    heading line by line.

    Raises:
        InputError: a record has too many or too few fields, a quotation mark is not closed, or the
            text is not UTF-8; naming the line.
    """
    if _is_clean(path, width, heading_lines):
        names = [str(at) for at in range(width)]
        frame = pl.scan_csv(
            path,
            glob=False,
            has_header=False,
            skip_lines=heading_lines,
            schema=dict.fromkeys(names, pl.String()),
        )
        return frame.select(pl.col(str(at)).alias(name) for name, at in fields.items()), None
    return _read_carefully(path, fields, width, heading_lines)


def _is_clean(path: Path, width: int, heading_lines: int) -> bool:
    """Whether every line after the heading is one well-quoted record of ``width`` fields."""
    lines = pl.scan_csv(
        path,
        glob=False,
        has_header=False,
        skip_lines=heading_lines,
        schema={"text": pl.String()},
        separator="\x01",  # no field is expected to hold this; one that does makes the file unclean
        quote_char=None,
    )
    text = pl.col("text")
    quoted = text.str.contains('"', literal=True)
    commas = text.str.count_matches(",", literal=True)
    field = r'(?:"(?:[^"]|"")*"|[^",]*)'
    try:
        found = lines.select(
            odd=(
                text.is_null()
                | text.str.contains("\0", literal=True)
                | text.str.contains(r"^[\s,]*$")
                | (~quoted & (commas != width - 1))
            ).any(),
            quoted=quoted.any(),
        ).collect(engine="streaming")
        if found["odd"].item() or not found["quoted"].item():
            return not found["odd"].item()
        whole = text.str.contains(f"^{field}(?:,{field}){{{width - 1}}}\r?$")
        return bool(lines.filter(quoted).select(whole.all()).collect(engine="streaming").item())
    except pl.exceptions.PolarsError:
        return False  # the careful reading names what is wrong, and where


def _read_carefully(
    path: Path, fields: Mapping[str, int], width: int, heading_lines: int
) -> tuple[pl.LazyFrame, pl.Series]:
    columns: dict[str, list[str]] = {name: [] for name in fields}
    lines: list[int] = []
    first = heading_lines + 1
    for last, cells in _records(path, after=heading_lines):
        if any(cell.strip() for cell in cells):
            if len(cells) != width:
                raise InputError(
                    f"The record has {len(cells)} fields and the heading {width}.",
                    where=f"{path}, line {first}",
                    todo="Put text that holds commas in quotation marks, or export the file again.",
                )
            for name, at in fields.items():
                columns[name].append(cells[at])
            lines.append(first)
        first = last + 1
    frame = pl.LazyFrame(columns, schema=dict.fromkeys(columns, pl.String()))
    return frame, pl.Series(lines, dtype=pl.UInt32())


def _records(path: Path, after: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Records with the number of their last line, from the line after ``after``."""
    text = _lines(path, after)
    reader = csv.reader(text, strict=True)
    try:
        for cells in reader:
            yield after + reader.line_num, cells
    except csv.Error as error:
        raise InputError(
            f"The record is not well-formed CSV ({error}).",
            where=f"{path}, line {after + reader.line_num}",
            todo="Look for a quotation mark that is not closed or doubled, or export it again.",
        ) from error


def _lines(path: Path, after: int) -> Iterator[str]:
    """Lines of text, with their line ends; UTF-8, with or without a byte order mark."""
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if number <= after:
                    continue
                line = raw.removeprefix(_BOM) if number == 1 else raw
                if b"\0" in line:
                    raise InputError(
                        "The line holds a NUL byte, which no text has.",
                        where=f"{path}, line {number}",
                        todo="Export the file again as CSV UTF-8.",
                    )
                try:
                    yield line.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise wrong_encoding(path, number) from error
    except OSError as error:
        raise cannot_open(path, error) from error
