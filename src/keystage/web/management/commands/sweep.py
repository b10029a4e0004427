"""What is done again and again: mark work whose worker is gone, forget, remind, scan what waits."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.checking.reminding import remind_of_windows
from keystage.actions.errors import RefusedError
from keystage.actions.imports.forgetting import forget_rows
from keystage.actions.scanning_later import scan_waiting
from keystage.actions.season.reminding import remind
from keystage.actions.systems import asked


class Command(BaseCommand):
    """To be run every few minutes by the system's own scheduler, or to stay and do so itself."""

    help = (
        "Mark long work that has been silent for a while as stopped, forget old sessions, and "
        "delete the rows of files whose import cannot be undone any more, and files of old jobs; "
        "remind people of dates, and scan documents for malware that were not scanned yet."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long rows are kept, and whether to stay."""
        parser.add_argument(
            "--keep-rows", type=int, metavar="DAYS", help="how long rows of applied files are kept"
        )
        parser.add_argument(
            "--every", type=float, metavar="SECONDS", help="stay, and sweep this often"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say what was found."""
        del args
        self._sweep(options)
        while options["every"]:
            time.sleep(options["every"])
            close_old_connections()
            self._sweep(options)

    def _sweep(self, options: dict[str, Any]) -> None:
        count = jobs.sweep()
        try:
            files = forget_rows(by=By.service(), days=options["keep_rows"])
        except RefusedError as error:
            raise CommandError(f"{error.what} {error.todo}") from None
        made = jobs.forget_files()
        asked.forget()
        call_command("clearsessions")
        remind()
        remind_of_windows()
        looked = scan_waiting()
        if options["verbosity"]:
            self.stdout.write(
                f"{count} {'job was' if count == 1 else 'jobs were'} marked as stopped. "
                f"Rows of {files} {'file' if files == 1 else 'files'} were deleted. "
                f"Files of {made} {'job' if made == 1 else 'jobs'} were deleted. "
                f"Scanned for malware: {looked.documents}, found in {looked.infected}."
            )
