"""What an address of the checking exercise names: a release, a list of pupils, a request."""

from uuid import UUID

from django.http import Http404

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.checking.drafting import request_of
from keystage.actions.checking.listing import Entry, Listed, listed
from keystage.actions.checking.windows import Window, windows
from keystage.actions.figures.releases import visible
from keystage.store.models import CheckingRequest, FiguresRelease, Organisation
from keystage.web.checking.states import BEFORE_SENDING
from keystage.web.doors import Here


def checked_at(here: Here) -> tuple[FiguresRelease, ...]:
    """The releases of the season whose pupils a school may check, the newest first."""
    found = visible(here.season, here.organisation)
    return tuple(one for one in found if one.organisation.kind == Organisation.Kind.NATIONAL)


def release_of(here: Here, key: UUID) -> FiguresRelease:
    """A release whose pupils the school may check.

    Raises:
        Http404: there is none such that is out.
    """
    found = next((one for one in checked_at(here) if one.pk == key), None)
    if found is None:
        raise Http404
    return found


def window_of(here: Here, release: FiguresRelease) -> Window | None:
    """The window in which a release is checked; None where it has none."""
    return next(
        (one for one in windows(here.organisation, here.season) if one.release == release), None
    )


def list_of(here: Here, release: FiguresRelease) -> Listed:
    """The pupils of the school in a release.

    Raises:
        Http404: there are none, or none for the person.
    """
    found = listed(release=release, school=here.organisation, by=here.by)
    if found is None:
        raise Http404
    return found


def entry_of(found: Listed, line: int) -> Entry:
    """The pupil in a row of a release.

    Raises:
        Http404: no pupil of the school is in it.
    """
    entries = (*found.included, *found.not_included)
    entry = next((one for one in entries if one.line == line), None)
    if entry is None:
        raise Http404
    return entry


def sees_drafts(here: Here) -> bool:
    """Whether the person is of those who ask: before it is sent a request is theirs alone."""
    asking = (Permission.PROPOSE_CHECKING_REQUEST, Permission.APPROVE_CHECKING_REQUEST)
    return any(here.may(one, Level.NAMED) for one in asking)


def asked_of(here: Here, key: UUID) -> CheckingRequest:
    """A request of the school in the season, as far as the person sees it.

    Raises:
        Http404: there is none.
    """
    found = request_of(here.organisation, here.season, key)
    if found is None or (found.state in BEFORE_SENDING and not sees_drafts(here)):
        raise Http404
    return found
