"""Makes releases of figures of England as a worker does; see `figures_of_england.py`.

The database is that of the settings, and empty.
"""

import argparse
import resource
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
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
from keystage.actions.figures.verifying import verify  # noqa: E402
from keystage.store.models import FiguresRelease, Grant, Organisation, Person  # noqa: E402

MIB, KIB = 2**20, 1024
T = TypeVar("T")


def timed(what: str, work: Callable[[], T]) -> T:
    """Do something, and print what it took."""
    began, cpu = time.monotonic(), time.process_time()
    found = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB
    print(
        f"{what}: {time.monotonic() - began:.1f} s, {time.process_time() - cpu:.1f} s of CPU, "
        f"{peak:.0f} MiB at most so far",
        flush=True,
    )
    return found


def main(given: argparse.Namespace) -> None:
    """Ask for the releases, let the worker make them, and count what the database has."""
    call_command("prepare", verbosity=0)
    agency = Organisation.objects.create(kind="national", code="national", name="Agency")
    people = []
    for name in ("one", "other"):
        who = Person.objects.create_user(f"{name}@example.org")
        Grant.objects.create(
            person=who, organisation=agency, role="statistician",
            starts_on=timezone.localdate(), ends_on=timezone.localdate() + timedelta(days=30),
        )  # fmt: skip
        people.append(By(who))
    asked = Given(
        year=given.year,
        stage=FiguresRelease.Stage.PROVISIONAL,
        pupils=_file(given.pupils, "pupils"),
        schools=_file(given.schools, "schools"),
        reference=_file(given.reference, "reference") if given.reference else None,
        national=True,
        derived=given.derived,
    )
    release = None
    for turn in ("First", "Second")[: 1 + given.twice]:
        release = timed(f"{turn} release asked for", partial(_asked, agency, asked, people[0]))
        timed("Computed and kept", partial(jobs.run_job.call, str(release.job_id)))
        release.refresh_from_db()
        if release.state != FiguresRelease.State.COMPUTED:
            raise SystemExit(release.failed_why)
        for what in ("contents", "pupils", "tables"):
            rows = getattr(release, what)
            size = rows.aggregate(all=Sum(Length("content")))["all"] or 0
            print(f"  {what}: {rows.count():,} rows, {size / MIB:.1f} MiB", flush=True)
        approve(release=release, by=people[1], shown_at=timezone.now())
    if given.verify and release is not None:
        found = timed("Verified", lambda: verify(release))
        print(f"  {len(found.faults)} faults", flush=True)


def _file(path: Path, name: str) -> File:
    return File(name=f"{name}{path.suffix}", content=path.read_bytes())


def _asked(agency: Organisation, given: Given, by: By) -> FiguresRelease:
    return ask(organisation=agency, given=given, key=uuid4(), by=by)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--year", type=int, required=True)
    for file in ("--pupils", "--schools", "--reference"):
        asked.add_argument(file, type=Path)
    for name in ("--twice", "--derived", "--verify"):
        asked.add_argument(name, action="store_true")
    main(asked.parse_args())
