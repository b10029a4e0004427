"""Which requests an organisation sees, and how much of each.

A request is seen from the time that its school sends it.
"""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking.windows import windows
from keystage.actions.figures.releases import visible
from keystage.actions.stages import schools_of
from keystage.store.models import CheckingRequest, CheckingStep, FiguresRelease, Organisation
from keystage.web.doors import Here

State = CheckingRequest.State
#: The states of a request that was sent, in the order in which they are read.
SENT_STATES = (State.SCRUTINY, State.RETURNED, State.AGREED, State.REFUSED, State.WITHDRAWN)
#: The states a person at the desk still has to do with.
UNDECIDED = (State.SCRUTINY, State.RETURNED)
#: The states in which everybody is told what was decided, and why.
DECIDED = (State.AGREED, State.REFUSED)
#: Acts of the desk before a decision takes effect; nobody else is told of them.
_OF_THE_DESK = (CheckingStep.Act.JUDGED, CheckingStep.Act.DOUBTED)


def is_desk(here: Here) -> bool:
    """Whether the organisation of the address is the one that decides."""
    return here.organisation.kind == Organisation.Kind.NATIONAL


def sent_of(here: Here) -> QuerySet[CheckingRequest]:
    """The requests of the season that the schools of an organisation sent."""
    rows = CheckingRequest.objects.filter(release__year=here.season, sent_at__isnull=False)
    if is_desk(here):
        return rows
    return rows.filter(school__in=schools_of(here.organisation).order_by().values("pk"))


def request_of(here: Here, key: UUID) -> CheckingRequest:
    """A request that was sent, with its school and release.

    Raises:
        Http404: there is none that the organisation of the address sees.
    """
    rows = sent_of(here).select_related(
        "school__authority", "release", "sent_by", "decided_by", "held_by", "taken_into"
    )
    found = rows.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def steps_of(here: Here, found: CheckingRequest) -> QuerySet[CheckingStep]:
    """What happened to a request, oldest first; what the desk keeps to itself is for the desk."""
    steps = found.steps.select_related("by")
    return steps if is_desk(here) else steps.exclude(act__in=_OF_THE_DESK)


def release_of(here: Here) -> FiguresRelease | None:
    """The agency's release that schools check: that of the last window that has one.

    Where the windows of the year are not known it is the first stage that is out, at its newest.
    """
    found = [one.release for one in windows(here.organisation, here.season) if one.release]
    if found:
        return found[-1]
    agency, first = Organisation.Kind.NATIONAL, FiguresRelease.Stage.UNAMENDED
    out = [
        one for one in visible(here.season, here.organisation) if one.organisation.kind == agency
    ]
    return next((one for one in out if one.stage == first), out[0] if out else None)


def sees_requests(here: Here) -> bool:
    """Whether single requests may be seen, with or without the pupils they are about."""
    return here.may(Permission.SEE_CHECKING_REQUESTS, Level.MASKED)


def sees_pupils(here: Here) -> bool:
    """Whether what a request says of its pupil may be seen."""
    return here.may(Permission.SEE_CHECKING_REQUESTS, Level.NAMED)


def sees_confirmations(here: Here) -> bool:
    """Whether it may be seen which schools said that their data are correct."""
    return here.may(Permission.SEE_CONFIRMATION)
