"""Reports to parents as tagged PDF: one file with each pupil on pages of their own, or one each."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from keystage.core.errors import UsageError
from keystage.reports.parents.report import (
    Attendance,
    Comment,
    ParentReport,
    SchoolHeading,
    SubjectResult,
)
from keystage.reports.tagged_pdf import UnprintableError, tagged_pdf

_TEMPLATE = Path(__file__).with_name("report.typ")
_SESSIONS = "A session is half a school day."
#: How many tenths of a percent make the whole.
_TENTHS = 10 * 10 * 10


def parent_pdf(heading: SchoolHeading, report: ParentReport, *, made_on: date) -> bytes:
    """The report on one pupil as PDF/UA-1 (see `parents_pdf`)."""
    return parents_pdf(heading, [report], made_on=made_on)


def parents_pdf(heading: SchoolHeading, reports: Sequence[ParentReport], *, made_on: date) -> bytes:
    """The reports on pupils of a school as one PDF/UA-1, each pupil beginning on a new page.

    The title of the file names no pupil. The same reports and day give the same bytes.

    Args:
        heading: what is the same in every report.
        reports: one a pupil, in the order of the pages.
        made_on: the day the reports are dated.

    Raises:
        UsageError: there is no report.
        UnprintableError: no font at hand has a character; the place names the pupil by the number
            of the report, the first being 1.
    """
    if not reports:
        raise UsageError("There is no pupil to report on.", todo="Choose at least one pupil.")
    said = {
        "title": f"Report to parents and carers, {heading.academic_year}: {heading.name}",
        "school": {
            "name": heading.name,
            "address": heading.address,
            "contact": heading.contact,
        },
        "about_scores": heading.about_scores,
        "comparison": {
            "rows": [
                {"label": row.label, "school": row.school, "national": row.national}
                for row in heading.comparison.rows
            ],
            "national": heading.comparison.national,
            "notes": list(heading.comparison.notes),
        },
    }
    pupils = [_pupil(report, heading) for report in reports]
    try:
        return tagged_pdf(_TEMPLATE, {**said, "pupils": pupils}, made_on)
    except UnprintableError as error:
        raise UnprintableError(error.text, where=_place(error.text, pupils)) from None


def _pupil(report: ParentReport, heading: SchoolHeading) -> dict[str, object]:
    place = [report.year_group, report.class_name, f"academic year {heading.academic_year}"]
    return {
        "name": report.pupil,
        "place": " · ".join(part for part in place if part),
        "tests": [_result(result) for result in report.tests],
        "assessments": [_result(result) for result in report.assessments],
        "attendance": None if report.attendance is None else _attendance(report.attendance),
        "teacher": None if report.teacher is None else _comment(report.teacher),
        "head": None if report.head is None else _comment(report.head),
    }


def _result(result: SubjectResult) -> dict[str, object]:
    marks = None if result.mark is None else f"{result.mark} of {result.highest_mark}"
    return {
        "subject": result.subject.label[:1].upper() + result.subject.label[1:],
        "sentence": result.sentence,
        "mark": marks,
        "score": None if result.score is None else str(result.score),
    }


def _attendance(told: Attendance) -> dict[str, str]:
    note = f"{_SESSIONS} The numbers go up to {told.up_to}." if told.up_to else _SESSIONS
    if told.possible:
        tenths = (2 * told.attended * _TENTHS + told.possible) // (2 * told.possible)
        whole, rest = divmod(tenths, 10)
        note = f"{whole}.{rest}% of possible sessions were attended. {note}"
    return {
        "possible": str(told.possible),
        "attended": str(told.attended),
        "authorised": str(told.authorised),
        "unauthorised": str(told.unauthorised),
        "note": note,
    }


def _comment(comment: Comment) -> dict[str, object] | None:
    """Paragraphs, each of lines; none where nothing is written."""
    if not comment.text.strip():
        return None
    lines = [line.strip() for line in comment.text.strip().splitlines()]
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return {"paragraphs": paragraphs, "writer": comment.writer}


def _place(text: str, pupils: Sequence[Mapping[str, object]]) -> str:
    """Whose report has the text: by number, so that no name stands in an error."""
    for number, pupil in enumerate(pupils, 1):
        if any(text in own for own in _texts(pupil)):
            return f"report {number}"
    return "the school's own text"


def _texts(value: object) -> list[str]:
    """Every text within what is said."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []
