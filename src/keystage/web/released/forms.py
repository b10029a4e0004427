"""Forms of released results: the calculator, reviews of marking, queries, places."""

from django import forms

from keystage.core.subjects import TESTED, Subject
from keystage.statute.collection_loader import available_collections
from keystage.store.models import MarkingReview
from keystage.web.uploads import refuse_large

_HIGHEST, _LONGEST, _LONGEST_QUERY = 1000, 500, 5000
_FILE_ERRORS = {
    "required": "Select a file",
    "invalid": "The selected file could not be uploaded – try again",
}


class CalculatorForm(forms.Form):
    """A raw mark of a test in a year."""

    of_year = forms.TypedChoiceField(
        label="Year of the test",
        coerce=int,
        choices=[(year, str(year)) for year in reversed(available_collections())],
    )
    subject = forms.TypedChoiceField(
        label="Test",
        coerce=Subject,
        choices=[(str(test), test.label.capitalize()) for test in TESTED],
    )
    mark = forms.IntegerField(
        label="Raw mark",
        help_text="All papers of the test together.",
        min_value=0,
        max_value=_HIGHEST,
        error_messages={
            "invalid": "The mark must be a whole number, like 45",
            "min_value": "The mark must be 0 or more",
            "max_value": "No test has so many marks",
        },
    )


class LateForm(forms.Form):
    """That something is done although the last day has passed."""

    though_late = forms.BooleanField(label="Go on although the last day has passed", required=False)


class ReviewForm(LateForm):
    """A review of marking to be proposed."""

    kind = forms.ChoiceField(
        label="What to ask for",
        choices=MarkingReview.Kind.choices,
        widget=forms.RadioSelect,
        initial=MarkingReview.Kind.MARKING,
    )
    reason = forms.CharField(
        label="Reason",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Which answers, on which paper, and why they deserve another mark.",
        error_messages={"required": "Enter a reason"},
    )
    field_order = ("kind", "reason", "though_late")


class AnswerForm(forms.Form):
    """What came of a review."""

    mark = forms.IntegerField(
        label="Mark after the review",
        help_text="Leave it empty if the mark stayed.",
        required=False,
        min_value=0,
        max_value=_HIGHEST,
        error_messages={"invalid": "The mark must be a whole number, like 45"},
    )
    supplier_erred = forms.BooleanField(
        label="The supplier of the marking made the mistake", required=False
    )


class QueryForm(forms.Form):
    """A query about results, to the agency or the authority."""

    receiver = forms.ChoiceField(
        label="To", widget=forms.RadioSelect, error_messages={"required": "Select who to ask"}
    )
    subject = forms.CharField(label="Subject", max_length=150)
    body = forms.CharField(
        label="Message",
        max_length=_LONGEST_QUERY,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Name no pupil. Write which check and which test it is about.",
        error_messages={"required": "Enter a message"},
    )


class PlacesForm(forms.Form):
    """A list of places."""

    file = forms.FileField(
        label="List of places",
        help_text="A CSV or Excel file with the columns UPN and Receiving school URN.",
        allow_empty_file=True,
        validators=[refuse_large],
        error_messages=_FILE_ERRORS,
    )


class TakePlacesForm(forms.Form):
    """The button that takes a list of places as it was shown."""

    content = forms.CharField(widget=forms.HiddenInput)
    seal = forms.CharField(max_length=200, widget=forms.HiddenInput)
