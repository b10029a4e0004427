"""The audit: one event an act, in the act's own transaction, each chained to the one before."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import transaction
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.locks import locking
from keystage.store.models import AuditEvent, AuditHead, Organisation

TAKEN_AWAY = "taken away"
_BATCH = 2000
_LONGEST_NAME, _LONGEST_SUBJECT = 150, 100


def record(
    action: str,
    *,
    by: By,
    organisation: Organisation | None = None,
    year: int | None = None,
    subject: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Write one event at the end of the chain.

    ``before`` and ``after`` hold what changed in words and counts, never a value of a pupil.

    Raises:
        TransactionManagementError: not called inside the transaction of the act it tells of.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An event is written inside its act.")
    head, _ = locking(AuditHead.objects).get_or_create(pk=1)
    event = AuditEvent(
        at=timezone.now(),
        action=action,
        person_id=by.person.pk if by.person else None,
        person_name=by.name[:_LONGEST_NAME],
        organisation_id=organisation.pk if organisation else None,
        organisation=str(organisation) if organisation else "",
        year=year,
        subject=subject,
        address=by.address,
        before=dict(before or {}),
        after=dict(after or {}),
        previous_hash=head.hash,
    )
    event.hash = digest(event)
    event.save(force_insert=True)
    head.count += 1
    head.hash = event.hash
    head.save()
    return event


@transaction.atomic
def looked(what: str, *, by: By, organisation: Organisation, year: int | None) -> None:
    """Write that a person opened a page whose every look is recorded."""
    record("page opened", by=by, organisation=organisation, year=year, subject=what)


@transaction.atomic
def taken_away(
    what: str,
    *,
    by: By,
    organisation: Organisation,
    year: int | None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write that a person took something out of the service as a file.

    ``after`` says of what sort it was, in words that `actions.releases.downloads` reads.
    """
    said = what if len(what) <= _LONGEST_SUBJECT else f"{what[: _LONGEST_SUBJECT - 1]}…"
    record(TAKEN_AWAY, by=by, organisation=organisation, year=year, subject=said, after=after)


def digest(event: AuditEvent) -> str:
    """The hash of an event: of all it says and of the hash before it."""
    said = {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": event.action,
        "person_id": event.person_id,
        "person_name": event.person_name,
        "organisation_id": event.organisation_id,
        "organisation": event.organisation,
        "year": event.year,
        "subject": event.subject,
        "address": event.address,
        "before": event.before,
        "after": event.after,
        "previous_hash": event.previous_hash,
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True)
class ChainReport:
    """What a walk along the chain found. ``faults`` is empty when nothing was touched."""

    events: int
    faults: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every event is there and says what it said."""
        return not self.faults


def verify() -> ChainReport:
    """Walk the chain from its beginning and tell every break of it."""
    with transaction.atomic():
        head = locking(AuditHead.objects).filter(pk=1).first()
        count, last, faults = 0, "", []
        for event in _all():
            count += 1
            if event.previous_hash != last:
                faults.append(f"Event {event.pk} does not follow the one before it.")
            if event.hash != digest(event):
                faults.append(f"Event {event.pk} does not say what it said when it was written.")
            last = event.hash
    if head is not None and (head.count, head.hash) != (count, last):
        faults.append(
            f"There should be {head.count} events and there are {count}: "
            "the end of the chain was changed."
        )
    elif head is None and count:
        faults.append("The end of the chain is not kept.")
    return ChainReport(events=count, faults=tuple(faults))


def _all() -> Iterator[AuditEvent]:
    return AuditEvent.objects.order_by("pk").iterator(chunk_size=_BATCH)
