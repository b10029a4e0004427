"""The ways from a release to the pages that look at it from another side."""

from dataclasses import dataclass
from uuid import UUID

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.web.doors import Here


@dataclass(frozen=True, kw_only=True)
class Way:
    """A page of a release: its route, what it is called, and the right it takes."""

    route: str
    text: str
    permission: Permission = Permission.SEE_MEASURES
    level: Level = Level.SUPPRESSED


WAYS = (
    Way(route="figures:changes", text="What changed since another release"),
    Way(
        route="figures:scatter",
        text="Key stage 1 against key stage 2",
        permission=Permission.EXPLAIN_FIGURE,
        level=Level.PSEUDONYMISED,
    ),
    Way(route="figures:similar", text="Similar schools"),
    Way(route="figures:method", text="Under the rules of another year", level=Level.AGGREGATE),
    Way(route="figures:files", text="Files to keep"),
)


def ways_from(here: Here, release: UUID) -> tuple[tuple[str, str], ...]:
    """Text and address of each page that the person may open."""
    return tuple(
        (way.text, here.href(way.route, release=release))
        for way in WAYS
        if here.may(way.permission, way.level)
    )
