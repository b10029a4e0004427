"""Preparing a release that is too large for one request: a worker reads, checks and writes it.

The release is there at once, empty, and nobody can approve it before it is whole. Its job has its
identity. A worker that dies is followed by another, which goes on where the writing stopped; a file
with faults leaves a release that was taken back, and the list of its faults.
"""

import zlib

import polars as pl
from django.db import transaction
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.releases.preparing import (
    Given,
    counts_of,
    keep,
    plan,
    read_and_check,
    schools_of,
    tell_prepared,
)
from keystage.actions.releases.writing import in_order, is_whole, write_some, written
from keystage.core.errors import KeystageError
from keystage.flows.results_day.reading import FAULTS
from keystage.flows.results_day.tables import table_of
from keystage.formats.ctf.limits import UPLOAD
from keystage.store.models import Job, Organisation, ResultsRelease

KIND = "prepare a release"
_FAULTS_NAME = "faults.csv"
_QUICK = 1


def is_large(given: Given) -> bool:
    """Whether a file is so large that a worker prepares it: larger than any school sends."""
    return len(given.data) > UPLOAD.file_bytes


@transaction.atomic
def prepare_later(*, organisation: Organisation, year: int, given: Given, by: By) -> ResultsRelease:
    """Keep a release without its results, and let a worker read, check and write them.

    The same file prepared twice is one release, as `preparing.prepare` has it.

    Args:
        organisation: who releases.
        year: the season.
        given: the file and its moments.
        by: who prepares it.

    Raises:
        RefusedError: no moment is known, receiving schools would come before the schools, or the
            note names a pupil.
        InputError: the table of scaled scores cannot be read.
    """
    made, is_new = keep(organisation, year, plan(organisation, year, given), by)
    if is_new:
        job = jobs.ask(KIND, by=by, organisation=organisation, year=year, key=made.pk)
        Job.objects.filter(pk=job.pk).update(content=zlib.compress(given.data, _QUICK))
    return made


def job_of(release: ResultsRelease) -> Job | None:
    """The work on a release; None of one that was prepared at once."""
    return Job.objects.filter(pk=release.pk, kind=KIND).defer("content").first()


def faults_of(release: ResultsRelease, *, by: By) -> pl.DataFrame | None:
    """What was wrong with a file, as a list that is taken away, which is written down.

    Args:
        release: whose file.
        by: who takes it away.

    Returns:
        Columns `flows.results_day.reading.FAULTS`; None where nothing is kept of them.
    """
    job = Job.objects.filter(pk=release.pk, kind=KIND, content_name=_FAULTS_NAME).first()
    if job is None or job.content is None:
        return None
    jobs.fetched(job, by=by)
    return pl.read_csv(bytes(job.content), schema=dict(FAULTS))


@jobs.kind(KIND)
def _prepare(job: Job, progress: jobs.Progress) -> jobs.Made:
    release = ResultsRelease.objects.select_related("organisation").get(pk=job.pk)
    by = By(job.asked_by, "worker")
    if is_whole(release) or release.withdrawn_at is not None or job.content is None:
        return jobs.Made(outcome={}, message=_said(release))
    progress(0, None, "The file is being read and checked.")
    schools = dict(schools_of(release.organisation).values_list("number", "pk"))
    conversion = table_of(release.conversion)
    data, job.content = zlib.decompress(job.content), None
    try:
        checked = read_and_check(data, release.file_name, release.year, schools, conversion)
    except KeystageError as error:
        return _refused(release, str(error), by)
    if checked.faults.height:
        count = checked.faults.height
        things = "1 thing is" if count == 1 else f"{count} things are"
        return _refused(release, f"{things} wrong with the results.", by, checked.faults)
    counts, ordered = counts_of(checked, conversion), in_order(checked.rows, schools)
    del data, checked
    while not is_whole(release):
        progress(written(release), ordered.height, "The results are being written.")
        with transaction.atomic():
            release, last = write_some(release, ordered, counts)
            if last:
                tell_prepared(release, by)
    return jobs.Made(outcome={"rows": ordered.height}, message=_said(release))


def _said(release: ResultsRelease) -> str:
    if release.withdrawn_at is not None:
        return "The release was taken back."
    if is_whole(release):
        return "The release is prepared. Another person approves it."
    return "The file is not there any longer. Take the release back, and prepare it again."


@transaction.atomic
def _refused(
    release: ResultsRelease, why: str, by: By, faults: pl.DataFrame | None = None
) -> jobs.Made:
    """Take a release back whose file is refused; what was wrong is kept with the job."""
    locked = locking(ResultsRelease.objects).select_related("organisation").get(pk=release.pk)
    if locked.withdrawn_at is None:
        locked.withdrawn_at, locked.withdrawn_by = timezone.now(), by.who
        locked.save(update_fields=("withdrawn_at", "withdrawn_by"))
        locked.results.all().delete()
        record(
            "release refused",
            by=by,
            organisation=locked.organisation,
            year=locked.year,
            subject=f"release {locked.version}",
            after={"sha256": locked.file_sha256, "faults": 0 if faults is None else faults.height},
        )
    return jobs.Made(
        outcome={"faults": faults.height if faults is not None else 0},
        message=f"{why} Nothing was kept."[:300],
        content=faults.write_csv().encode() if faults is not None else None,
        content_name=_FAULTS_NAME if faults is not None else "",
    )


def forget_file(release: ResultsRelease) -> None:
    """Drop the file of a release that a worker was to read: it was taken back."""
    Job.objects.filter(pk=release.pk, kind=KIND).update(content=None, content_name="")


@transaction.atomic
def go_on(*, release: ResultsRelease, by: By) -> Job:
    """Go on with the work on a release that stopped.

    Raises:
        RefusedError: it has not stopped, its file is not there any longer, or somebody else asked.
    """
    job = job_of(release)
    if job is None or job.asked_by_id != by.who.pk:
        raise RefusedError(
            "The work on this release is not yours.", todo="Whoever prepared it can go on with it."
        )
    if not Job.objects.filter(pk=job.pk, content__isnull=False).exists():
        raise RefusedError(
            "The file is not there any longer.", todo="Take the release back, and prepare it again."
        )
    return jobs.again(job, by=by)
