"""Pages of long work. A job is shown to the person who asked for it, and to nobody else."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions import jobs
from keystage.actions.imports import applying
from keystage.actions.results import reporting
from keystage.store.models import Import, Job
from keystage.web.attached import attached
from keystage.web.doors import KEPT_BELOW, Here, page
from keystage.web.files_in.sorts import SORTS


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def status(request: HttpRequest, here: Here, job: UUID) -> HttpResponse:
    """How far the work is. Unless told not to, the page asks again while it is not done."""
    found = _job(here, job)
    again = found.state in {Job.State.QUEUED, Job.State.RUNNING} and "still" not in request.GET
    context = {"job": found, "again": again, "may": _may_still(here, found)}
    response = render(request, "jobs/status.html", context)
    if again:
        response["Refresh"] = "3"
    return response


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE, methods=("POST",))
def again(request: HttpRequest, here: Here, job: UUID) -> HttpResponse:
    """Run it once more."""
    found = _job(here, job)
    if not _may_still(here, found):
        raise Http404
    jobs.again(found, by=here.by)
    return redirect(here.href("jobs:status", job=job))


@page(Permission.SEE_REGISTRATIONS, level=Level.NONE)
def fetch(request: HttpRequest, here: Here, job: UUID) -> HttpResponse:
    """The file it made; that it was fetched is written down."""
    found = _job(here, job)
    if found.content is None or not _may_still(here, found):
        raise Http404
    jobs.fetched(found, by=here.by)
    return attached(found.content_name, bytes(found.content))


def _may_still(here: Here, job: Job) -> bool:
    """Whether the person may still do what was asked for, for all classes it was asked for.

    A role may have ended, or another been given, since the job was asked for.
    """
    needs = _needs(job)
    if needs is None:
        return False
    mine, asked = here.on(needs).classes_at(Level.NAMED, KEPT_BELOW), job.arguments.get("classes")
    return mine is None or (asked is not None and frozenset(asked) <= mine)


def _needs(job: Job) -> Permission | None:
    """What the work of a job asks for; None where nobody has said."""
    if job.kind == reporting.KIND:
        return Permission.REPORT_TO_PARENTS
    if job.kind != applying.JOB:
        return None
    file = Import.objects.filter(pk=job.arguments["file"]).only("kind").first()
    return SORTS[file.kind].permission if file else None


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
