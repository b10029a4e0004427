"""Pages of the desk: the releases of a maker, asking for one, what one holds, what to look at."""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.actions.figures import asking, makers
from keystage.actions.figures.computing import unit_of
from keystage.actions.figures.faults import Fault
from keystage.actions.figures.looking_through import faults_of, is_quick
from keystage.actions.figures.moved import moved
from keystage.actions.figures.releases import made_by
from keystage.actions.figures.seeing import may_open
from keystage.actions.figures.verifying_later import last_of
from keystage.core.errors import KeystageError
from keystage.store.models import FiguresRelease, Job, Organisation
from keystage.web.doors import Here
from keystage.web.figures.files import LEVELS
from keystage.web.figures_desk import rows
from keystage.web.figures_desk.doors import desk_page, href, release_of, to_release
from keystage.web.figures_desk.files import FILES
from keystage.web.figures_desk.forms import AskForm

_BUSY = frozenset({Job.State.QUEUED, Job.State.RUNNING})
_STOPPED = frozenset({Job.State.FAILED, Job.State.STALE})
_State = FiguresRelease.State


@desk_page(Permission.SEE_STATISTICS)
def releases(request: HttpRequest, here: Here) -> HttpResponse:
    """The releases a body makes in the season, and how far each has come."""
    found = rows.listed(made_by(here.organisation, here.season, here.by.who))
    context = {
        "rows": [(href(here, "release", release=one.release.pk), one) for one in found],
        "ask_href": href(here, "ask") if _may_enter(here) else "",
        "purge_href": here.href("figures_purge:to_delete", kind=here.organisation.kind)
        if here.may(Permission.PROPOSE_PURGE)
        else "",
    }
    return render(request, "figures_desk/releases.html", context)


@desk_page(Permission.ENTER_STATISTICS, methods=("GET", "POST"))
def ask(request: HttpRequest, here: Here) -> HttpResponse:
    """Ask for a release. A file with a fault is refused, with every fault by line and column."""
    others = made_by(here.organisation, here.season, here.by.who)
    form = AskForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        agency=here.organisation.kind == Organisation.Kind.NATIONAL,
        others=[one for one in others if one.state in asking.MADE],
    )
    faults: tuple[Fault, ...] = ()
    if form.is_bound and form.is_valid():
        given = form.given(here.season)
        try:
            faults = faults_of(given) if is_quick(given) else ()
            if not faults:
                made = asking.ask(
                    organisation=here.organisation,
                    given=given,
                    key=form.cleaned_data["key"],
                    by=here.by,
                )
                messages.success(request, "The release was asked for. A worker computes it.")
                return to_release(here, made)
            form.add_error(None, "A file has faults. Nothing was kept.")
        except KeystageError as error:
            form.add_error(None, rows.in_words(str(error)))
    context = {
        "form": form,
        "faults": faults,
        "largest": settings.RELEASE_MB,
        "back_href": href(here, "releases"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "figures_desk/ask.html", context, status=status)


@desk_page(Permission.SEE_STATISTICS)
def release(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """One release: how far its computing is; once computed what it holds, and who does what next.

    While a worker is busy with it, the page asks again how far that is, unless it is told not to.
    """
    found = release_of(here, release)
    check = last_of(found)
    busy = _is_busy(found.job, when=found.state == _State.ASKED) or _is_busy(check)
    again = busy and "still" not in request.GET
    state = rows.state_of(found)
    content, headline = rows.headline_of(found, here.by.who)
    who = here.by.who
    context = {
        "release": found,
        "state": state,
        "colour": rows.colour_of(state),
        "busy": busy,
        "again": again,
        "stopped": found.job is not None and found.job.state in _STOPPED,
        "steps": rows.steps_of(found.job),
        "why": rows.why_failed(found),
        "faults": bool(found.job and found.job.content_name),
        "counts": rows.counts_of(found),
        "inputs": rows.inputs_of(found),
        "content": content,
        "headline": headline,
        "figures_href": _figures(here, found) if may_open(found, here.by.who) else "",
        "check": check,
        "checking": _is_busy(check),
        "told": rows.told_of(found)[0] if rows.was_out(found) else [],
        "level": LEVELS[content.level] if content else "",
        "own": who.pk in {found.asked_by_id, found.minute_by_id},
        "may_enter": _may_enter(here),
        "may_approve": makers.may_approve(who, here.organisation, here.season),
        "passed": rows.minute_has_passed(found),
        "files": FILES,
        "to": lambda route, **parts: href(here, route, release=found.pk, **parts),
        "about_href": here.href(
            "figures_release:about", kind=here.organisation.kind, release=found.pk
        ),
        "back_href": href(here, "releases"),
    }
    response = render(request, "figures_desk/release.html", context)
    if again:
        response["Refresh"] = "3"
    return response


@desk_page(Permission.SEE_STATISTICS)
def changes(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """What is printed otherwise than in the release before: the headline, and counts of figures."""
    found = release_of(here, release)
    before = found.before
    content, headline = rows.headline_of(found, here.by.who, before)
    context = {
        "release": found,
        "before": before,
        "headline": headline,
        "level": LEVELS[content.level] if content else "",
        "moved": (moved(found, before, person=here.by.who) or ()) if before else (),
        "before_href": href(here, "release", release=before.pk) if before else "",
        "back_href": href(here, "release", release=release),
    }
    return render(request, "figures_desk/changes.html", context)


def _figures(here: Here, release: FiguresRelease) -> str:
    """The pages of the figures of the maker's own unit."""
    kind, code = unit_of(here.organisation)
    return here.href(
        "figures_units:release",
        kind=here.organisation.kind,
        release=release.pk,
        unit=kind,
        of=code,
        part="headline",
    )


def _may_enter(here: Here) -> bool:
    return makers.may_enter(here.by.who, here.organisation, here.season)


def _is_busy(job: Job | None, *, when: bool = True) -> bool:
    return when and job is not None and job.state in _BUSY
