"""Verifying a release of figures as long work, with the answer kept for who asked."""

from django.db import transaction

from keystage.actions import jobs
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.figures.makers import may_read
from keystage.actions.figures.verifying import VERIFIED, verify
from keystage.actions.locks import locking
from keystage.store.models import FiguresRelease, Job, Organisation

KIND = "verify figures"
#: Faults that are told; more are only counted.
_TOLD = 50
_WAITING = frozenset({Job.State.QUEUED, Job.State.RUNNING})


@transaction.atomic
def verify_later(*, release: FiguresRelease, by: By) -> Job:
    """Let a worker verify a release. Asked for while one does, it is the same work.

    Raises:
        RefusedError: the person does not see what the body makes, or the release holds nothing.
    """
    maker = release.organisation
    if not may_read(by.who, maker, release.year):
        raise RefusedError(
            f"You do not review figures of {maker}.",
            todo="Ask an account manager for a role that does.",
        )
    if release.state not in VERIFIED:
        raise RefusedError("This release holds nothing yet.", todo="Wait until it is computed.")
    locking(Organisation.objects).get(pk=maker.pk)
    last = last_of(release)
    if last is not None and last.state in _WAITING:
        return last
    return jobs.ask(
        KIND,
        by=by,
        organisation=maker,
        year=release.year,
        arguments={"release": str(release.pk)},
    )


def last_of(release: FiguresRelease) -> Job | None:
    """The last time somebody had a release verified."""
    mine = Job.objects.filter(
        kind=KIND, organisation=release.organisation_id, arguments__release=str(release.pk)
    )
    return mine.select_related("asked_by").order_by("-asked_at").first()


@jobs.kind(KIND)
def _verify(job: Job, progress: jobs.Progress) -> jobs.Made:
    release = FiguresRelease.objects.select_related("organisation").get(pk=job.arguments["release"])
    found = verify(release, lambda said: progress(0, message=said))
    with transaction.atomic():
        record(
            "figures verified",
            by=By(job.asked_by, "worker"),
            organisation=release.organisation,
            year=release.year,
            subject=f"figures {release.pk}",
            after={"whole": found.whole, "faults": len(found.faults)},
        )
    return jobs.Made(
        outcome={
            "whole": found.whole,
            "contents": found.contents,
            "schools": found.schools,
            "faults": list(found.faults[:_TOLD]),
            "more": max(len(found.faults) - _TOLD, 0),
            "told": list(found.told),
        },
        message="The release was verified.",
    )
