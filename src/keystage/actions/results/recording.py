"""The record of one pupil: every value that is kept, with who brought it, how and when."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.roll.cohort_history import COHORT, ON_REGISTER, as_text
from keystage.actions.roll.roll_history import ROLL
from keystage.core.clock import moment_in_words
from keystage.core.subjects import TESTED, Subject
from keystage.reports.parents.record import Kept, PupilRecord
from keystage.statute.register_loader import available_registers, load_register
from keystage.store.models import CohortPupil, RegistrationChange, RollChange

_IDENTITY = {
    "upn": "UPN",
    "former_upn": "Former UPN",
    "surname": "Surname",
    "forename": "Forename",
    "preferred_surname": "Preferred surname",
    "preferred_forename": "Preferred forename",
    "birth_date": "Date of birth",
    "sex": "Sex",
    "year_group": "Year",
    "year_taught": "Year taught",
    "class_name": "Class",
    "entered_on": "Joined the school",
    "left_on": "Left the school",
    "left_to_authority": "Authority moved to",
    "left_to_school": "School moved to",
    "ks1_reading": "Key stage 1 reading",
    "ks1_writing": "Key stage 1 writing",
    "ks1_maths": "Key stage 1 maths",
}
_ROLL = "the roll of the school"


@transaction.atomic
def record_of(*, member: CohortPupil, by: By) -> PupilRecord:
    """All that is kept of a pupil in a season; that it was asked for is written down."""
    record(
        "record made",
        by=by,
        organisation=member.sheet.school,
        year=member.sheet.year,
        subject=f"pupil {member.pupil_id}",
    )
    values = (
        *_identity(member),
        *_cohort(member),
        *_judgements(member),
        *_test_week(member),
        *_results(member),
        *_note(member),
    )
    return PupilRecord(
        pupil=f"{member.pupil.forename} {member.pupil.surname}".strip(),
        school=member.sheet.school.name,
        values=values,
    )


def _identity(member: CohortPupil) -> Iterator[Kept]:
    pupil = member.pupil
    rows = pupil.changes.select_related("by", "import_file").order_by("at", "pk")
    changed = {one.field: one for one in rows}
    for name, label in _IDENTITY.items():
        last = changed.get(name) or changed.get(ROLL)
        yield Kept(
            section="Identity",
            what=label,
            value=_text(getattr(pupil, name)),
            source=_source(last),
            by=str(last.by) if last else "",
            at=_at(last.at if last else pupil.changed_at),
        )


def _source(last: RollChange | None) -> str:
    """Where a value of the roll comes from, by its last change."""
    if last is None:
        return _ROLL
    return last.import_file.name if last.import_file else "a person, by hand"


def _cohort(member: CohortPupil) -> Iterator[Kept]:
    rows = member.changes.select_related("by", "import_file").order_by("at", "pk")
    changed = {one.field: one for one in rows}
    stands = f"Taken out: {member.reason}" if member.removed else member.get_how_display()
    kept = [(COHORT, "Cohort", stands)]
    kept += [(str(test), test.label.capitalize(), getattr(member, test)) for test in TESTED]
    kept += [(ON_REGISTER, "On the attendance register", as_text(member.on_register))]
    for field, label, value in kept:
        last = changed.get(field)
        begun = field == COHORT and last is None
        yield Kept(
            section=f"Registration {member.sheet.year}",
            what=label,
            value=_text(value),
            source=_brought(last) if last else _ROLL if begun else "",
            by=str(last.by) if last else str(member.decided_by or "") if begun else "",
            at=_at(last.at if last else member.decided_at if begun else None),
        )


def _brought(change: RegistrationChange) -> str:
    """Where a change came from: a file by its name, or the pages."""
    if change.import_file is None:
        return "the pages of the cohort"
    return change.import_file.name or "a file that was brought in"


def _judgements(member: CohortPupil) -> Iterator[Kept]:
    for cell in member.judgements.select_related("changed_by").prefetch_related("changes"):
        last = list(cell.changes.all())[-1:]
        label = Subject(cell.subject).label.capitalize()
        for what, value in ((label, cell.code), (f"{label}: P scale", cell.p_scale)):
            if value or what == label:
                yield Kept(
                    section=f"Teacher assessment {member.sheet.year}",
                    what=what,
                    value=_text(value),
                    source=f"the mark sheet: {last[0].get_how_display().lower()}" if last else "",
                    by=str(cell.changed_by),
                    at=_at(cell.changed_at),
                )


def _test_week(member: CohortPupil) -> Iterator[Kept]:
    year = member.sheet.year
    book = load_register(year) if year in available_registers() else None
    papers = {key: one.label for key, one in book.papers.papers.items()} if book else {}
    sorts = {key: one.label for key, one in book.arrangements.sorts.items()} if book else {}
    for row in member.attendance.select_related("changed_by").order_by("paper"):
        yield Kept(
            section=f"Attendance register {year}",
            what=papers.get(row.paper, row.paper),
            value=_text(row.code),
            source="the pages of the register",
            by=str(row.changed_by),
            at=_at(row.changed_at),
        )
    for one in member.arrangements.select_related("entered_by"):
        said = [one.get_state_display(), *one.tests, one.evidence, one.answer]
        yield Kept(
            section=f"Access arrangements {year}",
            what=sorts.get(one.sort, one.sort),
            value="; ".join(part for part in said if part),
            source="the pages of access arrangements",
            by=str(one.entered_by),
            at=_at(one.entered_at),
        )


def _results(member: CohortPupil) -> Iterator[Kept]:
    section = f"Test results {member.sheet.year}"
    for result in member.results.select_related("import_file__uploaded_by"):
        label = Subject(result.subject).label.capitalize()
        file = result.import_file
        parts = (
            ("raw mark", result.raw_mark),
            ("scaled score", result.scaled_score),
            ("outcome", result.outcome),
        )
        for name, value in parts:
            yield Kept(
                section=section,
                what=f"{label}: {name}",
                value=_text(value),
                source=file.name if file else "a file of results",
                by=str(file.uploaded_by) if file else "",
                at=_at(result.changed_at),
            )


def _note(member: CohortPupil) -> Iterator[Kept]:
    note = getattr(member, "note", None)
    if note is None:
        return
    for name, value in (
        ("Possible sessions", note.sessions_possible),
        ("Sessions attended", note.sessions_attended),
        ("Unauthorised absences", note.sessions_unauthorised),
        ("Comment of the class teacher", note.teacher_comment),
        ("Comment of the headteacher", note.head_comment),
    ):
        yield Kept(
            section=f"Report to parents {member.sheet.year}",
            what=name,
            value=_text(value),
            source="the page of the report",
            by=str(note.changed_by),
            at=_at(note.changed_at),
        )


def _text(value: object) -> str | None:
    if value is None or value == "":
        return None
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else str(value)


def _at(moment: datetime | None) -> str:
    return "" if moment is None else moment_in_words(moment)
