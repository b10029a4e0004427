"""The form by which a finding is accepted."""

from django import forms

from keystage.actions.sheets.accepting import LONGEST_REASON


class AcceptForm(forms.Form):
    """Why what a check asks about is right."""

    reason = forms.CharField(
        label="Why this is right",
        help_text="Your name, the time and these words are kept with the sheet and shown to those "
        "who sign it and send it.",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why this is right"},
    )
