"""The job that computes a release of figures and keeps what it made, for good.

Rows are added while the release is being computed, when nobody sees it; the last step makes it a
release to be reviewed. A run that fails leaves no row. A run that died leaves rows that the next
one takes away first; a run that another took over from adds nothing more.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures.computing import Beside, computed
from keystage.actions.figures.faults import FAULTS_NAME, list_of_faults
from keystage.actions.figures.given import read_given
from keystage.actions.figures.requests import agreed_taken_in, keep_taken
from keystage.actions.figures.rules import digest, rules
from keystage.actions.figures.sums import outputs_of
from keystage.actions.locks import locking
from keystage.actions.prepared_rows import Row, add, key
from keystage.core.errors import KeystageError
from keystage.flows.figures.contents import Content, encode
from keystage.flows.figures.school_pupils import SchoolPupils
from keystage.flows.figures.tables import Kept
from keystage.store.models import (
    FiguresContent,
    FiguresInput,
    FiguresPupils,
    FiguresRelease,
    FiguresTable,
    Job,
)

KIND = "figures"
#: What the page shows the progress in.
STEPS = ("Reading what was given", "Computing", "Keeping the figures", "Keeping the pupils")
_AT_ONCE = 500
_LONGEST = 500
_OUR_SIDE = "Something went wrong on our side."
_CONTENT = ("release", "kind", "code", "level", "name", "content", "sha256")
_TABLE = ("release", "what", "kind", "code", "level", "content", "sha256")
_PUPILS = ("release", "code", "count", "content", "sha256")
_State = FiguresRelease.State
_BEING_MADE = frozenset({_State.ASKED, _State.FAILED})
T = TypeVar("T")


class TakenOverError(RefusedError):
    """Another run computes the release, or it was withdrawn: this one adds nothing more."""


@jobs.kind(KIND)
def _make(job: Job, progress: jobs.Progress) -> jobs.Made:
    release = FiguresRelease.objects.select_related("organisation", "before").get(
        pk=job.arguments["release"]
    )
    if release.state not in _BEING_MADE:
        return _told(release)
    _begin(job, release)
    try:
        return _told(_made(job, release, progress))
    except TakenOverError:
        raise
    except KeystageError as error:
        _fail(job, release, str(error))
        if faults := list_of_faults(release):
            raise jobs.FailedWithFileError(error, faults, FAULTS_NAME) from error
        raise
    except Exception:
        _fail(job, release, _OUR_SIDE)
        raise


def _made(job: Job, release: FiguresRelease, progress: jobs.Progress) -> FiguresRelease:
    def step(at: int, message: str = "") -> None:
        progress(at, len(STEPS), message or f"{STEPS[at]}.")

    beside = Beside.found(release, timezone.now().replace(microsecond=0))
    step(0)
    with read_given(release) as read:
        step(1)
        taken = agreed_taken_in(release, read.records, read.year)
        snapshot = computed(
            release,
            taken.records,
            read.year,
            beside=beside,
            derived=release.derived,
            step=lambda said: step(1, f"{said}."),
        )
        if snapshot.supplement:
            # What cannot be read again could never be opened or verified.
            rules(release.year, release.stage, snapshot.supplement)
        contents = (_content(release, one) for one in snapshot.contents)
        pupils = (_pupils(release, one) for one in snapshot.pupils)
        step(2)
        _keep(job, release, FiguresContent, _CONTENT, contents)
        step(3)
        _keep(job, release, FiguresPupils, _PUPILS, pupils)
        _keep(job, release, FiguresTable, _TABLE, (_table(release, one) for one in snapshot.tables))
    with _holding(job, release) as locked:
        locked.rules = snapshot.supplement or locked.rules
        locked.rules_sha256, locked.engine = snapshot.statute_sha256, snapshot.engine_version
        locked.inputs = {**locked.inputs, "read": dict(snapshot.inputs), **beside.told()}
        keep_taken(locked, taken.references)
        locked.outputs, locked.counts = outputs_of(locked), dict(read.counts)
        locked.notes = list(dict.fromkeys((*read.notes, *taken.notes, *snapshot.notes)))
        locked.state, locked.computed_at = _State.COMPUTED, timezone.now()
        locked.failed_why = ""
        locked.save()
        drop_pupils(locked)
        _record("figures computed", job, locked, {"outputs": locked.outputs})
    step(len(STEPS), "The figures were computed.")
    return locked


def drop_pupils(release: FiguresRelease) -> None:
    """Drop the files of pupils: they are kept by school, or not at all."""
    what = (FiguresInput.What.PUPILS, FiguresInput.What.CHARACTERISTICS)
    release.files.filter(what__in=what).update(content=None)


def _content(release: FiguresRelease, one: Content) -> Row:
    encoded = encode(one)
    name = one.name[: _longest_name()]
    return (key(release.pk), one.kind, one.code, one.level, name, encoded, digest(encoded))


def _pupils(release: FiguresRelease, one: SchoolPupils) -> Row:
    return (key(release.pk), str(one.urn), one.count, one.content, digest(one.content))


def _table(release: FiguresRelease, one: Kept) -> Row:
    told = digest(one.content)
    return (key(release.pk), one.what, one.kind, one.code, one.level, one.content, told)


def _longest_name() -> int:
    return FiguresContent._meta.get_field("name").max_length or 0  # noqa: SLF001  # Django's own way


def _keep(
    job: Job,
    release: FiguresRelease,
    model: type[FiguresContent] | type[FiguresPupils] | type[FiguresTable],
    fields: tuple[str, ...],
    rows: Iterable[Row],
) -> None:
    """Add rows, some at a time, each time only while this run still has the release."""
    for some in _some(rows):
        with _holding(job, release):
            add(model, fields, some)


def _some(rows: Iterable[T]) -> Iterator[list[T]]:
    walk = iter(rows)
    while some := list(islice(walk, _AT_ONCE)):
        yield some


@contextmanager
def _holding(job: Job, release: FiguresRelease) -> Iterator[FiguresRelease]:
    """A transaction in which this run has the release to itself.

    Raises:
        TakenOverError: another run was started, or the release was withdrawn.
    """
    with transaction.atomic():
        mine = locking(Job.objects).filter(
            pk=job.pk, started_at=job.started_at, state=Job.State.RUNNING
        )
        if not mine.values_list("pk", flat=True):
            raise TakenOverError("Another worker computes this release.")
        locked = locking(FiguresRelease.objects).select_related("organisation").get(pk=release.pk)
        if locked.state not in _BEING_MADE:
            raise TakenOverError("This release was withdrawn while it was being computed.")
        yield locked


def _begin(job: Job, release: FiguresRelease) -> None:
    """Take away what an earlier run left, and say that the release is being computed."""
    with _holding(job, release) as locked:
        _clear(locked)
        locked.state, locked.failed_why = _State.ASKED, ""
        locked.save(update_fields=("state", "failed_why"))


def _fail(job: Job, release: FiguresRelease, why: str) -> None:
    """Say why there is no release; a run that was taken over from says nothing."""
    try:
        with _holding(job, release) as locked:
            _clear(locked)
            said = why if len(why) <= _LONGEST else f"{why[: _LONGEST - 1]}…"
            locked.state, locked.failed_why = _State.FAILED, said
            locked.save(update_fields=("state", "failed_why"))
            _record("figures failed", job, locked, {})
    except TakenOverError:
        return


def _clear(release: FiguresRelease) -> None:
    release.contents.all().delete()
    release.pupils.all().delete()
    release.tables.all().delete()


def _record(action: str, job: Job, release: FiguresRelease, after: dict[str, object]) -> None:
    record(
        action,
        by=By(job.asked_by, "worker"),
        organisation=release.organisation,
        year=release.year,
        subject=f"figures {release.pk}",
        after=after,
    )


def _told(release: FiguresRelease) -> jobs.Made:
    return jobs.Made(
        outcome={"release": str(release.pk), **release.counts},
        message="The figures were computed.",
    )
