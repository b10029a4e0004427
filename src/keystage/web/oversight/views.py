"""Who did what, whether the record is untouched, and what the organisation decided for itself."""

from operator import itemgetter

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions import auditing
from keystage.actions import settings as deciding
from keystage.actions.membership import agreements as agreeing
from keystage.store.models import AuditEvent
from keystage.web.attached import attached
from keystage.web.doors import Here, page
from keystage.web.oversight.events import (
    COLUMNS,
    cells,
    lines,
    named,
    narrowed,
    own_only,
    readable,
)
from keystage.web.oversight.forms import AgreementForm, AuditFilter, SettingsForm

SEE_OTHER = 303
A_PAGE = 50
OWN = frozenset({Condition.OWN_ACTS})


def _back(here: Here, name: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(here.href(f"oversight:{name}"), status=SEE_OTHER)


def _filter(request: HttpRequest, here: Here) -> AuditFilter:
    events = readable(here).order_by()
    form = AuditFilter(
        request.POST if request.method == "POST" else request.GET,
        actions=sorted(set(events.values_list("action", flat=True).distinct())),
        people=_actors(events),
    )
    form.is_valid()
    return form


def _actors(events: QuerySet[AuditEvent]) -> list[tuple[int, str]]:
    """The number and name of everybody who acted, by name."""
    found = events.values_list("person_id", "person_name").distinct()
    return sorted({(one, name) for one, name in found if one is not None}, key=itemgetter(1))


@page(Permission.READ_AUDIT, level=Level.NONE, sees_to=OWN)
def audit(request: HttpRequest, here: Here) -> HttpResponse:
    """The acts at the school, newest first; a teacher is shown their own."""
    form = _filter(request, here)
    events = narrowed(readable(here), form.cleaned_data, here.season)
    shown = Paginator(events, A_PAGE).get_page(request.GET.get("page"))
    names = named(shown)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": shown,
        "columns": COLUMNS,
        "rows": [cells(event, names) for event in shown],
        "query": query.urlencode(),
        "kept": [(name, value) for name, values in query.lists() for value in values],
        "own_only": own_only(here),
        "may_export": here.may(Permission.EXPORT_AUDIT),
        "may_settle": here.may(Permission.CHANGE_SETTINGS),
        "may_agree": here.may(Permission.MANAGE_PEOPLE),
    }
    return render(request, "oversight/audit.html", context)


@page(Permission.EXPORT_AUDIT, level=Level.NONE, methods=("POST",))
def export(request: HttpRequest, here: Here) -> HttpResponse:
    """The acts as a file; taking it away is an act too."""
    form = _filter(request, here)
    events = narrowed(readable(here), form.cleaned_data, here.season)
    auditing.taken_away(
        "record of acts", by=here.by, organisation=here.organisation, year=here.season
    )
    name = f"acts-{here.organisation.code}-{here.season}.csv"
    return attached(name, lines(events))


@page(Permission.READ_AUDIT, level=Level.NONE)
def chain(request: HttpRequest, here: Here) -> HttpResponse:
    """Whether the record is untouched. The whole service has one chain, so all of it is walked."""
    del here
    report = auditing.verify() if "check" in request.GET else None
    return render(request, "oversight/chain.html", {"report": report})


@page(Permission.CHANGE_SETTINGS, level=Level.NONE, methods=("GET", "POST"))
def settings(request: HttpRequest, here: Here) -> HttpResponse:
    """What the school decides for itself about files and printed pages."""
    school = here.organisation
    form = SettingsForm(request.POST if request.method == "POST" else None, organisation=school)
    if form.is_valid():
        for name, value in form.cleaned_data.items():
            deciding.change(organisation=school, name=name, value=value, by=here.by)
        messages.success(request, "The settings are saved.")
        return _back(here, "settings")
    context = {"form": form, "may_agree": here.may(Permission.MANAGE_PEOPLE)}
    return render(request, "oversight/settings.html", context)


@page(Permission.MANAGE_PEOPLE, level=Level.NONE, methods=("GET", "POST"), reauthenticates=True)
def agreements(request: HttpRequest, here: Here) -> HttpResponse:
    """What the school agrees that its local authority may do for it."""
    form = AgreementForm(
        request.POST if request.method == "POST" else None,
        agreed=agreeing.agreed_of(here.organisation),
    )
    if form.is_valid():
        agreeing.agree(
            school=here.organisation,
            permissions=[Permission(value) for value in form.cleaned_data["agreed"]],
            by=here.by,
        )
        messages.success(request, "The agreement is saved.")
        return _back(here, "agreements")
    return render(request, "oversight/agreements.html", {"form": form})
