"""Filling one judgement into many cells: choose, look, apply, undo."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from keystage.access.permissions import Permission
from keystage.actions.sheets.filling import fill, undo, would_fill
from keystage.store.models import JudgementChange
from keystage.web.doors import Here, page
from keystage.web.sheet.filling.fill_forms import FillForm, judgement_of
from keystage.web.sheet.forms import versions_of
from keystage.web.sheet.found import pupils_of, sheet_of
from keystage.web.sheet.grid import classes_of
from keystage.web.sheet.pages import chosen_class, show
from keystage.web.sheet.saved import done


@page(Permission.ENTER_JUDGEMENTS, methods=("GET", "POST"))
def fill_down(request: HttpRequest, here: Here) -> HttpResponse:
    """Choose a judgement and pupils, then look at what would change."""
    sheet = sheet_of(here)
    everybody = pupils_of(here, sheet)
    chosen = chosen_class(request.GET.get("class", ""))
    members = [one for one in everybody if chosen is None or one.pupil.class_name == chosen]
    form = FillForm(
        request.POST if request.method == "POST" else None, sheet=sheet, members=members
    )
    if form.is_valid():
        subject, code = judgement_of(form.cleaned_data["judgement"])
        plan = would_fill(
            sheet,
            subject=subject,
            code=code,
            pupils=[int(pk) for pk in form.cleaned_data["pupils"]],
            only_empty=form.cleaned_data["only_empty"],
            classes=here.classes,
        )
        names = {one.pk: one.pupil.full_name for one in members}
        seen = json.dumps({one.pupil: one.version for one in plan.change})
        return show(
            request, here, "fill_preview", plan=plan, names=names, subject=subject, seen=seen
        )
    return show(request, here, "fill", form=form, classes=classes_of(everybody), chosen=chosen)


@page(Permission.ENTER_JUDGEMENTS, methods=("POST",))
def fill_apply(request: HttpRequest, here: Here) -> HttpResponse:
    """Fill the cells that were looked at."""
    sheet = sheet_of(here)
    subject, code = judgement_of(request.POST.get("judgement", ""))
    pupils = versions_of(request.POST.get("cells", ""))
    saved = fill(sheet, subject=subject, code=code, pupils=pupils, by=here.by, classes=here.classes)
    return done(request, here, sheet, saved)


@page(Permission.ENTER_JUDGEMENTS, methods=("GET", "POST"))
def batch(request: HttpRequest, here: Here, batch: UUID) -> HttpResponse:
    """What was saved together, and the way back."""
    sheet = sheet_of(here)
    if request.method == "POST":
        saved = undo(sheet, batch, by=here.by, classes=here.classes)
        return done(request, here, sheet, saved, word="put back")
    changes = (
        JudgementChange.objects.filter(batch=batch, judgement__cohort_pupil__sheet=sheet)
        .select_related("judgement__cohort_pupil__pupil", "by")
        .order_by("judgement__cohort_pupil__pupil__surname", "pk")
    )
    if here.classes is not None:
        changes = changes.filter(judgement__cohort_pupil__pupil__class_name__in=here.classes)
    if not changes:
        raise Http404
    since = [one for one in changes if one.judgement.version != one.version]
    return show(request, here, "batch", changes=changes, since=len(since), batch=batch)
