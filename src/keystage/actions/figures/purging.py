"""Deleting a release of figures for good: proposed, approved by another person, done by a worker.

The release goes as a whole: its contents, pupils and tables, the checking requests about it with
their evidence, the files of decisions that tell of them, and packs made of it.
What was done, by whom, and the hashes of what it held stay in the record.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

import msgspec
from django.db import transaction
from django.db.models import Manager
from django.utils import timezone

from keystage.access import decide
from keystage.access.permissions import Permission
from keystage.access.rights import Condition, Level
from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.locks import locking
from keystage.actions.messages.rules import must_say_why
from keystage.statute.table import Record, Source, Table
from keystage.store.models import (
    CheckingHandover,
    CheckingRequest,
    FiguresPurge,
    FiguresRelease,
    Job,
    Organisation,
    Person,
)
from keystage.store.rights import live_grants, place_of

KIND = "purge figures"
_FILE = Path(__file__).with_name("retention.toml")
_KEPT = frozenset({Condition.ANOTHER_PERSON, Condition.SECOND_PERSON})
_State = FiguresRelease.State
_HELD = frozenset({_State.FAILED, _State.COMPUTED, _State.APPROVED, _State.WITHDRAWN})
_AT_ONCE, _LONGEST = 500, 500


class Years(Table, frozen=True, kw_only=True):
    """For how many years a release is kept."""

    years: int


class Retention(Record, frozen=True, kw_only=True):
    """How long releases are kept, with the sources: those that were out, and the others."""

    sources: dict[str, Source]
    shown: Years
    never_shown: Years


@cache
def retention() -> Retention:
    """The periods of the file."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Retention)


def kept_until(release: FiguresRelease) -> date:
    """The day from which a release may be deleted."""
    shown = release.approved_at is not None
    years = (retention().shown if shown else retention().never_shown).years
    last = max(filter(None, (release.asked_at, release.shown_at if shown else None)))
    day = timezone.localdate(last)
    month, of_month = (3, 1) if (day.month, day.day) == (2, 29) else (day.month, day.day)
    return date(day.year + years, month, of_month)


def may_be_purged(release: FiguresRelease, *, now: datetime | None = None) -> tuple[str, ...]:
    """What stands against deleting a release, in sentences; empty where nothing does."""
    against = []
    if release.state not in _HELD:
        against.append(f"The release is not at rest: {release.get_state_display().lower()}.")
    if later := release.after.first():
        against.append(f"{later} is compared with it.")
    took = release.requests.filter(taken_into__isnull=False).select_related("taken_into").first()
    if took:
        against.append(f"{took.taken_into} took in what was asked about it.")
    until = kept_until(release)
    if timezone.localdate(now) < until:
        against.append(f"It is kept until {until.day} {until:%B %Y}.")
    return tuple(against)


def proposed(release: FiguresRelease) -> FiguresPurge | None:
    """That a release is to be deleted; None where nobody has said so."""
    return FiguresPurge.objects.filter(release=release).select_related("proposed_by").first()


def may_propose(person: Person, release: FiguresRelease) -> bool:
    """Whether a person may say that a release is to be deleted."""
    return _may(person, release, Permission.PROPOSE_PURGE)


def may_agree(person: Person, release: FiguresRelease) -> bool:
    """Whether a person may approve a deletion that somebody else proposed."""
    return _may(person, release, Permission.APPROVE_PURGE)


@transaction.atomic
def propose(*, release: FiguresRelease, why: str, by: By) -> FiguresPurge:
    """Say that a release is to be deleted for good. Nothing is deleted yet.

    Args:
        release: which.
        why: the reason; it stays in the record.
        by: who proposes it.

    Raises:
        RefusedError: the person may not, there is no reason or it names a pupil, it was proposed
            already, or something stands against it.
    """
    locked = _locked(release)
    if not may_propose(by.who, locked):
        raise _not_yours("propose that data are deleted")
    _must_be_free(locked)
    said = why.strip()[:_LONGEST]
    must_say_why(said, locked.organisation)
    if proposed(locked):
        raise RefusedError(
            "That this release is deleted was proposed already.",
            todo="Ask another person to approve it.",
        )
    made = FiguresPurge.objects.create(
        release=locked, why=said, proposed_at=timezone.now(), proposed_by=by.who
    )
    _tell("figures purge proposed", locked, by, {"reason": said})
    return made


@transaction.atomic
def take_back(*, release: FiguresRelease, by: By) -> None:
    """Say that a release is not to be deleted after all, before anybody approved it.

    Raises:
        RefusedError: the person may not, or it was approved.
    """
    locked = _locked(release)
    if not (may_propose(by.who, locked) or may_agree(by.who, locked)):
        raise _not_yours("propose that data are deleted")
    if locked.state == _State.PURGED:
        raise RefusedError("This release is being deleted for good.")
    if FiguresPurge.objects.filter(release=locked).delete()[0]:
        _tell("figures purge taken back", locked, by, {})


