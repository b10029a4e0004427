"""The one place where it is decided how much of a release of figures somebody is shown.

Pages, downloads and packs ask here and print what they are given. A unit's content is complete or
suppressed, as far as the right that is used reaches at the unit; pupils are named or under made-up
numbers, or not shown at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from keystage.access.decide import Decision, decide
from keystage.access.grants import Grant
from keystage.access.permissions import Permission
from keystage.access.places import Organisation as Body
from keystage.access.places import Place
from keystage.access.rights import Condition, Level
from keystage.actions.auditing import looked
from keystage.actions.by import By
from keystage.actions.figures.makers import may_read
from keystage.actions.figures.publishing import is_out
from keystage.actions.figures.pupils_seen import PupilsSeen, pupils_seen
from keystage.flows.figures.contents import Content, decode
from keystage.store.models import (
    FiguresContent,
    FiguresRelease,
    FiguresTable,
    Organisation,
    Person,
)
from keystage.store.rights import live_grants, place_of

_Kind = FiguresContent.Kind
_Complete, _Suppressed = FiguresContent.Level.COMPLETE, FiguresContent.Level.SUPPRESSED
#: Areas that hold everything: whoever sees figures anywhere sees theirs, suppressed.
_WIDEST = frozenset({_Kind.REGION, _Kind.NATIONAL})
#: Rights by which figures are shown: to oneself, or on to others.
SHOWING = frozenset({Permission.SEE_MEASURES, Permission.SHARE_PACK})
_MADE = frozenset(
    {FiguresRelease.State.COMPUTED, FiguresRelease.State.APPROVED, FiguresRelease.State.WITHDRAWN}
)


@dataclass(frozen=True)
class Known:
    """What the door of a page has found of a person and the unit that the page is of already.

    It saves asking the database again; it decides nothing.
    """

    grants: tuple[Grant, ...]
    place: Place


@dataclass(frozen=True)
class Reach:
    """How far a right goes at a unit: the level of data, the classes, whether a look is recorded.

    ``classes`` is None for all of them.
    """

    level: Level
    classes: frozenset[str] | None = None
    logged: bool = False


def content_for(
    release: FiguresRelease,
    kind: str,
    code: str,
    *,
    person: Person,
    permission: Permission = Permission.SEE_MEASURES,
    known: Known | None = None,
) -> Content | None:
    """What a release says of a unit, at the level of data the person's grants reach there.

    Args:
        release: the release.
        kind: what the unit is, as `FiguresContent.Kind`.
        code: which.
        person: who is to see it.
        permission: the right that is used: seeing measures, or sharing a pack of them.
        known: what is known of the person and the unit already.

    Returns:
        The content; None where there is none, or none for the person.

    Raises:
        ValueError: figures are not shown by that right.
        InputError: what is kept is damaged.
    """
    level = content_level(release, kind, code, person=person, permission=permission, known=known)
    if level is None:
        return None
    row = release.contents.filter(kind=kind, code=code, level=level).first()
    return decode(bytes(row.content)) if row else None


def suppressed_for(
    release: FiguresRelease,
    kind: str,
    code: str,
    *,
    person: Person,
    permission: Permission = Permission.SEE_MEASURES,
) -> Content | None:
    """What a release says of a unit without the figures of few pupils, for whoever sees any of it.

    Packs and websites are made of it, however much the person who makes them sees.

    Args:
        release: the release.
        kind: what the unit is, as `FiguresContent.Kind`.
        code: which.
        person: who is to see it.
        permission: the right that is used: seeing measures, or sharing a pack of them.

    Returns:
        The suppressed content; None where there is none, or the person sees none.

    Raises:
        ValueError: figures are not shown by that right.
        InputError: what is kept is damaged.
    """
    if content_level(release, kind, code, person=person, permission=permission) is None:
        return None
    row = release.contents.filter(kind=kind, code=code, level=_Suppressed).first()
    return decode(bytes(row.content)) if row else None


def content_level(
    release: FiguresRelease,
    kind: str,
    code: str,
    *,
    person: Person,
    permission: Permission = Permission.SEE_MEASURES,
    known: Known | None = None,
) -> FiguresContent.Level | None:
    """The level of data at which a person is shown a unit of a release; None for not at all.

    Raises:
        ValueError: figures are not shown by that right.
    """
    if permission not in SHOWING:
        raise ValueError(permission)
    if not may_open(release, person):
        return None
    grants = _grants(release, person, known)
    place = known.place if known else place_of_unit(kind, code)
    reach = _reach(_decision(grants, permission, place, release.year))
    if reach is not None and reach.classes is None:
        if reach.level.reaches(Level.AGGREGATE):
            return _Complete
        if reach.level is Level.SUPPRESSED:
            return _Suppressed
    if kind in _WIDEST and _anywhere(grants, permission, release.year):
        return _Suppressed
    return None


def table_for(
    release: FiguresRelease, what: str, kind: str, code: str, *, person: Person
) -> bytes | None:
    """A table of a release, at the level of data the person's grants reach at the unit.

    What its makers look at is theirs and the reviewers' alone.

    Args:
        release: the release.
        what: what the table is of, as `FiguresTable.What`.
        kind: what the unit is, as `FiguresContent.Kind`.
        code: which.
        person: who is to see it.

    Returns:
        The encoded table; None where there is none, or none for the person.
    """
    level = (
        _review_level(release, person)
        if what == FiguresTable.What.REVIEW
        else content_level(release, kind, code, person=person)
    )
    if level is None:
        return None
    row = release.tables.filter(what=what, kind=kind, code=code, level=level).first()
    return bytes(row.content) if row else None


def _review_level(release: FiguresRelease, person: Person) -> FiguresContent.Level | None:
    made = release.state in _MADE and may_read(person, release.organisation, release.year)
    return _Complete if made else None


def may_open(release: FiguresRelease, person: Person) -> bool:
    """Whether a release is out, or the person is of those who make and review it."""
    return is_out(release) or (
        release.state in _MADE and may_read(person, release.organisation, release.year)
    )


def pupils_reach(
    release: FiguresRelease, code: str, *, person: Person, known: Known | None = None
) -> Reach | None:
    """How far a person sees the pupils of a school of a release; None for not at all."""
    if not may_open(release, person):
        return None
    place = known.place if known else place_of_unit(_Kind.SCHOOL, code)
    grants = _grants(release, person, known)
    reach = _reach(_decision(grants, Permission.EXPLAIN_FIGURE, place, release.year))
    if reach is None or not reach.level.reaches(Level.PSEUDONYMISED):
        return None
    return reach


def pupils_for(release: FiguresRelease, code: str, *, by: By) -> PupilsSeen | None:
    """The pupils of a school as a person may see them: named, or under made-up numbers.

    A look that has to be recorded is.

    Args:
        release: the release.
        code: the school's URN.
        by: who is to see them.

    Returns:
        The pupils; None where there are none, or none for the person.

    Raises:
        InputError: what is kept is damaged.
    """
    reach = pupils_reach(release, code, person=by.who)
    row = release.pupils.filter(code=code).first() if reach else None
    if reach is None or row is None:
        return None
    if reach.logged:
        school = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, code=code).first()
        looked(
            f"pupils of figures {release.pk}",
            by=by,
            organisation=school or release.organisation,
            year=release.year,
        )
    return pupils_seen(row, reach.level, reach.classes)


def place_of_unit(kind: str, code: str) -> Place:
    """Where a unit of a release stands, as decisions see it."""
    match kind:
        case _Kind.SCHOOL:
            school = Organisation.objects.filter(kind=Organisation.Kind.SCHOOL, code=code)
            found = school.select_related("trust", "authority", "diocese").first()
            return place_of(found) if found else Place(school=code)
        case _Kind.TRUST:
            return Place(trust=code)
        case _Kind.AUTHORITY:
            return Place(authority=code)
        case Organisation.Kind.DIOCESE:
            return Place(diocese=code)
    return Place()


def _grants(release: FiguresRelease, person: Person, known: Known | None = None) -> Sequence[Grant]:
    """The grants that count: what an authority or trust makes is its own and its schools'."""
    grants = known.grants if known else live_grants(person, timezone.localdate())
    maker = release.organisation
    if maker.kind == Organisation.Kind.NATIONAL:
        return grants
    return [one for one in grants if _is_of(one, maker, known)]


