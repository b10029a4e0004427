"""Telling everybody who saw a release of figures that it was withdrawn."""

from django.db import transaction

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.messages.keeping import keep
from keystage.actions.messages.rules import partners_of
from keystage.store.models import FiguresContent, FiguresRelease, Job, Message, Organisation

KIND = "tell of figures"
_ADVICE = (
    "Do not use the figures of this release, and pass them on to nobody. Open the figures of the "
    "year to see which releases there are."
)
_UNITS = {
    FiguresContent.Kind.SCHOOL: Organisation.Kind.SCHOOL,
    FiguresContent.Kind.TRUST: Organisation.Kind.TRUST,
    FiguresContent.Kind.AUTHORITY: Organisation.Kind.AUTHORITY,
}


def tell_later(release: FiguresRelease, *, by: By) -> Job:
    """Let a worker tell those who saw a release."""
    return jobs.ask(
        KIND,
        by=by,
        organisation=release.organisation,
        year=release.year,
        arguments={"release": str(release.pk)},
    )


def shown_to(release: FiguresRelease) -> list[Organisation]:
    """Who saw a release and is written to by its maker: schools, authorities.

    A trust is told by its schools, and on its page of figures.
    """
    partners = partners_of(release.organisation)
    units = release.contents.order_by()
    found = partners.none()
    for kind, organisation in _UNITS.items():
        codes = units.filter(kind=kind).values("code")
        found |= partners.filter(kind=organisation, code__in=codes)
    return list(found.distinct())


@jobs.kind(KIND)
def _tell(job: Job, progress: jobs.Progress) -> jobs.Made:
    """Write to one after the other; a run that died goes on, for nobody is told twice."""
    release = FiguresRelease.objects.select_related("organisation").get(pk=job.arguments["release"])
    by, subject = By(job.asked_by, "worker"), f"Figures of {release} were withdrawn"
    known = Message.objects.filter(
        sender=release.organisation, subject=subject, written_at__gte=job.asked_at
    )
    done = set(known.values_list("receiver", flat=True))
    receivers = shown_to(release)
    for at, one in enumerate(receivers):
        progress(at, len(receivers), "Those who saw the figures are being told.")
        if one.pk not in done:
            _write(release, one, subject, by)
    return jobs.Made(
        outcome={"told": len(receivers)}, message="Those who saw the figures were told."
    )


@transaction.atomic
def _write(release: FiguresRelease, receiver: Organisation, subject: str, by: By) -> None:
    """Write to one of them; who may withdraw a release may say so."""
    made = Message(
        kind=Message.Kind.NOTICE,
        year=release.year,
        sender=release.organisation,
        receiver=receiver,
        subject=subject,
        body=f"{subject}: {release.withdrawn_why}\n\n{_ADVICE}",
    )
    keep(made, by, "message written")
