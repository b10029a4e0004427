"""The amendments that an authority's schools asked for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.web.amendments import lists, rows
from keystage.web.doors import Here, page


@page(Permission.SEE_PUPILS, kind="authority")
def register(request: HttpRequest, here: Here) -> HttpResponse:
    """The amendments of the authority's schools that were sent."""
    return lists.register_page(
        request,
        here,
        names=True,
        one="amendments:authority_one",
        file="amendments:authority_file",
        back_href=here.href("organisation:schools", kind="authority"),
    )


@page(Permission.SEE_PUPILS, kind="authority")
def register_file(request: HttpRequest, here: Here) -> HttpResponse:
    """The same for a spreadsheet."""
    return lists.register_csv(request, here, names=True)


@page(Permission.SEE_PUPILS, kind="authority")
def one(request: HttpRequest, here: Here, amendment: UUID) -> HttpResponse:
    """An amendment: what is asked, its steps and its documents."""
    found = rows.one_of(here, amendment)
    context = {
        **rows.shown(found, names=True),
        "linked": lists.linked(here, found, "amendments:authority_document"),
        "back_href": here.href("amendments:authority_register"),
    }
    return render(request, "amendments/seen.html", context)


@page(Permission.SEE_PUPILS, kind="authority")
def document(request: HttpRequest, here: Here, amendment: UUID, document: UUID) -> HttpResponse:
    """A document, to be kept."""
    del request
    return lists.document_file(here, rows.document_of(rows.one_of(here, amendment), document))
