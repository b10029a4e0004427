"""Where the agency enters planned works, faults and help desks."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.service import help_desks as helping
from keystage.actions.service import works as working
from keystage.store.models import HelpDesk, ServiceNotice
from keystage.web.doors import Here, page
from keystage.web.service.forms import HelpDeskForm, NoticeForm

_both = page(Permission.RUN_COLLECTION, level=Level.NONE, kind="national", methods=("GET", "POST"))
_acting = page(Permission.RUN_COLLECTION, level=Level.NONE, kind="national", methods=("POST",))


@_both
def works(request: HttpRequest, here: Here) -> HttpResponse:
    """The works and faults that last or are to come, and the form that announces another."""
    form = NoticeForm(request.POST if request.method == "POST" else None)
    errors = []
    if form.is_valid():
        given = form.cleaned_data
        told = working.Told(
            kind=ServiceNotice.Kind(given["kind"]),
            part=ServiceNotice.Part(given["part"]),
            words=given["words"],
            begins_at=given["begins"],
            ends_at=given["ends"],
        )
        try:
            working.announce(here.organisation, here.season, told, by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "It is announced on the status page and on every page.")
            return _to(here, "service:works")
    context = {
        "form": form,
        "errors": errors,
        "notices": [*working.at_work(), *working.planned()],
        "back_href": here.href("desk:desk"),
        "personal_data": False,
    }
    return render(request, "service/works.html", context, status=_status(request))


@_acting
def end(request: HttpRequest, here: Here, notice: int) -> HttpResponse:
    """Say that it is over, or call it off."""
    found = get_object_or_404(ServiceNotice, pk=notice)
    working.end(found, agency=here.organisation, year=here.season, by=here.by)
    messages.success(request, "It is told as over.")
    return _to(here, "service:works")


@_both
def help_desks(request: HttpRequest, here: Here) -> HttpResponse:
    """The help desks of the season, and the form that enters another."""
    form = HelpDeskForm(request.POST if request.method == "POST" else None)
    errors = []
    if form.is_valid():
        try:
            desk = helping.Desk(**form.cleaned_data)
            helping.enter(here.organisation, here.season, desk, by=here.by)
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The help desk stands on the help page.")
            return _to(here, "service:help_desks")
    context = {
        "form": form,
        "errors": errors,
        "desks": helping.desks_of(here.season),
        "back_href": here.href("desk:desk"),
        "personal_data": False,
    }
    return render(request, "service/help_desks.html", context, status=_status(request))


@_acting
def remove(request: HttpRequest, here: Here, desk: int) -> HttpResponse:
    """Remove a help desk."""
    found = get_object_or_404(HelpDesk, pk=desk, year=here.season)
    helping.remove(found, agency=here.organisation, by=here.by)
    messages.success(request, "The help desk is removed.")
    return _to(here, "service:help_desks")


def _status(request: HttpRequest) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK


def _to(here: Here, route: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(here.href(route), status=HTTPStatus.SEE_OTHER)
