"""Make the service ready to start: its tables, cache and key, and in production static files."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from keystage.actions.gateway import keys


class Command(BaseCommand):
    """May be run as often as one likes."""

    help = "Make the service ready to start: tables, cache, and in production static files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What was done before."""
        parser.add_argument(
            "--no-static", action="store_true", help="the static files are collected already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run what has not been run."""
        del args
        settings.FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not settings.RECEIPT_KEY:
            keys.made(settings.FOLDER)
        quiet = {"verbosity": 0 if options["verbosity"] == 1 else options["verbosity"]}
        call_command("migrate", interactive=False, **quiet)
        call_command("createcachetable", **quiet)
        if settings.STATIC_ROOT and not options["no_static"]:
            call_command("collectstatic", interactive=False, **quiet)
        self.stdout.write("The service is ready to start.")
