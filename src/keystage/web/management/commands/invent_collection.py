"""Fill an empty service with an invented cohort whose season is over, down to its results."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from keystage.actions.inventing.collected import collected
from keystage.core.errors import KeystageError

_WORDS = 4


class Command(BaseCommand):
    """For looking, learning and testing; never for a service with real people."""

    help = "Fill an empty service with the accepted returns and results of an invented cohort."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the cohort is, and where the statistician's files go."""
        parser.add_argument("cohort", type=Path, help="a folder of keystage cohort make")
        parser.add_argument("--files", type=Path, help="a folder for the statistician's files")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the rows, and say how to sign in and what to give."""
        del args
        if settings.PRODUCTION:
            raise CommandError("An invented cohort has no place in a service in production.")
        password = "-".join(secrets.token_hex(2) for _ in range(_WORDS))
        files = options["files"] or Path(settings.FOLDER)
        try:
            found = collected(options["cohort"], files, password=password)
        except KeystageError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{found.schools} schools, {found.pupils} pupils of {found.year}.")
        self.stdout.write(f"The password of every account: {password}")
        for role in ("statistician", "statistician_second"):
            self.stdout.write(f"{role}: {found.people[role].email}")
        self.stdout.write(f"Schools: {found.school_file}")
        self.stdout.write(f"Characteristics of pupils: {found.characteristics}")
