"""People and their roles: giving, ending, and who manages them."""

from collections.abc import Collection
from datetime import date

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
from keystage.actions.locks import locking
from keystage.actions.membership.accounts import sign_out
from keystage.store.models import Grant, Organisation, Person
from keystage.store.rights import access_grant, live_grants, place_of, scope_of

#: Rights that a role holds only where the grant names them.
_IN_SO_MANY_WORDS = frozenset({Condition.GIVEN, Condition.TIME_LIMITED})


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


@transaction.atomic
def renew(*, grant: Grant, ends_on: date, by: By) -> Grant:
    """Give a role that somebody holds, or held until its last day, for longer or shorter.

    The earlier grant ends and another takes its place, so that the record keeps both. Renewing it
    until the day it ends anyway changes nothing.

    Raises:
        RefusedError: somebody ended the role, it is the person's own, or see `give`.
        InputError: it would end before it starts.
    """
    _lock(grant.organisation)
    earlier = Grant.objects.select_related("organisation", "person").get(pk=grant.pk)
    if earlier.ended_at is not None:
        raise RefusedError(
            "The role was ended already.", todo="Look at the person again, then give the role anew."
        )
    if earlier.ends_on == ends_on:
        return earlier
    on = timezone.localdate()
    wanted = Grant(
        person=earlier.person,
        organisation=earlier.organisation,
        role=earlier.role,
        classes=earlier.classes,
        given=earlier.given,
        season=earlier.season,
        starts_on=max(on, earlier.starts_on),
        ends_on=ends_on,
        given_by=by.person,
    )
    check(wanted, by=by)
    wanted.save()
    if earlier.ends_on >= on:
        earlier.ended_at, earlier.ended_by = timezone.now(), by.who
        earlier.save(update_fields=("ended_at", "ended_by"))
    record(
        "role renewed",
        by=by,
        organisation=wanted.organisation,
        year=wanted.season,
        subject=f"person {wanted.person_id}",
        before={"ends_on": earlier.ends_on.isoformat()},
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
    short = load_roles().terms.time_limited.days
    if value.days > short and any(
        Condition.TIME_LIMITED in role.rights[permission].conditions for permission in value.given
    ):
        raise RefusedError(
            f"What is given for a time only is given for at most {short} days.",
            todo="Choose an earlier last day, or give the role without it.",
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
    kept = [access_grant(row) for row in others]
    if grant.person.is_active and not removable(kept, access_grant(grant), on):
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
        sign_out(grant.person_id)


def roles_of(organisation: Organisation) -> list[Role]:
    """The roles that are given in an organisation of this kind, in the order of the file."""
    return [
        role
        for role in load_roles().roles.values()
        if any(scope.organisation.value == organisation.kind for scope in role.scopes)
    ]


def _lock(organisation: Organisation) -> None:
    """Two changes of the roles of one organisation follow each other."""
    locking(Organisation.objects).get(pk=organisation.pk)


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
