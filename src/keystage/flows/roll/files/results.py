"""Reading test results and judgements out of an upload, each with the pupil it is about.

Pupils are read as those of a roll are, as far as the file tells of them, and matched likewise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from keystage.core.subjects import ASSESSED, Subject
from keystage.flows.roll.files.columns import roll_columns
from keystage.flows.roll.files.quotation_marks import shortened
from keystage.flows.roll.files.reading import RollFile, read_roll, read_sheet_pupils
from keystage.flows.roll.files.transfer import returns_of
from keystage.flows.roll.files.uploads import Upload, opened
from keystage.flows.roll.pupils import Unread
from keystage.flows.roll.refusal import RollRefusedError, refusal_of
from keystage.formats.ctf.profile import AssessmentProfile
from keystage.formats.ctf.refusal import CtfRefusedError
from keystage.formats.ctf.results import results_of_tests
from keystage.formats.marks_mapping import MarksMapping, propose_mapping, read_marks
from keystage.formats.sheets.headings import Columns, sheets
from keystage.formats.sheets.reading import read_sheet
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.records.returns import ReturnSet
from keystage.records.schema import LINE
from keystage.statute.collection import Collection

_UPN = ("upn",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """The result of one pupil in one test.

    Attributes:
        row: the pupil, by the number in the file.
        subject: the test.
        mark: the raw mark.
        score: the scaled score, as the file gives it.
        outcome: the code of the outcome, in capitals.
        consideration: the code of a special consideration, which alters nothing.
    """

    __test__ = False

    row: int
    subject: Subject
    mark: int | None = None
    score: int | None = None
    outcome: str | None = None
    consideration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The judgement of one pupil in one subject, as a file gives it.

    Attributes:
        row: the pupil, by the number in the file.
        subject: the subject.
        line: where it stands.
        text: as it is written.
        code: the code of the year it is, or None where it is none.
        reason: why it is none.
    """

    row: int
    subject: Subject
    line: int
    text: str
    code: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsFile:
    """What was read of a file of results: its pupils, their results, and what was not taken."""

    file: RollFile
    results: tuple[TestResult, ...]
    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementsFile:
    """What was read of a file of judgements: its pupils and their judgements."""

    file: RollFile
    judgements: tuple[Judged, ...]


def read_results(
    data: bytes,
    name: str,
    collection: Collection,
    profile: AssessmentProfile,
    *,
    mapping: MarksMapping | None = None,
) -> ResultsFile:
    """Read the results of the year's tests: raw mark, scaled score and outcome of each subject.

    Args:
        data: the file: a results CTF, a CSV file or a workbook.
        name: its name, for messages.
        collection: the year of the tests.
        profile: what result rows of a transfer file are about.
        mapping: which heading of a table is which field; without it, headings that are known.

    Raises:
        RollRefusedError: the file cannot be read, or there are no results of the year in it.
    """
    upload = opened(data, name)
    try:
        if upload.form == "ctf":
            file = read_roll(data, name, profile)
            read = results_of_tests(returns_of(upload.given, profile), collection, profile)
            found, unreadable = read.results, read.unreadable
            rows = {one.row: one.row for one in file.pupils}
        else:
            taken = mapping or propose_mapping(upload.given, upload.name)[0]
            sheet = read_marks(upload.given, taken, collection)
            found, unreadable = sheet.results, sheet.unreadable
            file = _pupils(upload, {name: (text,) for name, text in taken.columns.items()})
            rows = _rows_of(file, sheet.pupils)
    except (CtfRefusedError, SheetRefusedError) as error:
        raise refusal_of(error, upload.name) from error
    results = _results(found, rows)
    if not results:
        raise RollRefusedError(
            f"There are no test results of {collection.name} in the selected file.",
            fault="nothing",
            name=upload.name,
            todo="Choose the file of results, and the year it is of.",
        )
    return ResultsFile(file=file, results=results, unread=_unread(unreadable, rows))


