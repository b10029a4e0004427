"""The page an invitation leads to, for people who may have no account yet."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from keystage.access.roles import load_roles
from keystage.actions.membership import invitations
from keystage.core.errors import KeystageError
from keystage.store.models import Invitation
from keystage.web.doors import by_of, open_page
from keystage.web.people.forms import NewAccountForm

NOT_FOUND = 404


def invitation_link(request: HttpRequest) -> Callable[[str], str]:
    """How the address at which an invitation is taken up is made of its secret."""
    return lambda token: request.build_absolute_uri(reverse("invitation", kwargs={"token": token}))


@never_cache
@open_page(methods=("GET", "POST"))
def take_up(request: HttpRequest, token: str) -> HttpResponse:
    """Take an invitation up: with the account that is signed in, or with a new one."""
    found = invitations.find(token)
    if found is None:
        return render(request, "people/invitation_gone.html", status=NOT_FOUND)
    account = invitations.account_of(found)
    if request.user.is_authenticated:
        return _join(request, found, token)
    if account is not None:
        to = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
        return render(request, "people/invitation_sign_in.html", {"sign_in": to})
    return _new_account(request, found, token)


def _join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if request.method == "POST":
        invitations.join(token=token, by=by_of(request))
        messages.success(request, "You have the role.")
        return redirect("choose")
    same = getattr(request.user, "email", "") == found.email
    return render(request, "people/invitation_join.html", _told(found) | {"same": same})


def _new_account(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = NewAccountForm(given, initial={"name": found.name})
    errors: list[dict[str, str]] = []
    if form.is_valid():
        try:
            person = invitations.take_up(
                token=token,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                address=by_of(request).address,
            )
        except KeystageError as error:
            errors.append({"text": str(error), "href": "#id_password"})
        else:
            messages.success(request, "Your account is made.")
            answer: HttpResponse = perform_login(request, person, redirect_url=reverse("mfa_index"))
            return answer
    context = _told(found) | {"form": form, "errors": errors}
    return render(request, "people/invitation.html", context)


def _told(found: Invitation) -> dict[str, object]:
    return {"invitation": found, "role": load_roles().roles[found.role]}
