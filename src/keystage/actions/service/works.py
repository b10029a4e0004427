"""Planned works and faults: what does not work, from when until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.service.rights import must_speak
from keystage.store.models import Organisation, ServiceNotice
from keystage.store.prepared import Prepared

Kind = ServiceNotice.Kind
#: Works are announced on every page from so long before they begin, and told of so long after.
_AHEAD, _BEHIND = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is told of works or of a fault; ``ends_at`` is null where nobody knows."""

    kind: ServiceNotice.Kind
    part: ServiceNotice.Part
    words: str
    begins_at: datetime
    ends_at: datetime | None


def announced(now: datetime | None = None) -> list[ServiceNotice]:
    """What every page tells of: faults that last, and works that go on or begin soon."""
    moment = now or timezone.now()
    return _ANNOUNCED.all(now=moment, soon=moment + _AHEAD)


def planned(now: datetime | None = None) -> list[ServiceNotice]:
    """Works that are still to begin, the next first."""
    moment = now or timezone.now()
    rows = ServiceNotice.after(moment).filter(kind=Kind.PLANNED, begins_at__gt=moment)
    return list(rows.order_by("begins_at", "pk"))


def at_work(now: datetime | None = None) -> list[ServiceNotice]:
    """Works and faults that last at a moment, the oldest first."""
    moment = now or timezone.now()
    lasting = ServiceNotice.after(moment).filter(begins_at__lte=moment)
    return list(lasting.order_by("begins_at", "pk"))


def past(now: datetime | None = None) -> list[ServiceNotice]:
    """Works and faults of the last month that are over, the newest first."""
    moment = now or timezone.now()
    return list(
        ServiceNotice.objects.filter(
            taken_back_at__isnull=True, ends_at__lte=moment, ends_at__gte=moment - _BEHIND
        ).order_by("-begins_at", "-pk")
    )


@transaction.atomic
def announce(agency: Organisation, year: int, told: Told, *, by: By) -> ServiceNotice:
    """Tell everybody of planned works, or of a fault.

    Raises:
        RefusedError: the person does not run the collection; planned works have no end or are over;
            something ends before it begins; or a fault begins in the future.
    """
    must_speak(agency, year, by)
    now = timezone.now()
    if told.ends_at is not None and told.ends_at <= told.begins_at:
        raise RefusedError("It ends before it begins.", todo="Correct one of the times.")
    if told.kind == Kind.PLANNED and (told.ends_at is None or told.ends_at <= now):
        raise RefusedError(
            "Planned works need an end that is still to come.", todo="Enter when they end."
        )
    if told.kind == Kind.FAULT and told.begins_at > now:
        raise RefusedError(
            "A fault has begun already.", todo="Enter when it began, or plan works instead."
        )
    made = ServiceNotice.objects.create(
        kind=told.kind,
        part=told.part,
        words=told.words,
        begins_at=told.begins_at,
        ends_at=told.ends_at,
        entered_at=now,
        entered_by=by.who,
    )
    _record(f"{made.get_kind_display().lower()} announced", made, agency, year, by)
    return made


@transaction.atomic
def end(notice: ServiceNotice, *, agency: Organisation, year: int, by: By) -> None:
    """Say that works or a fault are over; works that have not begun are called off.

    Saying it twice changes nothing.

    Raises:
        RefusedError: the person does not run the collection.
    """
    must_speak(agency, year, by)
    found, now = (
        locking(ServiceNotice.objects).get(pk=notice.pk),
        timezone.now(),
    )
    if found.taken_back_at is not None or (found.ends_at is not None and found.ends_at <= now):
        return
    if found.begins_at > now:
        found.taken_back_at = now
    else:
        found.ends_at = now
    found.ended_by = by.who
    found.save()
    _record(f"{found.get_kind_display().lower()} ended", found, agency, year, by)


_ANNOUNCED = Prepared(
    lambda: ServiceNotice,
    lambda now, soon: (
        ServiceNotice.after(now).filter(begins_at__lte=soon).order_by("begins_at", "pk")
    ),
    now="ends_at",
    soon="begins_at",
)


def _record(act: str, notice: ServiceNotice, agency: Organisation, year: int, by: By) -> None:
    ends = notice.ends_at.isoformat() if notice.ends_at else None
    record(
        act,
        by=by,
        organisation=agency,
        year=year,
        subject=f"notice {notice.pk}",
        after={"part": notice.part, "begins_at": notice.begins_at.isoformat(), "ends_at": ends},
    )
