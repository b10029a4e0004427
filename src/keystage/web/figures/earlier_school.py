"""The page on which a school says that it took over from another, and takes that back."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from keystage.access.permissions import Permission
from keystage.access.rights import Level
from keystage.actions.figures.earlier_schools import earlier_school_of, link, unlink
from keystage.core.errors import KeystageError
from keystage.web.doors import Here, page

_TAKE_BACK = "take_back"
_NO_YEAR = "Enter a year of four digits, such as 2024"


class EarlierSchoolForm(forms.Form):
    """Which school it was, from when on the figures are the school's own, and that it agrees."""

    urn = forms.RegexField(
        r"^\s*[0-9]{6}\s*$",
        label="Unique reference number (URN) of the school before",
        help_text="Six digits. Not the number of the local authority and the school.",
        error_messages={
            "required": "Enter the URN of the school before",
            "invalid": "Enter a URN of six digits, such as 900123",
        },
    )
    first_year = forms.IntegerField(
        label="First year of results under the present URN",
        help_text="The year of the tests, such as 2024. Results before it are those of the school "
        "before.",
        min_value=1000,
        max_value=9999,
        error_messages={
            "required": "Enter the first year of results under the present URN",
            "invalid": _NO_YEAR,
            "min_value": _NO_YEAR,
            "max_value": _NO_YEAR,
        },
    )
    agreed = forms.BooleanField(
        label="The school agrees that the published figures of the school before stand beside its "
        "own, told apart from them",
        error_messages={"required": "Confirm that the school agrees"},
    )


@page(Permission.MANAGE_PEOPLE, level=Level.NONE, methods=("GET", "POST"))
def earlier_school(request: HttpRequest, here: Here) -> HttpResponse:
    """The school before: what is said, the form that says it, and the button that takes it back."""
    school, taking_back = here.organisation, _TAKE_BACK in request.POST
    sent = request.method == "POST" and not taking_back
    form = EarlierSchoolForm(request.POST if sent else None)
    errors: list[str] = []
    try:
        if taking_back:
            unlink(school=school, by=here.by)
            messages.success(request, "The school before is not linked any longer.")
            return _back(here)
        if form.is_valid():
            given = form.cleaned_data
            urn, first = given["urn"].strip(), given["first_year"]
            link(school=school, urn=urn, first_year=first, by=here.by)
            messages.success(request, "The school before is linked.")
            return _back(here)
    except KeystageError as error:
        if taking_back:
            errors.append(str(error))
        else:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "errors": errors,
        "linked": earlier_school_of(school),
        "take_back": _TAKE_BACK,
        "back_href": here.href("figures:releases"),
    }
    wrong = bool(form.errors or errors)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "figures/earlier_school.html", context, status=status)


def _back(here: Here) -> HttpResponseRedirect:
    return HttpResponseRedirect(here.href("figures:earlier_school"), status=HTTPStatus.SEE_OTHER)
