"""A table as an OpenDocument sheet, which LibreOffice and Excel open."""

import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from io import BytesIO
from math import isfinite

import polars as pl
from odfdo import Cell, Document, Row, Style, Table

_HEADING = "heading"
#: Characters XML cannot hold are shown as what they are: not readable.
_UNWRITABLE = r"[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]"
_SHOWN = "\N{REPLACEMENT CHARACTER}"
_LANGUAGE = "en-GB"


def open_document(frame: pl.DataFrame, title: str, made: datetime) -> bytes:
    """A table with a bold heading row; every text is text, and can be no formula.

    The same table gives the same bytes.

    Args:
        frame: the table; nulls are empty cells, dates are dates.
        title: the name of the sheet.
        made: the time the document says it was made.
    """
    document = Document("spreadsheet")
    document.body.clear()
    document.language = _LANGUAGE
    document.meta.creation_date = made.replace(tzinfo=None)
    document.insert_style(
        Style("table-cell", name=_HEADING, area="text", bold=True), automatic=True
    )
    table = Table(title)
    heading = _row([Cell(name, style=_HEADING) for name in frame.columns])
    safe = frame.with_columns(pl.col(pl.String).str.replace_all(_UNWRITABLE, _SHOWN))
    table.extend_rows([heading, *(_row(map(_cell, values)) for values in safe.iter_rows())])
    document.body.append(table)
    written = BytesIO()
    document.save(written)
    return _dated(written, made)


def _row(cells: Iterable[Cell]) -> Row:
    row = Row()
    row.extend_cells(cells)
    return row


def _cell(value: object) -> Cell:
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return Cell()
    if isinstance(value, datetime):
        return Cell(value.replace(tzinfo=None))
    if isinstance(value, bool | int | float | date):
        return Cell(value)
    return Cell(str(value))


def _dated(written: BytesIO, made: datetime) -> bytes:
    """The archive with one date for all its members, in place of the time of writing."""
    dated = BytesIO()
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(dated, "w") as after:
        for member in before.infolist():
            content = before.read(member)
            member.date_time = made.timetuple()[:6]
            after.writestr(member, content)
    return dated.getvalue()
