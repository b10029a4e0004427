"""Checks of the file itself: whether it could be read, and what had to be repaired."""

import polars as pl

from keystage.checks.returns.registry import check
from keystage.checks.returns.setting import Setting

_UPLOAD = "GOV.UK Design System, file upload"
_FORM = "Common Transfer File, form of the file"
_TEMPLATE = "Multiplication tables check, pupil upload template"
_EXPORT = "Open your management information system and export the file again; do not edit it."
_FAULT = {"File": "fault"}


def _is(*faults: str) -> pl.Expr:
    return pl.col("fault").is_in(faults)


@check(
    "TA-001",
    view="faults",
    fields=_FAULT,
    message="No file was chosen.",
    why="Without a file there is nothing to check.",
    todo="Choose a transfer file (XML), a mark sheet (CSV or XLSX), or a ZIP of such files.",
    source=_UPLOAD,
)
def a_file_is_chosen(_column: str, _setting: Setting) -> pl.Expr | None:
    """There is a file to look at."""
    return _is("nothing")


@check(
    "TA-002",
    view="faults",
    fields=_FAULT,
    message="This is not a kind of file that can be read: {reason}",
    why="Only transfer files, mark sheets and ZIP files of these hold teacher assessments.",
    todo="Choose the XML file that your management information system exported, a CSV or XLSX mark "
    "sheet, or a ZIP of such files.",
    source=_UPLOAD,
)
def file_is_of_a_known_kind(_column: str, _setting: Setting) -> pl.Expr | None:
    """The content, whatever the name says, is XML, CSV, XLSX or ZIP."""
    return _is("wrong_type", "not_a_ctf")


@check(
    "TA-003",
    view="faults",
    fields=_FAULT,
    message="The file is too big: {reason}",
    why="A return of one school is small; a very big file is another file, or meant to do harm.",
    todo="Check that it is the right file. If you send many schools, send several smaller files.",
    source=_UPLOAD,
)
def file_is_not_too_big(_column: str, _setting: Setting) -> pl.Expr | None:
    """The file, unpacked, is no bigger than allowed."""
    return _is("too_big")


@check(
    "TA-004",
    view="faults",
    fields=_FAULT,
    message="The file is empty.",
    why="There is nothing in it to check.",
    todo=f"{_EXPORT} If it is empty again, ask your supplier.",
    source=_UPLOAD,
)
def file_is_not_empty(_column: str, _setting: Setting) -> pl.Expr | None:
    """There is something in the file."""
    return _is("empty")


@check(
    "TA-005",
    view="faults",
    fields=_FAULT,
    message="The file contains a virus.",
    why="It could damage the computers of whoever opens it.",
    todo="Do not open or send it. Tell whoever looks after your computers at once.",
    source=_UPLOAD,
)
def file_has_no_virus(_column: str, _setting: Setting) -> pl.Expr | None:
    """No scanner found a virus."""
    return _is("virus")


@check(
    "TA-006",
    view="faults",
    fields=_FAULT,
    message="The file is protected by a password.",
    why="It cannot be opened without the password, so nothing in it was checked.",
    todo="Save a copy without a password and choose that.",
    source=_UPLOAD,
)
def file_has_no_password(_column: str, _setting: Setting) -> pl.Expr | None:
    """The file opens without a password."""
    return _is("password")


@check(
    "TA-007",
    view="faults",
    fields=_FAULT,
    message="The file did not arrive whole.",
    why="A part of it is missing, so nothing in it was taken.",
    todo="Try again. If it fails again, check your connection.",
    source=_UPLOAD,
)
def file_arrives_whole(_column: str, _setting: Setting) -> pl.Expr | None:
    """The transfer was not broken off."""
    return _is("transfer")


@check(
    "TA-008",
    view="faults",
    fields=_FAULT,
    message="The mark sheet is not this year's sheet, or its headings were changed: {reason}",
    why="Without its headings nobody can tell which column is which subject.",
    todo="Make a new mark sheet for this year and copy the judgements into it, subject by subject.",
    source=_TEMPLATE,
)
def sheet_has_the_headings_of_the_year(_column: str, _setting: Setting) -> pl.Expr | None:
    """A mark sheet has the headings that are needed."""
    return _is("not_the_template")


@check(
    "TA-009",
    view="faults",
    fields=_FAULT,
    message="The file is damaged, or has a part that is not allowed: {reason}",
    why="A damaged file may have lost pupils or judgements, so none of it is taken.",
    todo=f"{_EXPORT} If you opened it in another program, that program may have changed it.",
    source=_FORM,
)
def file_is_well_formed(_column: str, _setting: Setting) -> pl.Expr | None:
    """The file is well-formed XML without document type or entities."""
    return _is("damaged", "forbidden")


@check(
    "TA-014",
    view="faults",
    fields=_FAULT,
    message="This file cannot be taken as one school's return: {reason}",
    why="Each file in a ZIP must be the return of one school, so that one fault stops no other.",
    todo="Put one file for each school straight into the ZIP, without folders or other ZIP files. "
    "The other files of the ZIP were checked by themselves.",
    source="National Curriculum Assessments tools, sending files of several schools",
)
def each_file_is_of_one_school(_column: str, _setting: Setting) -> pl.Expr | None:
    """A file, or a member of an archive, is one school's, and lies where it should."""
    return _is("two_schools", "nested", "path")


@check(
    "TA-015",
    view="faults",
    fields=_FAULT,
    message="Small faults were repaired while reading: {reason}",
    why="The values were read as they were surely meant; you should know what was changed.",
    todo="Look at the values named. Nothing needs to be done if they are right.",
    source="Keystage: a choice of this program",
)
def nothing_had_to_be_repaired(_column: str, _setting: Setting) -> pl.Expr | None:
    """Blanks, quotation marks and marks of encoding needed no repair."""
    return _is("repaired")


@check(
    "TA-016",
    view="faults",
    fields=_FAULT,
    message="The mark sheet has too few or too many columns or rows: {reason}",
    why="A column or row that is missing or too much shifts judgements to the wrong subject or "
    "pupil.",
    todo="Make a new mark sheet for this year and copy the judgements into it, subject by subject.",
    source=_TEMPLATE,
)
def sheet_has_its_columns_and_rows(_column: str, _setting: Setting) -> pl.Expr | None:
    """A mark sheet has as many columns and rows as it should."""
    return _is("too_few_columns")


@check(
    "TA-018",
    view="unreadable",
    fields={"{field}": "text"},
    message="“{value}” in {column} cannot be read: {reason}.",
    why="The value was left out, so nothing that depends on it was checked.",
    todo="Correct the value in your management information system and export the file again.",
    source=_FORM,
)
def every_value_can_be_read(_column: str, _setting: Setting) -> pl.Expr | None:
    """No value had to be left out, apart from those another check tells of."""
    return ~pl.col("told")
