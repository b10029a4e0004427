"""Reminding schools: one at a press, or all that are shown after a look at who gets what."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.errors import RefusedError
from keystage.actions.messages.users import may_use
from keystage.actions.nudging import Nudge, nudge, nudge_later, nudges_of, planned
from keystage.actions.stages import schools_of, stages_of
from keystage.store.models import ReturnEvent, SchoolReturn
from keystage.web.doors import Here, page
from keystage.web.organisation.choosing import Asked, asked
from keystage.web.organisation.forms import HEADS, WAITS, KeyForm
from keystage.web.organisation.rows import in_one_line, rights_of, row_of
from keystage.web.wording import plural


@page(Permission.SEE_SCHOOLS, level=Level.NONE, kind=None)
def school(request: HttpRequest, here: Here, school: str) -> HttpResponse:
    """How far one school has come, and the reminders it got."""
    found = stages_of(schools_of(here.organisation).filter(code=school), here.season)
    if not found:
        raise Http404
    one, rights = found[0], rights_of(here)
    one = one if rights.moderation else one.without_moderation()
    row = row_of(one, here, rights)
    events = ReturnEvent.objects.filter(
        school_return__school=one.school, school_return__year=here.season
    )
    context = {
        "school": one.school,
        "row": row,
        "next": in_one_line(row.blocks),
        "steps": list(zip((WAITS[stage] for stage in HEADS), row.cells, strict=True)),
        "sent": one.sent if rights.counts else None,
        "rights": rights,
        "events": events.order_by("-at", "-pk"),
        "labels": dict(SchoolReturn.State.choices),
        "nudges": nudges_of(one.school, here.season),
        "reminds": may_use(here.by.who, here.organisation, here.season),
        "back_href": here.href("organisation:schools", kind=here.organisation.kind),
        "personal_data": False,
    }
    return render(request, "organisation/school.html", context)


@page(Permission.USE_MESSAGES, level=Level.NONE, kind=None, methods=("POST",))
def remind_one(request: HttpRequest, here: Here) -> HttpResponse:
    """Remind one school of what it has still to do."""
    _refuse_blind(here)
    code = request.POST.get("school", "")
    found = schools_of(here.organisation).filter(code=code)
    if not found:
        raise RefusedError("There is no such school here.", todo="Select one of the table.")
    counts = rights_of(here).counts
    (one,) = nudge(here.organisation, found, here.season, counts=counts, by=here.by)
    if one.skipped:
        messages.info(request, f"{one.school} was not reminded: {_after(one)}.")
    else:
        messages.success(request, f"{one.school} was reminded of what is left to do.")
    return redirect(
        here.href("organisation:school", kind=here.organisation.kind, school=code)
        if "from_school" in request.POST
        else here.href("organisation:schools", kind=here.organisation.kind)
    )


@page(Permission.USE_MESSAGES, level=Level.NONE, kind=None, methods=("GET", "POST"))
def remind(request: HttpRequest, here: Here) -> HttpResponse:
    """Look at who would be reminded of what, then remind them all.

    Raises:
        RefusedError: there are too many schools, and no part of them was chosen.
    """
    _refuse_blind(here)
    wanted, counts = _wanted(request.GET, here), rights_of(here).counts
    back = here.href("organisation:schools", kind=here.organisation.kind)
    if request.method == "POST":
        form = KeyForm(request.POST)
        if not form.is_valid():
            raise BadRequest("The form was not one of ours.")
        seen = set(request.POST.getlist("school"))
        found = [one.school for one in wanted.found if one.school.code in seen]
        nudge_later(
            here.organisation,
            found,
            here.season,
            counts=counts,
            key=form.cleaned_data["key"],
            by=here.by,
        )
        told = plural(len(found), "school is", "schools are")
        messages.success(
            request, f"{told} being reminded. The table shows each reminder once it is sent."
        )
        return redirect(f"{back}?{request.GET.urlencode()}" if request.GET else back)
    every = planned(wanted.found, counts=counts)
    context = {
        "key": uuid4(),
        "nudges": [one for one in every if not one.skipped],
        "skipped": [one for one in every if one.skipped],
        "query": request.GET.urlencode(),
        "back_href": back,
        "personal_data": False,
    }
    return render(request, "organisation/remind.html", context)


def _wanted(given: QueryDict, here: Here) -> Asked:
    wanted = asked(given, here)
    if wanted.too_many:
        raise RefusedError(
            "There are too many schools to remind at once.", todo="Choose a local authority first."
        )
    return wanted


def _refuse_blind(here: Here) -> None:
    """Refuse who may write messages and not see how far schools are.

    Raises:
        Http404: that is so.
    """
    if not here.may(Permission.SEE_SCHOOLS):
        raise Http404


def _after(one: Nudge) -> str:
    return one.skipped[:1].lower() + one.skipped[1:]
