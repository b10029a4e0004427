"""Pages of the cohort: the list, who is added and taken out, and one pupil."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.packs import week_of_tests
from keystage.actions.roll import cohort as acts
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Pupil, Sheet
from keystage.web.doors import KEPT_BELOW, Here, page
from keystage.web.pupils import listing
from keystage.web.pupils.forms import AddForm, FindForm, LeaveForm, TakeOutForm

_FOUND = 50


def sheet_of(here: Here) -> Sheet | None:
    """The sheet of the season, if its pack was loaded."""
    return (
        Sheet.objects.select_related("school")
        .filter(school=here.organisation, year=here.season)
        .first()
    )


def needed_sheet(here: Here) -> Sheet:
    """The sheet of the season.

    Raises:
        Http404: its pack was not loaded.
    """
    sheet = sheet_of(here)
    if sheet is None:
        raise Http404
    return sheet


@page(Permission.SEE_REGISTRATIONS)
def cohort(request: HttpRequest, here: Here) -> HttpResponse:
    """The cohort by class, with how each pupil is registered."""
    sheet = sheet_of(here)
    shows = listing.filter_of(request.GET)
    classes = here.on(Permission.SEE_PUPILS).classes_at(Level.NAMED, KEPT_BELOW)
    members = listing.members_of(sheet, removed=False) if sheet else []
    out = listing.members_of(sheet, removed=True) if sheet else []
    year = here.season
    context = {
        "sheet": sheet,
        "rows": [listing.row_of(one, year, classes) for one in members if shows.shows(one)],
        "removed": [listing.row_of(one, year, classes) for one in out],
        "total": len(members),
        "left": sum(one.pupil.left_on is not None for one in members),
        "without": sum("" in {one.reading, one.gps, one.maths} for one in members),
        "classes": sorted({one.pupil.class_name for one in members}),
        "registrations": load_collection(year).registrations.codes if sheet else {},
        "headings": listing.TEST_HEADINGS,
        "shows": shows,
        "on_roll": Pupil.objects.filter(school=here.organisation).count(),
        "may_manage": here.may(Permission.MANAGE_COHORT, Level.NAMED),
        "may_import": here.may(Permission.EDIT_ROLL, Level.NAMED),
        "may_load": here.may(Permission.LOAD_YEAR),
    }
    return render(request, "pupils/cohort.html", context)


@page(Permission.MANAGE_COHORT, methods=("GET", "POST"))
def add(request: HttpRequest, here: Here) -> HttpResponse:
    """Put a pupil of the roll into the cohort who is not of its year group.

    The name looked for is sent in the form: an address is kept by browsers and on the way.
    """
    sheet = needed_sheet(here)
    posted = request.POST if request.method == "POST" else None
    adding = posted is not None and "find" not in posted
    find = FindForm(posted)
    words = find.cleaned_data["name"].split() if find.is_valid() else []
    found = Pupil.objects.filter(school=here.organisation).exclude(
        cohorts__in=sheet.cohort.filter(removed=False)
    )
    for word in words:
        found = found.filter(
            Q(surname__icontains=word) | Q(forename__icontains=word) | Q(upn__iexact=word)
        )
    asked = bool(words) or adding
    form = AddForm(posted if adding else None, found=found if adding else found[:_FOUND])
    if form.is_bound and form.is_valid():
        pupil = form.cleaned_data["pupil"]
        acts.add(sheet=sheet, pupil=pupil, reason=form.cleaned_data["reason"], by=here.by)
        messages.success(request, "The pupil was added to the cohort.")
        return redirect(here.href("pupils:cohort"))
    context = {
        "find": find,
        "form": form,
        "asked": asked,
        "count": found.count() if asked else 0,
        "most": _FOUND,
        "back_href": here.href("pupils:cohort"),
    }
    return render(request, "pupils/add.html", context, status=_status(form))


@page(Permission.MANAGE_COHORT, methods=("GET", "POST"))
def take_out(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Take a pupil out of the cohort, with the reason."""
    member = _member(here, pupil)
    form = TakeOutForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        acts.take_out(
            sheet=member.sheet, member=member.pk, reason=form.cleaned_data["reason"], by=here.by
        )
        messages.success(request, "The pupil was taken out of the cohort.")
        return redirect(here.href("pupils:cohort"))
    context = {
        "member": member,
        "form": form,
        "judgements": member.judgements.exclude(code="").count(),
        "back_href": here.href("pupils:pupil", pupil=pupil),
    }
    return render(request, "pupils/take_out.html", context, status=_status(form))


@page(Permission.MANAGE_COHORT, methods=("POST",))
def put_back(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Put a pupil back into the cohort."""
    member = _member(here, pupil)
    acts.put_back(sheet=member.sheet, member=member.pk, by=here.by)
    messages.success(request, "The pupil was put back into the cohort.")
    return redirect(here.href("pupils:cohort"))


@page(Permission.MANAGE_COHORT, methods=("GET", "POST"))
def leave(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Say when a pupil left, and where to."""
    member = _member(here, pupil)
    found = member.pupil
    initial = {
        "left_on": found.left_on,
        "to_school": found.left_to_school,
        "to_authority": found.left_to_authority,
        "seen": found.version,
    }
    form = LeaveForm(request.POST if request.method == "POST" else None, initial=initial)
    status = HTTPStatus.OK
    errors = []
    if form.is_bound and form.is_valid():
        try:
            acts.leave(sheet=member.sheet, pupil=found, by=here.by, **form.cleaned_data)
        except RefusedError as error:
            errors = [{"text": str(error)}]
            changed = isinstance(error, ChangedMeanwhileError)
            status = HTTPStatus.CONFLICT if changed else HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            messages.success(request, "The day of leaving was saved.")
            return redirect(here.href("pupils:pupil", pupil=pupil))
    context = {
        "member": member,
        "form": form,
        "errors": errors,
        "week": week_of_tests(here.season),
        "back_href": here.href("pupils:pupil", pupil=pupil),
    }
    return render(request, "pupils/leave.html", context, status=status if errors else _status(form))


def _member(here: Here, pupil: UUID) -> CohortPupil:
    """A pupil of the season's cohort, taken out of it or not.

    Raises:
        Http404: there is none in this school and season.
    """
    return get_object_or_404(
        CohortPupil.objects.select_related("pupil", "sheet__school"),
        pupil=pupil,
        sheet__school=here.organisation,
        sheet__year=here.season,
    )


def _status(form: TakeOutForm | LeaveForm | AddForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
