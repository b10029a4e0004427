"""People and their roles: giving, ending, and who manages them."""

from collections.abc import Collection
from datetime import date

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from keystage.access.decide import decide, may_grant, removable
from keystage.access.grants import Grant as AccessGrant
from keystage.access.permissions import Permission
from keystage.access.places import Scope
from keystage.access.rights import Condition
from keystage.access.roles import Role, load_roles
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.store.models import Grant, Organisation, Person
from keystage.store.rights import access_grant, live_grants, place_of, scope_of

#: Rights that a role holds only where the grant names them.
_IN_SO_MANY_WORDS = frozenset({Condition.GIVEN, Condition.TIME_LIMITED})


def seen(person: Person) -> None:
    """Note that a person signed in or came back."""
    Person.objects.filter(pk=person.pk).update(seen_at=timezone.now())


@transaction.atomic
def noted(what: str, *, person: Person, by: By) -> None:
    """Write what a person did with their own account: signing in, a password, a second factor."""
    record(what, by=by, subject=f"person {person.pk}")


def givable(role: Role) -> tuple[Permission, ...]:
    """The permissions that a role holds only where its grant gives them in so many words."""
    return tuple(
        permission
        for permission, right in role.rights.items()
        if right.conditions & _IN_SO_MANY_WORDS
    )


@transaction.atomic
def give(
    *,
    person: Person,
    organisation: Organisation,
    role: str,
    ends_on: date,
    by: By,
    classes: Collection[str] = (),
    given: Collection[str] = (),
    season: int | None = None,
) -> Grant:
    """Give a person a role, from today. Giving what they hold already changes nothing.

    Args:
        person: who is to hold it.
        organisation: where.
        role: key of a role.
        ends_on: its last day.
        by: an account manager there.
        classes: for a role of own classes, which.
        given: the permissions that the role holds only if they are named.
        season: the one assessment year it is for; none for all.

    Raises:
        RefusedError: it is for themself, they do not manage accounts there, or the role cannot be
            given so.
        InputError: there is no such role there, or it would end before it starts.
    """
    _lock(organisation)
    wanted = Grant(
        person=person,
        organisation=organisation,
        role=role,
        classes=sorted(classes),
        given=sorted(given),
        season=season,
        starts_on=timezone.localdate(),
        ends_on=ends_on,
        given_by=by.person,
    )
    check(wanted, by=by)
    same = Grant.objects.filter(
        person=person,
        organisation=organisation,
        role=role,
        classes=wanted.classes,
        given=wanted.given,
        season=season,
        ends_on=ends_on,
        ended_at__isnull=True,
    ).first()
    if same:
        return same
    wanted.save()
    record(
        "role given",
        by=by,
        organisation=organisation,
        year=season,
        subject=f"person {person.pk}",
        after=_told(wanted),
    )
    return wanted


def check(wanted: Grant, *, by: By) -> None:
    """See whether a grant may be given by somebody; it need not be kept yet.

    Raises:
        RefusedError: see `give`.
        InputError: see `give`.
    """
    if wanted.person_id == by.who.pk:
        raise RefusedError(
            "Nobody gives a role to themself.",
            todo="Ask another account manager of your organisation.",
        )
    value = access_grant(wanted)
    role = load_roles().roles[wanted.role]
    if not role.may_be(value.scope, value.days):
        raise RefusedError(
            f"The role of {role.label.lower()} is given for at most {role.longest_days} days.",
            todo="Choose an earlier last day.",
        )
    if value.scope is Scope.CLASSES and not value.classes:
        raise RefusedError(
            f"The role of {role.label.lower()} is for own classes, and no class is named.",
            todo="Select at least one class.",
        )
    if value.given - set(givable(role)):
        raise RefusedError(
            f"The role of {role.label.lower()} holds nothing of that name to give.",
            todo="Select from the list.",
        )
    if not _may(by, value, wanted.organisation):
        raise RefusedError(
            f"You do not manage the accounts of {wanted.organisation}.",
            todo="Ask somebody who does.",
        )


