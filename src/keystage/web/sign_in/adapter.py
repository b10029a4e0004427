"""What the sign-in library may do here: nobody makes an account without an invitation."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from keystage.store.models import Person
from keystage.store.prepared import Prepared

_WAYS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code of your app, or a recovery code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class Doors(DefaultAccountAdapter):
    """Sign-in with a password or a passkey."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is not right",
        "incorrect_password": "The password is not right",
        "enter_current_password": "The current password is not right",
        "rate_limited": "There were too many tries. Wait a few minutes",
        "too_many_login_attempts": "There were too many tries. Wait 15 minutes",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by invitation alone."""
        del request
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count no password here: axes counts wrong ones. The library's limit is for codes."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the person's own account."""
        del request
        return reverse("my_account")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways in which a person proves again who they are, in our words."""
        return [
            {**way, "description": _WAYS[way["id"]]}
            for way in super().get_reauthentication_methods(user)
        ]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person of a change of their account, at the address they sign in with."""
        super().send_notification_mail(template_prefix, user, context, email or user.email)


_FACTORS = Prepared(
    lambda: Authenticator,
    lambda user: Authenticator.objects.filter(user=user).values_list("pk")[:1],
    user="user",
)


class SecondDoors(DefaultMFAAdapter):
    """The second factor."""

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Whether a person has a second factor, of these types or of any; asked by every page."""
        if types is not None or user.is_anonymous:
            enabled: bool = super().is_mfa_enabled(user, types)
            return enabled
        return bool(_FACTORS.values(user=user.pk))

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is not right. Codes change every 30 seconds",
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # the library's own name
        """What a passkey is called until its person says otherwise."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"


class ElsewhereDoors(DefaultSocialAccountAdapter):
    """Sign-in with an account of the organisation: for people who already have one here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Accounts are made by invitation alone."""
        del request, sociallogin
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Back to the person's own account."""
        del request, socialaccount
        return reverse("my_account")

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join the account elsewhere to the person of the same verified address.

        Raises:
            ImmediateHttpResponse: nobody here has the address, it is not verified there, or
                somebody else is signed in and wants it for themself.
        """
        if sociallogin.is_existing:
            return
        person = _person_of(sociallogin.account.extra_data)
        connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        if person is None or (connecting and person != request.user):
            messages.error(
                request,
                "Nobody here has the address of that account. Ask the person who manages accounts "
                "in your organisation for an invitation.",
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, person)


def _person_of(told: dict[str, Any]) -> Person | None:
    """Who has the address that the provider tells, if the provider has verified it."""
    claims = told.get("userinfo") or told.get("id_token") or told
    address = str(claims.get("email") or "").strip().lower()
    verified = claims.get("email_verified") is True or settings.OIDC_ADDRESSES_VERIFIED
    if not address or not verified:
        return None
    return Person.objects.filter(email=address, is_active=True).first()
