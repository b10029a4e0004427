"""A workbook made for one school and year, with its pupils, for their judgements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from keystage.core.subjects import ASSESSED, Subject
from keystage.formats.sheets.template_cells import CODES, HEADINGS, HIDDEN, JUDGEMENTS, Template
from keystage.statute.collection import Collection

#: Always the same day, so that the same pupils give the same file.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)
#: Rows for pupils who came later than the template was made.
_MORE = 40
_FACTS = ("upn", "surname", "forename", "birth_date", "sex")
_SEX, _FIRST_JUDGEMENT = 5, 6
_WIDTHS = (12, 22, 22, 22, 12, 6, 10, 10, 10, 10)
_HOW = (
    "Enter a code for each pupil and subject on the sheet “Judgements”, then save and upload it.",
    "Do not change the headings, the pupils or their order: the file would be refused.",
    "A grey cell asks for nothing, because of how the pupil is registered for the test.",
    "Add a pupil who is missing in a row below the others, with all details.",
)


@dataclass(frozen=True, slots=True)
class _Formats:
    """How cells look: fixed or to be filled in, a day, and one that asks for nothing."""

    heading: Format
    fixed: Format
    fixed_day: Format
    open: Format
    open_day: Format
    not_asked: Format


def write_template(pupils: pl.DataFrame, template: Template, collection: Collection) -> bytes:
    """Make the workbook; the same pupils give the same bytes.

    Cells for judgements take the year's codes only. Everything else of a pupil is locked, without a
    password: a lock keeps from slips, and the hidden cells tell what was changed.

    Args:
        pupils: upn, surname, forename, birth_date, sex, and for each of `ASSESSED` whether a
            judgement is asked for, as ``reading_asked``; in the order of the template's UPNs.
        template: what the workbook says of itself.
        collection: the codes of the year.

    Source: the form of the name is that of National Curriculum Assessments tools; the columns of
        the agency's own workbook are not published, so that these are a choice of this program.
    """
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": _MADE, "title": f"Key stage 2 judgements {template.year}"})
        formats = _formats(book)
        sheet = book.add_worksheet(JUDGEMENTS)
        lists = _write_codes(book.add_worksheet(CODES), collection, formats)
        _write_pupils(sheet, pupils, template, formats)
        _validate(sheet, pupils.height + _MORE, lists, collection)
        hidden = book.add_worksheet(HIDDEN)
        for row, cells in enumerate(template.cells()):
            for column, text in enumerate(cells):
                hidden.write_string(row, column, text)
        hidden.very_hidden()
    return stream.getvalue()


def _formats(book: xlsxwriter.Workbook) -> _Formats:
    day = {"num_format": "dd/mm/yyyy"}
    return _Formats(
        heading=book.add_format({"bold": True, "bottom": 1}),
        fixed=book.add_format({}),
        fixed_day=book.add_format(day),
        open=book.add_format({"locked": False, "border": 4}),
        open_day=book.add_format(day | {"locked": False, "border": 4}),
        not_asked=book.add_format({"locked": False, "border": 4, "bg_color": "#E7E6E6"}),
    )


def _write_pupils(
    sheet: Worksheet, pupils: pl.DataFrame, template: Template, formats: _Formats
) -> None:
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.write_string(0, column, heading, formats.heading)
        sheet.set_column(column, column, width)
    for row, pupil in enumerate(pupils.iter_rows(named=True), 1):
        sheet.write_string(row, 0, template.school, formats.fixed)
        for column, fact in enumerate(_FACTS, 1):
            value = pupil[fact]
            if fact == "birth_date" and value is not None:
                sheet.write_datetime(row, column, value, formats.fixed_day)
            else:
                sheet.write_string(row, column, value or "", formats.fixed)
        for column, subject in enumerate(ASSESSED, _FIRST_JUDGEMENT):
            asked = pupil[f"{subject}_asked"]
            sheet.write_blank(row, column, None, formats.open if asked else formats.not_asked)
    for row in range(pupils.height + 1, pupils.height + 1 + _MORE):
        for column, heading in enumerate(HEADINGS):
            born = heading == "Date of birth"
            sheet.write_blank(row, column, None, formats.open_day if born else formats.open)
    sheet.freeze_panes(1, 4)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _write_codes(
    sheet: Worksheet, collection: Collection, formats: _Formats
) -> Mapping[Subject, str]:
    """The codes with their meanings, and where the list of each subject stands."""
    for row, sentence in enumerate(_HOW):
        sheet.write_string(row, 0, sentence)
    first = len(_HOW) + 1
    for column, (heading, width) in enumerate((("Subject", 12), ("Code", 8), ("Meaning", 56))):
        sheet.write_string(first, column, heading, formats.heading)
        sheet.set_column(column, column, width)
    lists, row = {}, first + 1
    for subject in ASSESSED:
        begins = row
        for code, item in collection.judgements.of(subject).items():
            for column, text in enumerate((subject.label.capitalize(), code, item.meaning)):
                sheet.write_string(row, column, text)
            row += 1
        lists[subject] = f"={CODES}!$B${begins + 1}:$B${row}"
    sheet.protect()
    return lists


def _validate(
    sheet: Worksheet, rows: int, lists: Mapping[Subject, str], collection: Collection
) -> None:
    for column, subject in enumerate(ASSESSED, _FIRST_JUDGEMENT):
        rule = {
            "validate": "list",
            "source": lists[subject],
            "error_title": "Not a code of this subject",
            "error_message": f"Choose from the list. The codes of {collection.name} and what they "
            f"mean are on the sheet {CODES}.",
        }
        sheet.data_validation(1, column, rows, column, rule)
    sheet.data_validation(1, _SEX, rows, _SEX, {"validate": "list", "source": ["F", "M"]})
