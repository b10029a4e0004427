"""Pages of the reports to parents."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.actions import recording, reporting
from keystage.reports.parents.record import record_csv, record_pdf
from keystage.store.models import CohortPupil, Result, Sheet
from keystage.web.doors import Here, page
from keystage.web.reports.forms import NoteForm

_FORMS = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


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


def _to(name: str, here: Here, **parts: object) -> str:
    address = {"code": here.organisation.code, "year": here.season, **parts}
    return reverse(f"reports:{name}", kwargs=address)


@page(Permission.REPORT_TO_PARENTS, methods=("GET", "POST"))
def choose(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose whose reports are made; everybody is chosen at first."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    errors = []
    if request.method == "POST" and sheet:
        keys = [int(key) for key in request.POST.getlist("pupil") if key.isdecimal()]
        if members := reporting.members_of(sheet, keys, here.classes):
            job = reporting.ask_for_many(sheet=sheet, members=members, by=here.by)
            address = {"code": here.organisation.code, "year": here.season, "job": job.pk}
            return redirect(reverse("jobs:status", kwargs=address))
        errors = [{"text": "Select at least one pupil", "href": "#pupils"}]
    everybody = list(sheet.cohort.values_list("pk", flat=True)) if sheet else []
    context = {
        "members": reporting.members_of(sheet, everybody, here.classes) if sheet else [],
        "results": Result.objects.filter(cohort_pupil__sheet=sheet).exists() if sheet else False,
        "errors": errors,
    }
    return render(request, "reports/choose.html", context)


@page(Permission.REPORT_TO_PARENTS, methods=("GET", "POST"))
def note(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Attendance and comments for one report, and what it will say besides."""
    member = _member(here, pupil)
    kept = getattr(member, "note", None)
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
        reporting.write_note(
            member=member, note=form.note(), seen=form.cleaned_data["seen"], by=here.by
        )
        messages.success(request, "What you wrote was saved.")
        return redirect(_to("note", here, pupil=pupil))
    context = {
        "member": member,
        "report": reporting.report_of(member, _sheet(here)),
        "form": form,
        "back_href": _to("choose", here),
    }
    return render(request, "reports/note.html", context)


@page(Permission.REPORT_TO_PARENTS)
def one(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """The report of one pupil as PDF."""
    made = reporting.make_one(
        sheet=_sheet(here), member=_member(here, pupil), by=here.by, on=timezone.localdate()
    )
    response = HttpResponse(made, content_type=_FORMS["pdf"])
    response["Content-Disposition"] = f'inline; filename="report-{pupil}.pdf"'
    return response


@page(Permission.REPORT_TO_PARENTS)
def record(request: HttpRequest, here: Here, pupil: UUID, form: str) -> HttpResponse:
    """Everything that is kept of a pupil, each value with where it came from."""
    if form not in _FORMS:
        raise Http404
    kept = recording.record_of(member=_member(here, pupil), by=here.by)
    made = record_csv(kept) if form == "csv" else record_pdf(kept, made_on=timezone.localdate())
    response = HttpResponse(made, content_type=_FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="record-{pupil}.{form}"'
    return response
