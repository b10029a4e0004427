"""Moderation of writing: which schools are chosen, what they are told, and what waits for it."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from keystage.access.decide import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.locks import locking
from keystage.actions.season.dates import season_of
from keystage.statute.season import Event
from keystage.store.models import Moderation, Organisation, SchoolReturn
from keystage.store.rights import live_grants, place_of

_LONGEST = 300
_ALREADY = "{school} is chosen already."


def moderation_of(school: Organisation, year: int) -> Moderation | None:
    """The moderation of a school and season that stands; None where the school is not chosen."""
    return (
        Moderation.objects.filter(school=school, year=year, withdrawn_at__isnull=True)
        .select_related("school", "overridden_by")
        .first()
    )


def is_told(moderation: Moderation, now: datetime | None = None) -> bool:
    """Whether the school may know that it is chosen."""
    return moderation.told_at is not None and moderation.told_at <= (now or timezone.now())


def is_over(moderation: Moderation) -> bool:
    """Whether the visit is recorded, and no other is to come."""
    revisit = moderation.outcome == Moderation.Outcome.REVISIT
    return moderation.visited_on is not None and not revisit


def is_held(moderation: Moderation, now: datetime | None = None) -> bool:
    """Whether the return waits for the visit: the school knows of it, and nobody set it aside."""
    return (
        moderation.withdrawn_at is None
        and moderation.hold
        and moderation.overridden_at is None
        and is_told(moderation, now)
        and not is_over(moderation)
    )


def closes_on(moderation: Moderation) -> date | None:
    """The last day on which anybody may send the return of the year, where it is known."""
    closes = season_of(moderation.school, moderation.year).date(Event.TA_CLOSES).national
    return timezone.localdate(closes) if closes else None


def waits_for_visit(moderation: Moderation, today: date | None = None) -> bool:
    """Whether a visit is still to come before the last day, so that the hold cannot be set aside.

    A visit without a day, one planned for the last day or after it, and one whose day has passed
    without a record keep nobody from sending in time.
    """
    visit, closes = moderation.visit_on, closes_on(moderation)
    if visit is None or visit < (today or timezone.localdate()):
        return False
    return closes is None or visit < closes


@transaction.atomic
def choose(
    school: Organisation,
    year: int,
    *,
    told_at: datetime | None,
    visit_on: date | None,
    hold: bool = True,
    by: By,
) -> Moderation:
    """Choose a school for moderation of its writing.

    Args:
        school: the school.
        year: the season.
        told_at: from when the school may know; None where that is not settled.
        visit_on: the day of the visit, where it is settled.
        hold: whether the return waits for the visit.
        by: who chooses, of the school's authority.

    Raises:
        RefusedError: the person records no moderation for the school, or it is chosen already.
    """
    _refuse_others(school, year, by)
    if moderation_of(school, year) is not None:
        raise RefusedError(_ALREADY.format(school=school), todo="Change what is recorded of it.")
    _let_nobody_send(school, year)
    try:
        with transaction.atomic():
            made = Moderation.objects.create(
                school=school,
                year=year,
                chosen_at=timezone.now(),
                chosen_by=by.who,
                told_at=told_at,
                visit_on=visit_on,
                hold=hold,
            )
    except IntegrityError as error:
        raise RefusedError(
            _ALREADY.format(school=school), todo="Look at the list again."
        ) from error
    _tell("school chosen for moderation", made, by)
    return made


def _let_nobody_send(school: Organisation, year: int) -> None:
    """Lock the return: it is sent before the school is chosen, or held, and not in between."""
    locking(SchoolReturn.objects).filter(school=school, year=year).first()


@transaction.atomic
def arrange(
    moderation: Moderation,
    *,
    told_at: datetime | None,
    visit_on: date | None,
    hold: bool,
    seen: int,
    by: By,
) -> Moderation:
    """Change when the school is told, when the visit is, and whether the return waits for it.

    Args:
        moderation: that of the school.
        told_at: from when the school may know; None where that is not settled.
        visit_on: the day of the visit, where it is settled.
        hold: whether the return waits for the visit.
        seen: the version the person looked at.
        by: who changes it, of the school's authority.

    Raises:
        RefusedError: the person records no moderation for the school, it was withdrawn, or it would
            be told later though it knows already.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    locked = lock(moderation, seen=seen, by=by)
    if is_told(locked) and (told_at is None or told_at > timezone.now()):
        raise RefusedError(
            "The school knows already that it is chosen.",
            todo="Leave the moment as it is, or withdraw the moderation with a reason.",
        )
    _let_nobody_send(locked.school, locked.year)
    locked.told_at, locked.visit_on, locked.hold = told_at, visit_on, hold
    keep(locked, "moderation visit arranged", by)
    return locked


