"""Handing the role of an account manager over, such as that of the headteacher."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.access.roles import load_roles
from keystage.actions.membership import handing_over
from keystage.core.errors import KeystageError
from keystage.statute.collection_loader import available_collections, load_collection
from keystage.store.models import Grant
from keystage.web.doors import Here, page
from keystage.web.people.forms import SuccessorForm
from keystage.web.people.invitation import invitation_link


@page(
    Permission.MANAGE_PEOPLE,
    level=Level.NONE,
    kind=None,
    methods=("GET", "POST"),
    reauthenticates=True,
)
def hand_over(request: HttpRequest, here: Here, grant: int) -> HttpResponse:
    """Invite a successor: when they take it up, every role of the one before ends here."""
    found = get_object_or_404(
        Grant.objects.select_related("person", "organisation"),
        pk=grant,
        organisation=here.organisation,
    )
    given = request.POST if request.method == "POST" else None
    form = SuccessorForm(given, initial={"ends_on": _usual_end(found, here.season)})
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            made = handing_over.hand_over(
                grant=found,
                by=here.by,
                link=invitation_link(request),
                **form.cleaned_data,
            )
        except KeystageError as error:
            errors.append({"text": str(error)})
        else:
            if made.sent:
                messages.success(
                    request, "The invitation is sent. Until it is taken up, all stays."
                )
            else:
                messages.error(request, "The invitation is kept, but could not be sent.")
            there = here.href("people:list", kind=here.organisation.kind)
            return HttpResponseRedirect(there, status=HTTPStatus.SEE_OTHER)
    label = load_roles().roles[found.role].label
    context = {"form": form, "grant": found, "label": label, "errors": errors}
    return render(request, "people/hand_over.html", context)


def _usual_end(grant: Grant, year: int) -> object:
    """The day until which the role is usually given; none where the season is not known."""
    if year not in available_collections():
        return None
    return max(
        load_roles().default_end(
            grant.role, grant.starts_on, load_collection(year).academic_year.ends
        ),
        grant.ends_on,
    )
