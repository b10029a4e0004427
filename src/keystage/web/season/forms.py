"""Forms of the dates of a season."""

import re
from datetime import time

from django import forms

from keystage.web.fields import DayMonthYearField

LONGEST = 300
_CLOCK = re.compile(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm)?")
_NOON, _HOURS, _MINUTES = 12, 24, 60
_WORDS = {"midnight": time(0), "midday": time(12), "noon": time(12)}


def clock(text: str) -> time | None:
    """The time of a text such as 7:30am, 14:00 or midday; None if it is none."""
    words = text.strip().lower()
    if words in _WORDS:
        return _WORDS[words]
    found = _CLOCK.fullmatch(words)
    if found is None or (found[2] is None and found[3] is None):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found[3] == "pm" else 0)
    return time(hour, minute) if hour < _HOURS and minute < _MINUTES else None


class ReasonForm(forms.Form):
    """Why a date is changed."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody whom the date concerns reads it. Do not name a pupil.",
        error_messages={"max_length": f"The reason must be {LONGEST} characters or fewer"},
    )


class DateForm(ReasonForm):
    """A date, its time, and why."""

    on = DayMonthYearField(label="Day", help_text="For example, 26 6 2026")
    at = forms.CharField(
        label="Time",
        required=False,
        max_length=20,
        help_text="For example, 7:30am. Leave it empty for the whole day.",
    )
    source = forms.CharField(
        label="Where it was announced",
        required=False,
        max_length=LONGEST,
        help_text="A title or an address.",
        error_messages={"max_length": f"This must be {LONGEST} characters or fewer"},
    )
    field_order = ("on", "at", "reason", "source")

    def clean_at(self) -> time | None:
        """The time; None for the whole day.

        Raises:
            ValidationError: it is no time.
        """
        text = str(self.cleaned_data["at"]).strip()
        found = clock(text) if text else None
        if text and found is None:
            raise forms.ValidationError("Enter a time, like 7:30am or 14:00")
        return found
