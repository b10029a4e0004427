"""Applying a file and undoing it: in one transaction, as a person saw it, and only once."""

from collections.abc import Callable, Mapping
from collections.abc import Collection as Some
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import ChangedMeanwhileError, RefusedError
from keystage.actions.imports import judgements, registrations, results, roll, roll_undoing
from keystage.actions.imports.rules import import_rules
from keystage.actions.imports.shapes import Planned, Preview, WayBack
from keystage.actions.imports.uploads import lock_import, refuse_unless_waiting
from keystage.actions.locks import locking
from keystage.actions.roll.facts import lock_school
from keystage.core.errors import KeystageError
from keystage.flows.roll.plans import Mode
from keystage.store.models import Import, Job, Sheet

State = Import.State
JOB = "apply a file"
MODES: tuple[Mode, ...] = ("everything", "new", "existing", "numbers")
_AGAIN = "Look at the changes again, then apply the file."


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is done with files of one kind; ``reasoned`` where it may have to be said why."""

    plan: Callable[[Import, Mode, Some[str] | None], Planned]
    apply: Callable[..., None]
    way_back: Callable[[Import, Some[str] | None], WayBack]
    undo: Callable[..., None]
    reasoned: bool = False

    def words(self, reason: str) -> dict[str, str]:
        """The reason, as what takes one is told it."""
        return {"reason": reason} if self.reasoned else {}


KINDS: Mapping[str, Work] = {
    Import.Kind.ROLL: Work(
        plan=roll.plan, apply=roll.apply, way_back=roll_undoing.way_back, undo=roll_undoing.undo
    ),
    **{
        kind: Work(
            plan=room.plan,
            apply=room.apply,
            way_back=room.way_back,
            undo=room.undo,
            reasoned=room is registrations,
        )
        for kind, room in (
            (Import.Kind.REGISTRATION, registrations),
            (Import.Kind.JUDGEMENTS, judgements),
            (Import.Kind.RESULTS, results),
        )
    },
}


def preview(file: Import, mode: Mode, *, classes: Some[str] | None = None) -> Preview:
    """What applying a file would change; nothing is changed."""
    return KINDS[file.kind].plan(file, mode, classes).preview


@transaction.atomic
def apply(
    *,
    file: Import,
    mode: Mode,
    seal: str,
    by: By,
    classes: Some[str] | None = None,
    reason: str = "",
) -> Import:
    """Apply a file as it was shown. A file that is applied already stays as it is.

    Args:
        file: the file.
        mode: what is taken of it.
        seal: the seal of the preview the person saw.
        by: who applies it.
        classes: the classes the person may change; None for all.
        reason: why registrations change that are locked; else it may be empty.

    Raises:
        RefusedError: nothing would change, the file does not wait to be looked at, or registrations
            are locked and there is no reason.
        ChangedMeanwhileError: what would change is not what the person saw.
    """
    locked = _locked(file)
    if locked.state == State.APPLIED:
        return locked
    if locked.state != State.APPLYING:
        refuse_unless_waiting(locked)
    work = KINDS[locked.kind]
    planned = work.plan(locked, mode, classes)
    _refuse_unseen(planned.preview, seal)
    work.apply(locked, planned, by=by, classes=classes, **work.words(reason))
    locked.state, locked.mode = State.APPLIED, mode
    locked.applied_at, locked.applied_by = timezone.now(), by.who
    locked.counts = {**locked.counts, **planned.preview.counts}
    locked.save()
    _told("file applied", locked, by, {"mode": mode, **planned.preview.counts})
    return locked


def is_large(file: Import) -> bool:
    """Whether a file is so large that a worker applies it."""
    return file.rows.count() > import_rules().size.pupils


@transaction.atomic
def apply_later(
    *,
    file: Import,
    mode: Mode,
    seal: str,
    by: By,
    classes: Some[str] | None = None,
    reason: str = "",
) -> Job | None:
    """Let a worker apply a large file; None if it is applied, or being applied, already.

    Raises:
        RefusedError: nothing would change, or the file does not wait to be looked at.
        ChangedMeanwhileError: what would change is not what the person saw.
    """
    locked = _locked(file)
    if locked.state in {State.APPLIED, State.APPLYING}:
        return None
    refuse_unless_waiting(locked)
    _refuse_unseen(preview(locked, mode, classes=classes), seal)
    locked.state = State.APPLYING
    locked.save()
    return jobs.ask(
        JOB,
        by=by,
        organisation=locked.school,
        year=locked.year,
        arguments={
            "file": str(locked.pk),
            "mode": mode,
            "seal": seal,
            "classes": None if classes is None else sorted(classes),
            "reason": reason,
        },
    )


@jobs.kind(JOB)
def _apply_in_job(job: Job, progress: jobs.Progress) -> jobs.Made:
    """Apply a large file; a run that died left nothing, and the next begins anew."""
    asked: Mapping[str, Any] = job.arguments
    file = Import.objects.get(pk=asked["file"])
    total = file.rows.count()
    progress(0, total, "The file is being applied.")
    try:
        done = apply(
            file=file,
            mode=asked["mode"],
            seal=asked["seal"],
            by=By(job.asked_by, "worker"),
            classes=None if asked["classes"] is None else frozenset(asked["classes"]),
            reason=asked.get("reason", ""),
        )
    except KeystageError:
        Import.objects.filter(pk=file.pk, state=State.APPLYING).update(state=State.REVIEW)
        raise
    progress(total, total)
    return jobs.Made(outcome=done.counts, message="The file was applied.")


def job_of(file: Import, *, by: By) -> Job | None:
    """The newest job in which a person let a file be applied; None if they did not."""
    asked = Job.objects.filter(kind=JOB, organisation=file.school, year=file.year, asked_by=by.who)
    return asked.filter(arguments__file=str(file.pk)).defer("content").first()


def undone_until(file: Import) -> datetime | None:
    """Until when an import can be undone; None if it is not applied."""
    if file.state != State.APPLIED or file.applied_at is None:
        return None
    return file.applied_at + import_rules().undone_within


def way_back(file: Import, *, classes: Some[str] | None = None) -> WayBack:
    """What undoing an import would do; nothing is changed.

    Raises:
        RefusedError: it is not applied, or was applied too long ago.
    """
    _refuse_to_undo(file)
    return KINDS[file.kind].way_back(file, classes)


@transaction.atomic
def undo(
    *,
    file: Import,
    by: By,
    leave_changed: bool = False,
    classes: Some[str] | None = None,
    reason: str = "",
) -> Import:
    """Undo a whole import. One that is undone already stays as it is.

    Args:
        file: the import.
        by: who undoes it.
        leave_changed: undo the rest, where something was changed since the import.
        classes: the classes the person may change; None for all.
        reason: why registrations change that are locked; else it may be empty.

    Raises:
        RefusedError: it is not applied, or was applied too long ago; or registrations are locked
            and there is no reason.
        ChangedMeanwhileError: something was changed since, and ``leave_changed`` is not set.
    """
    locked = _locked(file)
    if locked.state == State.UNDONE:
        return locked
    way = way_back(locked, classes=classes)
    if way.changed_since and not leave_changed:
        raise ChangedMeanwhileError(
            f"{len(way.changed_since)} things were changed after the import.",
            todo="Look at the list, then say that the rest is to be undone.",
        )
    work = KINDS[locked.kind]
    work.undo(locked, way, by=by, classes=classes, **work.words(reason))
    locked.state = State.UNDONE
    locked.undone_at, locked.undone_by = timezone.now(), by.who
    locked.counts = {**locked.counts, **way.counts}
    locked.reading = {}
    locked.save()
    locked.rows.update(values={}, reasons=[], before={}, after={}, pupil=None)
    _told("import undone", locked, by, way.counts)
    return locked


def _locked(file: Import) -> Import:
    """The import, locked after the school and the sheet of the season: always in this order."""
    lock_school(file.school)
    list(
        locking(Sheet.objects)
        .filter(school=file.school, year=file.year)
        .values_list("pk", flat=True)
    )
    return lock_import(file.pk)


def _refuse_unseen(found: Preview, seal: str) -> None:
    if found.changes_nothing:
        raise RefusedError(
            "Nothing would be imported.",
            todo="Say of the rows who they are, or put the file away.",
        )
    if found.seal != seal:
        raise ChangedMeanwhileError("What the file would change is not what you saw.", todo=_AGAIN)


def _refuse_to_undo(file: Import) -> None:
    until = undone_until(file)
    if until is None:
        raise RefusedError("This file is not applied.", todo="There is nothing to undo.")
    if timezone.now() > until:
        raise RefusedError(
            f"This file was applied more than {import_rules().undoing.days} days ago.",
            todo="Bring in a newer file, or correct single pupils.",
        )


def _told(action: str, file: Import, by: By, after: Mapping[str, Any]) -> None:
    record(
        action,
        by=by,
        organisation=file.school,
        year=file.year,
        subject=f"import {file.pk}",
        after=after,
    )
