"""Releases of figures of each maker, for the walk over all routes and the tests of the desk."""

from typing import Any

from scene_of_figures import figures_of

from keystage.store.models import Organisation, Person

#: The pages of the desk that are of one release.
PAGES = (
    "release", "checks", "changes", "again", "approve", "move", "withdraw", "verify", "fetch",
)  # fmt: skip
DESKS = ("figures_desk", "figures_desk_of_body")
OF_PURGES = tuple(f"figures_purge:{page} release" for page in ("propose", "agree", "keep"))
OF_AGENCY, OF_BODY = (
    tuple(f"{desk}:{page} release" for page in PAGES) + OF_PURGES for desk in DESKS
)


def made_by(maker: Organisation, school: Organisation, person: Person, year: int) -> Any:
    """The identity of a release that a body made of a school."""
    return figures_of(maker, school, person, year).pk
