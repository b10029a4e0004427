"""OpenDocument sheets: the visible tables, as text."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import fastexcel
import polars as pl
from lxml import etree

from keystage.formats.ctf.sniffing import DAMAGED_ZIP
from keystage.formats.ctf.tree import local_name
from keystage.formats.sheets.grid import Grid, OddCell
from keystage.formats.sheets.honest import honest
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.records.schema import LINE

_MARKS = ("mimetype", "content.xml")
_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"
_SHEET = b"opendocument.spreadsheet"
_ENCRYPTED = b"encryption-data"
_UNPACKED = 2**28
_AGAIN = "Open it in LibreOffice or Excel, save it again, and try once more."
_COPY = "Copy the pupils to a new sheet, and save that."
_DAMAGED = (*DAMAGED_ZIP, KeyError, etree.XMLSyntaxError, fastexcel.FastExcelError)
_MIDNIGHT = r"T00:00:00$"
#: Sheets are held whole, each from its first cell to its last.
_CELLS = 2**23
_TABLE, _ROW = "table", "table-row"
_NAME, _STYLE = "name", "style-name"
_ROWS_REPEATED, _COLUMNS_REPEATED = "number-rows-repeated", "number-columns-repeated"
#: What an empty cell may say of itself: any other attribute is, or makes, a value.
_OF_EMPTY = {_COLUMNS_REPEATED, _STYLE}
#: What LibreOffice says the value of a cell is, beside what the format says.
_CALCULATED = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_ERROR = "error"


def is_open_document(data: bytes) -> bool:
    """Whether an archive holds the parts of an OpenDocument file."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return set(_MARKS) <= set(archive.namelist())
    except DAMAGED_ZIP:
        return False


def open_document_grids(data: bytes, path: Path) -> Iterator[Grid]:
    """The visible tables of an OpenDocument sheet; hidden rows and columns are read like others.

    Raises:
        SheetRefusedError: it is protected, too big when unpacked, no sheet, or damaged.
    """
    try:
        plain = honest(data, _UNPACKED)
        if plain is None:
            raise _too_big(path, "The sheet is too large when it is unpacked")
        _check(plain, path)
        found = _scan(plain)
        if sum(table.cells for table in found.values()) > _CELLS:
            raise _too_big(path, f"The sheets have more than {_CELLS:,} cells")
        reader = fastexcel.read_excel(plain)
        for name in reader.sheet_names:
            table = found[name]
            sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.visible != "visible":
                continue
            frame = sheet.to_polars()
            frame.columns = [str(at) for at in range(frame.width)]
            days = frame.with_columns(pl.col(pl.String).str.replace(_MIDNIGHT, ""))
            yield Grid(days.with_row_index(LINE, 1), name, tuple(table.odd))
    except _DAMAGED as error:
        raise SheetRefusedError(
            "The OpenDocument sheet is damaged, or is no sheet.",
            fault="damaged",
            path=path,
            todo=_AGAIN,
        ) from error


def _check(data: bytes, path: Path) -> None:
    """Refuse what is no sheet, protected with a password, or would be too large."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if _SHEET not in archive.read(_MARKS[0]):
            raise SheetRefusedError(
                "This is an OpenDocument file, but not a sheet.",
                fault="wrong_type",
                path=path,
                todo="Save the sheet as .ods, .xlsx or CSV.",
            )
        if _MANIFEST in archive.namelist() and _ENCRYPTED in archive.read(_MANIFEST):
            raise SheetRefusedError(
                "The sheet is protected with a password.",
                fault="password",
                path=path,
                todo="Save it without a password, and try once more.",
            )


@dataclass(slots=True)
class _Scanned:
    """How far the cells of a table reach, and those that show an error."""

    line: int = 0
    rows: int = 0
    columns: int = 0
    odd: list[OddCell] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """How many cells the table has from its first to its last."""
        return self.rows * self.columns


def _scan(data: bytes) -> dict[str, _Scanned]:
    """Look at all cells by table, before anything is made as large as they reach.

    A row or cell may say that it stands there many times over: what is empty costs nothing, what
    holds a value counts as often as it stands. Names count whatever their namespace, as the reader
    that follows does not look at it.
    """
    found: dict[str, _Scanned] = {}
    here = _Scanned()
    with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(_CONTENT) as file:
        parts = etree.iterparse(
            file,
            events=("start", "end"),
            tag=(f"{{*}}{_TABLE}", f"{{*}}{_ROW}"),
            resolve_entities=False,
            no_network=True,
        )
        for event, part in parts:
            name = local_name(part)
            if event == "start" and name == _TABLE:
                here = found.setdefault(_said(part).get(_NAME, ""), _Scanned())
            elif event == "end" and name == _ROW:
                _row(part, here)
                part.clear()
    return found


def _row(row: etree._Element, here: _Scanned) -> None:
    first = here.line + 1
    here.line += int(_said(row).get(_ROWS_REPEATED, "1"))
    at = 0
    for cell in row.iterchildren("*"):
        said = _said(cell)
        column = at + 1
        at += int(said.get(_COLUMNS_REPEATED, "1"))
        if not len(cell) and not cell.text and _OF_EMPTY.issuperset(said):
            continue
        here.rows, here.columns = here.line, max(here.columns, at)
        if cell.get(_CALCULATED) == _ERROR:
            shown = "".join(str(text) for text in cell.itertext())
            here.odd.append(OddCell(first, _letters(column), shown, "the cell shows an error"))


def _said(part: etree._Element) -> dict[str, str]:
    """The attributes of an element by their names without namespace."""
    return {str(key).rpartition("}")[2]: str(value) for key, value in part.items()}


def _letters(column: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _too_big(path: Path, what: str) -> SheetRefusedError:
    return SheetRefusedError(f"{what}.", fault="too_big", path=path, todo=_COPY)
