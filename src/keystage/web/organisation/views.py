"""The seasons of an organisation, and its schools with how far each has come."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.stages import SchoolStages, schools_of, stages_of
from keystage.statute.collection_loader import available_collections
from keystage.store.models import Organisation
from keystage.web.doors import Here, page
from keystage.web.home.tasks import days_left, due_by
from keystage.web.organisation.forms import HEADS, NOTHING, SchoolFilter
from keystage.web.organisation.rows import ORDERS, Row, ordered, row_of
from keystage.web.spreadsheet import line

A_PAGE = 100
#: More schools than these are not reckoned at once: a national body chooses an authority first.
AT_ONCE = 1500


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a person asked to see of the schools of an organisation.

    Attributes:
        form: the filter.
        every: how many schools there are.
        found: those that fit, in the order that was asked for.
        too_many: whether they are so many that none is shown.
        order: a name of `ORDERS`.
        turned: whether the order is the other way round.
    """

    form: SchoolFilter
    every: int
    found: list[SchoolStages]
    too_many: bool
    order: str
    turned: bool


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind=None)
def seasons(request: HttpRequest, here: Here) -> HttpResponse:
    """The seasons, newest first."""
    del here
    years = sorted(available_collections(), reverse=True)
    return render(request, "organisation/seasons.html", {"years": years})


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind=None)
def schools(request: HttpRequest, here: Here) -> HttpResponse:
    """The schools of an organisation with how far each has come, and what stops it."""
    wanted, counts = _asked(request, here), _counts(here)
    shown = Paginator(wanted.found, A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    for name in ("page", "order", "turned"):
        query.pop(name, None)
    context = {
        "form": wanted.form,
        "wanted": wanted,
        "shown": shown,
        "rows": [row_of(one, here, counts=counts) for one in shown],
        "done": sum(one.waits_for is None for one in wanted.found),
        "columns": [*HEADS.values()],
        "counts": counts,
        "query": query.urlencode(),
        "due": due_by(here.season),
        "left": days_left(here.season),
        "personal_data": False,
    }
    return render(request, "organisation/schools.html", context)


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind=None)
def download(request: HttpRequest, here: Here) -> HttpResponse:
    """The same schools as a file for a spreadsheet.

    Raises:
        RefusedError: there are too many, and no part of them was chosen.
    """
    wanted, counts = _asked(request, here), _counts(here)
    if wanted.too_many:
        raise RefusedError(
            "There are too many schools to write at once.", todo="Choose a local authority first."
        )
    rows = (row_of(one, here, counts=counts) for one in wanted.found)
    name = f"schools-{here.organisation.code}-{here.season}.csv"
    return HttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(rows: Iterator[Row]) -> Iterator[str]:
    yield line(["Number", "School", "Next", *HEADS.values(), "Last activity"])
    for row in rows:
        yield line([row.number, row.name, row.blocks or "All is done", *row.cells, row.last])


def _counts(here: Here) -> bool:
    """Whether the person may be told counts of pupils and judgements."""
    return here.may(Permission.SEE_SCHOOLS, Level.AGGREGATE)


def _asked(request: HttpRequest, here: Here) -> Asked:
    every = schools_of(here.organisation)
    form = SchoolFilter(request.GET, authorities=_authorities(every))
    form.is_valid()
    chosen = form.cleaned_data
    some = _some(every, chosen.get("name", ""), chosen.get("authority", ""))
    count, order = every.count(), request.GET.get("order", "")
    order, turned = (order if order in ORDERS else "name"), "turned" in request.GET
    too_many = count > AT_ONCE and some.count() > AT_ONCE
    found = [] if too_many else stages_of(some, here.season)
    waits = chosen.get("waits", "")
    if waits:
        found = [one for one in found if (one.waits_for or NOTHING) == waits]
    return Asked(
        form=form,
        every=count,
        found=ordered(found, order, turned=turned),
        too_many=too_many,
        order=order,
        turned=turned,
    )


def _authorities(schools: QuerySet[Organisation]) -> list[tuple[str, str]]:
    """Number and name of the authorities that schools stand in, by name."""
    found = schools.filter(authority__isnull=False).order_by("authority__name")
    return list(found.values_list("authority__code", "authority__name").distinct())


def _some(schools: QuerySet[Organisation], name: str, authority: str) -> QuerySet[Organisation]:
    if authority:
        schools = schools.filter(authority__code=authority)
    for word in name.split():
        schools = schools.filter(
            Q(name__icontains=word) | Q(code__startswith=word) | Q(number__startswith=word)
        )
    return schools
