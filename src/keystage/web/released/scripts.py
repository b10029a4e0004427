"""The list of scripts: which of them somebody of the school has looked at."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.releases.released import released_to
from keystage.actions.releases.reviewing import deadline_of
from keystage.actions.releases.scripts import note_seen, papers_of, seen_of
from keystage.core.errors import UsageError
from keystage.web.doors import Here, page
from keystage.web.released.seen import script_rows
from keystage.web.released.views import back_to

_FIELD = "seen"


@page(Permission.SEE_REVIEWS, methods=("GET", "POST"))
def scripts(request: HttpRequest, here: Here) -> HttpResponse:
    """The pupils and papers, and which scripts were looked at."""
    released = released_to(here.organisation, here.season)
    may_tick = here.may(Permission.PROPOSE_REVIEW, Level.NAMED)
    try:
        papers = dict(papers_of(here.season))
    except UsageError:
        papers = {}
    if request.method == "POST":
        if not may_tick:
            raise RefusedError(
                "Your role shows the list and changes nothing in it.",
                todo="Ask somebody who may propose reviews of marking.",
            )
        changed = note_seen(
            school=here.organisation,
            year=here.season,
            shown=_pairs(request.POST.getlist("shown")),
            ticked=_pairs(request.POST.getlist(_FIELD)),
            by=here.by,
        )
        if changed:
            messages.success(request, "The list of scripts is saved.")
        return back_to(here, "released:scripts")
    context = {
        "released": released,
        "papers": papers,
        "rows": script_rows(released, papers, seen_of(here.organisation, here.season)),
        "deadline": deadline_of(here.organisation, here.season),
        "may_tick": may_tick,
        "back_href": here.href("released:reviews"),
    }
    return render(request, "released/scripts.html", context)


def _pairs(values: list[str]) -> set[tuple[str, str]]:
    """UPN and paper of each value of the form."""
    return {(upn, paper) for upn, _, paper in (value.partition(" ") for value in values)}
