"""Numbers and findings of a sheet, in the words of the pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from keystage.actions.sheets.signing import OUTCOME
from keystage.checks.returns.severity import Severity
from keystage.core.subjects import Subject
from keystage.store.models import Sheet, SignOff
from keystage.web.sheet.found import Finding
from keystage.web.sheet.grid import Grid, GridCell, GridRow, name_of
from keystage.web.wording import as_moment, plural


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """How far a sheet is. ``cells``: of each cell its state and what is wrong.

    ``begun``: whether there is any judgement.
    """

    pupils: int
    complete: int
    missing: int
    red: int
    amber: int
    words: str
    cells: dict[str, tuple[str, str]]
    begun: bool


def numbers_of(grid: Grid) -> Numbers:
    """How far what a person sees of a sheet is."""
    return Numbers(
        pupils=len(grid.rows),
        complete=grid.complete,
        missing=grid.missing,
        red=sum(
            one.severity is Severity.RED and not one.code.startswith(OUTCOME) for one in grid.found
        ),
        amber=sum(one.may_be_accepted for one in grid.found),
        words=checked_words(grid.sheet),
        cells={
            cell.name: (cell.state, cell.message)
            for row in grid.rows
            for cell in row.cells
            if cell.state
        },
        begun=any(cell.code for row in grid.rows for cell in row.cells),
    )


def stage_of(numbers: Numbers, sheet: Sheet) -> tuple[str, str]:
    """How far a sheet has come, in a few words, and the colour of the tag."""
    signed = {(row.kind, row.class_name) for row in sheet.sign_offs.filter(broken_at__isnull=True)}
    if (SignOff.Kind.HEADTEACHER, "") in signed:
        return "Signed by the headteacher", "green"
    if signed:
        return "Signed by a class teacher", "green"
    if numbers.missing:
        return ("In entry", "teal") if numbers.begun else ("Not started", "grey")
    if not sheet.is_checked:
        return "Complete, not checked", "yellow"
    return ("Checked, with errors", "orange") if sheet.red else ("Checked", "green")


def checked_words(sheet: Sheet) -> str:
    """When a sheet was last checked, and whether it changed since."""
    if sheet.checked_at is None:
        return "The sheet has not been checked yet."
    who = f" by {sheet.checked_by}" if sheet.checked_by else ""
    words = f"Last checked {as_moment(sheet.checked_at)}{who}."
    return words if sheet.is_checked else f"{words} It changed since, so the check is out of date."


#: How findings are sorted, and what the page says of each severity.
SEVERITIES = {
    Severity.RED: "Errors: the return would be refused",
    Severity.AMBER: "Look again: these may be right",
    Severity.GREY: "For information",
}
_SHEET = "About the whole sheet"
_ACCEPTED = "Accepted: somebody said that these are right"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A finding for the page; ``cell`` is the cell it is about, where it is about one."""

    finding: Finding
    cell: str
    about: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Findings under one heading."""

    title: str
    id: str
    lines: tuple[Line, ...]


def groups_of(findings: Iterable[Finding], by: str) -> list[Group]:
    """Findings in groups: by severity, by pupil or by subject."""
    shown = [
        one for one in findings if one.severity in SEVERITIES and not one.code.startswith(OUTCOME)
    ]
    shown.sort(key=lambda one: one.accepted is not None)
    kept: dict[str, list[Line]] = {}
    if by == "pupil":
        shown.sort(key=lambda one: one.member is None)
    for one in shown:
        kept.setdefault(_title(one, by), []).append(line_of(one))
    return [
        Group(title=f"{title} ({len(lines)})", id=f"group-{number}", lines=tuple(lines))
        for number, (title, lines) in enumerate(kept.items(), start=1)
    ]


def missing_rows(grid: Grid) -> list[tuple[GridRow, list[GridCell]]]:
    """The pupils without a judgement that is due, each with the cells."""
    return [
        (row, [cell for cell in row.cells if cell.state == "missing"])
        for row in grid.rows
        if row.missing
    ]


def summary_of(numbers: Numbers) -> str:
    """How far a sheet is, in one sentence."""
    if not numbers.pupils:
        return "There are no pupils on the sheet."
    complete = f"{numbers.complete} of {plural(numbers.pupils, 'pupil is', 'pupils are')} complete"
    return f"{complete}; {plural(numbers.missing, 'judgement is', 'judgements are')} missing."


def _title(one: Finding, by: str) -> str:
    if by == "pupil":
        return one.member.pupil.full_name if one.member else _SHEET
    if by == "subject":
        return Subject(one.subject).label.capitalize() if one.subject else "Other"
    return _ACCEPTED if one.accepted else SEVERITIES[one.severity]


def line_of(one: Finding) -> Line:
    """A finding for the page: who and what it is about."""
    about = one.member.pupil.full_name if one.member else _SHEET
    if one.subject:
        about = f"{about}, {Subject(one.subject).label}"
    cell = name_of((one.member.pk, one.subject)) if one.member and one.subject else ""
    return Line(finding=one, cell=cell, about=about)
