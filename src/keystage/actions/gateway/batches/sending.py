"""Batches: an archive of many schools' files, sent for them by their authority or trust.

A worker takes one file after the other. What became of each is written down before the next, so
that a run that died goes on where it stopped; the archive is dropped when all are dealt with.
"""

import hashlib
import logging
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.batches.members import Placed, Sender, members_of, place
from keystage.actions.gateway.receiving.reading import short_name
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.locks import locking
from keystage.formats.ctf.given import Job as Member
from keystage.formats.ctf.limits import MIB, UPLOAD
from keystage.formats.ctf.sniffing import sniff
from keystage.store.models import Batch, Job, Organisation, Submission

TAKE = "take a batch"
_OUR_SIDE = "Something went wrong on our side, and this file was left out."
_logger = logging.getLogger(__name__)


@transaction.atomic
def send(body: Organisation, year: int, *, name: str, content: bytes, key: UUID, by: By) -> Batch:
    """Keep an archive, and let a worker take its files. Sent twice with one key, it is one batch.

    Args:
        body: whose schools the files are of: an authority or trust.
        year: the season.
        name: what the sender calls the archive.
        content: its bytes.
        key: the identity the batch will have, chosen when the form was shown.
        by: who sends it.

    Raises:
        RefusedError: it is no archive, or too large; or the person prepares no returns.
    """
    locking(Organisation.objects).get(pk=body.pk)
    there = Batch.objects.filter(pk=key, organisation=body, sent_by=by.who).defer("content")
    if found := there.first():
        return found
    _refuse(content)
    batch = Batch(
        pk=key,
        organisation=body,
        year=year,
        name=short_name(name) or "batch.zip",
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        sent_at=timezone.now(),
        sent_by=by.who,
    )
    if not Sender.of(batch, by.who).is_anybody:
        raise RefusedError(
            f"You do not prepare returns for the schools of {body}.",
            todo="Ask an account manager for a role that does.",
        )
    batch.save(force_insert=True)
    record(
        "batch sent",
        by=by,
        organisation=body,
        year=year,
        subject=f"batch {batch.pk}",
        after={"sha256": batch.sha256, "bytes": batch.bytes},
    )
    jobs.ask(TAKE, by=by, organisation=body, year=year, arguments={"batch": str(batch.pk)})
    return batch


def _refuse(content: bytes) -> None:
    if len(content) > UPLOAD.file_bytes:
        raise RefusedError(
            f"The archive is larger than {UPLOAD.file_bytes // MIB} MB.",
            todo="Send it in several parts.",
        )
    if sniff(content) != "zip":
        raise RefusedError(
            "This is not a ZIP archive of schools' files.",
            todo="Put one file for each school straight into a ZIP file, and send that.",
        )


def job_of(batch: Batch, kind: str = TAKE) -> Job | None:
    """The newest job of a kind that deals with a batch."""
    asked = Job.objects.filter(kind=kind, organisation=batch.organisation, year=batch.year)
    return asked.filter(arguments__batch=str(batch.pk)).order_by("-asked_at").first()


@jobs.kind(TAKE)
def _take(job: Job, progress: jobs.Progress) -> jobs.Made:
    """Take the files of a batch that are not dealt with yet."""
    batch = Batch.objects.select_related("organisation", "sent_by").get(pk=job.arguments["batch"])
    if batch.content is None:
        return jobs.Made(outcome=_outcome(batch.members), message="All files were dealt with.")
    archive, sender = members_of(bytes(batch.content), batch.name), Sender.of(batch, job.asked_by)
    by, done = By(job.asked_by, "worker"), len(batch.members)
    for at, member in enumerate(archive):
        progress(at, len(archive), "The files are being checked, one after the other.")
        if at >= done:
            _note(batch, at, _taken(member, batch, sender, by))
    with transaction.atomic():
        locked = _locked(batch)
        locked.content = None
        locked.save(update_fields=["content"])
        outcome = _outcome(locked.members)
        record(
            "batch taken",
            by=by,
            organisation=batch.organisation,
            year=batch.year,
            subject=f"batch {batch.pk}",
            after=outcome,
        )
    progress(len(archive), len(archive))
    return jobs.Made(outcome=outcome, message="All files were dealt with.")


@transaction.atomic
def _note(batch: Batch, at: int, told: dict[str, Any]) -> None:
    """Write what became of one file, if no other run wrote it before."""
    locked = _locked(batch)
    if len(locked.members) == at:
        locked.members.append(told)
        locked.save(update_fields=["members"])


def _locked(batch: Batch) -> Batch:
    return locking(Batch.objects).defer("content").get(pk=batch.pk)


def _taken(member: Member, batch: Batch, sender: Sender, by: By) -> dict[str, Any]:
    """What became of one file; whatever is wrong with it stops no other."""
    try:
        placed = place(member, sender, batch)
        if placed is None:
            return {"name": "", "state": "passed over"}
        return _uploaded(placed, batch, by)
    except Exception:
        _logger.exception("A file of batch %s could not be dealt with.", batch.pk)
        return {"name": short_name(member.name), "state": "left out", "message": _OUR_SIDE}


def _uploaded(placed: Placed, batch: Batch, by: By) -> dict[str, Any]:
    if placed.school is None:
        return _told(placed, **(placed.finding or {}))
    digest = hashlib.sha256(placed.content).hexdigest()
    before = Submission.objects.filter(
        batch=batch, school_return__school=placed.school, sha256=digest
    )
    given = Given(
        name=placed.name,
        content=placed.content,
        channel=Submission.Channel.BATCH,
        batch=batch,
    )
    try:
        submission = before.first() or upload(placed.school, batch.year, given, by=by)
    except RefusedError as error:
        return _told(placed, message=error.what, todo=error.todo)
    return {
        **_told(placed),
        "state": "refused" if submission.state == Submission.State.REFUSED else "kept",
        "submission": str(submission.pk),
    }


def _told(placed: Placed, **said: str) -> dict[str, Any]:
    """A file that went nowhere, and why; or the beginning of what became of one that did."""
    return {
        "name": placed.name,
        "number": placed.number,
        "school": placed.school.code if placed.school else "",
        "state": "left out",
        **said,
    }


def _outcome(members: list[dict[str, Any]]) -> dict[str, int]:
    states = [member["state"] for member in members]
    return {state: states.count(state) for state in ("kept", "refused", "left out")}
