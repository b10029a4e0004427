"""Telling everybody who saw a release that it was taken back, or put back."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.messages.rules import partners_of
from keystage.actions.messages.writing import write
from keystage.store.models import (
    ConfirmedPlace,
    Job,
    Message,
    Organisation,
    ReleasedResult,
    ResultsRelease,
)

KIND = "tell of a release"
TAKEN_BACK, PUT_BACK = "taken back", "put back"
_ADVICE = {
    TAKEN_BACK: "Do not use the results of this version, and pass them on to nobody. Open the "
    "released results to read why, and to see which results of your own are of it.",
    PUT_BACK: "Its results are in force again, unless a later version has others. Open the "
    "released results to see them.",
}


def tell_later(release: ResultsRelease, what: str, number: int, *, by: By) -> Job:
    """Let a worker tell those who saw a release.

    Args:
        release: which.
        what: `TAKEN_BACK` or `PUT_BACK`.
        number: of the version, as people see it.
        by: on whose behalf.
    """
    return jobs.ask(
        KIND,
        by=by,
        organisation=release.organisation,
        year=release.year,
        arguments={"release": str(release.pk), "what": what, "number": number},
    )


def shown_to(release: ResultsRelease, at: datetime) -> list[Organisation]:
    """Who had seen a release, and is written to by whoever released it: schools, their authorities.

    A school that a release took a pupil's result from saw it too. Receiving schools are among them
    from their own minute on. A trust is told by its schools, and on its page of results.

    Args:
        release: which.
        at: when it was taken back or put back.
    """
    upns = release.results.order_by().values("upn")
    before = ReleasedResult.objects.filter(
        release__year=release.year, release__approved_at__lt=release.approved_at, upn__in=upns
    )
    named = Q(pk__in=release.results.order_by().values("school").distinct())
    schools = Organisation.objects.filter(named | Q(pk__in=before.values("school")))
    keys = set(schools.values_list("pk", flat=True))
    keys |= {one.authority_id for one in schools.exclude(authority=None) if one.authority_id}
    if at >= release.receiving_at:
        places = ConfirmedPlace.objects.filter(year=release.year, withdrawn_at__isnull=True)
        known = places.filter(upn__in=upns)
        keys |= set(known.values_list("receiving", flat=True))
    return list(partners_of(release.organisation).filter(pk__in=keys))


@jobs.kind(KIND)
def _tell(job: Job, progress: jobs.Progress) -> jobs.Made:
    """Write to one after the other; a run that died goes on, for nobody is told twice."""
    asked, by = job.arguments, By(job.asked_by, "worker")
    release = ResultsRelease.objects.select_related("organisation").get(pk=UUID(asked["release"]))
    subject = f"Results of {release.year}: version {asked['number']} was {asked['what']}"
    known = Message.objects.filter(
        sender=release.organisation, subject=subject, written_at__gte=job.asked_at
    )
    done = set(known.values_list("receiver", flat=True))
    receivers = shown_to(release, job.asked_at)
    told = refused = 0
    for at, one in enumerate(receivers):
        progress(at, len(receivers), "Those who saw the release are being told.")
        if one.pk in done:
            continue
        try:
            write(
                sender=release.organisation,
                receiver=one,
                year=release.year,
                subject=subject,
                body=f"{subject}.\n\n{_ADVICE[asked['what']]}",
                by=by,
                kind=Message.Kind.NOTICE,
            )
        except RefusedError:
            refused += 1
            continue
        told += 1
    return jobs.Made(
        outcome={"told": told, "refused": refused},
        message="Those who saw the release were told."
        if not refused
        else f"{refused} of those who saw the release could not be written to.",
    )
