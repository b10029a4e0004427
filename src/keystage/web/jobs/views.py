"""Pages of long work. A job is shown to the person who asked for it, and to nobody else."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions import jobs
from keystage.store.models import Job
from keystage.web.doors import Here, page

_TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def status(request: HttpRequest, here: Here, job: UUID) -> HttpResponse:
    """How far the work is. The page asks again by itself while it is not done."""
    found = _job(here, job)
    response = render(request, "jobs/status.html", {"job": found})
    if found.state in {Job.State.QUEUED, Job.State.RUNNING}:
        response["Refresh"] = "3"
    return response


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE, methods=("POST",))
def again(request: HttpRequest, here: Here, job: UUID) -> HttpResponse:
    """Run it once more."""
    jobs.again(_job(here, job), by=here.by)
    return redirect(
        reverse(
            "jobs:status",
            kwargs={"code": here.organisation.code, "year": here.season, "job": job},
        )
    )


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def fetch(request: HttpRequest, here: Here, job: UUID) -> HttpResponse:
    """The file it made; that it was fetched is written down."""
    found = _job(here, job)
    if found.content is None:
        raise Http404
    jobs.fetched(found, by=here.by)
    kind = _TYPES.get(found.content_name.rpartition(".")[2], "application/octet-stream")
    response = HttpResponse(bytes(found.content), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{found.content_name}"'
    return response


def _job(here: Here, key: UUID) -> Job:
    """A job of this organisation and season that this person asked for.

    Raises:
        Http404: there is none.
    """
    found = Job.objects.filter(
        pk=key, organisation=here.organisation, year=here.season, asked_by=here.by.who
    ).first()
    if found is None:
        raise Http404
    return found
