"""Submitting what is ready of a batch: the second person's act, for all schools at once."""

import logging
from typing import Any

from django.db import transaction

from keystage.access.permissions import Permission
from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.batches.members import Sender
from keystage.actions.gateway.taking.submitting import submit
from keystage.actions.locks import locking
from keystage.store.models import Batch, Job, Submission

SUBMIT = "submit a batch"
_logger = logging.getLogger(__name__)


def ready_of(batch: Batch) -> list[Submission]:
    """The files of a batch that wait to be submitted, by school, in the order they came in."""
    rows = batch.submissions.filter(state=Submission.State.UPLOADED)
    related = rows.select_related("school_return__school")
    return list(
        related.defer("content", "pupils", "findings").order_by(
            "school_return__school", "uploaded_at", "pk"
        )
    )


@transaction.atomic
def submit_ready(batch: Batch, *, by: By) -> Job:
    """Let a worker submit all files of a batch that are ready.

    Args:
        batch: the batch.
        by: another person than the one who sent it.

    Raises:
        RefusedError: the same person sent it, it is not dealt with yet, nothing is ready, or the
            person submits for none of these schools.
    """
    locked = locking(Batch.objects).defer("content").get(pk=batch.pk)
    if by.who.pk == locked.sent_by_id:
        raise RefusedError(
            "You sent this batch, so another person must submit its files.",
            todo="Ask somebody else who may submit returns for these schools.",
        )
    if Batch.objects.filter(pk=batch.pk, content__isnull=False).exists():
        raise RefusedError(
            "The files of this batch are still being checked.", todo="Wait until all are done."
        )
    ready, sender = ready_of(locked), Sender.of(locked, by.who)
    if not ready:
        raise RefusedError("No file of this batch waits to be submitted.")
    if not any(sender.may(Permission.SUBMIT, one.school_return.school) for one in ready):
        raise RefusedError(
            "You may not submit returns for these schools.",
            todo="Ask somebody who may, or ask the schools to agree to it.",
        )
    record(
        "batch to be submitted",
        by=by,
        organisation=locked.organisation,
        year=locked.year,
        subject=f"batch {locked.pk}",
        after={"files": len(ready)},
    )
    return jobs.ask(
        SUBMIT,
        by=by,
        organisation=locked.organisation,
        year=locked.year,
        arguments={"batch": str(locked.pk)},
    )


@jobs.kind(SUBMIT)
def _submit(job: Job, progress: jobs.Progress) -> jobs.Made:
    """Submit one file after the other; what keeps one back is told and stops no other.

    How many were submitted is counted over all runs for the batch.
    """
    batch = (
        Batch.objects.select_related("organisation").defer("content").get(pk=job.arguments["batch"])
    )
    by, sender = By(job.asked_by, "worker"), Sender.of(batch, job.asked_by)
    ready, kept_back = ready_of(batch), {}
    for at, submission in enumerate(ready):
        progress(at, len(ready), "The files are being submitted, one after the other.")
        why = _submitted(submission, sender, by)
        if why:
            kept_back[str(submission.pk)] = why
    progress(len(ready), len(ready))
    taken = batch.submissions.filter(state=Submission.State.TAKEN).count()
    outcome: dict[str, Any] = {"submitted": taken, "kept back": kept_back}
    return jobs.Made(outcome=outcome, message="All files that were ready were dealt with.")


def _submitted(submission: Submission, sender: Sender, by: By) -> str:
    """Submit one file; why it was kept back, empty where it was not."""
    if not sender.may(Permission.SUBMIT, submission.school_return.school):
        return "The school has not agreed that you submit its return."
    try:
        submit(submission, by=by)
    except RefusedError as error:
        return f"{error.what} {error.todo or ''}".strip()
    except Exception:
        _logger.exception("Submission %s could not be submitted.", submission.pk)
        return "Something went wrong on our side, and this file was not submitted."
    return ""
