"""Pages on which the agency prepares, approves and takes back releases."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.releases import preparing, preparing_later, releasing
from keystage.actions.releases.preparing import MOST_TOLD, Given, ReleaseRefusedError
from keystage.actions.releases.versions import number_of, versions_of
from keystage.actions.releases.writing import is_whole
from keystage.actions.season.dates import season_of
from keystage.core.errors import KeystageError
from keystage.statute.season import Event
from keystage.store.models import Job, ResultsRelease
from keystage.web.attached import attached
from keystage.web.desk_results.forms import (
    AskBackForm,
    MinuteForm,
    ReasonForm,
    ReleaseForm,
    WithdrawForm,
)
from keystage.web.doors import Here, page
from keystage.web.spreadsheet import line

SEE_OTHER = 303


def _to(here: Here, release: UUID) -> HttpResponseRedirect:
    href = here.href("released:release", release=release)
    return HttpResponseRedirect(href, status=SEE_OTHER)


@page(Permission.RELEASE_RESULTS, kind="national")
def releases(request: HttpRequest, here: Here) -> HttpResponse:
    """The releases of the season, and how far each has come."""
    found = ResultsRelease.objects.filter(
        organisation=here.organisation, year=here.season
    ).select_related("prepared_by", "approved_by", "withdrawn_by")
    numbers = {one.release.pk: one.number for one in versions_of(here.season)}
    context = {
        "releases": [(one, state_of(one), numbers.get(one.pk)) for one in found],
        "may_prepare": here.may(Permission.RELEASE_RESULTS, Level.NAMED),
    }
    return render(request, "desk_results/releases.html", context)


def state_of(release: ResultsRelease) -> str:
    """How far a release has come, in words."""
    now = timezone.now()
    if release.return_asked_at is not None:
        return "To be put back"
    if release.withdrawn_at is not None:
        return "Taken back" if is_whole(release) else "Refused, or taken back"
    if not is_whole(release):
        return "Being prepared"
    if release.approved_at is None:
        return "To be approved"
    if release.schools_at > now:
        return "Waits for its minute"
    return "Out to schools" if release.receiving_at > now else "Out to everybody"


@page(Permission.RELEASE_RESULTS, kind="national", methods=("GET", "POST"))
def prepare(request: HttpRequest, here: Here) -> HttpResponse:
    """Upload results; a file with a fault is refused whole, with every fault."""
    form = ReleaseForm(request.POST, request.FILES) if request.method == "POST" else ReleaseForm()
    faults: list[tuple[str, int | None, str, str, str]] = []
    count = 0
    if form.is_bound and form.is_valid():
        given = _given(form)
        large = preparing_later.is_large(given)
        act = preparing_later.prepare_later if large else preparing.prepare
        try:
            made = act(organisation=here.organisation, year=here.season, given=given, by=here.by)
        except ReleaseRefusedError as error:
            told = error.checked.faults
            count, shown = told.height, told.head(MOST_TOLD)
            faults = list(
                zip(
                    *(shown[name] for name in ("file", "line", "school", "upn", "what")),
                    strict=True,
                )
            )
            form.add_error("file", str(error))
        except KeystageError as error:
            form.add_error("file", str(error))
        else:
            if not large:
                messages.success(request, "The release is prepared. Another person approves it.")
            return _to(here, made.pk)
    dates = season_of(here.organisation, here.season)
    context = {
        "form": form,
        "faults": faults,
        "count": count,
        "schools_at": dates.moment(Event.RESULTS_TO_SCHOOLS),
        "receiving_at": dates.moment(Event.RESULTS_TO_RECEIVING),
        "back_href": here.href("released:releases"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk_results/prepare.html", context, status=status)


def _given(form: ReleaseForm) -> Given:
    values, table = form.cleaned_data, form.cleaned_data["table"]
    return Given(
        kind=ResultsRelease.Kind(values["kind"]),
        name=values["file"].name,
        data=values["file"].read(),
        table_name=table.name if table else "",
        table=table.read() if table else b"",
        note=values["note"],
        schools_at=form.moment("day"),
        receiving_at=form.moment("receiving_day"),
    )


@page(Permission.RELEASE_RESULTS, kind="national")
def release(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """One release: what it holds, what was listed beside it, and who has still to approve it.

    While a worker prepares it, the page asks again how far that is, unless it is told not to.
    """
    found = _release(here, release)
    job = preparing_later.job_of(found)
    busy = job is not None and job.state in {Job.State.QUEUED, Job.State.RUNNING}
    again = busy and "still" not in request.GET
    context = {
        "release": found,
        "whole": is_whole(found),
        "job": job,
        "busy": busy,
        "again": again,
        "stopped": job is not None and job.state in {Job.State.FAILED, Job.State.STALE},
        "mine": job is not None and job.asked_by_id == here.by.who.pk,
        "state": state_of(found),
        "number": number_of(found),
        "asked_by_me": found.return_asked_by_id == here.by.who.pk,
        "planned": season_of(here.organisation, here.season).moment(Event.RESULTS_TO_SCHOOLS),
        "past": found.schools_at <= timezone.now(),
        "own": here.by.who.pk in releasing.makers_of(found),
        "may_approve": here.may(Permission.APPROVE_RELEASE, Level.NAMED),
        "back_href": here.href("released:releases"),
    }
    response = render(request, "desk_results/release.html", context)
    if again:
        response["Refresh"] = "3"
    return response


@page(Permission.RELEASE_RESULTS, kind="national", methods=("POST",))
def go_on(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Go on with a release whose preparing stopped."""
    del request
    preparing_later.go_on(release=_release(here, release), by=here.by)
    return _to(here, release)


