"""Reopening and closing returns, each with its reason."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.gateway.reopening import reopen_counted
from keystage.actions.gateway.standing.closing import close_counted, close_later
from keystage.actions.gateway.standing.states import return_of
from keystage.actions.gateway.standing.totals import totals_of
from keystage.web.desk.forms import CloseAllForm, ReasonForm
from keystage.web.desk.views import school_of, shown
from keystage.web.doors import Here, page

_SEE_OTHER, _UNPROCESSABLE = 303, 422


@page(Permission.RUN_COLLECTION, level=Level.NONE, kind="national", methods=("POST",))
def reopen_return(request: HttpRequest, here: Here, school: str) -> HttpResponse:
    """Open a return again that was accepted or closed."""
    found, form = school_of(school), ReasonForm(request.POST)
    if not form.is_valid():
        return shown(request, here, found, form, status=_UNPROCESSABLE)
    reopen_counted(return_of(found, here.season), reason=form.cleaned_data["reason"], by=here.by)
    messages.success(request, f"The return of {found} is open again.")
    return _to(here.href("desk:school", school=school))


@page(Permission.RUN_COLLECTION, level=Level.NONE, kind="national", methods=("POST",))
def close_return(request: HttpRequest, here: Here, school: str) -> HttpResponse:
    """Close one return."""
    found, form = school_of(school), ReasonForm(request.POST)
    if not form.is_valid():
        return shown(request, here, found, form, status=_UNPROCESSABLE)
    reason = form.cleaned_data["reason"]
    closed = close_counted(return_of(found, here.season), reason=reason, by=here.by)
    if closed:
        messages.success(request, f"The return of {found} is closed.")
    else:
        messages.info(request, f"The return of {found} was closed already.")
    return _to(here.href("desk:school", school=school))


@page(
    Permission.RUN_COLLECTION,
    level=Level.NONE,
    kind="national",
    methods=("GET", "POST"),
    reauthenticates=True,
)
def close_everyone(request: HttpRequest, here: Here) -> HttpResponse:
    """Close the returns of all schools, after a look at what that means."""
    posted = request.method == "POST"
    form = CloseAllForm(request.POST) if posted else CloseAllForm(initial={"key": uuid4()})
    if posted and form.is_valid():
        close_later(
            here.organisation,
            here.season,
            reason=form.cleaned_data["reason"],
            key=form.cleaned_data["key"],
            by=here.by,
        )
        messages.success(request, "The returns of all schools are being closed.")
        return _to(here.href("desk:desk"))
    every, _ = totals_of(here.season)
    context = {
        "form": form,
        "every": every,
        "back_href": here.href("desk:desk"),
        "personal_data": False,
    }
    status = _UNPROCESSABLE if posted else 200
    return render(request, "desk/close.html", context, status=status)


def _to(href: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(href, status=_SEE_OTHER)
