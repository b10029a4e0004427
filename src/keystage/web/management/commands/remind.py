"""Remind people of the dates of the season by e-mail."""

from typing import Any

from django.core.management.base import BaseCommand

from keystage.actions.checking.reminding import remind_of_windows
from keystage.actions.season.reminding import remind


class Command(BaseCommand):
    """To be run once a day or more often; nobody is reminded twice of the same."""

    help = "Remind people by e-mail of dates of the season that are near."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send what is due, and say how much."""
        del args
        count = remind() + remind_of_windows()
        if options["verbosity"]:
            self.stdout.write(f"{count} {'reminder was' if count == 1 else 'reminders were'} sent.")
