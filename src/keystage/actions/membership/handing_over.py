"""Handing the role of an account manager over, such as that of the headteacher, as one act.

Until the successor takes the invitation up nothing changes, so that a school is never without a
head; the moment they do, every role of the one before ends there.
"""

from collections.abc import Callable
from datetime import date

from keystage.access.roles import load_roles
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.membership.invitations import Invited, invite
from keystage.store.models import Grant


def may_be_handed_over(grant: Grant) -> bool:
    """Whether a role manages accounts and has not ended."""
    role = load_roles().roles.get(grant.role)
    return grant.ended_at is None and role is not None and role.manages_people


def hand_over(
    *, grant: Grant, email: str, name: str, ends_on: date, by: By, link: Callable[[str], str]
) -> Invited:
    """Invite a successor, who takes the role over when they take the invitation up.

    Args:
        grant: the role of who holds it.
        email: of the successor.
        name: what they are called, until they say it themselves.
        ends_on: the last day of the successor's role.
        by: an account manager there; the one who holds the role may be the one.
        link: makes the address of the page from the token.

    Raises:
        RefusedError: the role ended, or manages no accounts; or see `invite`.
        InputError: see `invite`.
    """
    if not may_be_handed_over(grant):
        raise RefusedError(
            "Only a role that manages accounts, and has not ended, is handed over.",
            todo="Look at the person again.",
        )
    if email.strip().lower() == grant.person.email:
        raise RefusedError(
            f"{grant.person} holds the role.", todo="Enter the address of the successor."
        )
    return invite(
        organisation=grant.organisation,
        email=email,
        name=name,
        role=grant.role,
        ends_on=ends_on,
        given=grant.given,
        by=by,
        link=link,
        replaces=grant,
    )
