"""What was changed of a pupil, in words: roll, cohort, attendance register and mark sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from keystage.actions.roll.cohort_history import TESTS
from keystage.actions.roll.roll_history import ON, ROLL
from keystage.core.subjects import TESTED, Subject
from keystage.flows.roll.pupils import DATES, FIELDS
from keystage.statute.collection_loader import load_collection
from keystage.statute.register_loader import load_register
from keystage.store.models import (
    AttendanceChange,
    CohortPupil,
    JudgementChange,
    Person,
    Pupil,
    RegistrationChange,
    RollChange,
)
from keystage.web.wording import as_date

_NAMES = {"cohort": "Cohort", "left_on": "Date left", "on_register": "On register", ROLL: "Roll"}
_NOTHING = "nothing"


@dataclass(frozen=True)
class PupilChange:
    """One change of what is kept of a pupil, in words."""

    at: datetime
    by: Person | None
    what: str
    before: str
    after: str
    reason: str


def changes_of(pupil: Pupil, member: CohortPupil | None, year: int) -> list[PupilChange]:
    """What was changed of a pupil on the roll, and in a season if he or she is in it.

    Newest first.
    """
    found = [*_on_the_roll(pupil)]
    if member is not None:
        found += [
            *_in_the_cohort(member, year),
            *_on_the_register(member, year),
            *_on_the_sheet(member),
        ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def title_of(subject: Subject) -> str:
    """The label of a subject, as the head of a line."""
    return subject.label[:1].upper() + subject.label[1:]


def _on_the_roll(pupil: Pupil) -> Iterator[PupilChange]:
    for one in RollChange.objects.filter(pupil=pupil).select_related("by", "import_file"):
        label = _NAMES.get(one.field) or FIELDS.get(one.field, one.field)
        file = f"From “{one.import_file.name}”" if one.import_file else ""
        yield PupilChange(
            at=one.at,
            by=one.by,
            what=label[:1].upper() + label[1:],
            before=_said(one.field, one.before),
            after=_said(one.field, one.after),
            reason=". ".join(filter(None, (one.reason, file))) or "By hand",
        )


def _said(name: str, text: str) -> str:
    if name == ROLL:
        return "on the roll" if text == ON else "not on the roll"
    if text and name in DATES:
        return as_date(date.fromisoformat(text))
    return text or _NOTHING


def _in_the_cohort(member: CohortPupil, year: int) -> Iterator[PupilChange]:
    codes = load_collection(year).registrations.codes
    labels = {str(subject): title_of(subject) for subject in TESTED} | _NAMES

    def words(name: str, text: str) -> str:
        return codes[text].label if name in TESTS and text in codes else text or _NOTHING

    for one in RegistrationChange.objects.filter(cohort_pupil=member).select_related("by"):
        yield PupilChange(
            at=one.at,
            by=one.by,
            what=labels.get(one.field, "A difference was explained"),
            before=words(one.field, one.before),
            after=words(one.field, one.after),
            reason=one.reason,
        )


def _on_the_register(member: CohortPupil, year: int) -> Iterator[PupilChange]:
    papers = load_register(year).papers.papers
    rows = AttendanceChange.objects.filter(attendance__cohort_pupil=member)
    for one in rows.select_related("by", "attendance"):
        paper = one.attendance.paper
        yield PupilChange(
            at=one.at,
            by=one.by,
            what=f"Register: {papers[paper].short if paper in papers else paper}",
            before=one.before or _NOTHING,
            after=one.after or _NOTHING,
            reason=one.reason or "By hand",
        )


def _on_the_sheet(member: CohortPupil) -> Iterator[PupilChange]:
    rows = JudgementChange.objects.filter(judgement__cohort_pupil=member)
    for one in rows.select_related("by", "judgement"):
        yield PupilChange(
            at=one.at,
            by=one.by,
            what=f"{title_of(Subject(one.judgement.subject))} judgement",
            before=one.before or _NOTHING,
            after=one.after or _NOTHING,
            reason=one.get_how_display(),
        )
