"""Long work: asked for in a page, done by a worker, followed on a page of its own.

A kind of job is a function that is given the job and a way to tell how far it has come. It must be
safe to run twice: a worker may die in the middle, and the job is then run again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.core.errors import KeystageError
from keystage.store.models import Job, Organisation

#: How long a file that a job made is kept: it can be made again at any time.
FILES_KEPT = timedelta(days=7)
#: How long a running job may be silent before it counts as stopped.
SILENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Made:
    """What a job made: words and numbers for the page, and perhaps a file to fetch."""

    outcome: Mapping[str, Any]
    message: str = ""
    content: bytes | None = None
    content_name: str = ""


class FailedWithFileError(RefusedError):
    """Work that cannot be done, with a file that says why in full."""

    def __init__(self, error: KeystageError, content: bytes, content_name: str) -> None:
        """Keep the sentence of an error, and the file."""
        super().__init__(error.what, where=error.where, todo=error.todo)
        self.content, self.content_name = content, content_name


@dataclass(frozen=True)
class Progress:
    """Tells the page how far a job has come."""

    job: UUID

    def __call__(self, done: int, total: int | None = None, message: str = "") -> None:
        """Write how much is done, of how much, and what is being done."""
        told: dict[str, Any] = {"done": done, "heard_at": timezone.now()}
        if total is not None:
            told["total"] = total
        if message:
            told["message"] = message
        Job.objects.filter(pk=self.job, state=Job.State.RUNNING).update(**told)


Work = Callable[[Job, Progress], Made]
_KINDS: dict[str, Work] = {}
#: Where work is registered: read by a process that does nothing but work.
ROOMS = (
    "keystage.actions.figures.making",
    "keystage.actions.figures.purging",
    "keystage.actions.figures.telling",
    "keystage.actions.figures.verifying_later",
    "keystage.actions.gateway.batches.submitting",
    "keystage.actions.gateway.batches.sending",
    "keystage.actions.gateway.standing.closing",
    "keystage.actions.imports.applying",
    "keystage.actions.nudging",
    "keystage.actions.releases.preparing_later",
    "keystage.actions.releases.telling",
    "keystage.actions.results.reporting",
)


def kind(name: str) -> Callable[[Work], Work]:
    """Register the work of a kind of job.

    Raises:
        ValueError: there is work of that kind already.
    """

    def register(work: Work) -> Work:
        if name in _KINDS:
            raise ValueError(f"There are two kinds of job called {name}.")
        _KINDS[name] = work
        return work

    return register


@transaction.atomic
def ask(
    name: str,
    *,
    by: By,
    organisation: Organisation,
    year: int | None = None,
    arguments: Mapping[str, Any] | None = None,
    key: UUID | None = None,
) -> Job:
    """Ask for a job; a worker takes it once the transaction is through.

    Args:
        name: the kind of job.
        by: who asks.
        organisation: whose work it is.
        year: the season.
        arguments: what the work is told.
        key: the identity the job will have, chosen when the form was shown; asking twice with one
            key makes one job.

    Raises:
        KeyError: no work of that name is registered.
    """
    if name not in _KINDS:
        raise KeyError(name)
    if key:
        locking(Organisation.objects).get(pk=organisation.pk)
        there = Job.objects.filter(pk=key, kind=name, organisation=organisation, asked_by=by.who)
        if found := there.first():
            return found
    job = Job.objects.create(
        pk=key or uuid4(),
        kind=name,
        organisation=organisation,
        year=year,
        arguments=dict(arguments or {}),
        asked_at=timezone.now(),
        asked_by=by.who,
    )
    record("job asked", by=by, organisation=organisation, year=year, subject=f"job {job.pk}")
    run_job.enqueue(str(job.pk))
    return job


@transaction.atomic
def again(job: Job, *, by: By) -> Job:
    """Run a failed or stopped job once more.

    Raises:
        RefusedError: the job waits, runs or is done.
    """
    locked = locking(Job.objects).get(pk=job.pk)
    if locked.state not in {Job.State.FAILED, Job.State.STALE}:
        raise RefusedError("This job has not stopped.", todo="Wait until it is done.")
    locked.state, locked.message, locked.done = Job.State.QUEUED, "", 0
    locked.save()
    record("job asked again", by=by, organisation=locked.organisation, subject=f"job {locked.pk}")
    run_job.enqueue(str(locked.pk))
    return locked


@transaction.atomic
def fetched(job: Job, *, by: By) -> None:
    """Write that the file a job made was taken out of the service."""
    record(
        "job's file downloaded",
        by=by,
        organisation=job.organisation,
        year=job.year,
        subject=f"job {job.pk}",
    )


@task()
def run_job(key: str) -> None:
    """Do one job, whatever its kind; one that is done or being done is left alone."""
    for room in ROOMS:
        import_module(room)
    job = _begin(UUID(key))
    if job is None:
        return
    try:
        made = _KINDS[job.kind](job, Progress(job.pk))
    except FailedWithFileError as error:
        made = Made({}, str(error), error.content, error.content_name)
        _end(job, Job.State.FAILED, made)
    except KeystageError as error:
        _end(job, Job.State.FAILED, Made(outcome={}, message=str(error)))
    except Exception:
        _end(job, Job.State.FAILED, Made(outcome={}, message="Something went wrong on our side."))
        raise
    else:
        _end(job, Job.State.DONE, made)


@transaction.atomic
def _begin(key: UUID) -> Job | None:
    job = locking(Job.objects).filter(pk=key).first()
    if job is None or job.state not in {Job.State.QUEUED, Job.State.STALE}:
        return None
    job.state = Job.State.RUNNING
    job.started_at = job.heard_at = timezone.now()
    job.save(update_fields=("state", "started_at", "heard_at"))
    return job


def _end(job: Job, state: Job.State, made: Made) -> None:
    """Note what became of a run; one that was given up for another run says nothing any more."""
    Job.objects.filter(pk=job.pk, started_at=job.started_at).exclude(state=Job.State.QUEUED).update(
        state=state,
        outcome=dict(made.outcome),
        message=made.message[:300],
        content=made.content,
        content_name=made.content_name,
        ended_at=timezone.now(),
        heard_at=timezone.now(),
    )


def sweep() -> int:
    """Mark jobs whose worker is gone as stopped, so that they can be run again; says how many.

    Their worker has been silent for long, or it took them from the queue and died before it began.
    """
    long_ago = timezone.now() - SILENCE
    queue = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=run_job.module_path
    )
    waiting = [UUID(told["args"][0]) for told in queue.values_list("args_kwargs", flat=True)]
    silent = Q(state=Job.State.RUNNING, heard_at__lt=long_ago)
    taken = Q(state=Job.State.QUEUED, asked_at__lt=long_ago) & ~Q(pk__in=waiting)
    return Job.objects.filter(silent | taken).update(
        state=Job.State.STALE, message="The work stopped before it was done."
    )


def forget_files() -> int:
    """Delete the files of jobs that ended longer ago than `FILES_KEPT`; returns how many."""
    return Job.objects.filter(
        ended_at__lt=timezone.now() - FILES_KEPT, content__isnull=False
    ).update(
        content=None,
        content_name="",
        message=f"The file was deleted after {FILES_KEPT.days} days. Ask for it again.",
    )
