"""Agreeing with an authority on monitoring and moderation: a school asks, the authority answers.

Both say so by somebody who manages their own accounts, as with everything an organisation agrees
to: nobody of the one agrees for the other.
"""

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.membership.people import managers_of
from keystage.actions.messages.notices import notify
from keystage.actions.orders.standing import STANDING, kind_of
from keystage.store.models import Monitoring, Organisation

State = Monitoring.State
_LONGEST = 200


@transaction.atomic
def ask(school: Organisation, authority: Organisation, year: int, *, by: By) -> Monitoring:
    """Ask an authority to monitor and moderate a school. Asking it twice is asking once.

    Raises:
        RefusedError: the person does not manage the accounts of the school as one of its own, the
            school needs no agreement, the body is no authority, or another one was asked.
    """
    _must_be_of(school, by)
    kind = kind_of(school, year)
    if kind is None or not kind.agreement:
        raise RefusedError(
            f"{school} needs no agreement on monitoring and moderation.",
            todo="There is nothing to ask for.",
        )
    if authority.kind != Organisation.Kind.AUTHORITY:
        raise RefusedError(f"{authority} is no local authority.", todo="Select one of the list.")
    locking(Organisation.objects).get(pk=school.pk)
    there = Monitoring.objects.filter(school=school, year=year, state__in=STANDING).first()
    if there is not None and there.authority_id == authority.pk:
        return there
    if there is not None:
        raise RefusedError(
            f"{there.authority} was asked already.", todo="Take that back first, then ask another."
        )
    made = Monitoring.objects.create(
        school=school, authority=authority, year=year, asked_at=timezone.now(), asked_by=by.who
    )
    _tell(made, "monitoring asked for", by)
    notify(
        sender=school,
        receiver=authority,
        year=year,
        subject="Agreement on monitoring and moderation",
        body=f"{school} asks you to monitor and moderate it in {year}. Answer on the page "
        "Agreements.",
        about=f"monitoring {made.pk}",
        by=by,
    )
    return made


@transaction.atomic
def answer(one: Monitoring, *, agrees: bool, reason: str = "", by: By) -> Monitoring:
    """Answer a school for its authority. The same answer twice is one.

    Raises:
        RefusedError: the person does not manage the accounts of the authority as one of its own, it
            was answered otherwise or taken back, or there is no reason for declining.
    """
    locked = _locked(one)
    _must_be_of(locked.authority, by)
    wanted, why = State.AGREED if agrees else State.DECLINED, _told(reason)
    if locked.state == wanted:
        return locked
    if locked.state != State.ASKED:
        raise RefusedError(
            f"This was answered already: {locked.get_state_display().lower()}.",
            todo="Look at the list again.",
        )
    if not agrees and not why:
        raise RefusedError("There is no reason.", todo="Say why you decline.")
    now = timezone.now()
    locked.state, locked.reason = wanted, why
    locked.answered_at, locked.answered_by = now, by.who
    locked.agreed_at = now if agrees else None
    locked.save()
    _tell(locked, "monitoring agreed" if agrees else "monitoring declined", by)
    said = "has agreed" if agrees else "declines"
    notify(
        sender=locked.authority,
        receiver=locked.school,
        year=locked.year,
        subject="Agreement on monitoring and moderation",
        body=f"{locked.authority} {said} to monitor and moderate {locked.school} in {locked.year}."
        + (f" The reason: {why}" if why else ""),
        about=f"monitoring {locked.pk}",
        by=by,
    )
    return locked


@transaction.atomic
def take_back(one: Monitoring, *, reason: str, by: By) -> Monitoring:
    """Take a school's question, or an agreement, back; the other one is told. Twice is once.

    Raises:
        RefusedError: the person manages the accounts of neither as one of its own, it does not
            stand, or there is no reason.
    """
    locked = _locked(one)
    of_school = by.who in managers_of(locked.school)
    if not of_school:
        _must_be_of(locked.authority, by)
    if locked.state == State.ENDED:
        return locked
    if locked.state == State.DECLINED:
        raise RefusedError("The authority has declined.", todo="Ask another one.")
    why = _told(reason)
    if not why:
        raise RefusedError("There is no reason.", todo="Say why it is taken back.")
    locked.state, locked.reason = State.ENDED, why
    locked.answered_at, locked.answered_by = timezone.now(), by.who
    locked.save()
    _tell(locked, "monitoring taken back", by)
    ours, theirs = locked.school, locked.authority
    sender, receiver = (ours, theirs) if of_school else (theirs, ours)
    notify(
        sender=sender,
        receiver=receiver,
        year=locked.year,
        subject="Agreement on monitoring and moderation",
        body=f"{sender} takes back that {theirs} monitors and moderates {ours} in {locked.year}. "
        f"The reason: {why}",
        about=f"monitoring {locked.pk}",
        by=by,
    )
    return locked


def _locked(one: Monitoring) -> Monitoring:
    locking(Organisation.objects).get(pk=one.school_id)
    return Monitoring.objects.select_related("school", "authority").get(pk=one.pk)


def _must_be_of(organisation: Organisation, by: By) -> None:
    if by.who not in managers_of(organisation):
        raise RefusedError(
            f"You do not manage the accounts of {organisation} as one of its own people.",
            todo="Ask somebody who does: each agrees for itself, nobody in its place.",
        )


def _told(reason: str) -> str:
    return " ".join(reason.split())[:_LONGEST]


def _tell(one: Monitoring, action: str, by: By) -> None:
    record(
        action,
        by=by,
        organisation=one.school,
        year=one.year,
        subject=f"monitoring {one.pk}",
        after={"authority": one.authority.code, "state": one.state, "reason": one.reason},
    )
