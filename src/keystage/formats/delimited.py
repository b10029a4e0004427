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
from keystage.records.schema import LINE

_BOM = b"\xef\xbb\xbf"
_AT_A_TIME = 20_000


def read_heading(path: Path) -> tuple[tuple[str, ...], int]:
    """The cells of the heading, trimmed, and the number of lines it takes.

    Raises:
        InputError: the heading is not readable, or there is none.
    """
    for last, cells in _records(path):
        if any(cell.strip() for cell in cells):
            return tuple(cell.strip() for cell in cells), last
    raise InputError(
        "The file has nothing in it but blank lines.", where=str(path), todo="Export it again."
    )


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
    records = _clean_records(path, width, heading_lines)
    if records is not None:
        frame = pl.scan_csv(
            path,
            glob=False,
            has_header=False,
            skip_lines=heading_lines,
            n_rows=records,
            schema=dict.fromkeys((str(at) for at in range(width)), pl.String()),
        )
        return frame.select(pl.col(str(at)).alias(name) for name, at in fields.items()), None
    return _read_carefully(path, fields, width, heading_lines)


def _clean_records(path: Path, width: int, heading_lines: int) -> int | None:
    """How many records there are, if each is one well-quoted line of ``width`` fields.

    None if any is not, or if a line between them is blank; blank lines may follow the last.
    """
    lines = pl.scan_csv(
        path,
        glob=False,
        has_header=False,
        skip_lines=heading_lines,
        schema={"text": pl.String()},
        separator="\x01",  # no field is expected to hold this; one that does makes the file unclean
        quote_char=None,
        row_index_name="at",
    )
    text = pl.col("text").fill_null("")
    blank = text.str.contains(r"^[\s,]*$")
    quoted = text.str.contains('"', literal=True)
    commas = text.str.count_matches(",", literal=True)
    odd = text.str.contains("\0", literal=True) | (~blank & ~quoted & (commas != width - 1))
    field = r'(?:"(?:[^"]|"")*"|[^",]*)'
    try:
        found = lines.select(
            odd=odd.any(),
            quoted=quoted.any(),
            blanks=blank.sum(),
            lines=pl.len(),
            records=pl.col("at").filter(~blank).max().fill_null(-1).cast(pl.Int64) + 1,
        ).collect(engine="streaming")
        odd_ones, any_quoted, blanks, height, records = found.row(0)
        if odd_ones or blanks != height - records:
            return None
        if any_quoted:
            whole = text.str.contains(f"^{field}(?:,{field}){{{width - 1}}}\r?$")
            every = lines.filter(quoted).select(whole.all()).collect(engine="streaming")
            return int(records) if every.item() else None
        return int(records)
    except pl.exceptions.PolarsError:
        return None  # the careful reading names what is wrong, and where


def _read_carefully(
    path: Path, fields: Mapping[str, int], width: int, heading_lines: int
) -> tuple[pl.LazyFrame, pl.Series]:
    schema = {LINE: pl.UInt32()} | dict.fromkeys(fields, pl.String())
    frames = [pl.DataFrame(schema=schema)]
    rows: list[tuple[int | str, ...]] = []
    first = heading_lines + 1
    for last, cells in _records(path, after=heading_lines):
        if any(cell.strip() for cell in cells):
            if len(cells) != width:
                counted = "1 column" if len(cells) == 1 else f"{len(cells)} columns"
                raise InputError(
                    f"This line has {counted} and the heading has {width}.",
                    where=f"{path}, line {first}",
                    todo="Put text that holds commas in quotation marks, or export the file again.",
                )
            rows.append((first, *(cells[at] for at in fields.values())))
        if len(rows) == _AT_A_TIME:
            frames.append(pl.DataFrame(rows, schema=schema, orient="row"))
            rows = []
        first = last + 1
    frames.append(pl.DataFrame(rows, schema=schema, orient="row"))
    frame = pl.concat(frames)
    return frame.drop(LINE).lazy(), frame[LINE]


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
