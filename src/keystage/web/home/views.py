"""The start page, the choice of organisation and season, and a season's tasks."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.season.dates import season_of
from keystage.statute.collection_loader import available_collections
from keystage.statute.season import Event
from keystage.store.models import Sheet
from keystage.web.doors import Here, open_page, page, person_of, signed_in_page
from keystage.web.home.places import workplaces_of
from keystage.web.home.task import days_until
from keystage.web.home.tasks import sections_of
from keystage.web.season.rows import notices_of


@open_page()
def start(request: HttpRequest) -> HttpResponse:
    """What the service is, and the way in."""
    if request.user.is_authenticated:
        return redirect("choose")
    return render(request, "home/start.html")


@open_page()
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@open_page()
def readyz(request: HttpRequest) -> HttpResponse:
    """The process can do its work: the database answers and its tables are there."""
    del request
    with connection.cursor() as cursor:
        cursor.execute("SELECT count FROM store_audithead")
        cursor.fetchone()
    return HttpResponse("ready\n", content_type="text/plain")


@signed_in_page()
def choose(request: HttpRequest) -> HttpResponse:
    """The organisations a person works for."""
    found = workplaces_of(person_of(request), timezone.localdate())
    return render(request, "home/choose.html", {"workplaces": found})


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def seasons(request: HttpRequest, here: Here) -> HttpResponse:
    """The seasons of a school: those with a sheet, and those whose pack can be loaded."""
    sheets = {sheet.year: sheet for sheet in Sheet.objects.filter(school=here.organisation)}
    years = sorted(available_collections(), reverse=True)
    return render(
        request, "home/seasons.html", {"seasons": [(year, sheets.get(year)) for year in years]}
    )


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def tasks(request: HttpRequest, here: Here) -> HttpResponse:
    """What to do now, by when, and what blocks."""
    dates = season_of(here.organisation, here.season)
    closes = dates.moment(Event.TA_CLOSES)
    context = {
        "sections": sections_of(here, dates),
        "due": closes and timezone.localdate(closes),
        "left": closes and days_until(closes),
        "notices": notices_of(dates, timezone.localdate()),
        "may_see_season": here.may(Permission.SEE_SEASON),
    }
    return render(request, "home/tasks.html", context)
