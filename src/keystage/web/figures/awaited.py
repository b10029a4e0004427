"""The agency's releases that are still to come, in words."""

from collections.abc import Iterable

from django.utils import timezone

from keystage.flows.figures.expected import still_to_come
from keystage.store.models import FiguresRelease, Organisation
from keystage.web.doors import Here


def to_come(here: Here, releases: Iterable[FiguresRelease]) -> tuple[str, ...]:
    """A sentence on each stage of the agency's figures of the season that is not out.

    Args:
        here: where they are awaited.
        releases: those that are out.
    """
    national = Organisation.Kind.NATIONAL
    out = {one.stage for one in releases if one.organisation.kind == national}
    return still_to_come(here.season, out, timezone.localdate())
