"""Invitations: a role offered to an address, taken up once by whoever reads its mail."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.membership import people
from keystage.actions.membership.ending import handed_over
from keystage.actions.membership.invitation_message import mailed
from keystage.store.models import Grant, Invitation, Organisation, Person

#: The same invitation sent twice within this time is one: a form was sent twice.
TWICE = timedelta(minutes=2)
_BYTES = 32


@dataclass(frozen=True)
class Invited:
    """An invitation, and whether its message could be handed to the mail server."""

    invitation: Invitation
    sent: bool


def invite(
    *,
    organisation: Organisation,
    email: str,
    name: str,
    role: str,
    ends_on: date,
    by: By,
    link: Callable[[str], str],
    classes: Collection[str] = (),
    given: Collection[str] = (),
    replaces: Grant | None = None,
) -> Invited:
    """Offer a role to an address. An open offer of the same role to it is withdrawn.

    The answer is the same whether or not somebody has an account of that address. Only the hash of
    the token in the message is kept.

    Args:
        organisation: where the role holds.
        email: to whom.
        name: what they are called, until they say it themselves.
        role: key of a role.
        ends_on: the last day of the role.
        by: an account manager there.
        link: makes the address of the page from the token.
        classes: for a role of own classes, which.
        given: the permissions that the role holds only if they are named.
        replaces: the role it takes over, whose holder's roles there end when it is taken up.

    Raises:
        RefusedError: it is for themself, or the role cannot be given so.
        InputError: there is no such role there, or it would end before today.
    """
    token = secrets.token_urlsafe(_BYTES)
    with transaction.atomic():
        locking(Organisation.objects).get(pk=organisation.pk)
        wanted = _offer(
            organisation=organisation,
            email=email.strip().lower(),
            name=name.strip(),
            role=role,
            classes=sorted(classes),
            given=sorted(given),
            ends_on=ends_on,
            given_by=by.who,
            replaces=replaces,
        )
        if wanted.email == by.who.email:
            raise RefusedError(
                "Nobody gives a role to themself.",
                todo="Ask another account manager of your organisation.",
            )
        people.check(_grant(wanted, None), by=by)
        earlier = _open(organisation).filter(email=wanted.email, role=role)
        for one in earlier:
            if _same(one, wanted):
                return Invited(one, sent=True)
        earlier.update(withdrawn_at=timezone.now())
        wanted.token_hash = _hash(token)
        wanted.save(force_insert=True)
        record(
            "person invited",
            by=by,
            organisation=organisation,
            subject=f"invitation {wanted.pk}",
            after=_told(wanted),
        )
    return Invited(wanted, sent=mailed(wanted, link(token)))


def _offer(**values: object) -> Invitation:
    now = timezone.now()
    days = timedelta(days=settings.INVITATION_DAYS)
    return Invitation(given_at=now, expires_at=now + days, **values)


def _same(one: Invitation, other: Invitation) -> bool:
    fields = ("name", "classes", "given", "ends_on", "given_by_id", "replaces_id")
    soon = other.given_at - one.given_at < TWICE
    return soon and all(getattr(one, field) == getattr(other, field) for field in fields)


def open_of(organisation: Organisation) -> list[Invitation]:
    """The invitations of an organisation that can still be taken up, newest first."""
    found = _open(organisation).select_related("given_by", "replaces__person")
    return list(found.order_by("-given_at"))


def _open(organisation: Organisation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        organisation=organisation,
        taken_up_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=timezone.now(),
    )


@transaction.atomic
def withdraw(*, invitation: Invitation, by: By) -> None:
    """Withdraw an invitation. Withdrawing it twice changes nothing.

    Raises:
        RefusedError: it was taken up, or the person does not manage accounts there.
    """
    invitation = locking(Invitation.objects).get(pk=invitation.pk)
    people.must_manage(by, invitation.organisation)
    if invitation.taken_up_at is not None:
        raise RefusedError(
            "The invitation was taken up already.", todo="End the role of the person instead."
        )
    if invitation.withdrawn_at is not None:
        return
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=("withdrawn_at",))
    record(
        "invitation withdrawn",
        by=by,
        organisation=invitation.organisation,
        subject=f"invitation {invitation.pk}",
    )


def find(token: str) -> Invitation | None:
    """The invitation of a token that can still be taken up; None for any other."""
    return (
        Invitation.objects.select_related("organisation", "given_by", "replaces__person")
        .filter(
            token_hash=_hash(token),
            taken_up_at__isnull=True,
            withdrawn_at__isnull=True,
            expires_at__gt=timezone.now(),
        )
        .first()
    )


def account_of(invitation: Invitation) -> Person | None:
    """Who has an account of the address of an invitation."""
    return Person.objects.filter(email=invitation.email).first()


@transaction.atomic
def join(*, token: str, by: By) -> Grant:
    """Take an invitation up for the account that is signed in, if it is of the very address.

    Raises:
        RefusedError: it cannot be taken up any more, or it is for another address.
    """
    invitation = _held(token)
    if by.who.email != invitation.email:
        raise RefusedError(
            "The invitation is for another address.",
            todo="Sign out, then open the link again.",
        )
    return _taken_up(invitation, by.who, by)


@transaction.atomic
def take_up(*, token: str, name: str, password: str, address: str) -> Person:
    """Take an invitation up with a new account.

    Args:
        token: of the message.
        name: what the person is called.
        password: what they will sign in with.
        address: the network address it comes from.

    Raises:
        RefusedError: it cannot be taken up any more, the address has an account, or the password is
            too weak.
    """
    invitation = _held(token)
    person = Person(email=invitation.email, name=name.strip() or invitation.name)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise RefusedError(" ".join(error.messages), todo="Choose another password.") from None
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise RefusedError(
            "There is an account of this address.", todo="Sign in, then open the link again."
        ) from None
    _taken_up(invitation, person, By(person, address))
    return person


def _held(token: str) -> Invitation:
    """The open invitation of a token, locked so that it is taken up once.

    The organisation is locked first, as by whoever invites, so that nobody waits for each other.
    """
    found = find(token)
    if found is not None:
        locking(Organisation.objects).get(pk=found.organisation_id)
        found = find(token)
    locked = locking(Invitation.objects).filter(pk=found.pk).first() if found else None
    if locked is None or locked.taken_up_at is not None or locked.withdrawn_at is not None:
        raise RefusedError(
            "The invitation cannot be taken up any more.",
            todo="Ask the person who invited you for another one.",
        )
    return locked


def _taken_up(invitation: Invitation, person: Person, by: By) -> Grant:
    given_by = By(invitation.given_by, by.address)
    grant = people.give(
        person=person,
        organisation=invitation.organisation,
        role=invitation.role,
        classes=invitation.classes,
        given=invitation.given,
        ends_on=invitation.ends_on,
        by=given_by,
    )
    invitation.taken_up_at, invitation.taken_up_by = timezone.now(), person
    invitation.save(update_fields=("taken_up_at", "taken_up_by"))
    if invitation.replaces is not None:
        handed_over(invitation.replaces, by=given_by)
    record(
        "invitation taken up",
        by=by,
        organisation=invitation.organisation,
        subject=f"invitation {invitation.pk}",
        after={"role": invitation.role},
    )
    return grant


def _grant(invitation: Invitation, person: Person | None) -> Grant:
    return Grant(
        person=person,
        organisation=invitation.organisation,
        role=invitation.role,
        classes=invitation.classes,
        given=invitation.given,
        starts_on=timezone.localdate(),
        ends_on=invitation.ends_on,
    )


def _told(invitation: Invitation) -> dict[str, object]:
    return {
        "role": invitation.role,
        "classes": list(invitation.classes),
        "given": list(invitation.given),
        "ends_on": invitation.ends_on.isoformat(),
        **({"takes_over_from": invitation.replaces.person_id} if invitation.replaces else {}),
    }


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
