"""What the checks found in a file, each joined to the pupil and the cell where it is put right."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keystage.actions.messages.users import may_use
from keystage.checks.returns.severity import Severity
from keystage.store.models import CohortPupil, Submission
from keystage.web.doors import Here
from keystage.web.sheet.found import FIELDS
from keystage.web.sheet.grid import name_of
from keystage.web.spreadsheet import line

#: What each severity means, in the order of the table.
MEANINGS = {
    Severity.RED: "Must be put right",
    Severity.AMBER: "Look again",
    Severity.GREY: "For information",
    Severity.GREEN: "All is well",
}
_COLOURS = {
    Severity.RED: "red",
    Severity.AMBER: "orange",
    Severity.GREY: "grey",
    Severity.GREEN: "green",
}
_HEADS = (
    "Severity", "Rule", "Pupil", "UPN", "Line", "Field", "Value", "What", "Why", "What to do",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Issue:
    """A finding for the page.

    ``href`` is where it is put right, ``action`` what the link says; ``ask_href`` where a question
    about it is written, empty for who may write none.
    """

    code: str
    severity: Severity
    pupil: str
    upn: str
    line: int | None
    field: str
    value: str
    message: str
    why: str
    todo: str
    href: str = ""
    action: str = ""
    ask_href: str = ""

    @property
    def meaning(self) -> str:
        """The severity in words."""
        return MEANINGS[self.severity]

    @property
    def colour(self) -> str:
        """How the severity looks; the words say the same."""
        return _COLOURS[self.severity]

    @property
    def where(self) -> str:
        """The place in the file."""
        parts = (self.field, f"line {self.line}" if self.line else "")
        return ", ".join(part for part in parts if part)


def issues_of(here: Here, submission: Submission) -> list[Issue]:
    """What was found in a file, the most serious first."""
    members = _members(here)
    ranks = list(MEANINGS)
    ask = ""
    if may_use(here.by.who, here.organisation, here.season):
        ask = f"{here.href('messages:write', kind='school')}?submission={submission.pk}"
    found = [_issue(here, one, members, ask) for one in submission.findings]
    return sorted(found, key=lambda one: ranks.index(one.severity))


def counted(issues: list[Issue]) -> list[tuple[str, int]]:
    """How many there are of each severity that is there, in words."""
    counts = Counter(one.severity for one in issues)
    return [(words, counts[severity]) for severity, words in MEANINGS.items() if counts[severity]]


def lines_of(issues: list[Issue]) -> Iterator[str]:
    """The issues as lines for a spreadsheet."""
    yield line(_HEADS)
    for one in issues:
        number = "" if one.line is None else str(one.line)
        yield line(
            [
                one.meaning, one.code, one.pupil, one.upn, number, one.field, one.value,
                one.message, one.why, one.todo,
            ]
        )  # fmt: skip


def _members(here: Here) -> dict[str, CohortPupil]:
    rows = CohortPupil.objects.filter(
        sheet__school=here.organisation, sheet__year=here.season, removed=False
    ).exclude(pupil__upn="")
    return {one.pupil.upn: one for one in rows.select_related("pupil")}


def _issue(
    here: Here, one: Mapping[str, Any], members: Mapping[str, CohortPupil], ask: str
) -> Issue:
    member, subject = members.get(one["upn"]), FIELDS.get(one["field"], "")
    href = action = ""
    if member is not None and subject:
        cell = name_of((member.pk, subject))
        href, action = f"{here.href('sheet:grid')}#cell-{cell}", "Go to the cell"
    elif member is not None:
        href, action = here.href("pupils:pupil", pupil=member.pupil_id), "Go to the pupil"
    return Issue(
        code=one["code"],
        severity=Severity(one["severity"]),
        pupil=one["name"],
        upn=one["upn"],
        line=one["line"],
        field=one["field"],
        value=one["value"],
        message=one["message"],
        why=one["why"],
        todo=one["todo"],
        href=href,
        action=action,
        ask_href=f"{ask}&line={one['line']}" if ask and one["line"] else ask,
    )
