"""Reports to parents: what a school adds for each pupil, and the files that are made of it.

A report never has a progress score: schools are asked not to share pupils' progress with parents
(technical guide of 2022, pupil progress).
"""

from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.results.summaries import summary_of
from keystage.actions.returns import collection_of, values_of
from keystage.actions.sheets.asked import asked_of
from keystage.core.errors import InputError, KeystageError
from keystage.core.subjects import ASSESSED, TESTED
from keystage.reports.parents.comparison import comparisons
from keystage.reports.parents.pdf import parents_pdf
from keystage.reports.parents.report import (
    Attendance,
    Comment,
    Comparisons,
    ParentReport,
    SchoolHeading,
    SubjectResult,
)
from keystage.reports.parents.words import about_scores, result_of_assessment, result_of_test
from keystage.statute.loader import load_year, releases_of
from keystage.store.models import CohortPupil, Job, ReportNote, Sheet

KIND = "reports to parents"
_CONTACT = "Please ask the school if you would like to talk about this report."


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a school adds to one report. None is not given; comments may be empty."""

    possible: int | None
    attended: int | None
    unauthorised: int | None
    teacher: str
    head: str


@transaction.atomic
def write_note(*, member: CohortPupil, note: Note, seen: int, by: By) -> ReportNote:
    """Keep attendance and comments for a report; writing the same twice changes nothing.

    Args:
        member: the pupil in the cohort.
        note: what is to be kept.
        seen: the version the person saw; 0 if there was none.
        by: who writes it.

    Raises:
        ChangedMeanwhileError: somebody else wrote it since it was seen.
        InputError: the sessions do not add up, or nobody says how many missed were unauthorised.
    """
    whole = note.possible is not None and note.attended is not None
    if whole and note.possible != note.attended and note.unauthorised is None:
        raise InputError(
            "It is not said how many of the sessions missed were unauthorised.",
            todo="Enter the number, 0 if there were none.",
        )
    _attendance(note.possible, note.attended, note.unauthorised)
    locking(CohortPupil.objects).get(pk=member.pk)
    kept = ReportNote.objects.filter(cohort_pupil=member).first()
    if kept is not None and kept.changed_by == by.who and _noted(kept) == note:
        return kept
    if (kept.version if kept else 0) != seen:
        raise ChangedMeanwhileError(
            "Somebody else wrote on this report while you did.",
            todo="Open the page again, look at what is there, and add what is yours.",
        )
    kept = kept or ReportNote(cohort_pupil=member, version=0)
    kept.sessions_possible, kept.sessions_attended = note.possible, note.attended
    kept.sessions_unauthorised = note.unauthorised
    kept.teacher_comment, kept.head_comment = note.teacher, note.head
    kept.version += 1
    kept.changed_at, kept.changed_by = timezone.now(), by.who
    kept.save()
    record(
        "report written on",
        by=by,
        organisation=member.sheet.school,
        year=member.sheet.year,
        subject=f"pupil {member.pupil_id}",
    )
    return kept


def _noted(kept: ReportNote) -> Note:
    return Note(
        possible=kept.sessions_possible,
        attended=kept.sessions_attended,
        unauthorised=kept.sessions_unauthorised,
        teacher=kept.teacher_comment,
        head=kept.head_comment,
    )


def members_of(sheet: Sheet, keys: Some[int], classes: frozenset[str] | None) -> list[CohortPupil]:
    """The chosen pupils of the classes a person may report on, in the order of the sheet."""
    rows = (
        sheet.cohort.filter(removed=False, pk__in=keys)
        .select_related("pupil", "note__changed_by")
        .prefetch_related("judgements", "results")
        .order_by("pupil__surname", "pupil__forename", "pupil__upn", "pk")
    )
    return list(rows if classes is None else rows.filter(pupil__class_name__in=classes))


def make_one(*, sheet: Sheet, member: CohortPupil, by: By, on: date) -> bytes:
    """The report of one pupil as PDF, at once; nobody waits for the database while it is drawn."""
    made = parents_pdf(heading_of(sheet), [report_of(member, sheet)], made_on=on)
    with transaction.atomic():
        record(
            "report made",
            by=by,
            organisation=sheet.school,
            year=sheet.year,
            subject=f"pupil {member.pupil_id}",
        )
    return made


@transaction.atomic
def ask_for_many(
    *, sheet: Sheet, members: Some[CohortPupil], by: By, key: UUID | None = None
) -> Job:
    """Ask for the reports of many pupils in one file; asking twice with one key asks once.

    Raises:
        RefusedError: no pupil is chosen.
    """
    if not members:
        raise RefusedError("No pupil is chosen.", todo="Choose at least one.")
    return jobs.ask(
        KIND,
        by=by,
        organisation=sheet.school,
        year=sheet.year,
        arguments={"members": [member.pk for member in members]},
        key=key,
    )


@jobs.kind(KIND)
def _make_many(job: Job, progress: jobs.Progress) -> jobs.Made:
    sheet = Sheet.objects.select_related("school").get(school=job.organisation, year=job.year or 0)
    members = members_of(sheet, job.arguments["members"], None)
    progress(0, len(members), "Writing the reports")
    reports = []
    for done, member in enumerate(members, start=1):
        reports.append(_numbered(done, member, sheet))
        progress(done, len(members))
    day = timezone.localdate()
    return jobs.Made(
        outcome={"pupils": len(members)},
        message=f"{len(members)} {'report was' if len(members) == 1 else 'reports were'} made.",
        content=parents_pdf(heading_of(sheet), reports, made_on=day),
        content_name=f"reports-{sheet.school.code}-{sheet.year}.pdf",
    )


def _numbered(number: int, member: CohortPupil, sheet: Sheet) -> ParentReport:
    """A report of many; a fault says which it is by its place, as no name stands in a job."""
    try:
        return report_of(member, sheet)
    except KeystageError as error:
        raise RefusedError(
            error.what, where=f"Report {number} in the order of the list", todo=error.todo
        ) from error


def heading_of(sheet: Sheet) -> SchoolHeading:
    """What is the same in every report of a school."""
    return SchoolHeading(
        name=sheet.school.name,
        academic_year=collection_of(sheet).year.label,
        contact=_CONTACT,
        comparison=_comparison(sheet),
        about_scores=about_scores(sheet.year),
    )


def _comparison(sheet: Sheet) -> Comparisons:
    rules = load_year(sheet.year, releases_of(sheet.year)[-1])
    try:
        published = summary_of(sheet).published
    except KeystageError:
        published = None
    return comparisons(published, int(sheet.school.code), rules)


def report_of(member: CohortPupil, sheet: Sheet) -> ParentReport:
    """The report on one pupil, from what is kept."""
    pupil, note = member.pupil, getattr(member, "note", None)
    forename = pupil.preferred_forename or pupil.forename
    surname = pupil.preferred_surname or pupil.surname
    return ParentReport(
        pupil=f"{forename} {surname}".strip(),
        class_name=pupil.class_name,
        year_group=f"Year {pupil.year_group}" if pupil.year_group else "",
        tests=_tests(member, sheet.year),
        assessments=_assessments(member, sheet),
        attendance=_attendance(
            note.sessions_possible, note.sessions_attended, note.sessions_unauthorised
        )
        if note
        else None,
        teacher=Comment(text=note.teacher_comment) if note and note.teacher_comment else None,
        head=Comment(text=note.head_comment) if note and note.head_comment else None,
    )


def _tests(member: CohortPupil, year: int) -> list[SubjectResult]:
    results = {one.subject: one for one in member.results.all()}
    return [
        result_of_test(
            year,
            test,
            (found.outcome or None) if found else None,
            found.scaled_score if found else None,
            mark=found.raw_mark if found else None,
        )
        for test in TESTED
        for found in (results.get(test),)
    ]


def _assessments(member: CohortPupil, sheet: Sheet) -> list[SubjectResult]:
    """The judgements there are; one that is due and missing is told in words."""
    codes, asked = values_of(member), asked_of(sheet, [member])[member.pk]
    scales = {one.subject: one.p_scale for one in member.judgements.all()}
    return [
        result_of_assessment(
            sheet.year, subject, codes.get(subject), p_scale=scales.get(subject) or None
        )
        for subject in ASSESSED
        if subject in codes or asked[str(subject)].due
    ]


def _attendance(
    possible: int | None, attended: int | None, unauthorised: int | None
) -> Attendance | None:
    """The attendance, where the school has given all of it."""
    if possible is None or attended is None:
        return None
    missed = possible - attended
    if missed and unauthorised is None:
        return None
    without = unauthorised or 0
    return Attendance(
        possible=possible, attended=attended, authorised=missed - without, unauthorised=without
    )
