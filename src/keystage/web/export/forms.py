"""Forms of the files that go out."""

from typing import Any

from django import forms

from keystage.actions.settings import SENSITIVE, SETTINGS
from keystage.core.upn import LENGTH


class MakeForm(forms.Form):
    """The button that makes a file, and why somebody is left out of it."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    because = forms.CharField(
        label="Why they are left out",
        help_text="Your name and these words are kept with the file.",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why pupils are left out of the file"},
    )

    def __init__(self, *args: Any, somebody_left_out: bool, **kwargs: Any) -> None:
        """Ask for a reason only where there is somebody to give one for."""
        super().__init__(*args, **kwargs)
        self.fields["because"].required = somebody_left_out
        if not somebody_left_out:
            self.fields["because"].widget = forms.HiddenInput()


class FindForm(forms.Form):
    """A pupil to look for across files."""

    upn = forms.CharField(
        label="Unique pupil number (UPN)",
        help_text="A letter and 12 digits, such as A999030120001.",
        max_length=LENGTH,
        error_messages={"required": "Enter a UPN"},
    )

    def clean_upn(self) -> str:
        """The number in capitals without blanks."""
        return str(self.cleaned_data["upn"]).strip().upper()


class SetUpForm(forms.Form):
    """What a school decides about the files it makes. Fields are named as the settings are."""

    sensitive_warning = forms.CharField(
        label=SETTINGS[SENSITIVE].label,
        help_text=SETTINGS[SENSITIVE].hint,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter a warning"},
    )
