"""Forms of the agency's releases."""

from datetime import datetime
from typing import Any

from django import forms

from keystage.statute.season import LONDON
from keystage.store.models import ResultsRelease
from keystage.web.fields import DayMonthYearField
from keystage.web.uploads import refuse_large, refuse_large_release

_LONGEST = 500
_TIMES = ("%H:%M", "%H.%M")


class MinuteForm(forms.Form):
    """The moments of a release."""

    day = DayMonthYearField(
        label="Day on which schools see it",
        help_text="Without a day, the date of the season.",
        required=False,
    )
    time = forms.TimeField(
        label="Time on that day",
        help_text="On a clock of 24 hours, like 07:30.",
        required=False,
        input_formats=_TIMES,
        error_messages={"invalid": "Enter a time like 07:30"},
    )
    receiving_day = DayMonthYearField(
        label="Day on which receiving schools see it",
        help_text="At the same time. Without a day, the day after the schools.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """See that days come with a time."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("day") and not given.get("time"):
            self.add_error("time", "Enter the time at which schools see it")
        if given.get("receiving_day") and not given.get("day"):
            self.add_error("day", "Enter the day on which schools see it")
        return given

    def moment(self, name: str) -> datetime | None:
        """The moment of a day; None where none is given."""
        given = self.cleaned_data
        return (
            datetime.combine(given[name], given["time"], LONDON)
            if given.get(name) and given.get("time")
            else None
        )


class ReasonForm(forms.Form):
    """Why something is done to a release; each form says what it does."""

    words = what_happens = ""
    button = "primary"
    reason = forms.CharField(
        label="Reason",
        help_text="Name no pupil: others read it.",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter a reason"},
    )


class WithdrawForm(ReasonForm):
    """Taking a release back."""

    words, button = "Take the release back", "warning"
    what_happens = (
        "It is taken back at once. Schools, authorities and receiving schools that could see it "
        "are told. Putting it back needs two people."
    )


class AskBackForm(ReasonForm):
    """Asking to put a release back."""

    words = "Ask to put the release back"
    what_happens = "Another person puts it back. Then those who could see it are told."


class ReleaseForm(MinuteForm):
    """A release to be prepared."""

    kind = forms.ChoiceField(
        label="What it brings", choices=ResultsRelease.Kind.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label="Results",
        help_text="An archive of results files (XML), one for each school, or a table (CSV, Excel) "
        "with a row for each pupil and test. To take a result back, a row says yes in the column "
        "“Taken back” and has no mark, scaled score or outcome.",
        allow_empty_file=True,
        validators=[refuse_large_release],
        error_messages={"required": "Select a file"},
    )
    table = forms.FileField(
        label="Table of scaled scores",
        help_text="CSV, Excel or TOML. Without it the year's own table is released, if there is "
        "one.",
        required=False,
        validators=[refuse_large],
    )
    note = forms.CharField(
        label="Note to readers",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("kind", "file", "table", "note", "day", "time", "receiving_day")
