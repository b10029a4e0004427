"""Forms of the results."""

from django import forms

from keystage.core.subjects import TESTED

_HIGHEST = 1000  # no test has so many marks; the year's own limit is told by the table


class MarkForm(forms.Form):
    """A raw mark of a test."""

    subject = forms.ChoiceField(
        label="Test",
        choices=[(str(test), test.label.capitalize()) for test in TESTED],
        error_messages={"required": "Select a test"},
    )
    mark = forms.IntegerField(
        label="Raw mark",
        help_text="All papers of the test together.",
        min_value=0,
        max_value=_HIGHEST,
        error_messages={
            "required": "Enter a mark",
            "invalid": "The mark must be a whole number, like 45",
            "min_value": "The mark must be 0 or more",
            "max_value": "No test has so many marks",
        },
    )
