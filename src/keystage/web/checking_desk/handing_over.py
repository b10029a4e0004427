"""Decisions for the data store: what stands in the way, files that were written, and a new one."""

from collections.abc import Collection, Sequence
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.actions.checking import handing_over
from keystage.store.models import CheckingHandover
from keystage.web.attached import attached
from keystage.web.doors import Here, page

#: So many reasons stand on the page; the number of all of them stands above.
SHOWN = 200


@page(Permission.DECIDE_REQUESTS, kind="national", methods=("GET", "POST"))
def decisions(request: HttpRequest, here: Here) -> HttpResponse:
    """The windows with what stands in the way of a file, and the files; a new one is asked for."""
    agency, year = here.organisation, here.season
    status, told = HTTPStatus.OK, ""
    if request.method == "POST":
        try:
            made = handing_over.hand_over(
                agency=agency, year=year, window=request.POST.get("window", ""), by=here.by
            )
        except handing_over.NotReadyError as error:
            status, told = HTTPStatus.UNPROCESSABLE_ENTITY, str(error)
        else:
            messages.success(request, f"File {made.number} has the decisions.")
            href = here.href("checking_desk:decisions")
            return HttpResponseRedirect(href, status=HTTPStatus.SEE_OTHER)
    known = handing_over.windows_of(year)
    stand = {key: handing_over.standing_of(agency, year, key) for key in known}
    files = handing_over.files_of(agency, year)
    hashes = {key: one.sha256 for key, one in stand.items()}
    says_now = {one.pk for one in files if hashes.get(one.window) == one.sha256}
    context = {
        "windows": [
            (key, one, stand[key].reasons, _newest_behind(files, key, says_now))
            for key, one in known.items()
        ],
        "most": SHOWN,
        "errors": [{"text": told}] if told else [],
        "files": [
            (one, here.href("checking_desk:decisions_file", handover=one.pk), one.pk in says_now)
            for one in files
        ],
        "back_href": here.href("checking_desk:standing", kind="national"),
        "personal_data": False,
    }
    return render(request, "checking_desk/decisions.html", context, status=status)


def _newest_behind(
    files: Sequence[CheckingHandover], window: str, says_now: Collection[UUID]
) -> CheckingHandover | None:
    """The newest file of a window of which none says what is decided now; None where one does."""
    mine = [one for one in files if one.window == window]
    return None if any(one.pk in says_now for one in mine) else next(iter(mine), None)


@page(Permission.DECIDE_REQUESTS, kind="national")
def decisions_file(request: HttpRequest, here: Here, handover: UUID) -> HttpResponse:
    """A file of decisions, as it was written; that it was taken away is written down.

    Raises:
        Http404: the agency has none such.
    """
    del request
    rows = CheckingHandover.objects.filter(organisation=here.organisation, year=here.season)
    found = rows.filter(pk=handover).first()
    if found is None:
        raise Http404
    content = handing_over.fetch(handover=found, by=here.by)
    name = f"checking-decisions-{found.year}-{found.window}-{found.number}.csv"
    return attached(name, content)
