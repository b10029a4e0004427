"""What a school agrees that others may do for it, such as its local authority."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.access.rights import Condition
from keystage.access.roles import load_roles
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.membership.people import managers_of
from keystage.store.models import Organisation, OrganisationSetting
from keystage.store.rights import AGREED


def agreeable() -> tuple[Permission, ...]:
    """What can be agreed to: the permissions that some role holds by agreement alone."""
    return tuple(
        permission
        for permission in Permission
        if any(
            Condition.AGREEMENT in right.conditions
            for role in load_roles().roles.values()
            for held, right in role.rights.items()
            if held is permission
        )
    )


def agreed_of(school: Organisation) -> frozenset[Permission]:
    """What a school has agreed to."""
    row = OrganisationSetting.objects.filter(organisation=school, name=AGREED).first()
    return frozenset(Permission(value) for value in row.value) if row else frozenset()


@transaction.atomic
def agree(*, school: Organisation, permissions: Collection[Permission], by: By) -> None:
    """Say what others may do for a school; what is not named is agreed no more.

    The school itself says so: nobody of its authority or trust agrees in its place, though they may
    give roles there.

    Raises:
        RefusedError: the person is no account manager of the school itself, or one of them needs no
            agreement.
    """
    locking(Organisation.objects).get(pk=school.pk)
    if by.who not in managers_of(school):
        raise RefusedError(
            f"You do not manage the accounts of {school} as one of its own people.",
            todo="Ask the headteacher: the school itself agrees, nobody in its place.",
        )
    if set(permissions) - set(agreeable()):
        raise RefusedError("That is not agreed to by a school.", todo="Select from the list.")
    before, after = agreed_of(school), frozenset(permissions)
    if before == after:
        return
    OrganisationSetting.objects.update_or_create(
        organisation=school,
        name=AGREED,
        defaults={
            "value": sorted(after),
            "changed_at": timezone.now(),
            "changed_by": by.who,
        },
    )
    record(
        "agreement changed",
        by=by,
        organisation=school,
        before={"agreed": sorted(before)},
        after={"agreed": sorted(after)},
    )
