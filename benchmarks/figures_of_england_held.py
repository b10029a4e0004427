"""Fills an empty service with an invented cohort, as it stands once its season is over.

    python benchmarks/figures_of_england_held.py COHORT FILES

See `figures_of_england.py`. The database is that of the settings.
"""

import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402  # models are ready from here on

from figures_of_england_made import timed  # noqa: E402
from keystage.actions.inventing.collected import collected  # noqa: E402


def main(cohort: Path, files: Path) -> None:
    """Write the rows, and say how many there are."""
    call_command("prepare", verbosity=0)
    found = timed("The service filled", lambda: collected(cohort, files))
    print(f"  {found.schools:,} schools, {found.pupils:,} pupils in cohorts", flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
