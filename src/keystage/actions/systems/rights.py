"""What a system may do at a place: never more than the person may who gave it leave."""

from collections.abc import Collection
from dataclasses import replace

from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Condition
from keystage.actions.systems.scopes import Scope
from keystage.store.models import Organisation, Person
from keystage.store.rights import live_grants, place_of

#: Conditions that the word of two people sees to, that the record of each request sees to, or that
#: the route itself keeps.
_SEEN_TO = frozenset(
    {
        Condition.ANOTHER_PERSON,
        Condition.SECOND_PERSON,
        Condition.LOGGED,
        Condition.ON_RELEASE,
        Condition.DAY_AFTER_RELEASE,
    }
)


def may(person: Person, organisation: Organisation, scope: Scope, year: int | None) -> bool:
    """Whether a person may do, for the whole of an organisation, what a scope stands for.

    Args:
        person: who gave the leave.
        organisation: a school, or a body above schools.
        scope: what the system wants to do.
        year: the season; None for all.
    """
    return not beyond(person, organisation, (scope,), year)


def beyond(
    person: Person,
    organisation: Organisation,
    scopes: Collection[Scope],
    year: int | None = None,
) -> list[Scope]:
    """The scopes that stand for something a person may not do; see `may`.

    What a body may do only for schools that agreed to it is asked of each school when it is done.
    """
    on = timezone.localdate()
    grants, place = live_grants(person, on), place_of(organisation)
    if organisation.kind != Organisation.Kind.SCHOOL:
        place = replace(place, agreed=frozenset(Permission))
    return [
        scope
        for scope in scopes
        if decide(grants, scope.permission, place, season=year, on=on).classes_at(
            scope.level, _SEEN_TO
        )
        is not None
    ]
