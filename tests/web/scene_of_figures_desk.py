"""Releases of figures of each maker, for the walk over all routes and the tests of the desk."""

from typing import Any

from django.utils import timezone
from scene_of_figures import figures_of

from keystage.store.models import FiguresRelease, Job, Organisation, Person

#: The pages of the desk that are of one release.
PAGES = (
    "release", "checks", "changes", "again", "approve", "move", "withdraw", "verify", "fetch",
)  # fmt: skip
DESKS = ("figures_desk", "figures_desk_of_body")
OF_PURGES = tuple(f"figures_purge:{page} release" for page in ("propose", "agree", "keep"))
OF_AGENCY, OF_BODY = (
    tuple(f"{desk}:{page} release" for page in PAGES) + OF_PURGES for desk in DESKS
)


def made_by(maker: Organisation, school: Organisation, person: Person, year: int) -> Any:
    """The identity of a release that a body made of a school."""
    return figures_of(maker, school, person, year).pk


def refused_of(maker: Organisation, person: Person, year: int) -> Any:
    """The identity of a release that a worker refused to make, with the list of its faults."""
    now = timezone.now()
    job, _ = Job.objects.get_or_create(
        kind="figures",
        organisation=maker,
        state=Job.State.FAILED,
        content_name="faults.csv",
        defaults={
            "year": year,
            "content": b"file,line,column,value,what\npupils.csv,2,URN,x,Not a number\n",
            "asked_at": now,
            "asked_by": person,
            "ended_at": now,
        },
    )
    made, _ = FiguresRelease.objects.get_or_create(
        organisation=maker,
        year=year,
        stage="final",
        version=1,
        state=FiguresRelease.State.FAILED,
        defaults={"asked_at": now, "asked_by": person, "job": job},
    )
    return made.pk