@transaction.atomic
def approve(*, release: FiguresRelease, by: By) -> Job:
    """Approve that a release is deleted, and let a worker do it. There is no way back.

    Raises:
        RefusedError: the person may not, nobody proposed it, the person did, or something stands
            against it.
    """
    locked = _locked(release)
    if not may_agree(by.who, locked):
        raise _not_yours("approve that data are deleted")
    purge = proposed(locked)
    if purge is None:
        raise RefusedError("Nobody proposed that this release is deleted.", todo="Propose it.")
    if not decide.may_approve(by.who.pk, {purge.proposed_by_id}):
        raise RefusedError(
            "You proposed this, so another person has to approve it.",
            todo="Ask somebody else who may approve deletions.",
        )
    _must_be_free(locked)
    purge.approved_at, purge.approved_by = timezone.now(), by.who
    purge.save(update_fields=("approved_at", "approved_by"))
    locked.state = _State.PURGED
    locked.save(update_fields=("state",))
    _tell("figures purge approved", locked, by, {"reason": purge.why})
    return jobs.ask(
        KIND,
        by=by,
        organisation=locked.organisation,
        year=locked.year,
        arguments={"release": str(locked.pk)},
    )


@jobs.kind(KIND)
def _purge(job: Job, progress: jobs.Progress) -> jobs.Made:
    """Delete some rows at a time; a run that died goes on where it was."""
    release = FiguresRelease.objects.filter(pk=job.arguments["release"]).first()
    if release is not None:
        told = {
            "outputs": release.outputs,
            "engine": release.engine,
            "release": str(release),
            "requests": release.requests.count(),
        }
        total = release.contents.count() + release.pupils.count() + release.tables.count()
        done = 0
        for rows in (release.contents, release.pupils, release.tables):
            while gone := _some_gone(rows):
                done += gone
                progress(done, total, "The release is being deleted for good.")
        _rest(release, job, told)
    return jobs.Made(outcome={}, message="The release was deleted for good.")


def _some_gone(rows: Manager[object]) -> int:  # type: ignore[type-var]  # rows of any table
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
    return rows.filter(pk__in=keys).delete()[0]


@transaction.atomic
def _rest(release: FiguresRelease, job: Job, told: Mapping[str, object]) -> None:
    """What hangs on the release, and the release itself."""
    locked = _locked(release)
    locked.confirmations.all().delete()
    files = _forget_decisions(locked)
    locked.requests.all().delete()
    told = {**told, "files of decisions": files}
    _tell("figures purged", locked, By(job.asked_by, "worker"), told)
    locked.delete()


def _forget_decisions(release: FiguresRelease) -> int:
    """Delete the files with a decision about a release; all of a year with its last requests.

    A file is not changed, so one that tells of other releases too goes as well: what was decided of
    them is written again.

    Returns:
        How many were deleted.
    """
    agency, year = release.organisation, release.year
    files = CheckingHandover.objects.filter(organisation=agency, year=year)
    every = CheckingRequest.objects.filter(release__organisation=agency, release__year=year)
    if every.exclude(release=release).exists():
        sent = release.requests.exclude(reference="").values_list("reference", flat=True)
        about = {one.encode() for one in sent}
        files = files.filter(pk__in=[one.pk for one in files if _names(one, about)])
    return files.delete()[0]


def _names(file: CheckingHandover, references: Collection[bytes]) -> bool:
    lines = bytes(file.content).splitlines()
    return any(line.partition(b",")[0] in references for line in lines)


def _must_be_free(release: FiguresRelease) -> None:
    against = may_be_purged(release)
    if against:
        raise RefusedError(
            f"This release cannot be deleted. {' '.join(against)}",
            todo="Leave it, or delete what stands against it first.",
        )


def _may(person: Person, release: FiguresRelease, permission: Permission) -> bool:
    today = timezone.localdate()
    decision = decide.decide(
        live_grants(person, today),
        permission,
        place_of(release.organisation),
        season=release.year,
        on=today,
    )
    return decision.classes_at(Level.NONE, _KEPT) is None


def _not_yours(what: str) -> RefusedError:
    return RefusedError(
        f"You may not {what} here.", todo="Ask an account manager for a role that does."
    )


def _locked(release: FiguresRelease) -> FiguresRelease:
    locking(Organisation.objects).get(pk=release.organisation_id)
    return locking(FiguresRelease.objects).select_related("organisation").get(pk=release.pk)


def _tell(action: str, release: FiguresRelease, by: By, after: Mapping[str, object]) -> None:
    record(
        action,
        by=by,
        organisation=release.organisation,
        year=release.year,
        subject=f"figures {release.pk}",
        after=after,
    )
