"""Forms of the registration for the tests."""

from typing import Any

from django import forms


class ReasonForm(forms.Form):
    """Why registrations change, where they are locked."""

    reason = forms.CharField(
        label="Why the registrations change",
        help_text="Your words and your name are kept. Do not name a pupil here.",
        max_length=200,
        required=False,
        error_messages={"required": "Enter why the registrations change"},
    )


class SubmitForm(forms.Form):
    """The word that registrations are done."""

    confirmed = forms.BooleanField()

    def __init__(self, *args: Any, pupils: int, **kwargs: Any) -> None:
        """Say what is confirmed: the list, or that there is nobody."""
        super().__init__(*args, **kwargs)
        field = self.fields["confirmed"]
        field.label = (
            "The list is complete, and names, birth dates and UPNs are right"
            if pupils
            else "There are no pupils to register this year"
        )
