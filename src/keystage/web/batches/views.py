"""Sending a batch, watching it being checked, and submitting what is ready.

What somebody may send and submit is decided school by school, for each school agrees for itself:
the pages ask only whether one may see what became of returns.
"""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions import jobs
from keystage.actions.auditing import taken_away
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.batches.members import Sender
from keystage.actions.gateway.batches.sending import TAKE, job_of, send
from keystage.actions.gateway.batches.submitting import SUBMIT, ready_of, submit_ready
from keystage.store.models import Batch, Job
from keystage.web.attached import attached
from keystage.web.batches.forms import BatchForm
from keystage.web.batches.rows import lines_of, rows_of
from keystage.web.batches.through import asks, through_of
from keystage.web.doors import Here, page
from keystage.web.spreadsheet import line

_SEE_OTHER = 303
_A_PAGE = 50
_BUSY = frozenset({Job.State.QUEUED, Job.State.RUNNING})


def _prepares(here: Here) -> bool:
    """Whether the person prepares returns for schools of this body."""
    place = Batch(organisation=here.organisation, year=here.season)
    return Sender.of(place, here.by.who).is_anybody


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE, kind=None, methods=("GET", "POST"))
def batches(request: HttpRequest, here: Here) -> HttpResponse:
    """The batches of a season, and the form that sends another."""
    posted = request.method == "POST"
    form = BatchForm(request.POST, request.FILES) if posted else BatchForm(initial={"key": uuid4()})
    if posted and form.is_valid():
        given = form.cleaned_data["file"]
        try:
            sent = send(
                here.organisation,
                here.season,
                name=given.name,
                content=given.read(),
                key=form.cleaned_data["key"],
                by=here.by,
            )
        except RefusedError as error:
            form.add_error("file", str(error))
        else:
            return _to(here, sent.pk)
    rows = Batch.objects.filter(organisation=here.organisation, year=here.season)
    known = rows.select_related("sent_by").defer("content")
    context = {
        "form": form,
        "prepares": _prepares(here),
        "asks": asks(here.organisation),
        "may_ask": here.organisation.kind == "authority" and here.may(Permission.MANAGE_PEOPLE),
        "through": through_of(here.organisation, here.season),
        "shown": Paginator(known, _A_PAGE).get_page(request.GET.get("page")),
        "personal_data": False,
    }
    status = 422 if posted else 200
    return render(request, "batches/list.html", context, status=status)


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE, kind=None)
def batch(request: HttpRequest, here: Here, sent: UUID) -> HttpResponse:
    """What became of each file. While files are being checked, the page looks again."""
    found, prepares = _batch(here, sent), _prepares(here)
    taking, submitting = job_of(found, TAKE), job_of(found, SUBMIT)
    job = submitting or taking
    busy = job is not None and job.state in _BUSY
    again = busy and "still" not in request.GET
    rows = rows_of(found, names=prepares)
    context = {
        "batch": found,
        "rows": rows,
        "job": job,
        "busy": busy,
        "again": again,
        "ready": len(ready_of(found)),
        "look_again": sum(row.state == "Ready, look again" for row in rows),
        "names": prepares,
        "own": found.sent_by == here.by.who,
        "mine": job is not None and job.asked_by_id == here.by.who.pk,
        "back_href": here.href("batches:list", kind=here.organisation.kind),
        "personal_data": False,
    }
    response = render(request, "batches/batch.html", context)
    if again:
        response["Refresh"] = "3"
    return response


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE, kind=None)
def download(request: HttpRequest, here: Here, sent: UUID) -> HttpResponse:
    """The files of a batch and what became of each, for a spreadsheet."""
    del request
    found = _batch(here, sent)
    rows = rows_of(found, names=_prepares(here))
    name = f"batch-{found.sent_at:%Y%m%d}.csv"
    taken_away(name, by=here.by, organisation=here.organisation, year=here.season)
    return attached(name, (line(cells) for cells in lines_of(rows)))


@page(
    Permission.SEE_SUBMISSIONS,
    level=Level.NONE,
    kind=None,
    methods=("POST",),
    reauthenticates=True,
)
def submit(request: HttpRequest, here: Here, sent: UUID) -> HttpResponse:
    """Submit every file that is ready."""
    submit_ready(_batch(here, sent), by=here.by)
    messages.success(request, "The files that are ready are being submitted.")
    return _to(here, sent)


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE, kind=None, methods=("POST",))
def again(request: HttpRequest, here: Here, sent: UUID) -> HttpResponse:
    """Go on with work that stopped; whoever asked for it does."""
    del request
    found = _batch(here, sent)
    job = job_of(found, SUBMIT) or job_of(found, TAKE)
    if job is None or job.asked_by_id != here.by.who.pk:
        raise RefusedError(
            "The work on this batch is not yours.", todo="Whoever asked for it can go on with it."
        )
    jobs.again(job, by=here.by)
    return _to(here, sent)


def _batch(here: Here, key: UUID) -> Batch:
    """A batch of this body and season.

    Raises:
        Http404: there is none.
    """
    rows = Batch.objects.filter(organisation=here.organisation, year=here.season, pk=key)
    found = rows.select_related("organisation", "sent_by").defer("content").first()
    if found is None:
        raise Http404
    return found


def _to(here: Here, key: UUID) -> HttpResponseRedirect:
    href = here.href("batches:batch", kind=here.organisation.kind, sent=key)
    return HttpResponseRedirect(href, status=_SEE_OTHER)
