"""The cells of a sheet as text, each row with its number; CSV in any of the usual encodings."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from keystage.formats.ctf.given import NamedBytes
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.records.schema import LINE

_LARGEST = 2**27
#: As many columns as a workbook has; a row that is longer is none of a sheet.
_WIDEST = 2**14
#: Short rows are filled up to the longest: a sheet this small may have any shape.
_CELLS = 2**20
#: A column of one value takes no room in Parquet, and much as text: the whole country has fewer.
_UNPACKED = 2**25
_SEPARATORS = (",", ";", "\t", "|")
PARQUET = b"PAR1"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_OTHERS = {
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed with gzip",
    b"<?xml": "XML",
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


def whole(source: Path | NamedBytes) -> NamedBytes:
    """The whole file, with its name and folder.

    Raises:
        SheetRefusedError: there is none, it is too big, or not to be opened.
    """
    if isinstance(source, NamedBytes):
        _refuse_large(len(source.data), Path(source.name))
        return source
    path = source
    try:
        _refuse_large(path.stat().st_size, path)
        return NamedBytes(str(path), path.read_bytes())
    except OSError as error:
        raise SheetRefusedError(
            f"The file cannot be opened ({error.strerror}).",
            fault="transfer",
            path=path,
            todo="Check its name and folder, and that you may read it.",
        ) from error


def _refuse_large(size: int, path: Path) -> None:
    if size > _LARGEST:
        raise SheetRefusedError(
            f"The file is larger than {_LARGEST // 2**20} MB, too large for a sheet.",
            fault="too_big",
            path=path,
            todo="Send one school's sheet at a time.",
        )


def csv_grids(data: bytes, path: Path) -> Iterator[Grid]:
    """A CSV file as a sheet, once for each way its cells may be separated.

    Text is UTF-8, UTF-16 or, where it is neither, Windows-1252. An apostrophe that keeps a cell
    from being a formula is taken away (see `sheets.writing`).

    Raises:
        SheetRefusedError: it is no text, no separator gives a table, or a row has far too many
            columns.
    """
    text, repaired = _decoded(data, path)
    failure: csv.Error | None = None
    tables = 0
    for separator in _SEPARATORS:
        if separator not in text and tables:
            continue
        try:
            frame = _frame(text, separator, path)
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


def parquet_grid(data: bytes, path: Path) -> Grid:
    """A Parquet file as a sheet: its columns' names are the heading, line 1.

    Raises:
        SheetRefusedError: it is damaged or too large, or a column holds no single values.
    """
    try:
        columns = len(pl.read_parquet_schema(io.BytesIO(data)))
        rows = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
        if columns * rows > _UNPACKED:
            raise SheetRefusedError(
                f"The table has {rows:,} rows of {columns} columns, too many for a sheet.",
                fault="too_big",
                path=path,
                todo="Send one school's sheet at a time.",
            )
        values = pl.read_parquet(io.BytesIO(data)).select(pl.all().cast(pl.String))
    except pl.exceptions.PolarsError as error:
        raise SheetRefusedError(
            "The Parquet file is damaged, or has columns of lists.",
            fault="damaged",
            path=path,
            todo="Write it again, or give the sheet as CSV.",
        ) from error
    places = {name: str(at) for at, name in enumerate(values.columns)}
    heading = pl.DataFrame({place: [name] for name, place in places.items()})
    frame = pl.concat([heading, values.rename(places)]) if places else heading
    return Grid(frame.with_row_index(LINE, 1))


def grid_of(rows: Sequence[tuple[int, Sequence[str | None]]]) -> pl.DataFrame:
    """A frame of rows with their numbers; short rows end in nulls."""
    width = max((len(cells) for _, cells in rows), default=0)
    schema = {LINE: pl.UInt32()} | {str(at): pl.String() for at in range(width)}
    padded = [(line, *cells, *[None] * (width - len(cells))) for line, cells in rows]
    return pl.DataFrame(padded, schema=schema, orient="row")


def _frame(text: str, separator: str, path: Path) -> pl.DataFrame:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, first = [], 1
    for cells in reader:
        rows.append((first, cells))
        first = reader.line_num + 1
    width = max((len(cells) for _, cells in rows), default=0)
    if width > _WIDEST or width * len(rows) > max(_CELLS, 2 * len(text)):
        line = next(line for line, cells in rows if len(cells) == width)
        raise SheetRefusedError(
            f"A row has {width:,} columns, far more than the pupils need.",
            fault="too_big",
            path=path,
            line=line,
            todo="Look for separators at its end, or export the sheet again.",
        )
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
