"""A table as a sheet to hand round: CSV, Excel, OpenDocument or Parquet; nothing in it can run."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from math import isfinite
from pathlib import Path

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from keystage.core.errors import InputError, UsageError

#: A cell that a spreadsheet would take for a formula, apostrophes in front of it included.
_FORMULA = r"^'*[=+\-@\t\r]"
#: A number with its sign is no formula, and stays as it is printed.
_NUMBER = r"^[+-]\d+(\.\d+)?$"
_ROWS, _TEXT = 2**20, 2**15 - 1
_WIDEST = 40
_ENDINGS = (".csv", ".xlsx", ".ods", ".parquet")
#: The day a workbook says it was made: always the same, so that the same table gives the same file.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Formats:
    """How a workbook shows a day, and a moment."""

    day: Format
    moment: Format


def write_sheet(frame: pl.DataFrame, path: Path, *, title: str = "Sheet1") -> None:
    """Write a table by the ending of the file's name: .csv, .xlsx, .ods or .parquet.

    In CSV a text that a spreadsheet would take for a formula has an apostrophe put before it, which
    reading takes away again; in a workbook every text is written as text. The heading row stays in
    view. The same table gives the same bytes.

    Args:
        frame: the table; nulls are empty cells, dates are dates.
        path: the file, which is replaced.
        title: the name of the sheet within a workbook.

    Raises:
        UsageError: the name has another ending.
        InputError: the table is too large for a workbook, a text too long for a cell, or the file
            cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in _ENDINGS:
        raise UsageError(
            f"{path.name} has no ending that says what to write.",
            todo=f"Choose one of {', '.join(_ENDINGS)}.",
        )
    try:
        if ending == ".parquet":
            frame.write_parquet(path)
        else:
            path.write_bytes(_bytes(frame, path, title))
    except OSError as error:
        raise InputError(
            f"The file cannot be written ({error.strerror}).",
            where=str(path),
            todo="Close it if it is open in Excel, and check the folder.",
        ) from error


def _bytes(frame: pl.DataFrame, path: Path, title: str) -> bytes:
    ending = path.suffix.lower()
    if ending == ".csv":
        return _csv(frame)
    _refuse_large(frame, path)
    if ending == ".xlsx":
        return _workbook(frame, title)
    from keystage.formats.sheets.open_document_writing import open_document  # noqa: PLC0415  # slow

    return open_document(frame, title, _MADE)


def _csv(frame: pl.DataFrame) -> bytes:
    text = pl.col(pl.String)
    safe = frame.with_columns(
        pl.when(text.str.contains(_NUMBER)).then(text).otherwise(text.str.replace(_FORMULA, "'$0"))
    )
    named = safe.rename(lambda name: f"'{name}" if re.search(_FORMULA, name) else name)
    return named.write_csv(include_bom=True, quote_style="necessary").encode()


def _workbook(frame: pl.DataFrame, title: str) -> bytes:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE})
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        formats = _Formats(
            book.add_format({"num_format": "dd/mm/yyyy"}),
            book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"}),
        )
        for at, column in enumerate(frame.iter_columns()):
            sheet.write_string(0, at, column.name, bold)
            sheet.set_column(at, at, _width(column))
            for row, value in enumerate(column, 1):
                _write(sheet, row, at, value, formats)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{_ROWS}"})
    return stream.getvalue()


def _write(sheet: Worksheet, row: int, at: int, value: object, formats: _Formats) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, int | float) and isfinite(value):
        sheet.write_number(row, at, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, at, value.replace(tzinfo=None), formats.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, formats.day)
    elif value is not None:
        sheet.write_string(row, at, str(value))


def _width(column: pl.Series) -> int:
    longest = column.cast(pl.String).str.len_chars().max() or 0
    return min(max(int(str(longest)), len(column.name)) + 2, _WIDEST)


def _refuse_large(frame: pl.DataFrame, path: Path) -> None:
    longest = max(
        (
            int(str(frame[name].str.len_chars().max() or 0))
            for name in frame.columns
            if frame[name].dtype == pl.String
        ),
        default=0,
    )
    if frame.height >= _ROWS or longest > _TEXT:
        what = (
            f"The table has {frame.height:,} rows; a workbook holds {_ROWS - 1:,}."
            if frame.height >= _ROWS
            else f"A text has {longest:,} characters; a cell of a workbook holds {_TEXT:,}."
        )
        raise InputError(what, where=str(path), todo="Write CSV or Parquet instead.")
