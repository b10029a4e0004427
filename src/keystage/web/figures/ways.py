"""The ways from a release to the pages that look at it from another side."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from keystage.access.decide import Standing
from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.web.doors import Here, may
from keystage.web.hrefs import folder, href


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
    Way(route="figures:gaps", text="Gap to England over the years"),
    Way(route="figures:method", text="Under the rules of another year", level=Level.AGGREGATE),
    Way(route="figures:files", text="Files to keep"),
    Way(route="figures:measures", text="What each measure is"),
)


def ways_from(here: Here, release: UUID) -> tuple[tuple[str, str], ...]:
    """Text and address of each page that the person may open."""
    return _ways(here.standing, here.organisation.code, here.season, release, folder())


# Kept by all that they follow from: a standing is that of some grants and a day.
@lru_cache(maxsize=1024)
def _ways(
    standing: Standing, code: str, year: int, release: UUID, before: str
) -> tuple[tuple[str, str], ...]:
    del before  # every address begins with it
    parts: dict[str, object] = {"code": code, "year": year, "release": release}
    return tuple(
        (way.text, href(way.route, parts))
        for way in WAYS
        if may(standing, way.permission, year, way.level, frozenset())
    )
