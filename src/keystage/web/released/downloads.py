"""The register of downloads: who took results away, when and in which version."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.releases.downloads import MOST, downloads_of
from keystage.web.doors import Here, page
from keystage.web.oversight.events import own_only
from keystage.web.released.views import OWN_ACTS


@page(Permission.READ_AUDIT, level=Level.NONE, sees_to=OWN_ACTS)
def downloads(request: HttpRequest, here: Here) -> HttpResponse:
    """The files that were taken away at a school; a teacher sees their own."""
    return _shown(request, here, here.href("released:results"))


@page(Permission.READ_AUDIT, level=Level.NONE, sees_to=OWN_ACTS, kind=None)
def downloads_of_body(request: HttpRequest, here: Here) -> HttpResponse:
    """The files that were taken away at a trust, an authority or the agency."""
    back = here.href("released:schools", kind=here.organisation.kind)
    return _shown(request, here, back)


def _shown(request: HttpRequest, here: Here, back: str) -> HttpResponse:
    own = own_only(here)
    found = downloads_of(here.organisation, here.season, only=here.by.who if own else None)
    context = {"found": found, "most": MOST, "own": own, "back_href": back}
    return render(request, "released/downloads.html", context)
