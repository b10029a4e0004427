"""The organisations a person works for, each with their roles there and the way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from keystage.access.decide import decide
from keystage.access.grants import Grant as AccessGrant
from keystage.access.roles import load_roles
from keystage.store.models import Organisation, Person, Sheet
from keystage.store.rights import live_grants, place_of
from keystage.web.doors import KEPT_BELOW, RELEASED
from keystage.web.journeys import OF_A_SCHOOL, Journey, first_of_a_school


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """An organisation somebody works for.

    Attributes:
        organisation: the organisation.
        roles: what the person is there, in words.
        href: where the person goes in; empty where none of its pages opens for them.
    """

    organisation: Organisation
    roles: tuple[str, ...]
    href: str


def workplaces_of(person: Person, on: date) -> list[Workplace]:
    """Where a person has a role on a day, by kind and name."""
    rows = (
        person.grants.filter(ended_at__isnull=True, starts_on__lte=on, ends_on__gte=on)
        .select_related("organisation__authority", "organisation__trust", "organisation__diocese")
        .order_by("organisation__kind", "organisation__name", "role")
    )
    labels: dict[Organisation, list[str]] = {}
    for row in rows:
        labels.setdefault(row.organisation, []).append(load_roles().roles[row.role].label)
    grants = live_grants(person, on)
    return [
        Workplace(organisation=one, roles=tuple(words), href=_way_in(one, grants, on))
        for one, words in labels.items()
    ]


def _way_in(organisation: Organisation, grants: Sequence[AccessGrant], on: date) -> str:
    if organisation.kind != Organisation.Kind.SCHOOL:
        parts = {"kind": organisation.kind, "code": organisation.code}
        return reverse("organisation:seasons", kwargs=parts)
    sheets = Sheet.objects.filter(school=organisation).order_by("-year")
    year = sheets.values_list("year", flat=True).first() or _year_of_intake(organisation)
    place = place_of(organisation)

    def may(one: Journey) -> bool:
        found = decide(grants, one.permission, place, season=year, on=on)
        classes = found.classes_at(one.level, KEPT_BELOW | RELEASED | one.sees_to)
        return classes is None or bool(classes)

    first = first_of_a_school(may)
    if first is OF_A_SCHOOL[0]:
        return reverse("home:seasons", kwargs={"code": organisation.code})
    return first.href(organisation.kind, organisation.code, year) if first and year else ""


def _year_of_intake(school: Organisation) -> int | None:
    """The newest season of which pupils have a place at a school; None if none have."""
    return school.places.order_by("-year").values_list("year", flat=True).first()
