"""What every page knows: who is signed in, where, and which journeys are open to them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from keystage.actions.service.works import announced
from keystage.store.models import ServiceNotice
from keystage.web.doors import RELEASED, Here
from keystage.web.journeys import open_journeys


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
        "announced": _announced(signed_in=bool(person and person.is_authenticated)),
    }


def _announced(*, signed_in: bool) -> list[ServiceNotice]:
    """Works and faults that people who are signed in are told of on every page.

    A page that says that the database does not answer is made without asking it.
    """
    try:
        return announced() if signed_in else []
    except DatabaseError:
        return []


def _ways(request: HttpRequest, here: Here) -> list[Way]:
    if here.year is None:
        return []
    place = (here.organisation.kind, here.organisation.code, here.year)
    open_to = open_journeys(
        here.organisation.kind,
        lambda one: here.may(one.permission, one.level, RELEASED | one.sees_to),
    )
    # The first journey is one page alone, whose address all others begin with.
    home = "/{}/{}/{}/".format(*place)
    ways = []
    for one in open_to:
        href = one.href(*place)
        pages = (href, *(f"{home}{also}/" for also in one.also))
        current = request.path == href if href == home else request.path.startswith(pages)
        ways.append(Way(href, one.text, current=current))
    return ways
