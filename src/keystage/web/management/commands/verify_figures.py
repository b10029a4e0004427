"""``python -m keystage.web verify_figures``: are releases of figures what they were made?"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from keystage.actions.errors import RefusedError
from keystage.actions.figures.verifying import VERIFIED, verify
from keystage.store.models import FiguresRelease
from keystage.web.wording import plural


class Command(BaseCommand):
    """Computes releases again from what they keep and compares; ends with 8 if one differs."""

    help = "Compute releases of figures again from what they keep, and compare."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A year, or the identifier of one release; all of them without either."""
        parser.add_argument("--year", type=int)
        parser.add_argument("--release", help="The identifier of one release.")

    def handle(self, *_: Any, year: int | None, release: str | None, **__: Any) -> None:
        """Say what was found of each."""
        found = FiguresRelease.objects.filter(state__in=VERIFIED).select_related("organisation")
        if year is not None:
            found = found.filter(year=year)
        if release is not None:
            found = found.filter(pk=release)
        whole = True
        for one in found.order_by("asked_at"):
            checked = verify(one)
            whole &= checked.whole
            for sentence in (*checked.told, *checked.faults):
                self.stderr.write(f"{one}: {sentence}")
            well = "as it was kept" if checked.otherwise else "as it was made"
            ending = well if checked.whole else "not as it was made"
            counted = plural(checked.contents, "content", "contents")
            self.stdout.write(f"{one} of {one.organisation}: {counted}, {ending}.")
        if not whole:
            sys.exit(RefusedError.exit_code)
