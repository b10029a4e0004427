"""The sheet of an address, its pupils, and what the checks say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.access.roles import load_roles
from keystage.actions.acceptances import keys_of, standing
from keystage.actions.returns import cohort_of, findings_of, values_of
from keystage.actions.sheets.cells import Key
from keystage.actions.sheets.signing import OUTCOME
from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.severity import Severity
from keystage.core.subjects import ASSESSED
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Acceptance, CohortPupil, Sheet
from keystage.web.doors import KEPT_BELOW, Here

#: The field of a finding about the judgement of a subject.
FIELDS = {str(subject).capitalize(): str(subject) for subject in ASSESSED}
_OF_A_CODE = "Result"


def sheet_of(here: Here) -> Sheet:
    """The mark sheet of an address.

    Raises:
        Http404: no pack of the year was loaded.
    """
    sheets = Sheet.objects.select_related("school", "loaded_by", "checked_by")
    return get_object_or_404(sheets, school=here.organisation, year=here.season)


def pupils_of(here: Here, sheet: Sheet) -> list[CohortPupil]:
    """The pupils of a sheet whom the person may see."""
    return visible(here, cohort_of(sheet))


def visible(here: Here, members: Sequence[CohortPupil]) -> list[CohortPupil]:
    """Those of some pupils whom the person may see."""
    if here.classes is None:
        return list(members)
    return [one for one in members if one.pupil.class_name in here.classes]


def entered_by(here: Here) -> frozenset[str] | None:
    """The classes whose judgements the person may enter; None for all, empty for none."""
    return here.on(Permission.ENTER_JUDGEMENTS).classes_at(Level.NAMED, KEPT_BELOW)


def who_enters() -> str:
    """The roles of a school that enter judgements, in words."""
    labels = [
        role.label.lower()
        for role in load_roles().allowing(Permission.ENTER_JUDGEMENTS)
        if role.family == "school"
        and role.rights[Permission.ENTER_JUDGEMENTS].conditions <= {Condition.OWN_CLASSES}
    ]
    return f"{', '.join(labels[:-1])} or {labels[-1]}"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A finding of a check, joined to the pupil and the cell it is about.

    ``key`` tells it from every other; ``accepted`` is the word of the person who said that what it
    asks about is right.
    """

    key: str
    code: str
    severity: Severity
    member: CohortPupil | None
    subject: str
    value: str
    what: str
    todo: str
    accepted: Acceptance | None = None

    @property
    def may_be_accepted(self) -> bool:
        """Whether it asks a question a person may answer."""
        return (
            self.severity is Severity.AMBER
            and self.accepted is None
            and not self.code.startswith(OUTCOME)
        )


def findings_for(
    sheet: Sheet, everybody: Sequence[CohortPupil], findings: ReturnFindings | None = None
) -> list[Finding]:
    """The findings of a whole sheet, the most serious first.

    Args:
        sheet: the sheet.
        everybody: all pupils of the sheet, in the order of `cohort_of`.
        findings: what the checks found, where they have just been run.
    """
    found = findings or findings_of(sheet, list(everybody))
    keys, accepted = keys_of(found, everybody), standing(sheet)
    columns = ("code", "severity", "pupil", "field", "value", "message", "todo")
    listed = []
    rows = found.frame.select(columns).iter_rows()
    for key, (code, severity, number, field, value, what, todo) in zip(keys, rows, strict=True):
        member = None if number is None else everybody[number]
        listed.append(
            Finding(
                key=key,
                code=code,
                severity=Severity(severity),
                member=member,
                subject=_subject_of(field, value, member, sheet.year),
                value=value or "",
                what=what,
                todo=todo,
                accepted=accepted.get(key),
            )
        )
    return listed


def faults_by_cell(findings: Sequence[Finding]) -> Mapping[Key, Finding]:
    """Of each cell with a fault the first."""
    faults: dict[Key, Finding] = {}
    for one in findings:
        if one.severity is Severity.RED and one.member is not None and one.subject:
            faults.setdefault((one.member.pk, one.subject), one)
    return faults


def _subject_of(field: str, value: str | None, member: CohortPupil | None, year: int) -> str:
    """The cell a finding is about; one about a code is about the cell where it is no code."""
    if field in FIELDS:
        return FIELDS[field]
    if field != _OF_A_CODE or member is None:
        return ""
    collection = load_collection(year)
    held = values_of(member)
    holding = [str(subject) for subject in ASSESSED if held.get(subject) == value]
    wrong = [
        subject
        for subject in holding
        if value not in collection.codes(next(one for one in ASSESSED if one == subject))
    ]
    return next(iter(wrong or holding), "")
