"""Mark work whose worker is gone as stopped, so that it can be run again."""

from typing import Any

from django.core.management.base import BaseCommand

from keystage.actions import jobs


class Command(BaseCommand):
    """To be run every few minutes by the system's own scheduler."""

    help = "Mark long work that has been silent for a while as stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Mark, and say how many."""
        del args, options
        count = jobs.sweep()
        self.stdout.write(f"{count} {'job was' if count == 1 else 'jobs were'} marked as stopped.")