@transaction.atomic
def withdraw(moderation: Moderation, *, reason: str, seen: int, by: By) -> None:
    """Take a school off the list, with the reason. It may be chosen again.

    Raises:
        RefusedError: no reason is given, the person records no moderation for the school, it was
            withdrawn already, or a visit is recorded.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    said = _reason(reason)
    locked = lock(moderation, seen=seen, by=by)
    if locked.visited_on is not None:
        raise RefusedError(
            "A visit is recorded, so the moderation cannot be withdrawn.",
            todo="Correct what is recorded of the visit.",
        )
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), by.who
    locked.withdrawn_reason = said
    keep(locked, "moderation withdrawn", by)


@transaction.atomic
def set_aside(moderation: Moderation, *, reason: str, seen: int, by: By) -> None:
    """Send before the visit, because the last day comes first. The school's own people decide.

    Raises:
        RefusedError: no reason is given, the person may not submit for the school, nothing is held,
            or a visit is still to come before the last day.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    said = _reason(reason)
    locked = _locked(moderation)
    if not _may(by, Permission.SUBMIT, locked.school, locked.year, {Condition.SECOND_PERSON}):
        raise RefusedError(
            "You may not submit the return of this school.", todo="Ask the headteacher."
        )
    _refuse_stale(locked, seen)
    if not is_held(locked):
        raise RefusedError("The return does not wait for a visit.", todo="Submit the return.")
    if waits_for_visit(locked):
        raise RefusedError(
            "The visit is still to come, and is before the last day for sending.",
            todo="Wait for the visit, or ask your local authority to release the return.",
        )
    locked.overridden_at, locked.overridden_by = timezone.now(), by.who
    locked.overridden_reason = said
    keep(locked, "moderation hold set aside", by)


def lock(moderation: Moderation, *, seen: int, by: By) -> Moderation:
    """The row, locked for a change by somebody who records moderation for its school.

    Raises:
        RefusedError: the person records no moderation for the school, or it was withdrawn.
        ChangedMeanwhileError: somebody changed it since the person looked at it.
    """
    locked = _locked(moderation)
    _refuse_others(locked.school, locked.year, by)
    _refuse_stale(locked, seen)
    return locked


def keep(locked: Moderation, action: str, by: By) -> None:
    """Store a change with its version and its event."""
    locked.version += 1
    locked.save()
    _tell(action, locked, by)


def _locked(moderation: Moderation) -> Moderation:
    locked = (
        locking(Moderation.objects)
        .select_related("school__authority", "school__trust", "school__diocese")
        .get(pk=moderation.pk)
    )
    if locked.withdrawn_at is not None:
        raise RefusedError("This moderation was withdrawn.", todo="Look at the list again.")
    return locked


def _refuse_stale(locked: Moderation, seen: int) -> None:
    if locked.version != seen:
        raise ChangedMeanwhileError(
            "Somebody changed this moderation while you looked at it.",
            todo="Look at it again, and enter your change once more.",
        )


def _refuse_others(school: Organisation, year: int, by: By) -> None:
    if not _may(by, Permission.RECORD_MODERATION, school, year, {Condition.SAMPLED}):
        raise RefusedError(
            f"You do not record moderation for {school}.",
            todo="Ask a moderator of its local authority.",
        )


def _may(
    by: By, permission: Permission, school: Organisation, year: int, met: set[Condition]
) -> bool:
    today = timezone.localdate()
    decision = decide(
        live_grants(by.who, today), permission, place_of(school), season=year, on=today
    )
    return decision.classes_at(Level.NONE, met) is None


def _reason(reason: str) -> str:
    said = reason.strip()[:_LONGEST]
    if not said:
        raise RefusedError("Say why.", todo="Enter a reason.")
    return said


def _tell(action: str, moderation: Moderation, by: By) -> None:
    record(
        action,
        by=by,
        organisation=moderation.school,
        year=moderation.year,
        after={
            "visit_on": moderation.visit_on.isoformat() if moderation.visit_on else None,
            "hold": moderation.hold,
            "outcome": moderation.outcome,
            "version": moderation.version,
        },
    )
