"""The status of the service, for everybody: it tells of nobody and of no school."""

from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from keystage.actions.service import works
from keystage.actions.service.health import parts_now
from keystage.web.doors import open_page
from keystage.web.wording import as_moment

#: Without the database no page with a navigation can be made.
_NO_DATABASE = (
    "Keystage does not work at this moment ({at}): its database does not answer. Nothing that was "
    "submitted is lost: a receipt that you hold stays true. A return that is ready can wait on "
    "your computer: keystage submit RETURN.xml --queue FOLDER keeps it with a proof of readiness "
    "and its time. Look again in a few minutes.\n"
)


@open_page()
def status(request: HttpRequest) -> HttpResponse:
    """What works, what does not and since when, and what is planned."""
    now = timezone.now()
    try:
        parts = parts_now(now)
        planned, past = works.planned(now), works.past(now)
    except DatabaseError:
        words = _NO_DATABASE.format(at=as_moment(now))
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    context = {
        "parts": parts,
        "works": all(one.works for one in parts),
        "planned": planned,
        "past": past,
        "seen_at": now,
    }
    return render(request, "service/status.html", context)
