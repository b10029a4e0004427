"""Pages of the reports to parents."""

from http import HTTPStatus
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.actions.errors import ChangedMeanwhileError
from keystage.actions.results import recording, reporting
from keystage.core.errors import KeystageError
from keystage.reports.parents.record import record_csv, record_pdf
from keystage.store.models import CohortPupil, Result, Sheet
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.fields import whole
from keystage.web.reports.forms import KeyForm, NoteForm

_FORMS = ("pdf", "csv")


def _sheet(here: Here) -> Sheet:
    """The sheet of the season.

    Raises:
        Http404: its pack has not been loaded.
    """
    return get_object_or_404(
        Sheet.objects.select_related("school"), school=here.organisation, year=here.season
    )


def _member(here: Here, pupil: UUID) -> CohortPupil:
    """A pupil of this school's cohort.

    Raises:
        Http404: there is none.
    """
    sheet = _sheet(here)
    key = sheet.cohort.filter(pupil=pupil, removed=False).values_list("pk", flat=True).first()
    found = reporting.members_of(sheet, [key] if key else [], here.classes)
    if not found:
        raise Http404
    return found[0]


@page(Permission.REPORT_TO_PARENTS, methods=("GET", "POST"))
def choose(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose whose reports are made; everybody is chosen at first."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    errors = []
    if request.method == "POST" and sheet:
        keys = [key for text in request.POST.getlist("pupil") if (key := whole(text)) is not None]
        if members := reporting.members_of(sheet, keys, here.classes):
            job = reporting.ask_for_many(
                sheet=sheet, members=members, by=here.by, key=KeyForm(request.POST).key_of()
            )
            return redirect(here.href("jobs:status", job=job.pk))
        errors = [{"text": "Select at least one pupil", "href": "#pupils"}]
    everybody = list(sheet.cohort.values_list("pk", flat=True)) if sheet else []
    context = {
        "members": reporting.members_of(sheet, everybody, here.classes) if sheet else [],
        "results": Result.objects.filter(cohort_pupil__sheet=sheet).exists() if sheet else False,
        "form": KeyForm(initial={"key": uuid4()}),
        "errors": errors,
    }
    return render(request, "reports/choose.html", context)


@page(Permission.REPORT_TO_PARENTS, methods=("GET", "POST"))
def note(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Attendance and comments for one report, and what it will say besides."""
    member = _member(here, pupil)
    kept, errors = getattr(member, "note", None), []
    initial = {
        "possible": kept.sessions_possible if kept else None,
        "attended": kept.sessions_attended if kept else None,
        "unauthorised": kept.sessions_unauthorised if kept else None,
        "teacher": kept.teacher_comment if kept else "",
        "head": kept.head_comment if kept else "",
        "seen": kept.version if kept else 0,
    }
    form = NoteForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            reporting.write_note(member=member, note=form.note(), seen=seen, by=here.by)
        except ChangedMeanwhileError as error:
            member = _member(here, pupil)
            form, errors = _written_beside(request.POST, member), [_said(error)]
        else:
            messages.success(request, "What you wrote was saved.")
            return redirect(here.href("reports:note", pupil=pupil))
    context = {
        "member": member,
        "stored": getattr(member, "note", None) if errors else None,
        "errors": errors,
        **_shown(member, _sheet(here)),
        "form": form,
        "back_href": here.href("reports:choose"),
    }
    status = HTTPStatus.CONFLICT if errors else HTTPStatus.OK
    return render(request, "reports/note.html", context, status=status)


def _shown(member: CohortPupil, sheet: Sheet) -> dict[str, object]:
    """What the report says, or why it cannot be made; what a school adds can be written still."""
    try:
        return {"report": reporting.report_of(member, sheet), "reason": ""}
    except KeystageError as error:
        return {"report": None, "reason": str(error)}


def _written_beside(given: QueryDict, member: CohortPupil) -> NoteForm:
    """The form as it was sent; sent once more it takes the place of what somebody else wrote."""
    again = given.copy()
    stored = getattr(member, "note", None)
    again["seen"] = str(stored.version if stored else 0)
    return NoteForm(again)


def _said(error: ChangedMeanwhileError) -> dict[str, str]:
    return {
        "text": f"{error.what} Look at what is stored, add it to yours, and save again",
        "href": "#id_teacher",
    }


@page(Permission.REPORT_TO_PARENTS)
def one(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """The report of one pupil as PDF."""
    made = reporting.make_one(
        sheet=_sheet(here), member=_member(here, pupil), by=here.by, on=timezone.localdate()
    )
    return attached(f"report-{pupil}.pdf", made, inline=True)


@page(Permission.REPORT_TO_PARENTS)
def record(request: HttpRequest, here: Here, pupil: UUID, form: str) -> HttpResponse:
    """What is kept of a pupil in a season, each value with where it came from."""
    if form not in _FORMS:
        raise Http404
    kept = recording.record_of(member=_member(here, pupil), by=here.by)
    made = record_csv(kept) if form == "csv" else record_pdf(kept, made_on=timezone.localdate())
    return attached(f"record-{pupil}.{form}", made)
