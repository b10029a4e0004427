"""What the forms of orders and agreements send."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from keystage.actions.orders.ordering import MOST
from keystage.core.subjects import TESTED, Subject
from keystage.statute.entry import Entry
from keystage.web.fields import offer

_FROM_TO = f"Enter a number from 0 to {MOST}"


class OrderForm(forms.Form):
    """How many of each test, as each material of the year."""

    def __init__(self, data: Any = None, *, rules: Entry, initial: Mapping[str, Any]) -> None:
        """Ask for every test and material.

        Args:
            data: what was sent.
            rules: what can be ordered.
            initial: the order that stands, by test and material.
        """
        super().__init__(data)
        self.materials = tuple(rules.materials)
        for test in TESTED:
            for key, material in rules.materials.items():
                self.fields[f"{test}_{key}"] = forms.IntegerField(
                    label=f"{test.label.capitalize()}: {material.label.lower()}",
                    min_value=0,
                    max_value=MOST,
                    required=False,
                    initial=initial.get(test, {}).get(key, 0),
                    widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                    error_messages={
                        "invalid": "Enter a whole number",
                        "min_value": _FROM_TO,
                        "max_value": _FROM_TO,
                    },
                )

    def tests(self) -> Iterable[tuple[Subject, list[forms.BoundField]]]:
        """The boxes of each test."""
        for test in TESTED:
            yield test, [self[f"{test}_{key}"] for key in self.materials]

    @property
    def numbers(self) -> dict[str, dict[str, int]]:
        """What is ordered, by test and material."""
        return {
            str(test): {key: self.cleaned_data[f"{test}_{key}"] or 0 for key in self.materials}
            for test in TESTED
        }


class AskForm(forms.Form):
    """Which authority is to monitor and moderate the school."""

    authority = forms.ChoiceField(
        label="Local authority",
        error_messages={"required": "Select an authority"},
    )

    def __init__(
        self, data: Any = None, *, authorities: list[tuple[str, str]], own: str = ""
    ) -> None:
        """Offer the authorities there are, the school's own first chosen."""
        super().__init__(data, initial={"authority": own})
        offer(self.fields["authority"], [("", "Select an authority"), *authorities])


class BackForm(forms.Form):
    """Why a question or an agreement is taken back."""

    reason = forms.CharField(
        label="Why it is taken back",
        max_length=200,
        error_messages={"required": "Enter why it is taken back"},
    )
