"""Released results in the school's own sheet: taken in, told when they are old, taken out."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.releases.into_sheet import (
    OldResult,
    bring_into_sheet,
    old_results,
    seal_of,
    take_out,
)
from keystage.actions.releases.released import released_to
from keystage.core.subjects import Subject
from keystage.store.models import ReleasedResult, Result
from keystage.web.doors import Here, page
from keystage.web.released.views import ON_RELEASE, back_to
from keystage.web.wording import plural


@dataclass(frozen=True, kw_only=True)
class OldRow:
    """A result of the sheet that is in force no longer, beside the one that is."""

    name: str
    test: str
    sheet: str
    came: str
    released: str


@page(Permission.SEE_RESULTS, sees_to=ON_RELEASE)
def old(request: HttpRequest, here: Here) -> HttpResponse:
    """The results of the sheet that came from a release and are in force no longer."""
    found = old_results(here.organisation, released_to(here.organisation, here.season))
    context = {
        "changed": [_row(one) for one in found if one.why == "changed"],
        "gone": [_row(one) for one in found if one.why == "gone"],
        "seal": seal_of(found),
        "may_take": here.may(Permission.IMPORT_RESULTS, Level.NAMED),
        "back_href": here.href("released:results"),
    }
    return render(request, "released/in_sheet.html", context)


@page(Permission.IMPORT_RESULTS, methods=("POST",))
def take(request: HttpRequest, here: Here) -> HttpResponse:
    """Bring the results in as a file of results, to be looked at before anything is changed."""
    del request
    file = bring_into_sheet(school=here.organisation, year=here.season, by=here.by)
    return redirect(here.href("files_in:results_review", file=file.pk))


@page(Permission.IMPORT_RESULTS, methods=("POST",))
def clear(request: HttpRequest, here: Here) -> HttpResponse:
    """Take out of the sheet what was released once and is in force no longer."""
    seal = request.POST.get("seal", "")
    count = take_out(school=here.organisation, year=here.season, seal=seal, by=here.by)
    told = plural(count, "result was", "results were")
    messages.success(request, f"{told} taken out of the mark sheet.")
    return back_to(here, "released:old")


def _row(one: OldResult) -> OldRow:
    pupil = one.result.cohort_pupil.pupil
    back = ", which was taken back" if one.withdrawn else ""
    return OldRow(
        name=f"{pupil.forename} {pupil.surname}".strip() or pupil.upn,
        test=Subject(one.result.subject).label,
        sheet=_said(one.result),
        came=f"Version {one.version}{back}" if one.version else "A version that is out no longer",
        released="None" if one.released is None else _said(one.released),
    )


def _said(one: Result | ReleasedResult) -> str:
    """Marks, score and outcome of a result."""
    marks = plural(one.raw_mark, "mark", "marks") if one.raw_mark is not None else "no marks"
    score = "" if one.scaled_score is None else f"scaled score {one.scaled_score}"
    return ", ".join(part for part in (marks, score, one.outcome) if part)
