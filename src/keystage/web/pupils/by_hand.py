"""Pages on which a person types a pupil: one who is in no roll file, and one who is put right."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from keystage.access.permissions import Permission
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.packs import YEAR_GROUP
from keystage.actions.roll import pupils as acts
from keystage.actions.roll.facts import facts_of
from keystage.store.models import Pupil, SignOff
from keystage.web.doors import Here, page
from keystage.web.pupils.forms import CorrectForm, NewPupilForm
from keystage.web.pupils.views import sheet_of


@page(Permission.EDIT_ROLL, methods=("GET", "POST"))
def new(request: HttpRequest, here: Here) -> HttpResponse:
    """Add a pupil who is in no roll file."""
    form = NewPupilForm(
        request.POST if request.method == "POST" else None, initial={"year_group": YEAR_GROUP}
    )
    errors, status = _none(), _status(form)
    if form.is_bound and form.is_valid():
        try:
            made = acts.add(
                school=here.organisation,
                year=here.season,
                facts=form.facts,
                reason=form.cleaned_data["reason"],
                another=form.cleaned_data["another"],
                by=here.by,
            )
        except RefusedError as error:
            errors, status = [{"text": str(error)}], HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            messages.success(request, "The pupil was added.")
            return redirect(here.href("pupils:pupil", pupil=made.pk))
    context = {
        "form": form,
        "errors": errors,
        "asks": form.is_bound and not form.errors and acts.alike(here.organisation, form.facts),
        "year_group": YEAR_GROUP,
        "sheet": sheet_of(here),
        "back_href": here.href("pupils:cohort"),
    }
    return render(request, "pupils/new.html", context, status=status)


@page(Permission.EDIT_ROLL, methods=("GET", "POST"))
def correct(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Put right who a pupil is."""
    found = get_object_or_404(
        Pupil.objects.select_related("school"), pk=pupil, school=here.organisation
    )
    facts = facts_of(found)
    initial = {name: facts.value(name) for name in acts.TYPED} | {"seen": found.version}
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=initial)
    errors, status = _none(), _status(form)
    if form.is_bound and form.is_valid():
        told = {"seen": form.cleaned_data["seen"], "reason": form.cleaned_data["reason"]}
        try:
            acts.correct(pupil=found, year=here.season, facts=form.facts, by=here.by, **told)
        except RefusedError as error:
            changed = isinstance(error, ChangedMeanwhileError)
            errors = [{"text": str(error)}]
            status = HTTPStatus.CONFLICT if changed else HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            messages.success(request, "The details were saved.")
            return redirect(here.href("pupils:pupil", pupil=pupil))
    context = {
        "pupil": found,
        "form": form,
        "errors": errors,
        "signed": SignOff.objects.filter(
            sheet__cohort__pupil=found, broken_at__isnull=True
        ).exists(),
        "back_href": here.href("pupils:pupil", pupil=pupil),
    }
    return render(request, "pupils/correct.html", context, status=status)


def _none() -> list[dict[str, str]]:
    return []


def _status(form: NewPupilForm | CorrectForm) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
