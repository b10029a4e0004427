"""A person's own account."""

from http import HTTPStatus

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from keystage.access.roles import load_roles
from keystage.actions.membership import accounts
from keystage.web.doors import by_of, person_of, signed_in_page
from keystage.web.sign_in.forms import NameForm


@signed_in_page()
def my_account(request: HttpRequest) -> HttpResponse:
    """Who is signed in, their roles, and the way to their password and second factor."""
    on, roles = timezone.localdate(), load_roles().roles
    grants = (
        person_of(request)
        .grants.filter(ended_at__isnull=True, ends_on__gte=on)
        .select_related("organisation")
        .order_by("organisation__name", "role")
    )
    listed = [(roles[grant.role].label, grant) for grant in grants]
    context = {"grants": listed, "second_factor": is_mfa_enabled(person_of(request))}
    return render(request, "account/mine.html", context)


@signed_in_page(methods=("GET", "POST"))
def my_name(request: HttpRequest) -> HttpResponse:
    """A person's own name, as others see it."""
    initial = {"name": person_of(request).name}
    form = NameForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        accounts.rename(name=form.cleaned_data["name"], by=by_of(request))
        messages.success(request, "Your name is changed.")
        return redirect("my_account")
    return render(request, "account/name.html", {"form": form})


@signed_in_page()
def stay(request: HttpRequest) -> HttpResponse:
    """Nothing: but it was asked for, so the person is still there."""
    del request
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
