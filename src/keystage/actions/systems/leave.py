"""The leave of a system: given by one person, confirmed by another, ended at once."""

from collections.abc import Collection
from datetime import date, timedelta

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.utils import timezone

from keystage.access.decide import may_approve
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.systems.rights import beyond
from keystage.actions.systems.scopes import Scope, scopes_of
from keystage.core.errors import InputError
from keystage.statute.collection_loader import available_collections, load_collection
from keystage.store.models import Organisation, SystemAccess

LONGEST = timedelta(days=365)
LONGEST_NAME = 100


def usual_end(year: int, today: date) -> date | None:
    """The last day of a leave where nobody says another: the end of the season, if it is near."""
    if year not in available_collections():
        return None
    ends = load_collection(year).academic_year.ends
    return ends if today <= ends <= today + LONGEST else None


@transaction.atomic
def give(
    *, organisation: Organisation, name: str, scopes: Collection[str], ends_on: date, by: By
) -> SystemAccess:
    """Give a system leave to act for an organisation, once a second person confirms it.

    Giving the same leave twice, while it waits to be confirmed, gives it once.

    Args:
        organisation: for whom it acts, and for the schools that belong to it.
        name: what people call the system.
        scopes: what it may do, by name.
        ends_on: its last day.
        by: whoever may manage systems there, and may do each of it.

    Raises:
        InputError: it has no name or no scope, or ends in the past or too late.
        RefusedError: the person may not do what the system is to be let do.
    """
    named, wanted = name.strip(), scopes_of(scopes)
    _refuse_unfit(named, scopes, wanted, ends_on)
    locking(Organisation.objects).get(pk=organisation.pk)
    _refuse_beyond(organisation, wanted, by)
    words = [scope.value for scope in wanted]
    waiting = SystemAccess.objects.filter(
        organisation=organisation, confirmed_at__isnull=True, withdrawn_at__isnull=True
    )
    for same in waiting.filter(name=named, ends_on=ends_on, made_by=by.who):
        if same.scopes == words:
            return same
    made = SystemAccess.objects.create(
        organisation=organisation,
        name=named,
        client_id=_client(named, words).pk,
        scopes=words,
        ends_on=ends_on,
        made_at=timezone.now(),
        made_by=by.who,
    )
    _told("system given leave", made, by, {"scopes": words, "ends_on": ends_on.isoformat()})
    return made


@transaction.atomic
def confirm(*, access: SystemAccess, by: By) -> SystemAccess:
    """Confirm the leave of a system. Confirming it twice changes nothing.

    Raises:
        RefusedError: the same person gave it, may not do all of it, or it is over.
    """
    locked = lock(access)
    refuse_over(locked)
    if locked.confirmed_at is not None:
        return locked
    if not may_approve(by.who.pk, {locked.made_by_id}):
        raise RefusedError(
            "You gave this system leave yourself.",
            todo="Ask another person who may manage systems to confirm it.",
        )
    _refuse_beyond(locked.organisation, scopes_of(locked.scopes), by)
    locked.confirmed_at, locked.confirmed_by = timezone.now(), by.who
    locked.save()
    _told("system confirmed", locked, by, {"scopes": locked.scopes})
    return locked


@transaction.atomic
def withdraw(*, access: SystemAccess, by: By) -> SystemAccess:
    """End the leave of a system and its tokens at once. Ending it twice changes nothing."""
    locked = lock(access)
    if locked.withdrawn_at is not None:
        return locked
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), by.who
    locked.save()
    Token.objects.filter(client_id=locked.client_id).delete()
    _told("system withdrawn", locked, by, {})
    return locked


def lock(access: SystemAccess) -> SystemAccess:
    """The leave, locked."""
    rows = locking(SystemAccess.objects).select_related("organisation")
    return rows.get(pk=access.pk)


def refuse_over(access: SystemAccess) -> None:
    """Refuse to go on with a leave that is over.

    Raises:
        RefusedError: it was withdrawn, or its last day has passed.
    """
    if access.withdrawn_at is not None or access.ends_on < timezone.localdate():
        raise RefusedError(
            "The leave of this system is over.", todo="Give it leave anew if it is needed."
        )


def _client(name: str, scopes: list[str]) -> Client:
    """What the identity provider keeps of it: at first with a secret that nobody has."""
    client = Client(name=name, type=Client.Type.CONFIDENTIAL, response_types="")
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
    client.set_scopes(scopes)
    client.set_default_scopes(scopes)
    client.save(force_insert=True)
    return client


def _refuse_unfit(
    name: str, asked: Collection[str], wanted: Collection[Scope], ends_on: date
) -> None:
    today = timezone.localdate()
    if not name or len(name) > LONGEST_NAME:
        raise InputError("Enter the name of the system, of 100 characters at most.")
    if not wanted or len(wanted) != len(set(asked)):
        raise InputError("Select what the system may do.", todo="Use what the page offers.")
    if not today <= ends_on <= today + LONGEST:
        raise InputError("The last day must be today or later, and within a year from today.")


def _refuse_beyond(organisation: Organisation, wanted: Collection[Scope], by: By) -> None:
    missing = beyond(by.who, organisation, wanted)
    if missing:
        words = "; ".join(scope.sentence.lower() for scope in missing)
        raise RefusedError(
            f"You may not do this yourself, so you cannot let a system do it: {words}.",
            todo="Leave it out, or ask somebody who may.",
        )


def _told(action: str, access: SystemAccess, by: By, after: dict[str, object]) -> None:
    record(
        action,
        by=by,
        organisation=access.organisation,
        subject=f"system {access.pk}",
        after={"name": access.name, **after},
    )
