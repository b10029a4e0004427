"""Returns as tables to work with in a spreadsheet, and a table as a return."""

from datetime import datetime
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError, UsageError
from keystage.core.subjects import ASSESSED
from keystage.flows.returns.contents import contents
from keystage.flows.returns.scales import judgements_of
from keystage.flows.returns.sender import agreed_school, numbers, school_of
from keystage.flows.returns.sources import read_files, refuse_unread
from keystage.formats.ctf.header import return_header
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.writing import write_return
from keystage.formats.sheets.headings import sheets
from keystage.statute.collection import Collection

_IDENTITY = ("school", "upn", "surname", "forename", "birth_date", "sex")


def mark_sheet(
    file: Path, year: int | None, profile: AssessmentProfile
) -> tuple[pl.DataFrame, str]:
    """A file as a mark sheet: one row a pupil, with the headings such a sheet has.

    Columns: school number, UPN, surname, forename, date of birth, sex, and the assessments in
    reading, writing, maths and science. `to_return` takes it back.

    Returns:
        The table; and a sentence, if nobody has a result of the year.

    Raises:
        InputError: the file cannot be read.
        UsageError: the file has no key stage 2 results of a year, and none was given.
    """
    found = contents(file, year, profile)
    if found.collection is None:
        raise UsageError(
            "The file has no key stage 2 results of a year that had a collection.",
            where=str(file),
            todo="Say with --year which year's assessments you want, or take every result with "
            "--results.",
        )
    known = sheets().mark_sheet.columns
    subjects = [str(subject) for subject in ASSESSED]
    frame = found.pupils.join(numbers(found.returns.files), on="file", maintain_order="left")
    table = frame.select(pl.col(name).alias(known[name][0]) for name in (*_IDENTITY, *subjects))
    return table, found.nothing_shown


def every_result(file: Path, year: int | None, profile: AssessmentProfile) -> pl.DataFrame:
    """A file as a table of results: one row a result of any stage, year and kind.

    Raises:
        InputError: the file cannot be read.
        UsageError: the file is a mark sheet, and no year was given.
    """
    found = contents(file, year, profile)
    pupils = found.pupils.join(numbers(found.returns.files), on="file", maintain_order="left")
    return found.rows.join(
        pupils.select("pupil", *_IDENTITY), on="pupil", maintain_order="left"
    ).select(*_IDENTITY, pl.exclude("pupil", *_IDENTITY))


def to_return(
    sheet: Path,
    school: str | None,
    collection: Collection,
    profile: AssessmentProfile,
    made_at: datetime,
) -> bytes:
    """A mark sheet as the bytes of a return; nothing is checked.

    Args:
        sheet: the mark sheet, CSV or Excel.
        school: the school's number; None where the sheet has a column of it.
        collection: the year.
        profile: the tuple of each assessment.
        made_at: the time the file says it was made.

    Raises:
        InputError: the sheet cannot be read, a value in it has no meaning, or a pupil cannot be
            written.
        UsageError: the school is not known, or the sheet says another one.
    """
    returns = read_files([sheet], profile, collection=collection)
    refuse_unread(returns, sheet)
    if returns.unreadable.height:
        first = returns.unreadable.row(0, named=True)
        raise InputError(
            f"{first['text']!r} cannot be read: {first['reason']}.",
            where=f"{sheet}, line {first['line']}, {first['field']}",
            todo="Correct it in the sheet.",
        )
    number = agreed_school(returns.files, school, sheet)
    return write_return(
        return_header(school_of(number), made_at, collection),
        returns.pupils,
        judgements_of(returns, collection),
        collection,
        profile,
    )
