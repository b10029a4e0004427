"""A table of results as large as a country's: CSV, read in parts of bounded size.

The sheets of schools may have titles above their heading, odd encodings and cells over several
lines; a file as large as this is UTF-8 with its heading in the first row and a row in each line.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from keystage.core.errors import InputError
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.limits import KIB, MIB
from keystage.formats.sheets.headings import Columns, Table, plain, read_table
from keystage.records.schema import LINE

_BOM = b"\xef\xbb\xbf"
_SEPARATORS = (",", ";", "\t", "|")
_HEAD, _PART = 10 * KIB, 10 * MIB
_TEXT = "Save it as CSV UTF-8, with the headings in the first row and no line ends within a cell."
#: An apostrophe that keeps a cell from being a formula.
_NEUTRALISED = r"^'('*[=+\-@\t\r])"


def parts_of(data: bytes, name: str, columns: Columns) -> Iterator[Table]:
    """The rows of a large CSV file, some hundred thousand at a time.

    Args:
        data: the file.
        name: its name, for messages.
        columns: the columns known.

    Raises:
        SheetRefusedError: a column is missing or there twice.
        InputError: it is no UTF-8 text, or a row has not the columns of the heading.
    """
    first = data.find(b"\n", 0, _HEAD)
    if first < 0:
        raise InputError("The first row is no heading.", where=name, todo=_TEXT)
    head = read_table(NamedBytes(name, data[: data.find(b"\n", first + 1) + 1 or None]), columns)
    heading = data[:first].removeprefix(_BOM).decode(errors="replace").strip("\r")
    separator = max(_SEPARATORS, key=heading.count)
    names = _names(heading, separator, head.headings)
    start, line = first + 1, 2
    while start < len(data):
        end = data.rfind(b"\n", start, start + _PART) + 1
        if end <= start or start + _PART >= len(data):
            end = len(data)
        frame = _rows(data[start:end], separator, names, name, line)
        yield Table(
            frame=frame, headings=head.headings, unknown=head.unknown, odd=head.odd.clear(),
            padded=0, repaired=(),
        )  # fmt: skip
        line += data.count(b"\n", start, end)
        start = end


def _names(heading: str, separator: str, known: Mapping[str, str]) -> list[str]:
    """The column of each place of the heading; a number for one that is not known."""
    spelt = {plain(text): name for name, text in known.items()}
    cells = (cell.strip().strip('"') for cell in heading.split(separator))
    return [spelt.get(plain(cell), str(at)) for at, cell in enumerate(cells)]


def _rows(part: bytes, separator: str, names: list[str], name: str, line: int) -> pl.DataFrame:
    try:
        read = pl.read_csv(
            part,
            has_header=False,
            separator=separator,
            infer_schema=False,
            schema=dict.fromkeys(names, pl.String()),
        )
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"A row from line {line} on has not the columns of the heading, or is no UTF-8.",
            where=name,
            todo=_TEXT,
        ) from error
    known = [column for column in names if not column.isdecimal()]
    text = pl.col(known).str.strip_chars().str.replace(_NEUTRALISED, "$1")
    clean = read.with_row_index(LINE, line).select(LINE, pl.when(text != "").then(text))
    return clean.filter(pl.any_horizontal(pl.col(known).is_not_null()))
