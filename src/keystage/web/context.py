"""What every page knows: who is signed in, where, and which journeys are open to them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from keystage.web.doors import RELEASED, Here
from keystage.web.journeys import journeys_of


@dataclass(frozen=True)
class Way:
    """A link of the navigation."""

    href: str
    text: str
    current: bool


def of_page(request: HttpRequest) -> dict[str, Any]:
    """The variables of the layout."""
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
    }


def _ways(request: HttpRequest, here: Here) -> list[Way]:
    if here.year is None:
        return []
    found = []
    for one in journeys_of(here.organisation.kind):
        if here.may(one.permission, one.level, RELEASED):
            href = one.href(here.organisation.kind, here.organisation.code, here.year)
            found.append(Way(href, one.text, current=_within(request.path, href)))
    return found


def _within(path: str, href: str) -> bool:
    """Whether a page is in the journey of a link; the first journey is one page alone."""
    home = href.count("/") == 4  # noqa: PLR2004  # /school/code/year/
    return path == href if home else path.startswith(href)
