"""What every page knows: who is signed in, where, and which journeys are open to them."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from keystage.access.decide import Standing
from keystage.actions.service.works import announced
from keystage.store.models import ServiceNotice
from keystage.web.doors import RELEASED, Here, may
from keystage.web.hrefs import folder
from keystage.web.journeys import open_journeys


@dataclass(frozen=True)
class Way:
    """A link of the navigation."""

    href: str
    text: str
    current: bool


def of_page(request: HttpRequest) -> dict[str, Any]:
    """The variables of the layout: those that a view has asked for already, or new ones."""
    kept: dict[str, Any] | None = getattr(request, "layout", None)
    return _of_page(request) if kept is None else kept


def _of_page(request: HttpRequest) -> dict[str, Any]:
    here: Here | None = getattr(request, "here", None)
    person = getattr(request, "user", None)  # none yet where the request was refused at the door
    return {
        "request": request,
        "person": person if person and person.is_authenticated else None,
        "here": here,
        "ways": _ways(request, here) if here else [],
        "contact": settings.CONTACT,
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
        "second_factor_needed": settings.SECOND_FACTOR_REQUIRED,
        "now": timezone.localtime(),
        "announced": _announced(here, signed_in=bool(person and person.is_authenticated)),
    }


def _announced(here: Here | None, *, signed_in: bool) -> list[ServiceNotice]:
    """Works and faults that people who are signed in are told of on every page.

    A page that says that the database does not answer is made without asking it.
    """
    try:
        return announced() if signed_in and (here is None or here.announces) else []
    except DatabaseError:
        return []


def _ways(request: HttpRequest, here: Here) -> list[Way]:
    if here.year is None:
        return []
    kind, code = here.organisation.kind, here.organisation.code
    links = _links(kind, code, here.year, here.standing, folder())
    return [Way(one.href, one.text, current=one.is_at(request.path)) for one in links]


@dataclass(frozen=True)
class _Link:
    """A link of the navigation, and what the addresses of its pages begin with."""

    href: str
    text: str
    pages: tuple[str, ...]

    def is_at(self, path: str) -> bool:
        """Whether a page is one of its pages; without any it is one page alone."""
        return path.startswith(self.pages) if self.pages else path == self.href


# Kept by all that they follow from: a standing is that of some grants and a day.
@lru_cache(maxsize=1024)
def _links(kind: str, code: str, year: int, standing: Standing, before: str) -> tuple[_Link, ...]:
    """What is open to who stands so at an organisation, in a season."""
    # The first journey is one page alone, whose address all others begin with.
    home = f"{before}{kind}/{code}/{year}/"
    found = []
    for one in open_journeys(
        kind, lambda one: may(standing, one.permission, year, one.level, RELEASED | one.sees_to)
    ):
        href = one.href(kind, code, year)
        pages = (href, *(f"{home}{also}/" for also in one.also)) if href != home else ()
        found.append(_Link(href, one.text, pages))
    return tuple(found)
