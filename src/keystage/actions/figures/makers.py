"""Who makes releases of figures, and what of them a person may do.

The agency's statisticians have permissions of their own. In an authority or a trust it takes the
right to take pupils' results away by name: a release is made of every pupil, opens down to them,
and is given to schools.
"""

from dataclasses import dataclass

from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.errors import RefusedError
from keystage.store.models import Organisation, Person
from keystage.store.rights import live_grants, place_of

#: Conditions that the acts themselves keep.
_KEPT = frozenset({Condition.ANOTHER_PERSON, Condition.SECOND_PERSON})
_BODIES = frozenset({Organisation.Kind.TRUST, Organisation.Kind.AUTHORITY})


@dataclass(frozen=True)
class Right:
    """A permission at a level of data."""

    permission: Permission
    level: Level


_OF_A_BODY = Right(Permission.DOWNLOAD_RESULTS, Level.NAMED)
#: For the agency, by what is to be done.
_NATIONAL = {
    "read": Right(Permission.SEE_STATISTICS, Level.AGGREGATE),
    "enter": Right(Permission.ENTER_STATISTICS, Level.AGGREGATE),
    "approve": Right(Permission.APPROVE_STATISTICS, Level.AGGREGATE),
}


def may_read(person: Person, maker: Organisation, year: int) -> bool:
    """Whether a person sees what a body makes before others do."""
    return _may(person, maker, year, "read")


def may_enter(person: Person, maker: Organisation, year: int) -> bool:
    """Whether a person may ask for a release of a body, and withdraw one."""
    return _may(person, maker, year, "enter")


def may_approve(person: Person, maker: Organisation, year: int) -> bool:
    """Whether a person may approve a release of a body that somebody else asked for."""
    return _may(person, maker, year, "approve")


def must_enter(person: Person, maker: Organisation, year: int) -> None:
    """Refuse whoever may not ask for a release of a body, or withdraw one.

    Raises:
        RefusedError: they may not, or the body makes no releases.
    """
    if not may_enter(person, maker, year):
        raise _refused(f"You do not prepare figures of {maker}.")


def must_approve(person: Person, maker: Organisation, year: int) -> None:
    """Refuse whoever may not approve a release of a body.

    Raises:
        RefusedError: they may not, or the body makes no releases.
    """
    if not may_approve(person, maker, year):
        raise _refused(f"You do not approve figures of {maker}.")


def _refused(what: str) -> RefusedError:
    return RefusedError(what, todo="Ask an account manager for a role that does.")


def _may(person: Person, maker: Organisation, year: int, what: str) -> bool:
    if maker.kind == Organisation.Kind.NATIONAL:
        right = _NATIONAL[what]
    elif maker.kind in _BODIES:
        right = _OF_A_BODY
    else:
        return False
    today = timezone.localdate()
    decision = decide(
        live_grants(person, today), right.permission, place_of(maker), season=year, on=today
    )
    return decision.classes_at(right.level, _KEPT) is None