def read_judgements(
    data: bytes, name: str, collection: Collection, profile: AssessmentProfile
) -> JudgementsFile:
    """Read judgements of the year from a tracker: a partial CTF, a CSV file or a workbook.

    A pupil's number and one judgement are enough. A text that is no code of the subject is kept as
    it is written, with the reason, and never turned into another.

    Raises:
        RollRefusedError: the file cannot be read, or there are no judgements of the year in it.
    """
    upload = opened(data, name)
    try:
        if upload.form == "ctf":
            file = read_roll(data, name, profile)
            returns = returns_of(upload.given, profile)
            rows = {one.row: one.row for one in file.pupils}
        else:
            known = sheets().mark_sheet
            file = _pupils(upload, {text: known.columns[text] for text in known.one_of})
            returns = read_sheet(upload.given, profile, collection, judgements_only=True)
            rows = _rows_of(file, returns.pupils)
    except (CtfRefusedError, SheetRefusedError) as error:
        raise refusal_of(error, upload.name) from error
    judged = _judgements(returns, collection, rows)
    if not judged:
        raise RollRefusedError(
            f"There are no teacher assessments of {collection.name} in the selected file.",
            fault="nothing",
            name=upload.name,
            todo="Choose the file of judgements, and the year it is of.",
        )
    return JudgementsFile(file=file, judgements=judged)


def _pupils(upload: Upload, others: Mapping[str, tuple[str, ...]]) -> RollFile:
    """The pupils of a table of results or judgements; a row without a name or number is one too."""
    roll = roll_columns().sheet
    identity = {name: texts for name, texts in roll.columns.items() if not name.startswith("ks1")}
    columns = Columns(needed=_UPN, columns={**identity, **others}, sexes=roll.sexes)
    known = [name for name in others if name not in identity]
    return read_sheet_pupils(upload, columns, needed=_UPN, known=known)


def _rows_of(file: RollFile, pupils: pl.DataFrame) -> dict[int, int]:
    """The row of each pupil of another reading of the same table, by their line."""
    rows = {one.line: one.row for one in file.pupils}
    return {pupil: rows[line] for pupil, line in pupils.select("pupil", LINE).iter_rows()}


def _results(found: pl.DataFrame, rows: Mapping[int, int]) -> tuple[TestResult, ...]:
    columns = found.select("pupil", "subject", "mark", "score", "outcome", "consideration")
    return tuple(
        TestResult(
            row=rows[pupil],
            subject=Subject(subject),
            mark=mark,
            score=score,
            outcome=outcome,
            consideration=consideration,
        )
        for pupil, subject, mark, score, outcome, consideration in columns.iter_rows()
    )


def _judgements(
    returns: ReturnSet, collection: Collection, rows: Mapping[int, int]
) -> tuple[Judged, ...]:
    slots = returns.slots.filter(
        (pl.col("kind") == "assessment")
        & (pl.col("stage") == collection.format.stage)
        & (pl.col("year") == collection.year.id)
    )
    found = (
        returns.results.join(slots.select("slot", "measure"), on="slot", maintain_order="left")
        .filter(pl.col("result").str.strip_chars() != "")
        .select("pupil", "measure", "line", "result")
    )
    return tuple(
        _judged(rows[pupil], Subject(measure), line, result, collection)
        for pupil, measure, line, result in found.iter_rows()
        if measure in ASSESSED
    )


def _judged(row: int, subject: Subject, line: int, text: str, collection: Collection) -> Judged:
    code = text.strip().upper()
    if code in collection.codes(subject):
        return Judged(row=row, subject=subject, line=line, text=text, code=code)
    reason = f"it is no {subject.label} judgement of {collection.name}"
    return Judged(
        row=row, subject=subject, line=line, text=shortened(text), code=None, reason=reason
    )


def _unread(unreadable: pl.DataFrame, rows: Mapping[int, int]) -> tuple[Unread, ...]:
    found = unreadable.select("pupil", "line", "field", "text", "reason")
    return tuple(
        Unread(row=rows.get(pupil), line=line, field=field, text=shortened(text), reason=reason)
        for pupil, line, field, text, reason in found.iter_rows()
    )
