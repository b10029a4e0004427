"""Release figures of the invented authority, and let its schools check their pupils."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from keystage.actions.inventing.checked_pupils import open_exercise
from keystage.actions.inventing.released_figures import release_figures
from keystage.core.errors import KeystageError
from keystage.store.models import FiguresRelease


class Command(BaseCommand):
    """For looking, learning and testing; never for a service with real people."""

    help = (
        "Compute and approve two releases of figures for the invented authority, and open the "
        "checking exercise of its season."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which summer, and where the authority's files are."""
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--seed", type=int, default=3)
        parser.add_argument("--files", type=Path, help="the folder of the authority's files")
        parser.add_argument("--if-none", action="store_true", help="do nothing if there are some")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them, and say where they are."""
        del args
        if settings.PRODUCTION:
            raise CommandError("Invented figures have no place in a service in production.")
        if options["if_none"] and FiguresRelease.objects.filter(year=options["year"]).exists():
            self.stdout.write(f"There are figures of {options['year']} already.")
            return
        files = options["files"] or Path(settings.FOLDER) / "files"
        try:
            made = release_figures(year=options["year"], seed=options["seed"], files=files)
        except KeystageError as error:
            raise CommandError(str(error)) from error
        for release in made:
            self.stdout.write(f"{release} is out: {release.counts.get('pupils')} pupils.")
        try:
            opened = open_exercise(files=files)
        except KeystageError as error:
            self.stdout.write(f"No checking exercise was opened: {error}")
        else:
            until = opened.window.last_moment
            self.stdout.write(f"The checking exercise of {opened.year} is open until {until}.")
            self.stdout.write(f"  {opened.school} has asked for changes.")
