"""Prepares a release of a national file as a worker does; see `release.py`.

    python benchmarks/release_written.py FILE PUPILS YEAR

The database is that of the settings, and empty.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # models are ready from here on
from django.utils import timezone  # noqa: E402

from keystage.actions import jobs  # noqa: E402
from keystage.actions.by import By  # noqa: E402
from keystage.actions.releases.preparing import Given  # noqa: E402
from keystage.actions.releases.preparing_later import prepare_later  # noqa: E402
from keystage.store.models import (  # noqa: E402
    Organisation,
    Person,
    ReleasedResult,
    ResultsRelease,
)
from release import OF_A_SCHOOL, number_of, told  # noqa: E402


def main(data: bytes, pupils: int, year: int) -> None:
    """Ask for the release, let the worker prepare it, and count what the database has."""
    call_command("prepare", verbosity=0)
    agency = Organisation.objects.create(kind="national", code="national", name="Agency")
    Organisation.objects.bulk_create(
        Organisation(kind="school", code=f"{900_000 + one}", name="School", number=number_of(one))
        for one in range(pupils // OF_A_SCHOOL + 1)
    )
    by = By(Person.objects.create_user("one@example.org"))
    given = Given(
        kind=ResultsRelease.Kind.FULL, name="nation.csv", data=data,
        schools_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    began, cpu = time.monotonic(), time.process_time()
    made = prepare_later(organisation=agency, year=year, given=given, by=by)
    told("Asked for", began, cpu)
    began, cpu = time.monotonic(), time.process_time()
    jobs.run_job.call(str(made.pk))
    rows = ReleasedResult.objects.filter(release=made).count()
    told(f"{len(data) / 1e6:.0f} MB, {rows:,} rows written by the worker", began, cpu)


if __name__ == "__main__":
    main(Path(sys.argv[1]).read_bytes(), int(sys.argv[2]), int(sys.argv[3]))
