"""The form by which a batch is sent."""

from django import forms

from keystage.web.uploads import refuse_large


class BatchForm(forms.Form):
    """An archive of schools' files."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label="ZIP file",
        help_text="One file for each school, straight in the ZIP: transfer files, and templates "
        "or mark sheets. It may be as large as 10 MB.",
        allow_empty_file=True,
        validators=[refuse_large],
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        error_messages={
            "required": "Select a ZIP file",
            "invalid": "The selected file could not be uploaded – try again",
        },
    )