def _may(by: By, wanted: AccessGrant, organisation: Organisation) -> bool:
    on = timezone.localdate()
    return may_grant(live_grants(by.who, on), wanted, place_of(organisation), on=on)


def manages(person: Person, organisation: Organisation) -> bool:
    """Whether a person manages the accounts of an organisation today."""
    on = timezone.localdate()
    decision = decide(
        live_grants(person, on),
        Permission.MANAGE_PEOPLE,
        place_of(organisation),
        season=None,
        on=on,
    )
    return decision.allowed and Condition.STRUCTURE_ONLY not in decision.conditions


def managers_of(organisation: Organisation) -> list[Person]:
    """Who manages the accounts of an organisation today and works there, by name."""
    on, roles = timezone.localdate(), load_roles().roles
    rows = (
        Grant.objects.filter(
            organisation=organisation,
            role__in=[key for key, role in roles.items() if role.manages_people],
            ended_at__isnull=True,
            starts_on__lte=on,
            ends_on__gte=on,
            person__is_active=True,
        )
        .select_related("person")
        .order_by("person__name")
    )
    return list(dict.fromkeys(row.person for row in rows))


def must_manage(by: By, organisation: Organisation) -> None:
    """Refuse what only an account manager may do.

    Raises:
        RefusedError: the person is none there.
    """
    if not manages(by.who, organisation):
        raise RefusedError(
            f"You do not manage the accounts of {organisation}.", todo="Ask somebody who does."
        )


@transaction.atomic
def end(*, grant: Grant, by: By) -> None:
    """End a role at once. Who is left with none is signed out everywhere.

    Raises:
        RefusedError: no account manager would be left, or the person may not end it.
    """
    _lock(grant.organisation)
    grant = Grant.objects.select_related("organisation", "person").get(pk=grant.pk)
    must_manage(by, grant.organisation)
    if grant.ended_at is not None:
        return
    on = timezone.localdate()
    others = Grant.objects.select_related("organisation").filter(
        organisation=grant.organisation, ended_at__isnull=True, person__is_active=True
    )
    if not removable([access_grant(row) for row in others], access_grant(grant), on):
        raise RefusedError(
            f"{grant.organisation} would have no account manager left.",
            todo="Give the role to another person first, then end this one.",
        )
    grant.ended_at, grant.ended_by = timezone.now(), by.who
    grant.save(update_fields=("ended_at", "ended_by"))
    record(
        "role ended",
        by=by,
        organisation=grant.organisation,
        year=grant.season,
        subject=f"person {grant.person_id}",
        before=_told(grant),
    )
    left = Grant.objects.filter(
        person_id=grant.person_id, ended_at__isnull=True, ends_on__gte=on
    ).exists()
    if not left:
        _sign_out(grant.person_id)


@transaction.atomic
def forget_second_factor(*, person: Person, by: By) -> None:
    """Remove the second factor of a person who has lost it, and sign them out everywhere.

    Only who runs the service does this, after making sure who asks.
    """
    removed, _ = Authenticator.objects.filter(user=person).delete()
    if removed:
        _sign_out(person.pk)
        record("second factor forgotten", by=by, subject=f"person {person.pk}")


def _sign_out(person: int) -> None:
    """Delete the sessions of a person."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person):
            session.delete()


def roles_of(organisation: Organisation) -> list[Role]:
    """The roles that are given in an organisation of this kind, in the order of the file."""
    return [
        role
        for role in load_roles().roles.values()
        if any(scope.organisation.value == organisation.kind for scope in role.scopes)
    ]


def _lock(organisation: Organisation) -> None:
    """Two changes of the roles of one organisation follow each other."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _told(grant: Grant) -> dict[str, object]:
    return {
        "role": grant.role,
        "over": scope_of(grant.role, grant.organisation).value,
        "classes": list(grant.classes),
        "given": list(grant.given),
        "season": grant.season,
        "starts_on": grant.starts_on.isoformat(),
        "ends_on": grant.ends_on.isoformat(),
    }
