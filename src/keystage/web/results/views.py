"""Pages of the results."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.results import summaries
from keystage.actions.results.swapped import swapped_of
from keystage.core.errors import InputError, KeystageError
from keystage.core.subjects import TESTED, Subject
from keystage.flows.scaled_score import scaled_score
from keystage.flows.school_summary import SchoolSummary
from keystage.flows.starting_points import STANDINGS
from keystage.store.models import Sheet
from keystage.web.doors import KEPT_BELOW, RELEASED, Here, page
from keystage.web.results.drawing import drawings_of, tiles_of
from keystage.web.results.forms import MarkForm
from keystage.web.results.rows import drift_of, result_rows


def _sheet(here: Here) -> Sheet:
    """The sheet of the season.

    Raises:
        Http404: its pack has not been loaded.
    """
    return get_object_or_404(
        Sheet.objects.select_related("school"), school=here.organisation, year=here.season
    )


def _home(here: Here) -> str:
    return here.href("results:summary")


@page(Permission.SEE_RESULTS, sees_to=RELEASED)
def summary(request: HttpRequest, here: Here) -> HttpResponse:
    """Every pupil's results, with what each code means."""
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    rows = result_rows(sheet, here.classes) if sheet else []
    context = {
        "rows": rows,
        "tests": TESTED,
        "any": any(row.has_result for row in rows),
        "swapped": swapped_of(sheet, here.classes) if sheet else [],
        "may_import": here.may(Permission.IMPORT_RESULTS, Level.NAMED),
        "may_see_figures": sheet is not None
        and here.may(Permission.SEE_MEASURES, Level.AGGREGATE, RELEASED),
        "may_see_drift": sheet is not None and here.may(Permission.EXPORT, Level.NAMED),
    }
    return render(request, "results/summary.html", context)


@page(Permission.EXPORT)
def drift(request: HttpRequest, here: Here) -> HttpResponse:
    """Each judgement that changed after the last file was made."""
    file, found = drift_of(_sheet(here))
    context = {"file": file, "found": found, "back_href": _home(here)}
    return render(request, "results/drift.html", context)


@page(Permission.SEE_MEASURES, level=Level.AGGREGATE, sees_to=RELEASED)
def figures(request: HttpRequest, here: Here) -> HttpResponse:
    """The school's figures by the department's method, and last year's beside them."""
    sheet = _sheet(here)
    context: dict[str, object] = {"back_href": _home(here), "reason": ""}
    try:
        totals = summaries.summary_of(sheet)
        context |= _drawn(here, sheet, totals) | {"totals": totals}
        context["beside"] = summaries.beside_the_year_before(sheet)
    except KeystageError as error:
        context["reason"] = _why_none(error, here)
    return render(request, "results/figures.html", context)


def _why_none(error: KeystageError, here: Here) -> str:
    """Why there are no figures; what is wrong with a pupil's values is for who may see them."""
    if isinstance(error, InputError) and not _sees_every_result(here):
        return "The results have a fault, so there are no figures. The school can see which."
    return str(error)


def _sees_every_result(here: Here) -> bool:
    """Whether somebody may see the results of every pupil by name."""
    return here.on(Permission.SEE_RESULTS).classes_at(Level.NAMED, KEPT_BELOW | RELEASED) is None


def _drawn(here: Here, sheet: Sheet, totals: SchoolSummary) -> dict[str, object]:
    """Tiles with the data they rest on; starting points for who may see every pupil's result.

    A cell of the table of starting points can be one pupil, whom governors could recognise.
    """
    whole = _sees_every_result(here)
    points = summaries.starting_points_of(sheet, totals) if whole else ()
    return {
        "tiles": tiles_of(totals),
        "version": summaries.version_of(sheet),
        "whole": whole,
        "drawings": drawings_of(points, totals.year.suppression.smallest_group),
        "standings": list(STANDINGS.values()),
    }


@page(Permission.EXPLAIN_FIGURE, sees_to=RELEASED)
def figure(request: HttpRequest, here: Here, field: str) -> HttpResponse:
    """One figure, opened down to the pupil and the rule."""
    sheet = _sheet(here)
    summary = summaries.summary_of(sheet)
    found = next((one for one in summary.figures if one.field == field), None)
    if found is None or here.classes is not None:
        raise Http404
    names = {
        member.pupil.upn: member.pupil
        for member in sheet.cohort.select_related("pupil")
        if member.pupil.upn
    }
    back = reverse("results:figures", kwargs={"code": sheet.school.code, "year": sheet.year})
    context = {"figure": found, "names": names, "back_href": back}
    return render(request, "results/figure.html", context)


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def marks(request: HttpRequest, here: Here) -> HttpResponse:
    """What a raw mark comes to, from the year's own table."""
    form = MarkForm(request.GET if "mark" in request.GET else None)
    found = None
    if form.is_valid():
        subject = Subject(form.cleaned_data["subject"])
        found = scaled_score(here.season, subject, form.cleaned_data["mark"])
    context = {"form": form, "found": found, "back_href": _home(here)}
    return render(request, "results/marks.html", context)
