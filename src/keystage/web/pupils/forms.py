"""Forms of the pupils and the cohort."""

from typing import Any

from django import forms

from keystage.store.models import Pupil
from keystage.web.fields import DayMonthYearField


class FindForm(forms.Form):
    """A pupil of the roll to look for."""

    name = forms.CharField(
        label="Surname, forename or UPN",
        max_length=128,
        required=False,
    )


class AddForm(forms.Form):
    """A pupil of the roll to put into the cohort, and why."""

    pupil = forms.ModelChoiceField(
        queryset=Pupil.objects.none(),
        label="Pupil",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Select a pupil",
            "invalid_choice": "Select a pupil of the list",
        },
    )
    reason = forms.CharField(
        label="Why the pupil is in the cohort",
        help_text="Such as: is in year 5, and takes the tests this year.",
        max_length=200,
        error_messages={"required": "Enter why the pupil is in the cohort"},
    )

    def __init__(self, *args: Any, found: Any, **kwargs: Any) -> None:
        """Offer the pupils who were found."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["pupil"]
        field.queryset = found
        field.label_from_instance = self.words

    @staticmethod
    def words(pupil: Pupil) -> str:
        """A pupil so that namesakes can be told apart."""
        born = f"{pupil.birth_date:%d/%m/%Y}" if pupil.birth_date else "birth date not known"
        year = f"year {pupil.year_group}" if pupil.year_group else "year group not known"
        return f"{pupil.full_name}, {pupil.upn or 'no UPN'}, {born}, {year}"


class TakeOutForm(forms.Form):
    """Why a pupil is taken out of the cohort."""

    reason = forms.CharField(
        label="Why the pupil is taken out of the cohort",
        help_text="Such as: left on 3 March, before the tests. Your words and your name are kept.",
        max_length=200,
        error_messages={"required": "Enter why the pupil is taken out"},
    )


class LeaveForm(forms.Form):
    """When a pupil left, and where to."""

    left_on = DayMonthYearField(
        label="Last day at this school",
        help_text="For example, 27 3 2026. Leave it empty if the pupil is on roll.",
        required=False,
    )
    to_school = forms.CharField(label="School the pupil went to", max_length=150, required=False)
    to_authority = forms.CharField(
        label="Local authority of that school", max_length=100, required=False
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ExplainForm(forms.Form):
    """Why a difference is right as it is."""

    member = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why it is right as it is",
        max_length=200,
        error_messages={"required": "Enter why it is right as it is"},
    )
