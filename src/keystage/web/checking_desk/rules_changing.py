"""Changing the rules: edited as text and proposed, approved by another person, rolled back."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking import approving, rules
from keystage.actions.errors import RefusedError
from keystage.web.checking_desk import rules_edited
from keystage.web.checking_desk.forms import DiscardForm, RollBackForm, RulesForm
from keystage.web.checking_desk.rules_views import href_of_requests, version_of
from keystage.web.doors import Here, page
from keystage.web.fields import whole

#: So many faults stand in the summary; all of them stand below it.
_SUMMED_UP = 10
_WAITS = "The version is kept. It is in force once another person approves it."
_page = page(
    Permission.EDIT_REQUEST_RULES, level=Level.NONE, kind="national", methods=("GET", "POST")
)


@_page
def edit(request: HttpRequest, here: Here) -> HttpResponse:
    """Edit the rules as text: look it through first, then propose it."""
    if request.method != "POST":
        return _editor(request, here, RulesForm(initial={"text": _begun(request, here)}))
    form = RulesForm(request.POST)
    proposed = form.wants()
    if proposed and form.is_valid():
        given = form.cleaned_data
        try:
            made = rules.propose(year=here.season, text=given["text"], why=given["why"], by=here.by)
        except rules.UnsoundError:
            return _editor(request, here, form)
        except RefusedError as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _WAITS)
            return _to(here, made.version)
    return _editor(request, here, form)


def _begun(request: HttpRequest, here: Here) -> str:
    """The text to begin with: of the version that was chosen, or of the rules in force."""
    number = whole(request.GET.get("from", ""))
    if number is not None:
        return version_of(here, number).text
    return rules.in_force(here.season).text if rules.versions(here.season) else ""


def _editor(request: HttpRequest, here: Here, form: RulesForm) -> HttpResponse:
    text = form.cleaned_data.get("text", "") if form.is_bound and form.is_valid() else ""
    text = text or (form.data.get("text", "") if form.is_bound else "")
    through = rules.looked_through(here.season, text) if text else None
    faults = rules_edited.told(through.reviewed.faults, text) if through else []
    context = {
        "form": form,
        "looked": through is not None,
        "faults": faults,
        "errors": [
            {"text": f"{one.where}: {one.what}", "href": "#id_text"} for one in faults[:_SUMMED_UP]
        ],
        "remarks": rules_edited.told(through.reviewed.remarks, text) if through else [],
        "changes": through.words if through else (),
        "tried": rules_edited.tried(here.season, text) if through and not faults else None,
        "request_href": href_of_requests(here),
        "back_href": here.href("checking_desk:rules"),
        "personal_data": False,
    }
    wrong = form.is_bound and (form.errors or faults)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "checking_desk/edit.html", context, status=status)


@page(
    Permission.EDIT_REQUEST_RULES,
    level=Level.NONE,
    kind="national",
    methods=("POST",),
    reauthenticates=True,
)
def approve(request: HttpRequest, here: Here, version: int) -> HttpResponse:
    """Put a version into force that somebody else proposed.

    Raises:
        BadRequest: the form does not say beside which version it was looked at.
        RefusedError: it is the year's file, which is in force from the beginning.
    """
    row = version_of(here, version).row
    if row is None:
        raise RefusedError("The year's file needs no approval.", todo="Choose another version.")
    against = whole(request.POST.get("against", ""))
    if against is None:
        raise BadRequest
    approving.approve(rules=row, by=here.by, against=against)
    messages.success(request, f"Version {version} is in force.")
    return _to(here, version)


@_page
def discard(request: HttpRequest, here: Here, version: int) -> HttpResponse:
    """Discard a proposed version, with a reason.

    Raises:
        RefusedError: it waits for nobody's approval.
    """
    found = version_of(here, version)
    if found.row is None or not found.waits:
        raise RefusedError(
            "Only a version that waits for approval is discarded.", todo="Choose another version."
        )
    form = DiscardForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        approving.discard(rules=found.row, why=form.cleaned_data["why"], by=here.by)
        messages.success(request, f"Version {version} is discarded. It is kept, with your reason.")
        return _to(here, version)
    context = {
        "form": form,
        "version": found,
        "back_href": here.href("checking_desk:version", version=version),
        "personal_data": False,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "checking_desk/discard.html", context, status=status)


@_page
def roll_back(request: HttpRequest, here: Here, version: int) -> HttpResponse:
    """Propose an earlier version again, with a reason."""
    found = version_of(here, version)
    form = RollBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        why = form.cleaned_data["why"]
        try:
            made = rules.roll_back(year=here.season, to=found.number, why=why, by=here.by)
        except RefusedError as error:
            form.add_error("why", str(error))
        else:
            messages.success(request, _WAITS)
            return _to(here, made.version)
    context = {
        "form": form,
        "version": found,
        "current": rules.in_force(here.season),
        "changes": rules.differences(rules.in_force(here.season), found),
        "back_href": here.href("checking_desk:version", version=version),
        "personal_data": False,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "checking_desk/roll_back.html", context, status=status)


def _to(here: Here, version: int) -> HttpResponseRedirect:
    href = here.href("checking_desk:version", version=version)
    return HttpResponseRedirect(href, status=HTTPStatus.SEE_OTHER)
