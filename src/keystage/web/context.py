"""What every page knows: who is signed in, where, and which journeys are open to them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from keystage.access.permissions import Permission
from keystage.web.doors import RELEASED, Here


@dataclass(frozen=True)
class Way:
    """A link of the navigation."""

    href: str
    text: str
    current: bool


#: The journeys of a school's season: route, words, and the permission of the first page.
_JOURNEYS = (
    ("home:tasks", "Tasks", Permission.SEE_REGISTRATIONS),
    ("pupils:cohort", "Pupils", Permission.SEE_REGISTRATIONS),
    ("sheet:grid", "Mark sheet", Permission.SEE_PUPILS),
    ("export:history", "Files", Permission.SEE_EXPORTS),
    ("results:summary", "Results", Permission.SEE_RESULTS),
    ("reports:choose", "Reports", Permission.REPORT_TO_PARENTS),
    ("people:list", "People", Permission.SEE_PEOPLE),
)


def of_page(request: HttpRequest) -> dict[str, Any]:
    """The variables of the layout."""
    here: Here | None = getattr(request, "here", None)
    return {
        "request": request,
        "person": request.user if request.user.is_authenticated else None,
        "here": here,
        "ways": _ways(request, here) if here else [],
        "contact": settings.CONTACT,
        "second_factor_needed": settings.SECOND_FACTOR_REQUIRED,
        "now": timezone.localtime(),
    }


def _ways(request: HttpRequest, here: Here) -> list[Way]:
    if here.organisation.kind != "school" or here.year is None:
        return []
    found = []
    for name, text, permission in _JOURNEYS:
        if here.may(permission, sees_to=RELEASED):
            try:
                href = reverse(name, kwargs={"code": here.organisation.code, "year": here.year})
            except NoReverseMatch:
                continue
            found.append(Way(href, text, current=_within(request.path, href)))
    return found


def _within(path: str, href: str) -> bool:
    """Whether a page is in the journey of a link; the tasks are a journey of one page."""
    home = href.count("/") == 4  # noqa: PLR2004  # /school/code/year/
    return path == href if home else path.startswith(href)
