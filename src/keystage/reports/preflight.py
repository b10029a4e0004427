"""The result of checking a return as one page to hand round: HTML, whole in one file.

The page has no script, loads nothing and says so to the browser; whatever a file holds is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from keystage.reports.page import page_html

_TEMPLATE = "preflight.html"
_FULL = 1000
_FILLS = ("#00703c", "url(#stripes)", "url(#dots)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to put right, with the check that asks for it and how often it was found."""

    code: str
    text: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What to do, in one list with its own heading."""

    id: str
    title: str
    all: Sequence[Step]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding: the pupil it is about, if any, and cells under the rule's other headings."""

    upn: str
    name: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """All findings of one check.

    Attributes:
        code: the check.
        severity: how serious they are.
        count: how many pupils they are about, or how many there are.
        text: what is wrong.
        todo: what to do, where it is the same for all.
        of_pupils: whether the first column names pupils.
        headings: of the other columns.
        rows: the findings; none where the text says it all.
        more: how many are not listed, as a sentence.
    """

    code: str
    severity: str
    count: str
    text: str
    todo: str
    of_pupils: bool
    headings: Sequence[str]
    rows: Sequence[Row]
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRow:
    """The counts of one school, in the order of the page's headings."""

    school: str
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """What some checks would need, and which."""

    needs: str
    codes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file as it was given."""

    name: str
    school: str
    made: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarPart:
    """A part of the bar, in thousandths of its length; told from the next by pattern too."""

    label: str
    count: int
    start: float
    width: float
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreflightPage:
    """What the page says, in its order.

    Attributes:
        verdict: red, amber or green.
        headline: the verdict in a sentence, without names: it is the title as well.
        summary: what follows from it.
        with_names: whether pupils are named besides their UPN.
        notes: what the reader must know of how it was checked.
        checked_at: when, for people.
        keystage: the version of Keystage.
    """

    year: int
    verdict: str
    headline: str
    summary: str
    with_names: bool
    notes: Sequence[str]
    steps: Sequence[Steps]
    bar: Sequence[BarPart]
    headings: Sequence[str]
    schools: Sequence[SchoolRow]
    rules: Sequence[Rule]
    not_run: Sequence[NotRun]
    files: Sequence[FileRow]
    checked_at: str
    keystage: str


def bar(parts: Sequence[tuple[str, int]]) -> tuple[BarPart, ...]:
    """A bar of up to three counts one after the other; none when there is nothing to draw.

    >>> [(part.label, part.start, part.width) for part in bar([("complete", 3), ("missing", 1)])]
    [('complete', 0.0, 750.0), ('missing', 750.0, 250.0)]
    """
    total = sum(count for _, count in parts)
    drawn: list[BarPart] = []
    start = 0.0
    for (label, count), fill in zip(parts, _FILLS, strict=False):
        if count:
            width = _FULL * count / total
            drawn.append(BarPart(label=label, count=count, start=start, width=width, fill=fill))
            start += width
    return tuple(drawn)


def preflight_html(page: PreflightPage) -> str:
    """The page as HTML."""
    return page_html(_TEMPLATE, page)