def _is_of(grant: Grant, maker: Organisation, known: Known | None) -> bool:
    """Whether a grant is for the maker of a release, or for one of its schools."""
    if grant.scope.organisation is not Body.SCHOOL:
        return (grant.scope.organisation.value, grant.organisation) == (maker.kind, maker.code)
    here = known is not None and known.place.school == grant.organisation
    place = known.place if known is not None and here else _own(grant)
    return place.identifier(Body(maker.kind)) == maker.code


def _decision(grants: Sequence[Grant], permission: Permission, place: Place, year: int) -> Decision:
    return decide(grants, permission, place, season=year, on=timezone.localdate())


def _reach(decision: Decision) -> Reach | None:
    """The best way that asks for nothing but that a look is recorded."""
    ways = [way for way in decision.ways if way.conditions <= {Condition.LOGGED}]
    if not ways:
        return None
    level = Level.best(way.level for way in ways)
    plain = decision.classes_at(level)
    logged = plain is not None and decision.classes_at(level, {Condition.LOGGED}) != plain
    classes = decision.classes_at(level, {Condition.LOGGED}) if logged else plain
    return Reach(level, classes, logged)


def _anywhere(grants: Sequence[Grant], permission: Permission, year: int) -> bool:
    """Whether figures are seen at any place that a grant is for."""
    return any(_reach(_decision(grants, permission, _own(grant), year)) for grant in grants)


def _own(grant: Grant) -> Place:
    """The place a grant is for, of itself."""
    match grant.scope.organisation:
        case Body.SCHOOL:
            return place_of_unit(_Kind.SCHOOL, grant.organisation)
        case Body.TRUST:
            return Place(trust=grant.organisation)
        case Body.AUTHORITY:
            return Place(authority=grant.organisation)
        case Body.DIOCESE:
            return Place(diocese=grant.organisation)
    return Place()
