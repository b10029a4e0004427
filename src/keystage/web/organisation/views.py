"""The seasons of an organisation, and its schools with how far each has come."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.auditing import taken_away
from keystage.actions.errors import RefusedError
from keystage.actions.messages.users import may_use
from keystage.actions.settings import SENT_BY_AUTHORITY, who_say
from keystage.statute.collection_loader import available_collections
from keystage.store.models import Organisation
from keystage.web.attached import attached
from keystage.web.batches.through import asks
from keystage.web.doors import Here, page
from keystage.web.organisation.choosing import asked
from keystage.web.organisation.forms import HEADS, NOT_SUBMITTED
from keystage.web.organisation.rows import rights_of, row_of
from keystage.web.organisation.sheets import FORMS, file_of
from keystage.web.organisation.totals import drawing_of, due_of, numbers_of

A_PAGE = 100


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind=None)
def seasons(request: HttpRequest, here: Here) -> HttpResponse:
    """The seasons, newest first."""
    del here
    years = sorted(available_collections(), reverse=True)
    return render(request, "organisation/seasons.html", {"years": years})


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind=None)
def schools(request: HttpRequest, here: Here) -> HttpResponse:
    """The schools of an organisation with how far each has come, and what stops it."""
    wanted, rights = asked(request.GET, here), rights_of(here)
    shown = Paginator(wanted.found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": wanted.form,
        "wanted": wanted,
        "shown": shown,
        "rows": [row_of(one, here, rights) for one in shown],
        "numbers": numbers_of(wanted.found, _shows(request.GET)),
        "left": sum(not one.accepted for one in wanted.found),
        "remind_left": _query(request.GET, sent=NOT_SUBMITTED),
        "drawing": drawing_of(wanted.found),
        "columns": [*HEADS.values()],
        "files": tuple(FORMS),
        "rights": rights,
        "reminds": may_use(here.by.who, here.organisation, here.season),
        "asks_through": asks(here.organisation),
        "through": _through([one.school for one in shown]),
        "sends": here.may(Permission.SEE_SUBMISSIONS),
        "query": _query(request.GET),
        "due": due_of(wanted.found),
        "personal_data": False,
    }
    return render(request, "organisation/schools.html", context)


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind=None)
def download(request: HttpRequest, here: Here, form: str) -> HttpResponse:
    """The same schools as a file for a spreadsheet.

    Raises:
        Http404: there is no such form of file.
        RefusedError: there are too many, and no part of them was chosen.
    """
    if form not in FORMS:
        raise Http404
    wanted = asked(request.GET, here)
    if wanted.too_many:
        raise RefusedError(
            "There are too many schools to write at once.", todo="Choose a local authority first."
        )
    name = f"schools-{here.organisation.code}-{here.season}.{form}"
    taken_away(name, by=here.by, organisation=here.organisation, year=here.season)
    return attached(name, file_of(wanted.found, here, rights_of(here), form))


def _query(given: QueryDict, **changed: str) -> str:
    """What was chosen, without the page and the order, and with what is to be chosen instead."""
    query = given.copy()
    for name in ("page", "order", "turned"):
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return query.urlencode()


def _shows(given: QueryDict) -> Callable[[str], str]:
    """The address that shows, of the schools that were chosen, those of a state of the return."""
    return lambda sent: f"?{_query(given, sent=sent)}"


def _through(schools: list[Organisation]) -> frozenset[str]:
    """The URNs of the schools that say their authority sends their return."""
    say = who_say(SENT_BY_AUTHORITY, "yes", schools)
    return frozenset(one.code for one in schools if one.pk in say)
