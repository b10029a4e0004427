"""What the desk does with a request: hold it, decide it, send it back, confirm what another did."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from keystage.access.permissions import Permission
from keystage.actions.checking import deciding
from keystage.actions.errors import RefusedError
from keystage.store.models import CheckingRequest
from keystage.web.checking_desk import scope
from keystage.web.checking_desk.forms import (
    ConfirmForm,
    DecideForm,
    DoubtForm,
    QuestionForm,
    SeenForm,
)
from keystage.web.checking_desk.one_views import shown
from keystage.web.doors import Here, page

_page = page(Permission.DECIDE_REQUESTS, kind="national", methods=("POST",))


@_page
def hold(request: HttpRequest, here: Here, asked_for: UUID) -> HttpResponse:
    """Take a request for a while."""
    del request
    deciding.hold(request=scope.request_of(here, asked_for), by=here.by)
    return _to(here, asked_for)


@_page
def let_go(request: HttpRequest, here: Here, asked_for: UUID) -> HttpResponse:
    """Give a request back to the queue."""
    del request
    deciding.let_go(request=scope.request_of(here, asked_for), by=here.by)
    return _to(here, asked_for)


@_page
def decide(request: HttpRequest, here: Here, asked_for: UUID) -> HttpResponse:
    """Decide a request, with a reason; a second person confirms it."""
    found = scope.request_of(here, asked_for)
    form = DecideForm(request.POST, version=found.version)

    def act() -> None:
        given = form.cleaned_data
        deciding.decide(
            request=found,
            agreed=given["answer"] == "agree",
            why=given["why"],
            by=here.by,
            version=given["seen"],
        )
        messages.success(request, "The decision is kept. It takes effect once another confirms it.")

    return _done(request, here, found, form, act)


@_page
def send_back(request: HttpRequest, here: Here, asked_for: UUID) -> HttpResponse:
    """Send a request back to the school with a question."""
    found = scope.request_of(here, asked_for)
    form = QuestionForm(request.POST, version=found.version)

    def act() -> None:
        given = form.cleaned_data
        deciding.send_back(
            request=found, question=given["question"], by=here.by, version=given["seen"]
        )
        messages.success(request, "The school has your question.")

    return _done(request, here, found, form, act)


@_page
def confirm(request: HttpRequest, here: Here, asked_for: UUID) -> HttpResponse:
    """Confirm what somebody else decided."""
    found = scope.request_of(here, asked_for)
    form = ConfirmForm(request.POST, version=found.version)

    def act() -> None:
        deciding.confirm(request=found, by=here.by, version=form.cleaned_data["seen"])
        messages.success(request, "The decision is confirmed, and the school is told.")

    return _done(request, here, found, form, act)


@_page
def doubt(request: HttpRequest, here: Here, asked_for: UUID) -> HttpResponse:
    """Say why what somebody else decided should not be."""
    found = scope.request_of(here, asked_for)
    form = DoubtForm(request.POST, version=found.version)

    def act() -> None:
        given = form.cleaned_data
        deciding.doubt(request=found, why=given["why"], by=here.by, version=given["seen"])
        messages.success(request, "The request is to be decided again.")

    return _done(request, here, found, form, act)


def _done(
    request: HttpRequest,
    here: Here,
    found: CheckingRequest,
    form: SeenForm,
    act: Callable[[], None],
) -> HttpResponse:
    """Do it and show the request; what was typed is shown again where it is refused."""
    errors, typed = [], ""
    if form.is_valid():
        try:
            act()
        except RefusedError as error:
            errors, typed = [{"text": str(error)}], form.typed()
        else:
            return _to(here, found.pk)
    fresh = scope.request_of(here, found.pk)
    form.data = {**request.POST.dict(), "seen": str(fresh.version)}
    return shown(
        request,
        here,
        fresh,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        **{form.called: form, "form": form, "errors": errors, "typed": typed},
    )


def _to(here: Here, key: UUID) -> HttpResponseRedirect:
    href = here.href("checking_desk:request", kind="national", asked_for=key)
    return HttpResponseRedirect(href, status=HTTPStatus.SEE_OTHER)
