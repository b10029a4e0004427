"""Releases: approved by another person, moved, taken back by one and put back by two."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keystage.access.decide import may_approve
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.messages.rules import must_say_why
from keystage.actions.releases.preparing import PREPARED
from keystage.actions.releases.preparing_later import forget_file
from keystage.actions.releases.telling import PUT_BACK, TAKEN_BACK, tell_later
from keystage.actions.releases.versions import number_of, out_at
from keystage.actions.releases.writing import is_whole
from keystage.store.models import AuditEvent, ResultsRelease

_LONGEST = 500
_MOVED = "release moved"


@transaction.atomic
def approve(*, release: ResultsRelease, by: By) -> ResultsRelease:
    """Approve a release that somebody else prepared. Approving twice changes nothing.

    Raises:
        RefusedError: the same person prepared it or set its minute, it is not whole, or it was
            taken back.
    """
    locked = _locked(release)
    if locked.withdrawn_at is not None:
        raise RefusedError("This release was taken back.", todo="Prepare another.")
    if locked.approved_at is not None:
        return locked
    if not is_whole(locked):
        raise RefusedError(
            "This release is still being prepared.", todo="Wait until all of it is written."
        )
    if not may_approve(by.who.pk, makers_of(locked)):
        raise RefusedError(
            "You prepared this release or set its minute, so another person has to approve it.",
            todo="Ask somebody else who may approve releases.",
        )
    locked.approved_at, locked.approved_by = timezone.now(), by.who
    locked.save(update_fields=("approved_at", "approved_by"))
    _tell("release approved", locked, by)
    return locked


def makers_of(release: ResultsRelease) -> frozenset[int]:
    """Who prepared a release or set its minute, by the record of acts: none of them approves it.

    The release itself names only the last of them.
    """
    events = AuditEvent.objects.filter(
        action__in=(PREPARED, _MOVED),
        organisation_id=release.organisation_id,
        year=release.year,
        subject=f"release {release.version}",
    )
    who = {key for key in events.values_list("person_id", flat=True) if key is not None}
    return frozenset({release.prepared_by_id, *who})


@transaction.atomic
def move(
    *, release: ResultsRelease, schools_at: datetime, receiving_at: datetime, by: By
) -> ResultsRelease:
    """Set another minute for a release that is not out. It has to be approved again.

    Raises:
        RefusedError: it is out or was taken back, or receiving schools would come first.
    """
    locked = _locked(release)
    out = locked.approved_at is not None and locked.schools_at <= timezone.now()
    if out or locked.withdrawn_at is not None:
        raise RefusedError(
            "This release is out, or was taken back.", todo="Take it back, and prepare another."
        )
    if receiving_at < schools_at:
        raise RefusedError(
            "Receiving schools would see results before the schools do.",
            todo="Enter a later day for receiving schools.",
        )
    if (locked.schools_at, locked.receiving_at) == (schools_at, receiving_at):
        return locked
    before = _minutes(locked)
    locked.schools_at, locked.receiving_at = schools_at, receiving_at
    locked.approved_at = locked.approved_by = None
    locked.prepared_at, locked.prepared_by = timezone.now(), by.who
    locked.save()
    _tell(_MOVED, locked, by, before=before, after=_minutes(locked))
    return locked


@transaction.atomic
def withdraw(*, release: ResultsRelease, by: By, reason: str = "") -> ResultsRelease:
    """Take a release back at once: nobody sees it any longer, and who saw it is told.

    One person is enough, because wrong results do harm with every minute. Of a release that nobody
    approved the rows are deleted. Taking it back twice changes nothing.

    Args:
        release: which.
        by: who takes it back.
        reason: why, in words that everybody may read; needed for one that was approved.

    Raises:
        RefusedError: there is no reason, or it names a pupil.
    """
    locked = _locked(release)
    if locked.withdrawn_at is not None:
        return locked
    said = reason.strip()[:_LONGEST]
    if said or locked.approved_at is not None:
        must_say_why(said, locked.organisation)
    if locked.approved_at is None:
        locked.results.all().delete()
        forget_file(locked)
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), by.who
    locked.withdrawn_reason = said
    locked.save(update_fields=("withdrawn_at", "withdrawn_by", "withdrawn_reason"))
    number = number_of(locked)
    _tell("release taken back", locked, by, after={"reason": said, "version seen": number or 0})
    if number is not None:
        tell_later(locked, TAKEN_BACK, number, by=by)
    return locked


@transaction.atomic
def ask_back(*, release: ResultsRelease, by: By, reason: str) -> ResultsRelease:
    """Ask to put a release back that was taken back; another person has to agree.

    Asking again while it waits changes nothing.

    Raises:
        RefusedError: it was not taken back, nobody had approved it, or there is no reason.
    """
    locked = _locked(release)
    if locked.return_asked_at is not None:
        return locked
    if locked.withdrawn_at is None or locked.approved_at is None:
        raise RefusedError(
            "Only a release that was approved and taken back can be put back.",
            todo="Prepare another.",
        )
    said = reason.strip()[:_LONGEST]
    must_say_why(said, locked.organisation)
    locked.return_asked_at, locked.return_asked_by = timezone.now(), by.who
    locked.return_reason = said
    locked.save(update_fields=("return_asked_at", "return_asked_by", "return_reason"))
    _tell("release asked back", locked, by, after={"reason": said})
    return locked


@transaction.atomic
def put_back(*, release: ResultsRelease, by: By) -> ResultsRelease:
    """Put a release back that somebody else asked for; who saw it is told. Twice changes nothing.

    One that was taken back before its minute comes out as a new one would.

    Raises:
        RefusedError: nobody asked for it, or the same person did.
    """
    locked = _locked(release)
    if locked.withdrawn_at is None:
        return locked
    if locked.return_asked_by_id is None:
        raise RefusedError(
            "Nobody has asked to put this release back.", todo="Ask for it, with a reason."
        )
    if not may_approve(by.who.pk, {locked.return_asked_by_id}):
        raise RefusedError(
            "You asked to put this release back, so another person has to do it.",
            todo="Ask somebody else who may approve releases.",
        )
    was_out = out_at(locked) is not None
    reason = locked.return_reason
    if not was_out:
        locked.approved_at, locked.approved_by = timezone.now(), by.who
    locked.withdrawn_at = locked.withdrawn_by = None
    locked.return_asked_at = locked.return_asked_by = None
    locked.withdrawn_reason = locked.return_reason = ""
    locked.save()
    _tell("release put back", locked, by, after={"reason": reason})
    if was_out:
        tell_later(locked, PUT_BACK, number_of(locked) or 0, by=by)
    return locked


def _minutes(release: ResultsRelease) -> dict[str, str]:
    return {
        "to schools": release.schools_at.isoformat(),
        "to receiving schools": release.receiving_at.isoformat(),
    }


def _locked(release: ResultsRelease) -> ResultsRelease:
    return locking(ResultsRelease.objects).select_related("organisation").get(pk=release.pk)


def _tell(
    action: str,
    release: ResultsRelease,
    by: By,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(
        action,
        by=by,
        organisation=release.organisation,
        year=release.year,
        subject=f"release {release.version}",
        before=before,
        after=after,
    )
