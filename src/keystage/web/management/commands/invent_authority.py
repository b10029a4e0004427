"""Fill an empty service with an invented local authority, and say how to sign in."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from keystage.actions import inventing
from keystage.actions.inventing import Invented
from keystage.core.errors import KeystageError
from keystage.store.models import Organisation

_WORDS = 4


class Command(BaseCommand):
    """For looking, learning and testing; never for a service with real people."""

    help = "Fill an empty service with an invented local authority, one account a role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which season, and where the files go."""
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--seed", type=int, default=3)
        parser.add_argument("--schools", type=int, default=6)
        parser.add_argument("--files", type=Path, help="a new folder for the schools' files")
        parser.add_argument("--if-empty", action="store_true", help="do nothing if it is not")

    def handle(self, *args: Any, **options: Any) -> None:
        """Invent, and print the accounts."""
        del args
        if settings.PRODUCTION:
            raise CommandError("An invented authority has no place in a service in production.")
        password_file = Path(settings.FOLDER) / "invented-password"
        if options["if_empty"] and Organisation.objects.exists():
            known = password_file.read_text(encoding="utf-8") if password_file.exists() else ""
            self.stdout.write("The service has organisations already; nothing was invented.")
            if known:
                self.stdout.write(f"The password of every invented account: {known}")
            return
        password = "-".join(secrets.token_hex(2) for _ in range(_WORDS))
        files = options["files"] or Path(settings.FOLDER) / "files"
        try:
            invented = inventing.invent(
                year=options["year"],
                seed=options["seed"],
                schools=options["schools"],
                password=password,
                files=files,
            )
        except KeystageError as error:
            raise CommandError(str(error)) from error
        password_file.touch(mode=0o600)
        password_file.write_text(password, encoding="utf-8")
        _say(invented, password, options["year"])


def _say(invented: Invented, password: str, year: int) -> None:
    console = Console(soft_wrap=True)
    table = Table(box=None, title="One account a role", title_justify="left")
    table.add_column("Role")
    table.add_column("E-mail address", no_wrap=True)
    for account in invented.accounts:
        table.add_row(account.role, account.email)
    console.print(table)
    console.print(f"\nThe password of every account: {password}\n")
    console.print(f"{invented.fresh}: nothing yet. Its files are in {invented.files}")
    console.print("  Sign in as the school office, choose it, and follow its tasks.")
    console.print(f"{invented.half_way}: in the middle of its judgements of {year}.")
    console.print(f"{invented.finished}: has made its file and has its results.")
