"""Looking over who still needs which role: accounts nobody uses, and all roles once a year."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from keystage.access.roles import load_roles
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.locks import locking
from keystage.actions.membership.people import must_manage
from keystage.store.models import Grant, Organisation, OrganisationSetting, Person

#: Under this name an organisation keeps the day its roles were last looked over.
REVIEWED = "roles_reviewed"


def dormant(organisation: Organisation, on: date) -> list[Person]:
    """People with a role in an organisation who have not used the service for long."""
    roles = load_roles()
    people = (
        Person.objects.filter(
            grants__organisation=organisation,
            grants__ended_at__isnull=True,
            grants__starts_on__lte=on,
            grants__ends_on__gte=on,
        )
        .distinct()
        .order_by("name")
    )
    return [
        person
        for person in people
        if roles.dormant(timezone.localdate(person.seen_at or person.joined_at), on)
    ]


def reviewed_on(organisation: Organisation) -> date | None:
    """The day on which the roles of an organisation were last looked over; None if never."""
    row = OrganisationSetting.objects.filter(organisation=organisation, name=REVIEWED).first()
    return date.fromisoformat(row.value) if row else None


def due(organisation: Organisation, on: date) -> date:
    """The day by which the roles have to be looked over next."""
    last = reviewed_on(organisation)
    return on if last is None else last + timedelta(days=load_roles().terms.review.days)


@transaction.atomic
def reviewed(*, organisation: Organisation, by: By) -> None:
    """Say that all roles of an organisation were looked over today.

    Raises:
        RefusedError: the person does not manage accounts there.
    """
    locking(Organisation.objects).get(pk=organisation.pk)
    must_manage(by, organisation)
    on, before = timezone.localdate(), reviewed_on(organisation)
    if before == on:
        return
    OrganisationSetting.objects.update_or_create(
        organisation=organisation,
        name=REVIEWED,
        defaults={
            "value": on.isoformat(),
            "changed_at": timezone.now(),
            "changed_by": by.who,
        },
    )
    roles = Grant.objects.filter(organisation=organisation, ended_at__isnull=True, ends_on__gte=on)
    record("roles reviewed", by=by, organisation=organisation, after={"roles": roles.count()})
