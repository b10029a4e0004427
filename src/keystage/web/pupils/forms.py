"""Forms of the pupils and the cohort."""

from datetime import date
from typing import Any

from django import forms

from keystage.actions.roll.pupils import TYPED
from keystage.flows.roll.entered import entered
from keystage.flows.roll.pupils import Facts
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


class IdentityForm(forms.Form):
    """Who a pupil is, as a person types it."""

    surname = forms.CharField(label="Surname", max_length=128)
    forename = forms.CharField(
        label="Forename",
        max_length=128,
        required=False,
        help_text="A pupil with a single name has it in both places: a return takes neither blank.",
    )
    preferred_surname = forms.CharField(
        label="Surname in use, if it is another", max_length=128, required=False
    )
    preferred_forename = forms.CharField(
        label="Forename in use, if it is another", max_length=128, required=False
    )
    upn = forms.CharField(
        label="UPN",
        max_length=20,
        required=False,
        help_text="A letter and 12 more characters. Leave it empty until you know it.",
    )
    former_upn = forms.CharField(
        label="Former UPN",
        max_length=20,
        required=False,
        help_text="The number the pupil had before, where there was one.",
    )
    birth_date = DayMonthYearField(
        label="Date of birth", help_text="For example, 27 3 2015", required=False
    )
    sex = forms.ChoiceField(
        label="Sex", choices=Pupil.Sex.choices, widget=forms.RadioSelect, required=False
    )
    year_group = forms.CharField(
        label="Year group", max_length=10, required=False, help_text="Such as R or 6."
    )
    year_taught = forms.CharField(
        label="Year group the pupil is taught with, if it is another",
        max_length=10,
        required=False,
    )
    class_name = forms.CharField(label="Class", max_length=40, required=False)
    entered_on = DayMonthYearField(
        label="First day at this school", help_text="For example, 2 9 2019", required=False
    )

    facts = Facts()

    def clean(self) -> dict[str, Any]:
        """Read what was typed as it would be read in a file, and tell what cannot be read."""
        cleaned = super().clean() or {}
        texts = {name: _text(cleaned.get(name)) for name in TYPED}
        self.facts, reasons = entered({name: text for name, text in texts.items() if text})
        for name, reason in reasons.items():
            self.add_error(name, reason[:1].upper() + reason[1:])
        if texts["surname"] and self.facts.surname is None:
            self.add_error("surname", "Enter surname")
        return cleaned


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


class NewPupilForm(IdentityForm):
    """A pupil who is in no roll file."""

    reason = forms.CharField(
        label="Why the pupil is in the cohort",
        help_text="Needed of a pupil of another year group. Your words and your name are kept.",
        max_length=200,
        required=False,
    )
    another = forms.BooleanField(label="It is another pupil", required=False)


class CorrectForm(IdentityForm):
    """Who a pupil is, put right."""

    reason = forms.CharField(
        label="Why it is corrected",
        help_text="Such as: passport seen. Your words and your name are kept.",
        max_length=200,
        required=False,
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)


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
