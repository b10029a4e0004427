"""A file on its way into the gateway: read, checked, and kept whole or refused whole."""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.gateway.receiving.checking import Checked, check
from keystage.actions.gateway.receiving.knowing import Known, known_of
from keystage.actions.gateway.receiving.reading import short_name
from keystage.actions.gateway.standing.states import State, lock, refuse_closed, return_of, settle
from keystage.actions.locks import locking
from keystage.checks.returns.severity import Severity
from keystage.store.models import Batch, Organisation, Submission, SystemAccess

Channel = Submission.Channel


@dataclass(frozen=True, kw_only=True)
class Given:
    """A file as somebody gave it.

    Attributes:
        name: as the sender calls it; folders are left out.
        content: its bytes.
        channel: the way it came.
        batch: the archive it came in, if an authority or trust sent it.
        client: the system that sent it, if one did.
    """

    name: str
    content: bytes
    channel: Channel = Channel.PAGE
    batch: Batch | None = None
    client: SystemAccess | None = None


def upload(school: Organisation, year: int, given: Given, *, by: By) -> Submission:
    """Check a file; keep it whole until a second person submits it, or refuse it whole.

    Nothing is raised for a bad file: it is refused with every finding, and leaves its hash and
    these. The same file given again by the same person in the same way while it waits is the same
    submission; given in another way, it takes the place of the one that waits.

    Args:
        school: whose return it is to be.
        year: the season.
        given: the file.
        by: who gives it.

    Raises:
        RefusedError: the return is closed.
    """
    school_return = return_of(school, year)
    refuse_closed(school_return)
    known = known_of(school_return, through_authority=given.channel == Channel.BATCH)
    digest = hashlib.sha256(given.content).hexdigest()
    waiting = school_return.submissions.filter(
        state=Submission.State.UPLOADED,
        sha256=digest,
        uploaded_by=by.who,
        channel=given.channel,
        client=given.client,
        batch=given.batch,
    )
    if same := waiting.filter(checked_against=known.digest).first():
        return same
    name = short_name(given.name)
    checked = check(given.content, name, known)
    refused = checked.verdict is Severity.RED
    submission = Submission(
        school_return=school_return,
        state=Submission.State.REFUSED if refused else Submission.State.UPLOADED,
        channel=given.channel,
        name=name,
        bytes=len(given.content),
        sha256=digest,
        content=None if refused else given.content,
        batch=given.batch,
        client=given.client,
        uploaded_by=by.who,
    )
    put(submission, checked, known)
    return _kept(submission, by)


@transaction.atomic
def _kept(submission: Submission, by: By) -> Submission:
    """Keep a file that was checked, in place of the same one from the same person that waits."""
    locked = lock(submission.school_return)
    refuse_closed(locked)
    submission.school_return, submission.uploaded_at = locked, timezone.now()
    refused = submission.state == Submission.State.REFUSED
    if not refused:
        locked.submissions.filter(
            state=Submission.State.UPLOADED, sha256=submission.sha256, uploaded_by=by.who
        ).update(state=Submission.State.WITHDRAWN)
    submission.save(force_insert=True)
    if locked.state in {State.NOT_STARTED, State.UPLOADED}:
        settle(locked, by=by, submission=submission)
    record(
        "file refused" if refused else "file uploaded",
        by=by,
        organisation=locked.school,
        year=locked.year,
        subject=f"submission {submission.pk}",
        after={
            "sha256": submission.sha256,
            "channel": submission.channel,
            "verdict": submission.verdict,
            "red": submission.red,
            "amber": submission.amber,
        },
    )
    return submission


def put(submission: Submission, checked: Checked, known: Known) -> None:
    """Put what the checks said into a submission, without saving it."""
    submission.verdict = Submission.Verdict(checked.verdict)
    submission.form, submission.serial = checked.form, checked.serial
    submission.red, submission.amber = checked.red, checked.amber
    submission.findings, submission.pupils = checked.findings, checked.pupils
    submission.counts = checked.counts
    submission.checked_against = known.digest


@transaction.atomic
def withdraw(submission: Submission, *, by: By) -> None:
    """Take back a file that waits to be submitted. Withdrawing it twice changes nothing.

    Raises:
        RefusedError: it was submitted, or refused.
    """
    locked = lock_submission(submission)
    if locked.state == Submission.State.WITHDRAWN:
        return
    if locked.state != Submission.State.UPLOADED:
        raise RefusedError(
            f"This file cannot be withdrawn: {locked.get_state_display().lower()}.",
            todo="Look at its page to see what became of it.",
        )
    locked.state = submission.state = Submission.State.WITHDRAWN
    locked.save(update_fields=["state"])
    school_return = lock(locked.school_return)
    if school_return.state == State.UPLOADED:
        settle(school_return, by=by, submission=locked)
    record(
        "file withdrawn",
        by=by,
        organisation=school_return.school,
        year=school_return.year,
        subject=f"submission {locked.pk}",
    )


def lock_submission(submission: Submission) -> Submission:
    """The submission, locked behind its return."""
    lock(submission.school_return)
    rows = locking(Submission.objects).select_related("school_return__school__authority", "client")
    return rows.defer("content").get(pk=submission.pk)
