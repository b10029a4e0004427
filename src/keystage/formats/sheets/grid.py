"""The cells of a sheet as text, each row with its number; CSV in any of the usual encodings."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.records.schema import LINE

_LARGEST = 2**27
_SEPARATORS = (",", ";", "\t", "|")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_OTHERS = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed with gzip",
    b"<?xml": "XML",
    b"PAR1": "Parquet",
    b"\x89PNG": "a picture",
}
_NAMES = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}
_SAVE = "Save the sheet as an Excel workbook (.xlsx) or as CSV UTF-8."
#: An apostrophe that keeps a cell from being a formula; there may be others behind it.
_NEUTRALISED = r"^'('*[=+\-@\t\r])"


@dataclass(frozen=True, slots=True, eq=False)
class OddCell:
    """A cell that shows something and has no value we could take: where, what, and why."""

    line: int
    column: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One sheet.

    Attributes:
        frame: ``line`` and one text column for each column of the sheet, named 0, 1 and so on.
        name: the name of the sheet within a workbook, empty for CSV.
        odd: cells without a value we could take.
        repaired: what was put right to read it, as sentences.
    """

    frame: pl.DataFrame
    name: str = ""
    odd: tuple[OddCell, ...] = ()
    repaired: tuple[str, ...] = field(default=())


def read_bytes(path: Path) -> bytes:
    """The whole file.

    Raises:
        SheetRefusedError: there is none, it is empty, too big, or not to be opened.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise SheetRefusedError(
                f"The file is larger than {_LARGEST // 2**20} MB, too large for a sheet.",
                fault="too_big",
                path=path,
                todo="Send one school's sheet at a time.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise SheetRefusedError(
            f"The file cannot be opened ({error.strerror}).",
            fault="transfer",
            path=path,
            todo="Check its name and folder, and that you may read it.",
        ) from error
    if not data.strip():
        raise SheetRefusedError(
            "The file is empty.", fault="empty", path=path, todo="Export it again."
        )
    return data


def csv_grids(data: bytes, path: Path) -> Iterator[Grid]:
    """A CSV file as a sheet, once for each way its cells may be separated.

    Text is UTF-8, UTF-16 or, where it is neither, Windows-1252. An apostrophe that keeps a cell
    from being a formula is taken away (see `sheets.writing`).

    Raises:
        SheetRefusedError: it is no text, or no separator gives a table.
    """
    text, repaired = _decoded(data, path)
    failure: csv.Error | None = None
    tables = 0
    for separator in _SEPARATORS:
        if separator not in text and tables:
            continue
        try:
            frame = _frame(text, separator)
        except csv.Error as error:
            failure = error
            continue
        tables += 1
        yield Grid(frame, repaired=repaired)
    if not tables:
        raise SheetRefusedError(
            f"The file is not well-formed CSV ({failure}).",
            fault="damaged",
            path=path,
            todo="Look for a quotation mark that is not closed, or export it again.",
        )


def grid_of(rows: Sequence[tuple[int, Sequence[str | None]]]) -> pl.DataFrame:
    """A frame of rows with their numbers; short rows end in nulls."""
    width = max((len(cells) for _, cells in rows), default=0)
    schema = {LINE: pl.UInt32()} | {str(at): pl.String() for at in range(width)}
    padded = [(line, *cells, *[None] * (width - len(cells))) for line, cells in rows]
    return pl.DataFrame(padded, schema=schema, orient="row")


def _frame(text: str, separator: str) -> pl.DataFrame:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, first = [], 1
    for cells in reader:
        rows.append((first, cells))
        first = reader.line_num + 1
    return grid_of(rows).with_columns(pl.col(pl.String).str.replace(_NEUTRALISED, "$1"))


def _decoded(data: bytes, path: Path) -> tuple[str, tuple[str, ...]]:
    for magic, what in _OTHERS.items():
        if data.startswith(magic):
            raise SheetRefusedError(
                f"The file is {what}, not a sheet.", fault="wrong_type", path=path, todo=_SAVE
            )
    bom, encoding = next((each for each in _BOMS if data.startswith(each[0])), (b"", "utf-8"))
    if not bom and b"\0" in data[:2]:
        encoding = "utf-16-be" if data.startswith(b"\0") else "utf-16-le"
    for tried in dict.fromkeys((encoding, "cp1252")):
        try:
            text = data.removeprefix(bom).decode(tried)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        read = "" if tried == "utf-8" else f"The text was read as {_NAMES[tried]}."
        return text, (read,) if read else ()
    raise SheetRefusedError(
        "The file is not text, and no Excel workbook.", fault="wrong_type", path=path, todo=_SAVE
    )
