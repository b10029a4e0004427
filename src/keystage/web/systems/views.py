"""Pages of the systems that act for an organisation."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.systems import leave, secret
from keystage.actions.systems.scopes import scopes_of
from keystage.core.errors import KeystageError
from keystage.store.models import SystemAccess
from keystage.web.doors import Here, page
from keystage.web.systems.forms import LeaveForm
from keystage.web.systems.states import state_of

SEE_OTHER = 303
_looking = page(Permission.MANAGE_SYSTEMS, level=Level.NONE, kind=None)
_ending = page(Permission.MANAGE_SYSTEMS, level=Level.NONE, kind=None, methods=("GET", "POST"))
#: A page that lets a system in, for whoever has just proved who they are.
_letting_in = page(
    Permission.MANAGE_SYSTEMS,
    level=Level.NONE,
    kind=None,
    methods=("GET", "POST"),
    reauthenticates=True,
)


@_looking
def listed(request: HttpRequest, here: Here) -> HttpResponse:
    """The systems that act here, and those that did."""
    rows = SystemAccess.objects.filter(organisation=here.organisation).select_related("made_by")
    context = {
        "systems": [(one, state_of(one)) for one in rows],
        "give_href": _address(here, "give"),
        "back_href": here.href("people:list", kind=here.organisation.kind),
    }
    return render(request, "systems/list.html", context)


@_letting_in
def give(request: HttpRequest, here: Here) -> HttpResponse:
    """Give a system leave, which a second person confirms."""
    usual = leave.usual_end(here.season, timezone.localdate())
    form = LeaveForm(request.POST if request.method == "POST" else None, usual_end=usual)
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            made = leave.give(organisation=here.organisation, by=here.by, **form.cleaned_data)
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            messages.success(request, "A second person has to confirm the system now.")
            return _to(here, made)
    context = {"form": form, "errors": errors, "back_href": _address(here, "list")}
    return render(request, "systems/give.html", context)


@_looking
def system(request: HttpRequest, here: Here, system: int) -> HttpResponse:
    """One system: what it may do, who let it, and what can be done about it."""
    found = _found(here, system)
    context = {
        "system": found,
        "state": state_of(found),
        "scopes": scopes_of(found.scopes),
        "secret_made": bool(secret.made_at(found)),
        "own": found.made_by_id == here.by.who.pk,
        "token_url": request.build_absolute_uri("/api/v1/token"),
        "back_href": _address(here, "list"),
    }
    return render(request, "systems/system.html", context)


@_letting_in
def confirm(request: HttpRequest, here: Here, system: int) -> HttpResponse:
    """Confirm the leave that somebody else gave."""
    found = _found(here, system)
    if request.method == "POST":
        leave.confirm(access=found, by=here.by)
        messages.success(request, "The system is confirmed. It needs a secret now.")
        return _to(here, found)
    context = {
        "system": found,
        "scopes": scopes_of(found.scopes),
        "back_href": _address(here, "system", system=found.pk),
    }
    return render(request, "systems/confirm.html", context)


@_letting_in
def make_secret(request: HttpRequest, here: Here, system: int) -> HttpResponse:
    """Make a secret and show it once."""
    found = _found(here, system)
    back = _address(here, "system", system=found.pk)
    if request.method == "POST":
        shown = secret.make(access=found, seen=request.POST.get("seen", ""), by=here.by)
        return render(
            request, "systems/shown.html", {"system": found, "shown": shown, "back_href": back}
        )
    context = {"system": found, "seen": secret.made_at(found), "back_href": back}
    return render(request, "systems/secret.html", context)


@_ending
def withdraw(request: HttpRequest, here: Here, system: int) -> HttpResponse:
    """End the leave of a system at once."""
    found = _found(here, system)
    if request.method == "POST":
        leave.withdraw(access=found, by=here.by)
        messages.success(request, "The system can do nothing here any more.")
        return _to(here, found)
    context = {"system": found, "back_href": _address(here, "system", system=found.pk)}
    return render(request, "systems/withdraw.html", context)


def _found(here: Here, key: int) -> SystemAccess:
    rows = SystemAccess.objects.select_related("made_by", "confirmed_by", "withdrawn_by")
    return get_object_or_404(rows, pk=key, organisation=here.organisation)


def _to(here: Here, found: SystemAccess) -> HttpResponseRedirect:
    return HttpResponseRedirect(_address(here, "system", system=found.pk), status=SEE_OTHER)


def _address(here: Here, name: str, **parts: object) -> str:
    return here.href(f"systems:{name}", kind=here.organisation.kind, **parts)
