"""Releases of figures: approved by a second person for a minute, moved, withdrawn by one."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keystage.access import decide
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures.looked_at import one_after_another, tell_before, tells_early, unseen
from keystage.actions.figures.makers import must_approve, must_enter
from keystage.actions.figures.telling import tell_later
from keystage.actions.locks import locking
from keystage.actions.messages.rules import must_say_why
from keystage.store.models import FiguresRelease, Organisation

_State = FiguresRelease.State
_LONGEST = 500


@transaction.atomic
def approve(*, release: FiguresRelease, by: By, shown_at: datetime | None = None) -> FiguresRelease:
    """Approve a release that somebody else asked for. Approving twice changes nothing.

    Args:
        release: which; it has been computed.
        by: neither who asked for it nor who set its minute.
        shown_at: from when those entitled to it see it, at the earliest at once; None for the
            minute that was set.

    Raises:
        RefusedError: the person may not or did one of these, it was not computed or was withdrawn,
            it has not looked at another that was approved, it would tell of a release of an earlier
            year that is not out by then, or no minute is known.
    """
    beside = one_after_another(release.organisation)
    list(locking(Organisation.objects).filter(beside).order_by("pk"))
    locked = _locked(release)
    must_approve(by.who, locked.organisation, locked.year)
    if locked.state == _State.APPROVED:
        return locked
    if locked.state != _State.COMPUTED:
        raise RefusedError(
            f"This release cannot be approved: {locked.get_state_display().lower()}.",
            todo="Approve one that was computed.",
        )
    _must_be_another(locked, by)
    if unseen(locked):
        raise RefusedError(
            "Other figures of the year were approved or computed since this release was computed, "
            "so that figures of few pupils might be had from the two.",
            todo="Withdraw it, and compute it again.",
        )
    minute = shown_at or locked.shown_at
    if minute is None:
        raise RefusedError(
            "It is not said when schools see the figures.", todo="Enter the day and the time."
        )
    now = timezone.now()
    _must_not_tell_early(locked, max(minute, now))
    locked.state, locked.approved_at, locked.approved_by = _State.APPROVED, now, by.who
    locked.shown_at = max(minute, now)
    locked.save(update_fields=("state", "approved_at", "approved_by", "shown_at"))
    _tell("figures approved", locked, by, after=_minute(locked))
    return locked


@transaction.atomic
def move(*, release: FiguresRelease, shown_at: datetime, by: By) -> FiguresRelease:
    """Set another minute for a release that is not out. It has to be approved again.

    Raises:
        RefusedError: the person may not, it was not computed, is out or was withdrawn, or a release
            of a later year would tell of it before.
    """
    locked = _locked(release)
    must_enter(by.who, locked.organisation, locked.year)
    if not has_minute(locked):
        raise RefusedError(
            "This release is out, or there is nothing to be shown.",
            todo="Withdraw it, and make another.",
        )
    if locked.shown_at == shown_at:
        return locked
    if told := tell_before(locked, shown_at):
        raise RefusedError(
            f"Figures of this release are told by {told[0]}, which is seen before that minute.",
            todo="Choose an earlier minute, or give that release a later one first.",
        )
    before = _minute(locked)
    locked.state, locked.shown_at, locked.minute_by = _State.COMPUTED, shown_at, by.who
    locked.approved_at = locked.approved_by = None
    locked.save(update_fields=("state", "shown_at", "minute_by", "approved_at", "approved_by"))
    _tell("figures moved", locked, by, before=before, after=_minute(locked))
    return locked


@transaction.atomic
def withdraw(*, release: FiguresRelease, by: By, reason: str = "") -> FiguresRelease:
    """Withdraw a release at once: nobody sees it any longer, and who saw it is told.

    One person is enough, because wrong figures do harm with every minute. Files of pupils that wait
    to be computed are dropped. Withdrawing twice changes nothing.

    Args:
        release: which.
        by: who withdraws it.
        reason: why, in words that everybody may read; needed for one that was approved.

    Raises:
        RefusedError: the person may not, there is no reason, or it names a pupil.
    """
    locked = _locked(release)
    must_enter(by.who, locked.organisation, locked.year)
    if locked.state == _State.WITHDRAWN:
        return locked
    if locked.state == _State.PURGED:
        raise RefusedError("This release is being deleted for good.")
    said, was_out = reason.strip()[:_LONGEST], is_out(locked)
    if locked.state == _State.APPROVED:
        must_say_why(said, locked.organisation)
    if locked.state in {_State.ASKED, _State.FAILED}:
        locked.contents.all().delete()
        locked.pupils.all().delete()
        locked.tables.all().delete()
    locked.state, locked.withdrawn_why = _State.WITHDRAWN, said
    locked.withdrawn_at, locked.withdrawn_by = timezone.now(), by.who
    locked.save(update_fields=("state", "withdrawn_at", "withdrawn_by", "withdrawn_why"))
    locked.files.update(content=None)
    _tell("figures withdrawn", locked, by, after={"reason": said, "was out": was_out})
    if was_out:
        tell_later(locked, by=by)
    return locked


def is_out(release: FiguresRelease, now: datetime | None = None) -> bool:
    """Whether those entitled to a release see it: approved, and its minute has come."""
    return (
        release.state == _State.APPROVED
        and release.shown_at is not None
        and release.shown_at <= (now or timezone.now())
    )


def has_minute(release: FiguresRelease) -> bool:
    """Whether a minute can be set for a release: it was computed, and is not out or given up."""
    return release.state in {_State.COMPUTED, _State.APPROVED} and not is_out(release)


def _must_be_another(release: FiguresRelease, by: By) -> None:
    did = {release.asked_by_id, release.minute_by_id} - {None}
    if not decide.may_approve(by.who.pk, did):
        raise RefusedError(
            "You asked for this release or set its minute, so another person has to approve it.",
            todo="Ask somebody else who may approve figures.",
        )


def _must_not_tell_early(release: FiguresRelease, minute: datetime) -> None:
    if told := tells_early(release, minute):
        raise RefusedError(
            f"This release tells of figures of {told[0]}, which nobody has seen by then.",
            todo="Choose a minute when that one is out. If it was withdrawn, withdraw this release "
            "too, and compute it again without it.",
        )


def _minute(release: FiguresRelease) -> dict[str, str]:
    return {"shown from": release.shown_at.isoformat() if release.shown_at else ""}


def _locked(release: FiguresRelease) -> FiguresRelease:
    return locking(FiguresRelease.objects).select_related("organisation").get(pk=release.pk)


def _tell(
    action: str,
    release: FiguresRelease,
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
        subject=f"figures {release.pk}",
        before=before,
        after=after,
    )
