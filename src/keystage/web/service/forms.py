"""Forms of what the agency tells of the service."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from keystage.store.models import ServiceNotice
from keystage.web.fields import DayMonthYearField
from keystage.web.season.forms import clock


class _ClockField(forms.CharField):
    """A time of the day in London."""

    def clean(self, value: Any) -> time | None:
        """The time; None where nothing was entered.

        Raises:
            ValidationError: it is no time.
        """
        text = super().clean(value).strip()
        found = clock(text) if text else None
        if text and found is None:
            raise forms.ValidationError("Enter a time, like 7:30am or 14:00")
        return found


class NoticeForm(forms.Form):
    """Planned works, or a fault."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=ServiceNotice.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what it is"},
    )
    part = forms.ChoiceField(label="What does not work", choices=ServiceNotice.Part.choices)
    words = forms.CharField(
        label="What people should know",
        help_text="It stands on every page. Name nobody.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter what people should know"},
    )
    begins_on = DayMonthYearField(label="First day", help_text="For example, 26 6 2026")
    begins_at = _ClockField(label="From", help_text="For example, 6pm", max_length=20)
    ends_on = DayMonthYearField(label="Last day", required=False)
    ends_at = _ClockField(
        label="Until", required=False, max_length=20, help_text="Leave it empty if nobody knows."
    )

    def clean(self) -> dict[str, Any]:
        """Days and times put together."""
        given = super().clean() or {}
        given["begins"] = _moment(given.get("begins_on"), given.get("begins_at"))
        given["ends"] = _moment(given.get("ends_on"), given.get("ends_at"))
        if bool(given.get("ends_on")) != bool(given.get("ends_at") is not None):
            self.add_error("ends_at", "Enter both the last day and the time, or neither")
        return given


class HelpDeskForm(forms.Form):
    """A help desk of the season."""

    name = forms.CharField(label="Name", max_length=100)
    about = forms.CharField(label="What it helps with", max_length=300, required=False)
    hours = forms.CharField(
        label="Hours", max_length=200, required=False,
        help_text="For example, Monday to Friday, 8am to 6pm",
    )  # fmt: skip
    telephone = forms.CharField(label="Telephone number", max_length=40, required=False)
    email = forms.EmailField(label="E-mail address", required=False)
    website = forms.URLField(
        label="Website, or where to chat", required=False, assume_scheme="https"
    )
    starts_on = DayMonthYearField(
        label="First day", required=False, help_text="Leave it empty if it is there all season."
    )
    ends_on = DayMonthYearField(label="Last day", required=False)


def _moment(day: Any, at: time | None) -> datetime | None:
    return None if day is None or at is None else timezone.make_aware(datetime.combine(day, at))
