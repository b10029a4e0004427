"""The decision: what a person's grants allow at a place, in a season, on a day."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from keystage.access.grants import Grant
from keystage.access.permissions import Permission
from keystage.access.places import Place
from keystage.access.rights import Condition, Level, Right
from keystage.access.roles import Role, load_roles

_MOST = 256  # decisions kept with a standing: addresses name any season
_HELD_HERE = frozenset(
    {Condition.OWN_CLASSES, Condition.GIVEN, Condition.AGREEMENT, Condition.TIME_LIMITED}
)


@dataclass(frozen=True)
class Way:
    """One way in which something is allowed.

    ``classes``: the classes it goes for; None for all. ``conditions``: what the caller has still to
    see to, each of them.
    """

    level: Level
    classes: frozenset[str] | None = None
    conditions: frozenset[Condition] = frozenset()


@dataclass(frozen=True)
class Decision:
    """Whether something is allowed, and how far.

    ``known``: the person has a live grant that reaches the place, for whatever role and season.
    Who is not known is answered "not found"; who is known and not allowed, "forbidden".
    ``ways``: every way in which it is allowed. ``level``, ``classes`` and ``conditions`` describe
    the best of them. Ways are never mixed: a level held for one class is not held for another
    because a second grant reaches that one at a lower level.
    """

    known: bool
    ways: frozenset[Way] = frozenset()

    @property
    def allowed(self) -> bool:
        """Whether there is any way, if its conditions are seen to."""
        return bool(self.ways)

    @property
    def level(self) -> Level:
        """The best level of data; `Level.NONE` if nothing is allowed."""
        return Level.best(way.level for way in self.ways)

    @property
    def conditions(self) -> frozenset[Condition]:
        """What the caller has to see to at the best level, the fewest there are."""
        found = (way.conditions for way in self.ways if way.level is self.level)
        return min(found, key=lambda one: (len(one), sorted(one)), default=frozenset())

    @property
    def classes(self) -> frozenset[str] | None:
        """The classes it goes for at the best level on these conditions; None for all."""
        return _united(way for way in self.ways if self._is_best(way))

    def classes_at(
        self, level: Level, met: Collection[Condition] = frozenset()
    ) -> frozenset[str] | None:
        """The classes it goes for at a level or better; None for all, empty for none.

        Args:
            level: what is to be shown.
            met: the conditions the caller has seen to; ways that ask for others do not count.
        """
        return _united(
            way for way in self.ways if way.level.reaches(level) and way.conditions <= set(met)
        )

    def _is_best(self, way: Way) -> bool:
        return way.level is self.level and way.conditions == self.conditions


def _united(ways: Iterable[Way]) -> frozenset[str] | None:
    classes: frozenset[str] = frozenset()
    for way in ways:
        if way.classes is None:
            return None
        classes |= way.classes
    return classes


@dataclass(frozen=True, eq=False)
class Standing:
    """Where a person stands at a place: the live grants that reach it, each with its role.

    What was decided is kept with it: pages ask the same things again and again. A standing equals
    itself alone, and there is one for the same grants, place and day.
    """

    held: tuple[tuple[Grant, Role], ...]
    place: Place
    _decided: dict[tuple[Permission, int | None], Decision] = field(
        default_factory=dict, repr=False
    )

    def decide(self, permission: Permission, *, season: int | None) -> Decision:
        """Say whether the person may do something there.

        Args:
            permission: what they want to do.
            season: the assessment year it is about; None for what is about no year.
        """
        found = self._decided.get((permission, season))
        if found is None:
            found = self._decision(permission, season)
            if len(self._decided) < _MOST:
                self._decided[permission, season] = found
        return found

    def _decision(self, permission: Permission, season: int | None) -> Decision:
        ways = (
            _way(grant, role, permission, self.place)
            for grant, role in self.held
            if grant.for_season(season)
        )
        return Decision(
            known=bool(self.held), ways=frozenset(way for way in ways if way is not None)
        )


def standing_at(grants: Iterable[Grant], place: Place, *, on: date) -> Standing:
    """Where a person stands at a place, for more than one decision about it.

    Args:
        grants: all grants of the person.
        place: where.
        on: the day.
    """
    return _standing(tuple(grants), place, on)


@lru_cache(maxsize=1024)  # by all that it follows from: other grants, or the next day, are another
def _standing(grants: tuple[Grant, ...], place: Place, on: date) -> Standing:
    held = ((grant, role) for grant, role in _known(grants, on) if grant.reaches(place))
    return Standing(tuple(held), place)


def decide(
    grants: Iterable[Grant], permission: Permission, place: Place, *, season: int | None, on: date
) -> Decision:
    """Say whether a person may do something.

    Grants that have ended or not started count for nothing; so do those whose role is not among the
    roles, may not be given over their scope, or may not be given for so long.

    Args:
        grants: all grants of the person.
        permission: what they want to do.
        place: where.
        season: the assessment year it is about; None for what is about no year.
        on: the day.
    """
    return standing_at(grants, place, on=on).decide(permission, season=season)


def _known(grants: Iterable[Grant], on: date) -> Iterator[tuple[Grant, Role]]:
    """The live grants with their role."""
    roles = load_roles().roles
    for grant in grants:
        role = roles.get(grant.role)
        if role is not None and role.may_be(grant.scope, grant.days) and grant.live(on):
            yield grant, role


def _way(grant: Grant, role: Role, permission: Permission, place: Place) -> Way | None:
    right = role.rights.get(permission)
    if right is None or not _holds(grant, right, permission, place):
        return None
    own = Condition.OWN_CLASSES in right.conditions
    return Way(right.level, grant.classes if own else None, right.conditions - _HELD_HERE)


def _holds(grant: Grant, right: Right, permission: Permission, place: Place) -> bool:
    """Whether what this room can see of the conditions is so."""
    if not right.conditions:
        return True
    given = permission in grant.given
    short = grant.days <= load_roles().terms.time_limited.days
    held = {
        Condition.GIVEN: given,
        Condition.AGREEMENT: permission in place.agreed,
        Condition.TIME_LIMITED: given and short,
    }
    return all(held.get(condition, True) for condition in right.conditions)


def may_grant(grants: Iterable[Grant], wanted: Grant, place: Place, *, on: date) -> bool:
    """Whether a person may give a grant: an account manager, and for that organisation only.

    Args:
        grants: all grants of the person.
        wanted: the grant to be given.
        place: the organisation's own place; a school's with what the school belongs to.
        on: the day.
    """
    role = load_roles().roles.get(wanted.role)
    managing = decide(grants, Permission.MANAGE_PEOPLE, place, season=None, on=on)
    return (
        role is not None
        and role.may_be(wanted.scope, wanted.days)
        and wanted.scope.organisation is place.organisation
        and wanted.reaches(place)
        and managing.allowed
        and Condition.STRUCTURE_ONLY not in managing.conditions
    )


def may_approve(person: Hashable, entered_by: Collection[Hashable]) -> bool:
    """Whether a person may approve what these people entered: nobody approves their own.

    >>> may_approve("Ann", {"Ann", "Bob"})
    False
    """
    return person not in entered_by


def removable(grants: Sequence[Grant], grant: Grant, on: date) -> bool:
    """Whether a grant may end: not if its organisation would have no account manager left.

    Args:
        grants: all grants of all people for the organisation, this one among them; two people with
            the same role and dates count as two.
        grant: the one to be ended.
        on: the day it would end.
    """
    if not _manages(grant, on):
        return True
    same = [
        one
        for one in grants
        if (one.scope.organisation, one.organisation)
        == (grant.scope.organisation, grant.organisation)
    ]
    return sum(_manages(one, on) for one in same) > 1


def _manages(grant: Grant, on: date) -> bool:
    return any(role.manages_people for _, role in _known((grant,), on))