@page(Permission.RELEASE_RESULTS, kind="national")
def faults(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Everything that was wrong with a file, for a spreadsheet.

    Raises:
        Http404: nothing is kept of it.
    """
    del request
    found = preparing_later.faults_of(_release(here, release), by=here.by)
    if found is None:
        raise Http404
    rows = (tuple("" if cell is None else str(cell) for cell in row) for row in found.rows())
    head = line(("File", "Line", "School", "UPN", "Test", "What is wrong"))
    return attached("faults.csv", [head, *(line(row) for row in rows)])


@page(Permission.RELEASE_RESULTS, kind="national", methods=("GET", "POST"))
def move(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Set another minute for a release that is not out."""
    found = _release(here, release)
    form = MinuteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            schools_at, receiving_at = preparing.moments(
                here.organisation, here.season, form.moment("day"), form.moment("receiving_day")
            )
            releasing.move(
                release=found, schools_at=schools_at, receiving_at=receiving_at, by=here.by
            )
        except KeystageError as error:
            form.add_error("day", str(error))
        else:
            messages.success(request, "The minute is set. Another person approves the release.")
            return _to(here, release)
    context = {
        "form": form,
        "release": found,
        "schools_at": season_of(here.organisation, here.season).moment(Event.RESULTS_TO_SCHOOLS),
        "back_href": here.href("released:release", release=release),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk_results/minute.html", context, status=status)


@page(Permission.APPROVE_RELEASE, kind="national", methods=("POST",), reauthenticates=True)
def approve(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Approve a release that somebody else prepared."""
    releasing.approve(release=_release(here, release), by=here.by)
    messages.success(request, "The release is approved. It comes out at its minute.")
    return _to(here, release)


@page(Permission.RELEASE_RESULTS, kind="national", methods=("GET", "POST"))
def withdraw(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Take a release back, at once and alone: with a reason that everybody reads."""
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def act(reason: str) -> None:
        releasing.withdraw(release=found, reason=reason, by=here.by)
        messages.success(request, "The release is taken back. Nobody sees it any longer.")

    found = _release(here, release)
    return _with_reason(request, here, found, form, act)


@page(Permission.RELEASE_RESULTS, kind="national", methods=("GET", "POST"))
def ask_back(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Ask to put a release back; another person does it."""
    form = AskBackForm(request.POST if request.method == "POST" else None)

    def act(reason: str) -> None:
        releasing.ask_back(release=found, reason=reason, by=here.by)
        messages.success(request, "Another person puts the release back.")

    found = _release(here, release)
    return _with_reason(request, here, found, form, act)


@page(Permission.APPROVE_RELEASE, kind="national", methods=("POST",), reauthenticates=True)
def put_back(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Put a release back that somebody else asked for."""
    releasing.put_back(release=_release(here, release), by=here.by)
    messages.success(request, "The release is put back.")
    return _to(here, release)


def _with_reason(
    request: HttpRequest,
    here: Here,
    release: ResultsRelease,
    form: ReasonForm,
    act: Callable[[str], None],
) -> HttpResponse:
    """A form with a reason for what is done to a release."""
    if form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except KeystageError as error:
            form.add_error("reason", str(error))
        else:
            return _to(here, release.pk)
    context = {
        "form": form,
        "release": release,
        "words": form.words,
        "what_happens": form.what_happens,
        "kind": form.button,
        "back_href": here.href("released:release", release=release.pk),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk_results/reason.html", context, status=status)


def _release(here: Here, key: UUID) -> ResultsRelease:
    return get_object_or_404(
        ResultsRelease.objects.select_related(
            "prepared_by", "approved_by", "withdrawn_by", "return_asked_by"
        ),
        pk=key,
        organisation=here.organisation,
        year=here.season,
    )
