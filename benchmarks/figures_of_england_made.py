"""Makes releases of figures of England as a worker does; see `figures_of_england.py`.

The database is that of the settings: empty, or filled by `figures_of_england_held.py`.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch
from uuid import uuid4

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # models are ready from here on
from django.db.models import Sum  # noqa: E402
from django.db.models.functions import Length  # noqa: E402
from django.utils import timezone  # noqa: E402

from keystage.actions import jobs  # noqa: E402
from keystage.actions.by import By  # noqa: E402
from keystage.actions.figures.asking import File, Given, ask  # noqa: E402
from keystage.actions.figures.publishing import approve  # noqa: E402
from keystage.actions.figures.reviews import review_of  # noqa: E402
from keystage.actions.figures.verifying import verify  # noqa: E402
from keystage.store.models import FiguresRelease, Grant, Organisation, Person  # noqa: E402

MIB, KIB = 2**20, 1024
FILES = ("pupils", "schools", "characteristics", "reference")
T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    """Do something, and print what it took."""
    began, cpu = time.monotonic(), time.process_time()
    found = work()
    print(
        f"{what}: {time.monotonic() - began:.1f} s, {time.process_time() - cpu:.1f} s of CPU, "
        f"{_peak():.0f} MiB at most so far",
        flush=True,
    )
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB


def main(given: argparse.Namespace) -> None:
    """Ask for the releases, let the worker make them, and count what the database has."""
    call_command("prepare", verbosity=0)
    agency, people = _agency()
    asked = Given(
        year=given.year,
        stage=FiguresRelease.Stage.PROVISIONAL,
        national=True,
        derived=given.derived,
        pupils=_file(given.pupils, "pupils"),
        schools=_file(given.schools, "schools"),
        characteristics=_file(given.characteristics, "characteristics"),
        reference=_file(given.reference, "reference"),
    )
    release = None
    for turn in ("First", "Second")[: 1 + given.twice]:
        release = timed(f"{turn} release asked for", partial(_asked, agency, asked, people[0]))
        timed("Computed and kept", partial(_work, release))
        release.refresh_from_db()
        if release.state != FiguresRelease.State.COMPUTED:
            raise SystemExit(release.failed_why)
        _tell(release, people[1])
        approve(release=release, by=people[1], shown_at=timezone.now())
    if given.verify and release is not None:
        found = timed("Verified", lambda: verify(release))
        print(f"  {len(found.faults)} faults", flush=True)


def _agency() -> tuple[Organisation, list[By]]:
    """The agency and two of its statisticians; they are made where there are none."""
    agency, _ = Organisation.objects.get_or_create(
        kind="national", code="national", defaults={"name": "Agency"}
    )
    known = Person.objects.filter(grants__role="statistician").order_by("pk")
    return agency, [By(who) for who in known] or [
        By(_statistician(agency, name)) for name in ("one", "other")
    ]


def _statistician(agency: Organisation, name: str) -> Person:
    who = Person.objects.create_user(f"{name}@example.org")
    Grant.objects.create(
        person=who, organisation=agency, role="statistician",
        starts_on=timezone.localdate(), ends_on=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip
    return who


def _work(release: FiguresRelease) -> None:
    """Do the job as a worker does, and print each step as the page shows it, when it begins."""
    began, cpu = time.monotonic(), time.process_time()
    tell = jobs.Progress.__call__

    def told(
        progress: jobs.Progress, done: int, total: int | None = None, message: str = ""
    ) -> None:
        print(
            f"    {time.monotonic() - began:6.1f} s, {time.process_time() - cpu:6.1f} s of CPU, "
            f"{_peak():5.0f} MiB: {message}",
            flush=True,
        )
        tell(progress, done, total, message)

    with patch.object(jobs.Progress, "__call__", told):
        jobs.run_job.call(str(release.job_id))


def _tell(release: FiguresRelease, by: By) -> None:
    """What the person who approves sees: counts, notes, checks that found something, sizes."""
    print(f"  {release.counts}", flush=True)
    for note in release.notes:
        print(f"  note: {note[:160]}", flush=True)
    review = review_of(release, person=by.who)
    for one in review.checks if review else ():
        print(f"  {one.answer}: {one.said}", flush=True)
    for what in ("contents", "pupils", "tables"):
        rows = getattr(release, what)
        size = rows.aggregate(all=Sum(Length("content")))["all"] or 0
        print(f"  {what}: {rows.count():,} rows, {size / MIB:.1f} MiB", flush=True)


def _file(path: Path | None, name: str) -> File | None:
    return File(name=f"{name}{path.suffix}", content=path.read_bytes()) if path else None


def _asked(agency: Organisation, given: Given, by: By) -> FiguresRelease:
    return ask(organisation=agency, given=given, key=uuid4(), by=by)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--year", type=int, required=True)
    for file in FILES:
        asked.add_argument(f"--{file}", type=Path)
    for name in ("--twice", "--derived", "--verify"):
        asked.add_argument(name, action="store_true")
    main(asked.parse_args())
