"""Moderation as the authority runs it: which schools, which pupils, what was found."""

from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.moderation import choosing
from keystage.actions.moderation.visits import (
    changed_after,
    draw,
    draw_by_lot,
    record_visit,
    sample_of,
    to_draw_from,
)
from keystage.store.models import Moderation, Organisation
from keystage.store.rights import schools_within
from keystage.web.doors import Here, page
from keystage.web.fields import whole
from keystage.web.moderation.forms import ArrangeForm, ChooseForm, DrawForm, ReasonForm, VisitForm
from keystage.web.moderation.school_views import SAMPLED

AUTHORITY: Final = "authority"


@page(Permission.SEE_MODERATION, level=Level.NONE, sees_to=SAMPLED, kind=AUTHORITY)
def schools(request: HttpRequest, here: Here) -> HttpResponse:
    """The schools that are chosen, and how far each visit is."""
    rows = _moderations(here).select_related("school", "recorded_by")
    withdrawn = Moderation.objects.filter(
        school__authority=here.organisation, year=here.season, withdrawn_at__isnull=False
    ).select_related("school", "withdrawn_by")
    context = {
        "rows": [(one, _stage(one)) for one in rows.order_by("school__name")],
        "withdrawn": withdrawn.order_by("-withdrawn_at"),
        "may_record": _may_record(here),
        "is_over": choosing.is_over,
        "personal_data": False,
    }
    return render(request, "moderation/schools.html", context)


@page(Permission.RECORD_MODERATION, sees_to=SAMPLED, kind=AUTHORITY, methods=("GET", "POST"))
def choose(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose schools, and say when they are told and visited."""
    chosen = _moderations(here).values("school")
    there = list(schools_within([here.organisation]).exclude(pk__in=chosen).order_by("name"))
    form = ChooseForm(request.POST if request.method == "POST" else None, schools=there)
    if form.is_valid():
        given = form.cleaned_data
        for school in (one for one in there if one.code in given["schools"]):
            choosing.choose(
                school,
                here.season,
                told_at=form.told_at(),
                visit_on=given["visit_on"],
                hold=given["hold"],
                by=here.by,
            )
        messages.success(request, "The schools were chosen.")
        return redirect(here.href("moderation:schools"))
    context = {"form": form, "there": there, "back_href": here.href("moderation:schools")}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "moderation/choose.html", context, status=status)


@page(Permission.RECORD_MODERATION, sees_to=SAMPLED, kind=AUTHORITY, methods=("GET", "POST"))
def school(request: HttpRequest, here: Here, moderated: str) -> HttpResponse:
    """One school: when it is told and visited, its sample, and what was changed after."""
    found = _moderation(here, moderated)
    form = ArrangeForm(
        request.POST if request.method == "POST" else None,
        initial={
            "told_on": timezone.localdate(found.told_at) if found.told_at else None,
            "visit_on": found.visit_on,
            "hold": found.hold,
        },
    )
    errors = []
    if form.is_valid():
        try:
            choosing.arrange(
                found,
                told_at=form.told_at(found.told_at),
                visit_on=form.cleaned_data["visit_on"],
                hold=form.cleaned_data["hold"],
                seen=whole(request.POST.get("seen", "")) or 0,
                by=here.by,
            )
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "Your changes were saved.")
            return redirect(here.href("moderation:school", moderated=moderated))
    context = {
        "moderation": found,
        "stage": _stage(found),
        "form": form,
        "errors": errors,
        "sample": sample_of(found),
        "later": [one for one in changed_after(found) if one.agreed is not None],
        "draw_form": DrawForm(initial={"seen": found.version}, there=to_draw_from(found)),
        "back_href": here.href("moderation:schools"),
    }
    wrong = errors or form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "moderation/school.html", context, status=status)


@page(Permission.RECORD_MODERATION, sees_to=SAMPLED, kind=AUTHORITY, methods=("POST",))
def sample(request: HttpRequest, here: Here, moderated: str) -> HttpResponse:
    """Draw pupils by lot, or take one out of the sample."""
    found = _moderation(here, moderated)
    gone = whole(request.POST.get("out", ""))
    if gone is not None:
        kept = [one.cohort_pupil_id for one in sample_of(found) if one.pk != gone]
        draw(found, kept, seen=whole(request.POST.get("seen", "")) or 0, by=here.by)
        messages.success(request, "The pupil was taken out of the sample.")
    else:
        form = DrawForm(request.POST, there=to_draw_from(found))
        if not form.is_valid():
            raise RefusedError(
                "These numbers cannot be drawn.",
                todo="Go back, and enter for each judgement a number that is not above those there "
                "are.",
            )
        draw_by_lot(found, form.wanted(), seen=form.cleaned_data["seen"], by=here.by)
        messages.success(request, "The sample was drawn.")
    return redirect(here.href("moderation:school", moderated=moderated))


@page(Permission.RECORD_MODERATION, sees_to=SAMPLED, kind=AUTHORITY, methods=("GET", "POST"))
def record(request: HttpRequest, here: Here, moderated: str) -> HttpResponse:
    """Record the visit: its outcome, and what was agreed of each pupil of the sample."""
    found = _moderation(here, moderated)
    form = VisitForm(
        request.POST if request.method == "POST" else None,
        sample=sample_of(found),
        year=here.season,
        initial={
            "seen": found.version,
            "visited_on": found.visited_on or found.visit_on,
            "visited_by": found.visited_by or str(here.by.who),
            "outcome": found.outcome,
            "note": found.note,
        },
    )
    errors = []
    if form.is_valid():
        try:
            record_visit(found, form.visit(), seen=form.cleaned_data["seen"], by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The visit was recorded.")
            return redirect(here.href("moderation:school", moderated=moderated))
    context = {
        "moderation": found,
        "form": form,
        "errors": errors,
        "back_href": here.href("moderation:school", moderated=moderated),
    }
    wrong = errors or form.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "moderation/record.html", context, status=status)


@page(Permission.RECORD_MODERATION, sees_to=SAMPLED, kind=AUTHORITY, methods=("GET", "POST"))
def withdraw(request: HttpRequest, here: Here, moderated: str) -> HttpResponse:
    """Take a school off the list, saying why."""
    found = _moderation(here, moderated)
    form = ReasonForm(
        request.POST if request.method == "POST" else None, initial={"seen": found.version}
    )
    if form.is_valid():
        given = form.cleaned_data
        choosing.withdraw(found, reason=given["reason"], seen=given["seen"], by=here.by)
        messages.success(request, "The school was taken off the list.")
        return redirect(here.href("moderation:schools"))
    context = {
        "moderation": found,
        "form": form,
        "back_href": here.href("moderation:school", moderated=moderated),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "moderation/withdraw.html", context, status=status)


def _moderations(here: Here) -> QuerySet[Moderation]:
    """Those that stand in the schools of the authority."""
    return Moderation.objects.filter(
        school__authority=here.organisation,
        school__kind=Organisation.Kind.SCHOOL,
        year=here.season,
        withdrawn_at__isnull=True,
    )


def _moderation(here: Here, moderated: str) -> Moderation:
    return get_object_or_404(_moderations(here).select_related("school"), school__code=moderated)


def _may_record(here: Here) -> bool:
    return here.may(Permission.RECORD_MODERATION, Level.NAMED, SAMPLED)


def _stage(one: Moderation) -> str:
    """How far it is, in a word."""
    if choosing.is_over(one):
        return "Done"
    if one.visited_on is not None:
        return "To be visited again"
    if not choosing.is_told(one):
        return "Not told yet"
    return "Visit to come"
