"""The start page, the choice of organisation and season, and a season's tasks."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.statute.collection_loader import available_collections
from keystage.store.models import Sheet
from keystage.web.doors import Here, open_page, page, person_of, signed_in_page
from keystage.web.home.places import workplaces_of
from keystage.web.home.tasks import days_left, due_by, sections_of


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
    context = {
        "sections": sections_of(here),
        "due": due_by(here.season),
        "left": days_left(here.season),
    }
    return render(request, "home/tasks.html", context)
