"""What of the service works at this moment, as it finds by itself and as people have said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from keystage.actions.gateway.keys import signing_key
from keystage.actions.service.works import at_work
from keystage.core.errors import KeystageError
from keystage.store.models import AuditHead, Job, ServiceNotice

Part = ServiceNotice.Part
#: Work that has waited for so long is late.
LATE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class PartNow:
    """A part of the service: whether it works, and if it does not, since when and why.

    ``since`` is null where nobody knows.
    """

    text: str
    works: bool
    since: datetime | None = None
    why: str = ""


def parts_now(now: datetime | None = None) -> list[PartNow]:
    """The parts of the service at a moment.

    Raises:
        DatabaseError: the database does not answer.
    """
    moment = now or timezone.now()
    AuditHead.objects.filter(pk=1).exists()
    notices = at_work(moment)
    return [
        _told("Pages and signing in", (), notices),
        _told("Sending returns", (Part.SENDING,), notices, _receipts()),
        _told("Results", (Part.RESULTS,), notices),
        _told("The way for systems (API)", (Part.SYSTEMS,), notices),
        _told("Long work, such as large files", (), notices, _long_work(moment)),
    ]


def _told(
    text: str,
    parts: Sequence[ServiceNotice.Part],
    notices: Sequence[ServiceNotice],
    found: PartNow | None = None,
) -> PartNow:
    """A part by what people have said of it, or else by what was found."""
    for one in notices:
        if one.part in {Part.ALL, *parts}:
            return PartNow(text=text, works=False, since=one.begins_at, why=one.words)
    if found is not None:
        return PartNow(text=text, works=False, since=found.since, why=found.why)
    return PartNow(text=text, works=True)


def _receipts() -> PartNow | None:
    """What is wrong with signing receipts; None if nothing is."""
    try:
        signing_key()
    except (KeystageError, OSError):
        return PartNow(text="", works=False, why="Receipts cannot be signed.")
    return None


def _long_work(moment: datetime) -> PartNow | None:
    """What is wrong with long work; None if nothing is."""
    waiting = Job.objects.filter(state=Job.State.QUEUED, asked_at__lt=moment - LATE)
    oldest = waiting.order_by("asked_at").values_list("asked_at", flat=True).first()
    if oldest is None:
        return None
    return PartNow(text="", works=False, since=oldest, why="Work waits and is not begun.")
