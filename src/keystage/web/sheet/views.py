"""The mark sheet itself: looking at it, saving it, and settling what could not be saved."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse

from keystage.access.permissions import Permission
from keystage.actions import returns
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Sheet
from keystage.web.doors import Here, page
from keystage.web.sheet.checks.checking import Numbers, numbers_of, stage_of
from keystage.web.sheet.forms import changes_of_form, changes_of_script, is_theirs
from keystage.web.sheet.found import sheet_of, who_enters
from keystage.web.sheet.grid import grid_of
from keystage.web.sheet.pages import chosen_class, show, to
from keystage.web.sheet.saved import say_saved, settle
from keystage.web.sheet.unsaved import answer_of


@page(Permission.SEE_PUPILS)
def sheet_grid(request: HttpRequest, here: Here) -> HttpResponse:
    """The pupils and their judgements, to fill in or to look at."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    if sheet is None:
        return show(request, here, "none", may_load=here.may(Permission.MANAGE_COHORT))
    grid = grid_of(here, sheet_of(here), chosen_class(request.GET.get("class", "")))
    numbers = numbers_of(grid)
    return show(
        request,
        here,
        "grid",
        grid=grid,
        numbers=numbers,
        stage=stage_of(numbers, grid.sheet),
        who=who_enters(),
        idle_minutes=settings.SESSION_IDLE_SECONDS // 60,
    )


@page(Permission.ENTER_JUDGEMENTS, methods=("POST",))
def save(request: HttpRequest, here: Here) -> HttpResponse:
    """Save the sheet as a plain form sends it."""
    sheet = sheet_of(here)
    saved = save_cells(sheet, changes_of_form(request.POST), by=here.by, classes=here.classes)
    shown = request.POST.get("show", "")
    say_saved(request, here, sheet, saved)
    if not saved.whole:
        return settle(request, here, sheet, saved, shown)
    if not saved.saved:
        words = "Nothing had changed, so nothing was saved."
        if not sheet.is_checked:
            returns.check(sheet, by=here.by)
            words = "Nothing had changed since the last save. The sheet was checked."
        messages.info(request, words)
    return to(here, "grid", class_name=shown)


@page(Permission.ENTER_JUDGEMENTS, methods=("POST",))
def cells(request: HttpRequest, here: Here) -> HttpResponse:
    """Save cells as the script of the page sends them, and answer what became of each."""
    changes = changes_of_script(request.body)
    if not is_theirs(request.body, here.by.who.pk):
        return JsonResponse({}, status=HTTPStatus.FORBIDDEN)
    saved = save_cells(sheet_of(here), changes, by=here.by, classes=here.classes)
    return JsonResponse(answer_of(saved))


@page(Permission.ENTER_JUDGEMENTS, methods=("POST",))
def check(request: HttpRequest, here: Here) -> HttpResponse:
    """Check the sheet; the script of the page is told the state of each cell."""
    sheet = sheet_of(here)
    returns.check(sheet, by=here.by)
    if "application/json" in request.headers.get("Accept", ""):
        chosen = chosen_class(request.GET.get("class", ""))
        return JsonResponse(_told(numbers_of(grid_of(here, sheet_of(here), chosen))))
    messages.success(request, "The sheet was checked.")
    return to(here, "checks")


def _told(numbers: Numbers) -> dict[str, object]:
    return {
        "complete": numbers.complete,
        "missing": numbers.missing,
        "red": numbers.red,
        "amber": numbers.amber,
        "words": numbers.words,
        "cells": numbers.cells,
    }
