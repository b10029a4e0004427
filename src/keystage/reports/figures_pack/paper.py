"""The pack for governors as tagged PDF, to be printed or read aloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keystage.reports.tagged_pdf import tagged_pdf

_TEMPLATE = Path(__file__).with_name("pack.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """A table of the pack: its heading, a sentence above it, headings of columns, and cells."""

    title: str
    said: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPack:
    """What stands on the paper.

    Attributes:
        school: whose figures.
        year: of which year.
        release: the label of the release; it stands on every page.
        pupils: how many pupils, in words.
        warning: what has to be done with the paper; it stands on every page.
        highlights: the sentences with something to highlight.
        others: the other sentences of the summary.
        tables: the figures.
        sure: how sure one may be.
        caveats: what has to be read with the figures.
        glossary: terms and what they mean.
        about: what goes with the pack: heads and texts.
    """

    school: str
    year: int
    release: str
    pupils: str
    warning: str
    highlights: Sequence[str]
    others: Sequence[str]
    tables: Sequence[PaperTable]
    sure: Sequence[str]
    caveats: Sequence[str]
    glossary: Sequence[tuple[str, str]]
    about: Sequence[tuple[str, str]]


def pack_pdf(pack: PaperPack, *, made_on: date) -> bytes:
    """The pack as PDF/UA-1. The same pack and day give the same bytes.

    Raises:
        UnprintableError: no font at hand has a character of a name.
    """
    said = {
        "title": f"Figures for governors, {pack.year}: {pack.school}",
        "school": pack.school,
        "year": str(pack.year),
        "release": pack.release,
        "pupils": pack.pupils,
        "warning": pack.warning,
        "highlights": list(pack.highlights),
        "others": list(pack.others),
        "tables": [
            {
                "title": table.title,
                "said": table.said,
                "columns": list(table.columns),
                "rows": [list(row) for row in table.rows],
            }
            for table in pack.tables
        ],
        "sure": list(pack.sure),
        "caveats": list(pack.caveats),
        "glossary": [list(one) for one in pack.glossary],
        "about": [list(one) for one in pack.about],
    }
    return tagged_pdf(_TEMPLATE, said, made_on)
