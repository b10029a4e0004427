"""Forms of the files that go out."""

from typing import Any

from django import forms

from keystage.actions.sending.transferring import destinations
from keystage.actions.settings import (
    FIRST_SERIAL,
    IMPORT_MODE,
    MATCHING,
    SENSITIVE,
    SETTINGS,
    WHO_AT_FIRST,
)
from keystage.core.upn import LENGTH
from keystage.web.fields import DayMonthYearField

#: The choice of a school that has a number.
SCHOOL = "school"


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


class EffectiveForm(forms.Form):
    """The day as on which pupils are on roll or are not; left empty, the usual one."""

    day = DayMonthYearField(
        label="Effective date",
        help_text="Who is on roll is shown as on this day. Changing it alone leaves nobody out.",
        required=False,
    )


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


class TransferForm(forms.Form):
    """Where pupils go, for the file that goes with them."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    where = forms.ChoiceField(
        label="Where they go",
        choices=[(SCHOOL, "To a school whose number is known"), *destinations().items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Select where they go"},
    )
    number = forms.CharField(
        label="DfE number of the next school",
        help_text="Where it is known. Seven digits: three of the authority and four of the school, "
        "such as 9990302.",
        max_length=8,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """The number is needed where there is one."""
        given = super().clean() or {}
        given["number"] = "".join(str(given.get("number") or "").replace("/", "").split())
        if given.get("where") == SCHOOL and not given["number"]:
            self.add_error("number", "Enter the DfE number of the next school")
        return given

    @property
    def destination(self) -> str:
        """The number, or what stands for it."""
        where = str(self.cleaned_data["where"])
        return str(self.cleaned_data["number"]) if where == SCHOOL else where


def _choice(name: str) -> forms.ChoiceField:
    """A setting of which one value is chosen."""
    setting = SETTINGS[name]
    return forms.ChoiceField(
        label=setting.label,
        help_text=setting.hint,
        choices=list(setting.choices.items()),
        widget=forms.RadioSelect,
    )


class SetUpForm(forms.Form):
    """What a school decides about its files. Fields are named as the settings are."""

    first_serial = forms.IntegerField(
        label=SETTINGS[FIRST_SERIAL].label,
        help_text=SETTINGS[FIRST_SERIAL].hint,
        min_value=SETTINGS[FIRST_SERIAL].lowest,
        max_value=SETTINGS[FIRST_SERIAL].highest,
        error_messages={"required": "Enter a serial number"},
    )
    who_at_first = _choice(WHO_AT_FIRST)
    import_mode = _choice(IMPORT_MODE)
    matching = _choice(MATCHING)
    sensitive_warning = forms.CharField(
        label=SETTINGS[SENSITIVE].label,
        help_text=SETTINGS[SENSITIVE].hint,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter a warning"},
    )
