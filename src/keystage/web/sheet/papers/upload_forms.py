"""The form that takes a filled mark sheet."""

from django import forms

from keystage.web.uploads import refuse_large


class UploadForm(forms.Form):
    """A mark sheet as a file."""

    file = forms.FileField(
        label="Mark sheet",
        help_text="Excel (.xlsx), OpenDocument (.ods) or CSV, with a column UPN and one for each "
        "subject you filled in",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        validators=[refuse_large],
        error_messages={
            "required": "Select a mark sheet",
            "missing": "Select a mark sheet",
            "invalid": "The selected file could not be uploaded – try again",
            "empty": "The selected file is empty",
        },
    )
