"""The forms of an account: its name, and the library's forms in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django import forms
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string

ADDRESS = "Email address"
CODE = "Code"
SHORTEST = "At least 12 characters. Three words you can remember are better than one with signs."


class NameForm(forms.Form):
    """A person's own name."""

    name = forms.CharField(
        label="Full name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class SignIn(account.LoginForm):
    """Address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Label the fields."""
        super().__init__(*args, **kwargs)
        self.fields["login"].label = ADDRESS


class ResetPassword(account.ResetPasswordForm):
    """Asks for the message with which a password is set anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Label the fields."""
        super().__init__(*args, **kwargs)
        self.fields["email"].label = ADDRESS

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send a message to any address: one without an account is told that it has none."""
        if self.users:
            return str(super().save(request, **kwargs))
        address = str(self.cleaned_data["email"])
        subject, message = (
            render_to_string(f"account/email/unknown_account_{part}.txt").strip()
            for part in ("subject", "message")
        )
        send_mail(subject, message, None, [address])
        return address


class _NewPassword:
    """Two boxes for a new password."""

    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Label the fields."""
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = SHORTEST
        self.fields["password2"].label = "New password again"


class ChangePassword(_NewPassword, account.ChangePasswordForm):
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Label the fields."""
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Current password"


class SetPassword(_NewPassword, account.SetPasswordForm):
    """A first password, of a person who signs in elsewhere."""


class ResetPasswordKey(_NewPassword, account.ResetPasswordKeyForm):
    """The new password, from the message."""


class _Code:
    """A box for a code."""

    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Label the field."""
        super().__init__(*args, **kwargs)
        self.fields["code"].label = CODE
        self.fields["code"].help_text = "Six figures from your authenticator app."
        self.fields["code"].widget.attrs["spellcheck"] = "false"


class Authenticate(_Code, second_factor.AuthenticateForm):
    """The code at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say that a recovery code does too."""
        super().__init__(*args, **kwargs)
        self.fields[
            "code"
        ].help_text = "Six figures from your authenticator app, or a recovery code."


class Reauthenticate(_Code, second_factor.ReauthenticateForm):
    """The code that proves again who it is."""


class ActivateCodes(_Code, totp.ActivateTOTPForm):
    """The first code of an authenticator app."""


class AddPasskey(passkeys.AddWebAuthnForm):
    """A passkey or security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Label the fields."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of this passkey"
        self.fields["name"].help_text = "Such as the device it is on."
        self.fields["passwordless"].label = "Sign in with it alone, without a password"
        self.fields["passwordless"].help_text = "The device asks for your finger, face or PIN."

    def clean(self) -> Any:
        """What was sent, with an answer that is one.

        Raises:
            ValidationError: it is not an answer of a passkey.
        """
        try:
            return super().clean()
        except (KeyError, ValueError, TypeError, AttributeError):
            raise get_adapter().validation_error("incorrect_code") from None


class EditPasskey(passkeys.EditWebAuthnForm):
    """Another name of a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Label the field."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of this passkey"


class _Credential:
    """What a device answered; the library takes an invented one for an error of its own."""

    def clean_credential(self) -> Any:
        """The passkey that answered.

        Raises:
            ValidationError: it is not an answer of a passkey.
        """
        try:
            return super().clean_credential()  # type: ignore[misc]  # the library's form comes next
        except (KeyError, ValueError, TypeError, AttributeError):
            raise get_adapter().validation_error("incorrect_code") from None


class SignInWithPasskey(_Credential, passkeys.LoginWebAuthnForm):
    """Sign-in with a passkey alone."""


class AuthenticateWithPasskey(_Credential, passkeys.AuthenticateWebAuthnForm):
    """A passkey as the second factor."""


class ReauthenticateWithPasskey(_Credential, passkeys.ReauthenticateWebAuthnForm):
    """A passkey that proves again who it is."""
