"""Pages that look at the sheet: what is missing, what the checks found, what was changed."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions import acceptances, packs
from keystage.actions.sheets.filling import history
from keystage.core.subjects import ASSESSED
from keystage.statute.collection_loader import load_collection
from keystage.statute.packs import load_pack
from keystage.store.models import Sheet
from keystage.web.doors import Here, page
from keystage.web.sheet.checks.checking import groups_of, missing_rows, numbers_of, summary_of
from keystage.web.sheet.found import Finding, entered_by, sheet_of, visible
from keystage.web.sheet.grid import grid_of
from keystage.web.sheet.pages import show, to

_SORTED = (("severity", "How serious"), ("pupil", "Pupil"), ("subject", "Subject"))


@page(Permission.SEE_PUPILS)
def checks(request: HttpRequest, here: Here) -> HttpResponse:
    """Missing judgements and what the checks found, each linked to its cell."""
    grid = grid_of(here, sheet_of(here))
    by = request.GET.get("by", "severity")
    numbers = numbers_of(grid)
    return show(
        request,
        here,
        "checks",
        grid=grid,
        numbers=numbers,
        so_far=summary_of(numbers),
        missing=missing_rows(grid),
        groups=groups_of(grid.found, by),
        sorted_by=_SORTED,
        by=by,
        may_check=entered_by(here) != frozenset(),
        may_accept=partial(_may_accept, entered_by(here)),
    )


@page(Permission.SEE_PUPILS)
def pupil_history(request: HttpRequest, here: Here, pupil: UUID) -> HttpResponse:
    """Every change of a pupil's judgements: what, by whom, when and how."""
    sheet = sheet_of(here)
    member = next(
        iter(visible(here, list(sheet.cohort.filter(pupil=pupil).select_related("pupil")))), None
    )
    if member is None:
        raise Http404
    past = [(subject, history(sheet, member.pk, str(subject))) for subject in ASSESSED]
    accepted = acceptances.history(sheet, member.pk)
    return show(request, here, "history", member=member, past=past, accepted=accepted)


@page(Permission.MANAGE_COHORT, level=Level.NONE, methods=("GET", "POST"))
def load(request: HttpRequest, here: Here) -> HttpResponse:
    """Look at the codes and rules of the year, and make the sheet from them."""
    pack = load_pack(here.season)
    if request.method == "POST":
        packs.load(school=here.organisation, year=here.season, by=here.by)
        messages.success(request, f"The codes and rules of {here.season} are loaded.")
        return to(here, "load")
    sheet = Sheet.objects.filter(school=here.organisation, year=here.season).first()
    return show(
        request,
        here,
        "load",
        pack=pack,
        sheet=sheet,
        newer=sheet is not None and sheet.pack_checksum != pack.checksum,
        collection=load_collection(here.season),
        subjects=ASSESSED,
        personal_data=False,
    )


def _may_accept(classes: frozenset[str] | None, one: Finding) -> bool:
    """Whether a person who enters judgements of some classes may accept a finding, or take back."""
    if not one.may_be_accepted and one.accepted is None:
        return False
    return classes is None or (one.member is not None and one.member.pupil.class_name in classes)
