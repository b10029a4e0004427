"""What is done to a release at the desk: run again, approved, moved, withdrawn, verified."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.actions import jobs
from keystage.actions.errors import RefusedError
from keystage.actions.figures import makers, publishing
from keystage.actions.figures.publishing import is_out
from keystage.actions.figures.verifying_later import verify_later
from keystage.core.errors import KeystageError
from keystage.store.models import FiguresRelease
from keystage.web.doors import Here
from keystage.web.figures_desk.doors import desk_page, href, release_of, to_release
from keystage.web.figures_desk.forms import ApproveForm, MinuteForm, WithdrawForm
from keystage.web.figures_desk.rows import minute_has_passed, told_of
from keystage.web.wording import as_moment

_State = FiguresRelease.State
_GONE = frozenset({_State.WITHDRAWN, _State.PURGED})
_GET_POST = ("GET", "POST")


@desk_page(Permission.ENTER_STATISTICS, methods=("POST",))
def again(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Run the computing once more that failed or stopped.

    Raises:
        RefusedError: the release is computed, or was given up.
    """
    del request
    found = release_of(here, release)
    makers.must_enter(here.by.who, here.organisation, here.season)
    if found.job is None or found.state not in {_State.ASKED, _State.FAILED}:
        raise RefusedError("There is nothing to run again.", todo="Look at the release.")
    jobs.again(found.job, by=here.by)
    return to_release(here, found)


@desk_page(Permission.APPROVE_STATISTICS, methods=_GET_POST, reauthenticates=True)
def approve(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Approve a release that somebody else asked for, and say when it is shown.

    Where there is nothing to approve the release itself says what there is to do.
    """
    found = release_of(here, release)
    if request.method != "POST" and found.state != _State.COMPUTED:
        return to_release(here, found)
    set_to = None if minute_has_passed(found) else found.shown_at
    minute = as_moment(set_to) if set_to else ""
    form = ApproveForm(request.POST if request.method == "POST" else None, minute=minute)
    if form.is_valid():
        try:
            publishing.approve(release=found, by=here.by, shown_at=form.shown_at())
        except KeystageError as error:
            form.add_error("when", str(error))
        else:
            messages.success(request, "The release is approved.")
            return to_release(here, found)
    own = here.by.who.pk in {found.asked_by_id, found.minute_by_id}
    return _form(request, here, found, "approve", {"form": form, "own": own})


@desk_page(Permission.ENTER_STATISTICS, methods=_GET_POST)
def move(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Set another minute for a release that is not out; where it is, the release itself says so."""
    found = release_of(here, release)
    if request.method != "POST" and not publishing.has_minute(found):
        return to_release(here, found)
    form = MinuteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            publishing.move(release=found, shown_at=form.moment(), by=here.by)
        except KeystageError as error:
            form.add_error("day", str(error))
        else:
            messages.success(request, "The minute is set. Another person approves the release.")
            return to_release(here, found)
    return _form(request, here, found, "minute", {"form": form})


@desk_page(Permission.ENTER_STATISTICS, methods=_GET_POST)
def withdraw(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Withdraw a release at once and alone, with a reason that everybody who saw it reads."""
    found = release_of(here, release)
    if request.method != "POST" and found.state in _GONE:
        return to_release(here, found)
    approved = found.state == _State.APPROVED
    form = WithdrawForm(request.POST if request.method == "POST" else None, approved=approved)
    if form.is_valid():
        try:
            publishing.withdraw(release=found, reason=form.cleaned_data["reason"], by=here.by)
        except KeystageError as error:
            form.add_error("reason", str(error))
        else:
            done = "is withdrawn" if approved else "was given up"
            messages.success(request, f"The release {done}.")
            return to_release(here, found)
    out = is_out(found)
    counts, names = told_of(found) if out else ([], [])
    context = {"form": form, "out": out, "told": counts, "names": names}
    return _form(request, here, found, "withdraw", context)


@desk_page(Permission.SEE_STATISTICS, methods=("POST",))
def verify(request: HttpRequest, here: Here, release: UUID) -> HttpResponse:
    """Let a worker compute a release again from what it keeps, and compare."""
    del request
    found = release_of(here, release)
    verify_later(release=found, by=here.by)
    return to_release(here, found)


def _form(
    request: HttpRequest, here: Here, release: FiguresRelease, name: str, context: dict[str, object]
) -> HttpResponse:
    form = context["form"]
    faulty = isinstance(form, MinuteForm | WithdrawForm) and bool(form.errors)
    given = {"release": release, "back_href": href(here, "release", release=release.pk)}
    return render(
        request,
        f"figures_desk/{name}.html",
        {**given, **context},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faulty else HTTPStatus.OK,
    )
