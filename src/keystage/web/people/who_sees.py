"""Who can see and do what in an organisation, from grants that hold and the matrix of roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils import timezone

from keystage.access.decide import Decision, decide
from keystage.access.permissions import Permission
from keystage.access.places import Place
from keystage.access.rights import Level
from keystage.access.roles import load_roles
from keystage.store.models import Grant, Organisation, Person
from keystage.store.rights import access_grant
from keystage.web.doors import Here


@dataclass(frozen=True, kw_only=True)
class Held:
    """A role that somebody holds, in words.

    Attributes:
        grant: the grant.
        label: the role.
        through: the wider organisation it is held in; empty for the organisation's own.
    """

    grant: Grant
    label: str
    through: str

    @property
    def words(self) -> str:
        """The role, its classes and where it comes from."""
        classes = f", {', '.join(self.grant.classes)}" if self.grant.classes else ""
        return f"{self.label}{classes}{f' of {self.through}' if self.through else ''}"


@dataclass(frozen=True, kw_only=True)
class May:
    """One thing that somebody may do.

    Attributes:
        subject: what it is about.
        sentence: what the permission allows.
        limits: the level of data, the classes and the conditions, in words.
    """

    subject: str
    sentence: str
    limits: str


@dataclass(frozen=True, kw_only=True)
class Seer:
    """One person, what they hold, and what follows from it here.

    Attributes:
        person: who.
        held: the roles.
        pupils: what they see of pupils, in words.
        may: all that they may do, in the order of the permissions.
        until: the last day of the last of the roles.
        seen_at: when they last used the service.
        dormant: whether that is long ago.
    """

    person: Person
    held: tuple[Held, ...]
    pupils: str
    may: tuple[May, ...]
    until: date
    seen_at: datetime | None
    dormant: bool

    @property
    def subjects(self) -> list[tuple[str, list[May]]]:
        """What they may do, by what it is about."""
        return [(name, list(some)) for name, some in groupby(self.may, lambda one: one.subject)]


def seers(here: Here) -> list[Seer]:
    """Everybody with a role that reaches the organisation, by name."""
    rows = grants_reaching(here.organisation).order_by("person__name", "person_id", "pk")
    return [
        _seer(person, list(some), here) for person, some in groupby(rows, lambda row: row.person)
    ]


def grants_reaching(organisation: Organisation) -> QuerySet[Grant]:
    """The grants that hold today for an organisation or for what it belongs to."""
    on = timezone.localdate()
    wider = (organisation.trust_id, organisation.authority_id, organisation.diocese_id)
    places = [organisation.pk, *wider]
    return Grant.objects.filter(
        Q(organisation__in=[pk for pk in places if pk])
        | Q(organisation__kind=Organisation.Kind.NATIONAL),
        ended_at__isnull=True,
        starts_on__lte=on,
        ends_on__gte=on,
        person__is_active=True,
    ).select_related("person", "organisation")


def _seer(person: Person, rows: Sequence[Grant], here: Here) -> Seer:
    on, roles = timezone.localdate(), load_roles()
    return Seer(
        person=person,
        held=tuple(_held(row, here.organisation) for row in rows),
        pupils=_limits(_decision(rows, Permission.SEE_PUPILS, here.place, here.year)),
        may=may_do(rows, here.place, here.year),
        until=max(row.ends_on for row in rows),
        seen_at=person.seen_at,
        dormant=roles.dormant(timezone.localdate(person.seen_at or person.joined_at), on),
    )


def _held(row: Grant, here: Organisation) -> Held:
    role = load_roles().roles.get(row.role)
    through = "" if row.organisation_id == here.pk else str(row.organisation)
    return Held(grant=row, label=role.label if role else row.role, through=through)


def may_do(rows: Sequence[Grant], place: Place, year: int | None) -> tuple[May, ...]:
    """All that some grants of one person allow at a place."""
    found = ((one, _decision(rows, one, place, year)) for one in Permission)
    return tuple(
        May(subject=one.subject, sentence=one.sentence, limits=_limits(decision))
        for one, decision in found
        if decision.allowed
    )


def _decision(
    rows: Sequence[Grant], permission: Permission, place: Place, year: int | None
) -> Decision:
    grants = [access_grant(row) for row in rows]
    return decide(grants, permission, place, season=year, on=timezone.localdate())


def _limits(decision: Decision) -> str:
    if not decision.allowed:
        return "Nothing"
    words = [decision.level.sentence] if decision.level is not Level.NONE else []
    if decision.classes is not None:
        words.append(f"of {', '.join(sorted(decision.classes)) or 'no class'}")
    words += [one.sentence for one in sorted(decision.conditions)]
    text = ", ".join(words)
    return text[:1].upper() + text[1:]
