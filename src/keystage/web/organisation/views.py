"""The seasons of an organisation, and its schools with how far each has come."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.messages.users import may_use
from keystage.statute.collection_loader import available_collections
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.organisation.choosing import Asked, asked
from keystage.web.organisation.forms import HEADS, NOT_SUBMITTED, OVERDUE
from keystage.web.organisation.rows import rights_of, row_of
from keystage.web.organisation.sheets import FORMS, file_of

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
        "numbers": _numbers(wanted, request.GET),
        "columns": [*HEADS.values()],
        "files": tuple(FORMS),
        "rights": rights,
        "reminds": may_use(here.by.who, here.organisation, here.season),
        "sends": here.may(Permission.SEE_SUBMISSIONS),
        "query": _query(request.GET),
        "due": _due(wanted),
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
    return attached(name, file_of(wanted.found, here, rights_of(here), form))


def _query(given: QueryDict, **changed: str) -> str:
    """What was chosen, without the page and the order, and with what is to be chosen instead."""
    query = given.copy()
    for name in ("page", "order", "turned"):
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return query.urlencode()


@dataclass(frozen=True)
class Due:
    """When the returns are due.

    Attributes:
        on: the one day for all schools that are shown; None where there is none, or several.
        left: days until then, negative once it is past.
        several: whether the schools have different days, so that each says its own.
    """

    on: date | None = None
    left: int = 0
    several: bool = False


def _due(wanted: Asked) -> Due:
    days = {timezone.localdate(one.due_at) for one in wanted.found if one.due_at}
    if len(days) != 1:
        return Due(several=bool(days))
    on = days.pop()
    return Due(on=on, left=(on - timezone.localdate()).days)


def _numbers(wanted: Asked, given: QueryDict) -> list[dict[str, object]]:
    """What the schools that are shown add up to; a number leads to the schools it counts."""
    found = wanted.found
    left = sum(not one.accepted for one in found)
    late = sum(one.overdue for one in found)
    numbers: list[dict[str, object]] = [
        {"number": sum(one.accepted for one in found), "text": "accepted", "kind": "good"},
        {
            "number": left,
            "text": "not yet submitted",
            "kind": "warning" if left else None,
            "href": f"?{_query(given, sent=NOT_SUBMITTED)}",
        },
    ]
    if late:
        href = f"?{_query(given, sent=OVERDUE)}"
        numbers.append({"number": late, "text": "overdue", "kind": "blocker", "href": href})
    return numbers
