"""The queue of requests as a page and as a file, the same for all who may see single requests."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.web.attached import attached
from keystage.web.checking_desk import listed, scope
from keystage.web.checking_desk.forms import QueueForm
from keystage.web.checking_desk.rules_read import rules_of
from keystage.web.doors import Here, page

_A_PAGE = 50
_page = page(Permission.SEE_CHECKING_REQUESTS, level=Level.MASKED, kind=None)


@_page
def requests(request: HttpRequest, here: Here) -> HttpResponse:
    """The requests that were sent, those that wait first; the list names no pupil."""
    rules, kind, desk = rules_of(here.season), here.organisation.kind, scope.is_desk(here)
    form = QueueForm(request.GET, rules=rules, holds=desk)
    found = listed.chosen(here, form)
    shown = Paginator(found, _A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    rows = listed.rows_of(shown, rules, desk=desk)
    context = {
        "form": form,
        "shown": shown,
        "rows": [
            (row, here.href("checking_desk:request", kind=kind, asked_for=row.request.pk))
            for row in rows
        ],
        "holds": desk,
        "query": query.urlencode(),
        "chosen": any(query.values()),
        "file_href": f"{here.href('checking_desk:requests_file', kind=kind)}?{query.urlencode()}",
        "back_href": here.href("checking_desk:standing", kind=kind),
        "personal_data": False,
    }
    return render(request, "checking_desk/requests.html", context)


@_page
def requests_file(request: HttpRequest, here: Here) -> HttpResponse:
    """The same requests for a spreadsheet; that it was taken away is written down."""
    rules, desk = rules_of(here.season), scope.is_desk(here)
    form = QueueForm(request.GET, rules=rules, holds=desk)
    rows = listed.rows_of(listed.chosen(here, form), rules, desk=desk)
    name = f"checking-requests-{here.organisation.code}-{here.season}.csv"
    taken_away(name, by=here.by, organisation=here.organisation, year=here.season)
    return attached(name, listed.lines_of(here, scope.release_of(here), rows))
