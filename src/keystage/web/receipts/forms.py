"""The form of the page that verifies receipts."""

from django import forms

from keystage.web.uploads import refuse_large

_MISSING = "The selected file could not be uploaded – try again"


class VerifyForm(forms.Form):
    """A receipt, and the file it was given for."""

    receipt = forms.FileField(
        label="Receipt",
        help_text="The file you were given when the return was submitted; its name ends in .json.",
        validators=[refuse_large],
        allow_empty_file=True,
        error_messages={"required": "Select a receipt", "invalid": _MISSING},
    )
    file = forms.FileField(
        label="File it was given for",
        help_text="Without it, only the receipt is looked at.",
        validators=[refuse_large],
        allow_empty_file=True,
        required=False,
        error_messages={"invalid": _MISSING},
    )
