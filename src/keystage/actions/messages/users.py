"""Who reads and writes the messages of an organisation, and how they are told of one."""

from django.core.mail import send_mail
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.access.roles import load_roles
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.store.models import Grant, Organisation, Person
from keystage.store.rights import live_grants, place_of


def may_use(person: Person, organisation: Organisation, year: int) -> bool:
    """Whether a person reads and writes the messages of an organisation.

    Only who works in the organisation itself does: an authority's officer may open pages of a
    school, and reads what the school and its trust write to each other on none of them.
    """
    on, place = timezone.localdate(), place_of(organisation)
    own = [
        grant
        for grant in live_grants(person, on)
        if grant.organisation == organisation.code
        and grant.scope.organisation.value == organisation.kind
    ]
    decision = decide(own, Permission.USE_MESSAGES, place, season=year, on=on)
    return decision.classes_at(Level.NONE) is None


def must_use(by: By, organisation: Organisation, year: int) -> None:
    """Refuse somebody who does not use the messages of an organisation.

    Raises:
        RefusedError: they do not work there, or have no right to.
    """
    if not may_use(by.who, organisation, year):
        raise RefusedError(
            f"The messages of {organisation} are read and written by its own people.",
            todo="Go to the messages of your own organisation.",
        )


def workplaces_with_messages(person: Person, year: int) -> list[Organisation]:
    """The organisations whose messages a person reads and writes, by name."""
    held = Organisation.objects.filter(grants__person=person).distinct().order_by("name")
    return [one for one in held.select_related("authority") if may_use(person, one, year)]


def users_of(organisation: Organisation) -> list[Person]:
    """The people who work in an organisation itself and read its messages, by name."""
    on = timezone.localdate()
    roles = [
        role.key for role in load_roles().roles.values() if Permission.USE_MESSAGES in role.rights
    ]
    held = Grant.objects.filter(
        organisation=organisation,
        role__in=roles,
        ended_at__isnull=True,
        starts_on__lte=on,
        ends_on__gte=on,
    )
    people = Person.objects.filter(is_active=True, pk__in=held.values("person"))
    return list(people.order_by("name", "pk"))


def tell(receiver: Organisation) -> int:
    """Tell the people of an organisation that there is a message, and nothing of what it says.

    Returns:
        How many messages the mail server took.
    """
    sent = 0
    for person in users_of(receiver):
        try:
            sent += send_mail(
                f"There is a message for {receiver} on Keystage",
                f"Hello {person.name},\n\nThere is a message for {receiver} on Keystage. "
                "Sign in to read it.\n\nIt is not in this e-mail.",
                None,
                [person.email],
            )
        except OSError:
            return sent
    return sent
