"""Forms of moderation."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from keystage.actions.moderation.visits import MODERATED, Agreed, Visit
from keystage.statute.collection_loader import load_collection
from keystage.store.models import ModeratedPupil, Moderation, Organisation
from keystage.web.fields import DayMonthYearField

_REASON = {"rows": 2}


class ArrangeForm(forms.Form):
    """When the school is told, when the visit is, and whether the return waits."""

    told_on = DayMonthYearField(
        label="Told on",
        help_text="The school sees that it is chosen from this day on. Leave it empty while that "
        "is not settled.",
        required=False,
    )
    visit_on = DayMonthYearField(
        label="Visit on", help_text="Leave it empty while it is not settled.", required=False
    )
    hold = forms.BooleanField(
        label="The return waits until the visit is recorded", required=False, initial=True
    )

    def told_at(self, before: datetime | None = None) -> datetime | None:
        """The moment from which the school may know: the beginning of the day."""
        day = self.cleaned_data["told_on"]
        if day is None:
            return None
        if before is not None and timezone.localdate(before) == day:
            return before
        return timezone.make_aware(datetime.combine(day, time()))


class ChooseForm(ArrangeForm):
    """Schools to be moderated."""

    schools = forms.MultipleChoiceField(
        label="Schools",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one school"},
    )
    field_order = ("schools", "told_on", "visit_on", "hold")

    def __init__(self, *args: Any, schools: Sequence[Organisation], **kwargs: Any) -> None:
        """Offer the schools that are not chosen."""
        super().__init__(*args, **kwargs)
        offered = self.fields["schools"]
        if isinstance(offered, forms.MultipleChoiceField):
            offered.choices = [(one.code, f"{one.name}, {one.number}") for one in schools]


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label="Reason",
        help_text="Do not name a pupil.",
        max_length=300,
        widget=forms.Textarea(attrs=_REASON),
        error_messages={"required": "Enter a reason"},
    )
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DrawForm(forms.Form):
    """How many pupils of each judgement are drawn by lot."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, there: Mapping[str, Sequence[int]], **kwargs: Any) -> None:
        """A box for each judgement that somebody has."""
        super().__init__(*args, **kwargs)
        self.codes = tuple(there)
        for place, code in enumerate(self.codes):
            most = len(there[code])
            self.fields[f"count-{place}"] = forms.IntegerField(
                label=f"{code or 'No judgement'}: {most} to draw from",
                min_value=0,
                max_value=most,
                required=False,
                error_messages={
                    "invalid": "Enter a whole number",
                    "max_value": f"There are only {most} with {code or 'no judgement'}",
                    "min_value": "Enter a number that is not below zero",
                },
            )

    @property
    def counts(self) -> list[forms.BoundField]:
        """The boxes in their order."""
        return [self[f"count-{place}"] for place in range(len(self.codes))]

    def wanted(self) -> dict[str, int]:
        """How many of each judgement; those of which none is wanted are left out."""
        given = {
            code: self.cleaned_data.get(f"count-{place}") or 0
            for place, code in enumerate(self.codes)
        }
        return {code: count for code, count in given.items() if count}


class VisitForm(forms.Form):
    """What a visit found, pupil by pupil."""

    visited_on = DayMonthYearField(
        label="Day of the visit", error_messages={"required": "Enter the day of the visit"}
    )
    visited_by = forms.CharField(
        label="Who visited",
        max_length=150,
        error_messages={"required": "Enter who visited"},
    )
    outcome = forms.ChoiceField(
        label="Outcome",
        choices=Moderation.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select the outcome"},
    )
    note = forms.CharField(
        label="Note for the school",
        help_text="Do not name a pupil.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=_REASON),
    )
    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, sample: Sequence[ModeratedPupil], year: int, **kwargs: Any
    ) -> None:
        """A list and a box for each pupil of the sample."""
        super().__init__(*args, **kwargs)
        self.sample = tuple(sample)
        options = [("", "Not looked at"), *((one, one) for one in _codes(year))]
        for row in self.sample:
            name = row.cohort_pupil.pupil.full_name
            self.fields[f"code-{row.pk}"] = forms.ChoiceField(
                label=f"Agreed for {name}",
                choices=options,
                required=False,
                initial=row.after if row.moderation.recorded_at else row.before,
            )
            self.fields[f"reason-{row.pk}"] = forms.CharField(
                label=f"Reason of a change for {name}",
                max_length=300,
                required=False,
                initial=row.reason,
            )

    @property
    def rows(self) -> list[tuple[ModeratedPupil, forms.BoundField, forms.BoundField]]:
        """The pupils, each with the boxes of the judgement and the reason."""
        return [(row, self[f"code-{row.pk}"], self[f"reason-{row.pk}"]) for row in self.sample]

    def clean(self) -> dict[str, Any]:
        """A change needs its reason."""
        given = super().clean() or {}
        for row in self.sample:
            code = given.get(f"code-{row.pk}", "")
            if code and code != row.before and not given.get(f"reason-{row.pk}"):
                self.add_error(f"reason-{row.pk}", "Enter why the judgement was changed")
        return given

    def visit(self) -> Visit:
        """What is recorded."""
        given = self.cleaned_data
        return Visit(
            on=given["visited_on"],
            who=given["visited_by"],
            outcome=Moderation.Outcome(given["outcome"]),
            note=given["note"],
            agreed={
                row.pk: Agreed(code=given[f"code-{row.pk}"], reason=given[f"reason-{row.pk}"])
                for row in self.sample
            },
        )


def _codes(year: int) -> tuple[str, ...]:
    return load_collection(year).codes(MODERATED)
