"""What the desk shows: how the collection stands, and what became of one school's return.

No page of the desk names a pupil, nor a file as its sender called it.
"""

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.gateway.reopening import may_reopen
from keystage.actions.gateway.standing.closing import CLOSE, unsent_of
from keystage.actions.gateway.standing.states import NOBODY, is_nobody, not_yet
from keystage.actions.gateway.standing.totals import totals_of
from keystage.actions.season.dates import season_of
from keystage.statute.season import Event
from keystage.store.models import (
    Job,
    Organisation,
    ResultsRelease,
    ReturnEvent,
    SchoolReturn,
    Submission,
)
from keystage.web.desk.forms import FindForm, ReasonForm
from keystage.web.desk_results.views import state_of
from keystage.web.doors import Here, page

State = SchoolReturn.State
_LISTED = 50
#: What becomes of the return of a school for which nothing was begun.
_DONE = "Submitted and accepted."
_NOTHING = "Not yet submitted: no file has been received."


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE, kind="national")
def desk(request: HttpRequest, here: Here) -> HttpResponse:
    """How the collection stands: by state, by authority, and in expected numbers."""
    every, authorities = totals_of(here.season)
    season = season_of(None, here.season)
    due = season.moment(Event.TA_CLOSES.value)
    context = {
        "form": FindForm(),
        "every": every,
        "authorities": authorities,
        "states": list(State),
        "due": due,
        "over": season.passed(Event.TA_CLOSES.value),
        "left": (timezone.localdate(due) - timezone.localdate()).days if due else None,
        "counts_told": _counts(here),
        "runs": here.may(Permission.RUN_COLLECTION),
        "closing": _closing(here),
        "sees_schools": here.may(Permission.SEE_SCHOOLS),
        "may_release": _releases(here),
        "releases": _standing(here) if _releases(here) else [],
        "personal_data": False,
    }
    return render(request, "desk/desk.html", context)


def _counts(here: Here) -> bool:
    """Whether the person may be told numbers of pupils; the help desk sees states alone."""
    return here.may(Permission.SEE_SCHOOLS, Level.AGGREGATE)


def _releases(here: Here) -> bool:
    """Whether the person may know what is prepared for release."""
    return here.may(Permission.RELEASE_RESULTS, Level.NAMED)


def _standing(here: Here) -> list[tuple[ResultsRelease, str]]:
    """The releases that stand, newest first, and how far each has come."""
    found = ResultsRelease.objects.filter(
        organisation=here.organisation, year=here.season, withdrawn_at__isnull=True
    )
    return [(one, state_of(one)) for one in found.order_by("-prepared_at")]


def _closing(here: Here) -> Job | None:
    """The newest closing of all returns, while it runs or where it stopped."""
    jobs = Job.objects.filter(organisation=here.organisation, year=here.season, kind=CLOSE)
    newest = jobs.defer("content").order_by("-asked_at").first()
    return None if newest is None or newest.state == Job.State.DONE else newest


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE, kind="national")
def find(request: HttpRequest, here: Here) -> HttpResponse:
    """The schools that fit a name or number."""
    form = FindForm(request.GET)
    found = Organisation.objects.none()
    if form.is_valid():
        found = _schools().order_by("name", "code")
        for word in form.cleaned_data["name"].split():
            found = found.filter(
                Q(name__icontains=word) | Q(code__startswith=word) | Q(number__startswith=word)
            )
    shown = list(found[: _LISTED + 1])
    rows = SchoolReturn.objects.filter(school__in=[one.pk for one in shown], year=here.season)
    returns = {one.school_id: one for one in rows}
    context = {
        "form": form,
        "shown": [(one, _state_of(returns.get(one.pk))) for one in shown[:_LISTED]],
        "more": len(shown) > _LISTED,
        "listed": _LISTED,
        "back_href": here.href("desk:desk"),
        "personal_data": False,
    }
    return render(request, "desk/find.html", context)


def _state_of(found: SchoolReturn | None) -> str:
    if found is not None and is_nobody(found):
        return "No pupils this year"
    return State(found.state if found else State.NOT_STARTED).label


@page(Permission.SEE_SUBMISSIONS, level=Level.NONE, kind="national")
def school(request: HttpRequest, here: Here, school: str) -> HttpResponse:
    """A school's return: its state, every step, every file by its hash, and what may be done."""
    return shown(request, here, school_of(school), ReasonForm())


def shown(
    request: HttpRequest, here: Here, school: Organisation, form: ReasonForm, status: int = 200
) -> HttpResponse:
    """The page of a school's return, with the form as it was sent."""
    found = (
        SchoolReturn.objects.select_related("school")
        .filter(school=school, year=here.season)
        .first()
    )
    mine = {"school_return__school": school, "school_return__year": here.season}
    files = Submission.objects.filter(**mine).select_related("uploaded_by", "submitted_by")
    names = {state.value: state.label for state in State}
    steps = ReturnEvent.objects.filter(**mine).select_related("by").order_by("-at", "-pk")
    state = State(found.state) if found else State.NOT_STARTED
    told = _counts(here)
    done = NOBODY if found and is_nobody(found) else _DONE
    sentence = (not_yet(found) if found else _NOTHING) or done
    context = {
        "school": school,
        "found": found,
        "state": state.label,
        "sentence": sentence if told else sentence.partition(":")[0].rstrip(".") + ".",
        "unsent": unsent_of(found) if found and told else None,
        "counts_told": told,
        "steps": [(one, names.get(one.after, one.after)) for one in steps],
        "files": files.defer("content", "pupils", "findings"),
        "form": form,
        "runs": here.may(Permission.RUN_COLLECTION),
        "reopens": may_reopen(found or SchoolReturn(pk=0, school=school, year=here.season)),
        "closes": state != State.CLOSED,
        "back_href": here.href("desk:desk"),
        "personal_data": False,
    }
    return render(request, "desk/school.html", context, status=status)


def school_of(code: str) -> Organisation:
    """A school of the collection.

    Raises:
        Http404: there is none of this code.
    """
    found = _schools().filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _schools() -> QuerySet[Organisation]:
    schools = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL)
    return schools.select_related("authority")
