"""The record of one pupil: every value that is kept of them, each with its source.

It answers a request to see what is kept: as PDF to read and as CSV to take elsewhere.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keystage.core.errors import UsageError
from keystage.reports.tagged_pdf import tagged_pdf

_TEMPLATE = Path(__file__).with_name("record.typ")
_HEADINGS = ("Section", "What", "Value", "Source", "By whom", "When")
_BLANK = "blank"
#: A cell that a spreadsheet would take for a formula, apostrophes in front of it included.
_FORMULA = re.compile(r"^(?='*[=+\-@\t\r])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that is kept of a pupil.

    Attributes:
        section: what it belongs to, such as Identity or Teacher assessment 2025/26.
        what: what it is, for people.
        value: as it is kept; None where a blank is kept.
        source: where it comes from: a file by its name, or the page it was typed on.
        by: who entered or imported it.
        at: when, as text for people.
    """

    section: str
    what: str
    value: str | None
    source: str
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilRecord:
    """All that is kept of one pupil at one school.

    ``values`` are in the order of the pages; those of a section need not stand together.
    """

    pupil: str
    school: str
    values: Sequence[Kept]


def record_pdf(record: PupilRecord, *, made_on: date) -> bytes:
    """The record as PDF/UA-1. The title of the file does not name the pupil.

    Raises:
        UsageError: nothing is kept of the pupil.
        UnprintableError: no font at hand has a character; the CSV has it still.
    """
    if not record.values:
        raise UsageError(
            "Nothing is kept of this pupil, so there is no record to make.",
            todo="Choose another pupil.",
        )
    number = len(record.values)
    said = {
        "title": f"Record of one pupil: {record.school}",
        "school": record.school,
        "pupil": record.pupil,
        "about": f"{number} {'value is' if number == 1 else 'values are'} kept of this pupil. Made "
        f"on {made_on.day} {made_on:%B %Y}.",
        "sections": [
            {
                "title": section,
                "kept": [_cells(kept) for kept in record.values if kept.section == section],
            }
            for section in dict.fromkeys(kept.section for kept in record.values)
        ],
    }
    return tagged_pdf(_TEMPLATE, said, made_on)


def record_csv(record: PupilRecord) -> bytes:
    """The record as CSV in UTF-8: columns Section, What, Value, Source, By whom, When.

    A blank is an empty cell. A text that a spreadsheet would take for a formula has an apostrophe
    put before it; all else stands as it is kept.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(_HEADINGS)
    writer.writerows(
        [
            _FORMULA.sub("'", text)
            for text in (
                kept.section,
                kept.what,
                kept.value or "",
                kept.source,
                kept.by,
                kept.at,
            )
        ]
        for kept in record.values
    )
    return text.getvalue().encode("utf-8-sig")


def _cells(kept: Kept) -> dict[str, str]:
    return {
        "what": kept.what,
        "value": _BLANK if kept.value is None else kept.value,
        "source": kept.source,
        "by": kept.by,
        "at": kept.at,
    }
