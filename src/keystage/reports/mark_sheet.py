"""A mark sheet on paper, as PDF: blank for teachers to fill in, or completed for checking."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keystage.core.errors import UsageError
from keystage.reports.tagged_pdf import tagged_pdf

_TEMPLATE = Path(__file__).with_suffix(".typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSheet:
    """What stands on the paper.

    Attributes:
        title: what it is, with the class if it is of one.
        school: whose it is.
        about: of which year and version it is and when it was made, as a sentence.
        warning: what has to be done with the paper.
        subjects: the headings of the judgements.
        rows: of each pupil the name, what stands below it, the UPN, how the pupil is registered,
            and a text for each subject.
        codes: of each subject what its codes mean.
    """

    title: str
    school: str
    about: str
    warning: str
    subjects: Sequence[str]
    rows: Sequence[Sequence[str]]
    codes: Sequence[tuple[str, str]]


def mark_sheet_pdf(sheet: PaperSheet, *, made_on: date) -> bytes:
    """The sheet as PDF/UA-1, across the page, with the heading on every page.

    Raises:
        UsageError: there is no pupil on it.
        UnprintableError: no font at hand has a character of a name.
    """
    if not sheet.rows:
        raise UsageError(
            "There are no pupils on the sheet, so there is nothing to print.",
            todo="Choose another class, or bring in the roll.",
        )
    said = {
        "title": f"{sheet.title}: {sheet.school}",
        "heading": sheet.title,
        "school": sheet.school,
        "about": sheet.about,
        "warning": sheet.warning,
        "subjects": list(sheet.subjects),
        "rows": [list(row) for row in sheet.rows],
        "codes": [list(one) for one in sheet.codes],
    }
    return tagged_pdf(_TEMPLATE, said, made_on)
