"""The amendments at the agency's desk: the register, and deciding one."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.amendments.deciding import decide_on
from keystage.actions.errors import RefusedError
from keystage.web.amendments import lists, rows
from keystage.web.amendments.forms import DecideForm
from keystage.web.doors import Here, page

_desk = page(Permission.RUN_COLLECTION, level=Level.NONE, kind="national")


@_desk
def register(request: HttpRequest, here: Here) -> HttpResponse:
    """The amendments that were sent, by any school; the list names no pupil."""
    return lists.register_page(
        request,
        here,
        names=False,
        one="amendments:desk_one",
        file="amendments:desk_file",
        back_href=here.href("desk:desk"),
    )


@_desk
def register_file(request: HttpRequest, here: Here) -> HttpResponse:
    """The same for a spreadsheet."""
    return lists.register_csv(request, here, names=False)


@page(Permission.RUN_COLLECTION, level=Level.NONE, kind="national", methods=("GET", "POST"))
def one(request: HttpRequest, here: Here, amendment: UUID) -> HttpResponse:
    """Read an amendment, and decide it.

    Raises:
        Http404: there is none, or somebody decides who may not see of whom it is.
    """
    found, names = rows.one_of(here, amendment), _sees_pupils(here)
    if request.method == "POST" and not names:
        raise Http404
    form = DecideForm(request.POST if request.method == "POST" else None, amendment=found)
    errors = []
    if form.is_valid():
        given = form.cleaned_data
        try:
            decide_on(
                found,
                given["answer"],
                agency=here.organisation,
                reason=given["words"],
                seen=given["seen"],
                by=here.by,
            )
        except RefusedError as error:
            errors = [{"text": str(error)}]
        else:
            messages.success(request, "The school and its authority are told.")
            href = here.href("amendments:desk_one", amendment=found.pk)
            return HttpResponseRedirect(href, status=HTTPStatus.SEE_OTHER)
    context = {
        **rows.shown(found, names=names),
        "linked": lists.linked(here, found, "amendments:desk_document") if names else [],
        "form": form,
        "errors": errors,
        "personal_data": names,
        "back_href": here.href("amendments:desk_register"),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "amendments/decide.html", context, status=status)


@_desk
def document(request: HttpRequest, here: Here, amendment: UUID, document: UUID) -> HttpResponse:
    """A document, for those of the desk who may see pupils.

    Raises:
        Http404: there is none, or the person may not see pupils.
    """
    del request
    found = rows.one_of(here, amendment)
    if not _sees_pupils(here):
        raise Http404
    return lists.document_file(here, rows.document_of(found, document))


def _sees_pupils(here: Here) -> bool:
    """Whether the person may know of whom an amendment is."""
    return here.may(Permission.SEE_REGISTRATIONS, Level.NAMED)
