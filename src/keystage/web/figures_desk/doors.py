"""Who comes to the desk: the agency's statisticians, and who takes results away in other bodies.

A page is declared once and stands at two addresses, because the two ask for different permissions.
What is done there is decided by the acts themselves (see `actions.figures.makers`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.store.models import FiguresRelease, Organisation
from keystage.web.doors import Here, View, page

P = ParamSpec("P")
SEE_OTHER = 303
#: Names of the addresses of the agency and of other makers.
OF_AGENCY, OF_BODY = "figures_desk", "figures_desk_of_body"


@dataclass(frozen=True)
class Doors:
    """The two doors of a page of the desk."""

    of_agency: View
    of_body: View


def desk_page(
    permission: Permission, *, methods: tuple[str, ...] = ("GET",), reauthenticates: bool = False
) -> Callable[[Callable[Concatenate[HttpRequest, Here, P], HttpResponse]], Doors]:
    """Declare a page of the desk.

    Args:
        permission: what it asks for at the agency; other makers need the right to take results away
            by name.
        methods: of the page.
        reauthenticates: whether a person who signed in a while ago proves who it is before a POST.
    """

    def declare(view: Callable[Concatenate[HttpRequest, Here, P], HttpResponse]) -> Doors:
        return Doors(
            of_agency=page(
                permission,
                level=Level.AGGREGATE,
                kind="national",
                methods=methods,
                reauthenticates=reauthenticates,
            )(view),
            of_body=page(
                Permission.DOWNLOAD_RESULTS,
                kind=None,
                methods=methods,
                reauthenticates=reauthenticates,
            )(view),
        )

    return declare


def href(here: Here, route: str, **parts: object) -> str:
    """The address of a page of the desk of the organisation and season of the address."""
    kind = here.organisation.kind
    if kind == Organisation.Kind.NATIONAL:
        return here.href(f"{OF_AGENCY}:{route}", **parts)
    return here.href(f"{OF_BODY}:{route}", kind=kind, **parts)


def to_release(here: Here, release: FiguresRelease) -> HttpResponseRedirect:
    """Back to the page of a release, after something was done."""
    return HttpResponseRedirect(href(here, "release", release=release.pk), status=SEE_OTHER)


def release_of(here: Here, key: UUID) -> FiguresRelease:
    """A release that the organisation of the address makes, in its season.

    Raises:
        Http404: there is none.
    """
    found = (
        FiguresRelease.objects.select_related(
            "organisation", "before", "job", "asked_by", "approved_by", "minute_by", "withdrawn_by"
        )
        .filter(pk=key, organisation=here.organisation, year=here.season)
        .first()
    )
    if found is None:
        raise Http404
    return found
