"""``python -m keystage.web verify_audit``: is the record of who did what untouched?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from keystage.actions.auditing import verify
from keystage.actions.errors import RefusedError
from keystage.web.wording import plural


class Command(BaseCommand):
    """Walks the chain of events and tells every break of it; ends with 8 if there is one."""

    help = "Walk the record of who did what and tell every break of it."

    def handle(self, *_: Any, **__: Any) -> None:
        """Say what was found."""
        report = verify()
        if report.whole:
            self.stdout.write(f"{plural(report.events, 'event', 'events')}, none touched.")
            return
        for fault in report.faults:
            self.stderr.write(fault)
        sys.exit(RefusedError.exit_code)
