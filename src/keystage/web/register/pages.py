"""What all pages of test week share: links to each other, and how they are shown."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.web.doors import Here

#: The pages of test week: route, words, permission and level of data.
_PAGES = (
    ("orders", "Orders and agreement", Permission.SEE_REGISTRATIONS, Level.NONE),
    ("register", "Attendance register", Permission.SEE_ATTENDANCE, Level.NAMED),
    ("contradictions", "Contradictions", Permission.SEE_ATTENDANCE, Level.NAMED),
    ("late", "Late joiners", Permission.MANAGE_COHORT, Level.NAMED),
    ("confirm", "Confirm the register", Permission.APPROVE_ATTENDANCE, Level.NAMED),
    ("declaration", "Declaration", Permission.SEE_DECLARATION, Level.NONE),
    ("arrangements", "Access arrangements", Permission.SEE_ARRANGEMENTS, Level.NAMED),
    ("counts", "Access arrangements in numbers", Permission.SEE_ARRANGEMENTS, Level.AGGREGATE),
)


@dataclass(frozen=True)
class Link:
    """A link to a page of test week; ``here`` on that page itself."""

    href: str
    text: str
    here: bool


class SeeOther(HttpResponseRedirect):
    """Look there for what came of it."""

    status_code = HTTPStatus.SEE_OTHER


def show(
    request: HttpRequest,
    here: Here,
    template: str,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **context: object,
) -> HttpResponse:
    """A page of test week: ``template`` is the name of its file without the ending."""
    shared = {"pages": links_of(here, template)}
    return render(request, f"register/{template}.html", {**shared, **context}, status=status)


def links_of(here: Here, current: str) -> list[Link]:
    """The pages of test week that are open to the person."""
    return [
        Link(here.href(f"register:{name}"), text, name == current)
        for name, text, permission, level in _PAGES
        if here.may(permission, level)
    ]


def to(here: Here, name: str, query: str = "", **parts: object) -> HttpResponse:
    """A redirect to a page of test week after something was done."""
    return SeeOther(here.href(f"register:{name}", **parts) + (f"?{query}" if query else ""))
