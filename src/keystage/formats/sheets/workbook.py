"""Excel workbooks: the visible sheets, as text."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from posixpath import normpath

import fastexcel
import polars as pl
from lxml import etree

from keystage.formats.ctf.sniffing import DAMAGED_ZIP
from keystage.formats.ctf.tree import local_name
from keystage.formats.sheets.grid import Grid, OddCell
from keystage.formats.sheets.honest import honest
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.records.schema import LINE

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UNPACKED = 2**28
_EXPORT_AGAIN = "Open it in Excel, save it again as .xlsx, and try once more."
_DAMAGED = (*DAMAGED_ZIP, KeyError, etree.XMLSyntaxError, fastexcel.FastExcelError)
_MIDNIGHT = r" 00:00:00$"
#: The place of a cell or the number of a row; some programs leave either out.
_PLACE = re.compile(r"([A-Z]{0,3})([0-9]{1,7})?")
#: Sheets are held whole, each from its first cell to its last.
_CELLS = 2**23
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def refuse_old(data: bytes, path: Path) -> None:
    """Refuse an encrypted workbook and an old one, which look alike from outside.

    Raises:
        SheetRefusedError: it is one of them.
    """
    if not data.startswith(OLE):
        return
    if _ENCRYPTED in data:
        raise SheetRefusedError(
            "The workbook is protected with a password.",
            fault="password",
            path=path,
            todo="Take the password away in Excel (File, Info, Protect Workbook), and save it.",
        )
    raise SheetRefusedError(
        "This is an old Excel workbook (.xls).",
        fault="wrong_type",
        path=path,
        todo="Save it as an Excel workbook (.xlsx).",
    )


def workbook_grids(data: bytes, path: Path, *, everything: bool = False) -> Iterator[Grid]:
    """The visible sheets of a workbook; hidden rows and columns of a sheet are read like others.

    With ``everything``, hidden sheets are read too.

    Raises:
        SheetRefusedError: it is no workbook, too big when unpacked, or damaged.
    """
    try:
        plain = honest(data, _UNPACKED)
        if plain is None:
            raise _too_big(path, "The workbook is too large when it is unpacked")
        places = _check(plain, path, everything=everything)
        reader = fastexcel.read_excel(plain)
        scanned = {name: _scan(plain, place) for name, place in places.items()}
        if sum(found.cells for found in scanned.values()) > _CELLS:
            raise _too_big(path, f"The sheets have more than {_CELLS:,} cells")
        for name, found in scanned.items():
            sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            frame = sheet.to_polars()
            frame.columns = [str(at) for at in range(frame.width)]
            days = frame.with_columns(pl.col(pl.String).str.replace(_MIDNIGHT, ""))
            yield Grid(days.with_row_index(LINE, 1), name, tuple(found.odd))
    except _DAMAGED as error:
        raise _damaged(path) from error


def _check(data: bytes, path: Path, *, everything: bool) -> dict[str, str]:
    """Where each sheet to be read lies in the workbook, by name; refuses what is no workbook."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise SheetRefusedError(
                "This is an archive, not an Excel workbook.",
                fault="wrong_type",
                path=path,
                todo="Give the sheet itself, as .xlsx, .ods or CSV.",
            )
        relations = _parse(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {each.get("Id"): each.get("Target", "") for each in relations}
        sheets = list(_parse(archive.read("xl/workbook.xml")).iterfind(".//{*}sheet"))
    if len({sheet.get("name", "") for sheet in sheets}) < len(sheets):
        raise _damaged(path)  # which of two of one name is read, is not known
    return {
        sheet.get("name", ""): _member(targets.get(sheet.get(_RELATION), ""))
        for sheet in sheets
        if everything or sheet.get("state", "visible") == "visible"
    }


@dataclass(slots=True)
class _Scanned:
    """What a look at a sheet's own XML tells: how far it reaches, and cells without a value."""

    rows: int = 0
    columns: int = 0
    odd: list[OddCell] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """How many cells the sheet has from its first to its last."""
        return self.rows * self.columns


def _scan(data: bytes, place: str) -> _Scanned:
    """Read the places of all cells, before anything is made as large as they reach.

    A row or cell that does not say its place stands behind the one before it.
    """
    found = _Scanned()
    line = column = 0
    with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(place) as file:
        parts = etree.iterparse(
            file, tag=("{*}c", "{*}row"), resolve_entities=False, no_network=True
        )
        for _, part in parts:
            where = _PLACE.fullmatch(part.get("r", ""))
            if not where:
                raise ValueError(part.get("r"))  # no such place is in any sheet
            if local_name(part) == "row":
                line, column = int(where[2] or line + 1), 0
                found.rows = max(found.rows, line)
            else:
                column = _number(where[1]) or column + 1
                found.rows = max(found.rows, int(where[2] or 0))
                found.columns = max(found.columns, column)
                if where[1]:
                    found.odd += _odd(part, int(where[2] or 0), where[1])
            part.clear()
    return found


def _odd(cell: etree._Element, line: int, column: str) -> Iterator[OddCell]:
    """A cell that shows an error, and a formula that was never worked out."""
    formula, value = cell.find("{*}f"), cell.find("{*}v")
    text = None if value is None else value.text
    kind = cell.get("t", "n")
    if kind == "e":
        yield OddCell(line, column, text or "", "the cell shows an error")
    elif formula is not None and text is None and kind == "n":
        yield OddCell(
            line,
            column,
            f"={formula.text or ''}",
            "the formula has no value: open the workbook in Excel and save it",
        )


def _number(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _member(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else normpath(f"xl/{target}")


def _parse(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def _damaged(path: Path) -> SheetRefusedError:
    return SheetRefusedError(
        "The workbook is damaged.", fault="damaged", path=path, todo=_EXPORT_AGAIN
    )


def _too_big(path: Path, what: str) -> SheetRefusedError:
    return SheetRefusedError(
        f"{what}.",
        fault="too_big",
        path=path,
        todo="Copy the pupils to a new workbook, and save that.",
    )
