"""The ways between the pages of a release that is checked."""

from dataclasses import dataclass

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.store.models import FiguresRelease
from keystage.web.doors import Here

#: The lists of pupils, by their names in addresses.
LISTS = {
    "included": "Pupils who are included",
    "not-included": "Pupils who are not included",
    "late": "Pupils with late results",
}
#: What is said of the level of data on pages with names, and on those without.
NAMED = "You see pupils by name and every figure, those of few pupils included."
NO_PUPILS = "You see no pupils and no figures here."


@dataclass(frozen=True, kw_only=True)
class Link:
    """A way to a page; ``current`` where one is there already."""

    text: str
    href: str
    current: bool = False


def links_of(here: Here, release: FiguresRelease, current: str = "") -> tuple[Link, ...]:
    """The pages about a release that a person may open here.

    Args:
        here: where the person is.
        release: the release.
        current: the page the person is on: a list, ``measures``, ``requests`` or ``correct``.
    """
    pages: list[tuple[str, str, str]] = []
    names = here.may(Permission.SEE_CHECKING_REQUESTS, Level.NAMED)
    if names:
        pages += [
            (which, text, here.href("checking:pupils", release=release.pk, which=which))
            for which, text in LISTS.items()
        ]
    if here.may(Permission.SEE_MEASURES, Level.AGGREGATE):
        href = here.href("checking:measures", release=release.pk)
        pages.append(("measures", "Summary of the figures", href))
    if names:
        pages.append(("requests", "Requests", here.href("checking:requests")))
    if here.may(Permission.SEE_CONFIRMATION):
        href = here.href("checking:correct", release=release.pk)
        pages.append(("correct", "Data is correct", href))
    return tuple(Link(text=text, href=href, current=key == current) for key, text, href in pages)
