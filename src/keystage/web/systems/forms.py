"""Forms of the leave of systems."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from keystage.actions.systems.leave import LONGEST, LONGEST_NAME
from keystage.actions.systems.scopes import Scope
from keystage.web.fields import DayMonthYearField
from keystage.web.wording import as_date


class LeaveForm(forms.Form):
    """What a system is called, what it may do, and until when."""

    name = forms.CharField(
        label="Name of the system",
        max_length=LONGEST_NAME,
        help_text="For example, the management information system of your school.",
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do",
        choices=[(one.value, f"{one.sentence} ({one.value})") for one in Scope],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select what the system may do"},
    )
    ends_on = DayMonthYearField(label="Last day", error_messages={"required": "Enter the last day"})

    def __init__(self, data: Any = None, *, usual_end: date | None) -> None:
        """Say which last day is usual.

        Args:
            data: what was sent.
            usual_end: the last day where nobody enters one; none if it is not known.
        """
        super().__init__(data)
        self.usual_end = usual_end
        self.fields["ends_on"].required = usual_end is None
        self.fields["ends_on"].help_text = (
            "For example, 30 11 2026. Within a year from today."
            if usual_end is None
            else f"Leave it empty for the end of the season, {as_date(usual_end)}."
        )

    def clean_ends_on(self) -> date:
        """The last day: not passed, and within a year."""
        ends_on: date | None = self.cleaned_data["ends_on"] or self.usual_end
        today = timezone.localdate()
        if ends_on is None or not today <= ends_on <= today + LONGEST:
            raise forms.ValidationError("The last day must be within a year from today")
        return ends_on
