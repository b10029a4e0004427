"""Forms of the record of acts and of the organisation's settings."""

from collections.abc import Collection
from typing import Any

from django import forms

from keystage.access.permissions import Permission
from keystage.actions.agreements import agreeable
from keystage.actions.settings import SETTINGS
from keystage.web.fields import DayMonthYearField

LONGEST_WORDS = 500


class AuditFilter(forms.Form):
    """Which acts to list."""

    action = forms.ChoiceField(label="What", required=False)
    who = forms.ChoiceField(label="Who", required=False)
    since = DayMonthYearField(label="From", required=False)
    until = DayMonthYearField(label="To", required=False)
    every = forms.BooleanField(label="Every season", required=False)

    def __init__(
        self, data: Any = None, *, actions: Collection[str], people: Collection[tuple[int, str]]
    ) -> None:
        """Offer what there is to choose from.

        Args:
            data: what was sent.
            actions: the acts there are.
            people: the number and name of everybody who acted.
        """
        super().__init__(data)
        said = [(action, action[:1].upper() + action[1:]) for action in actions]
        self.fields["action"].choices = [("", "Everything"), *said]  # type: ignore[attr-defined]  # a choice field
        who = [(str(number), name) for number, name in people]
        self.fields["who"].choices = [("", "Everybody"), *who]  # type: ignore[attr-defined]  # a choice field


class SettingsForm(forms.Form):
    """The settings of an organisation, one field each."""

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        """Make the fields.

        Args:
            data: what was sent.
            initial: the values that hold.
        """
        super().__init__(data, initial=initial)
        for name, setting in SETTINGS.items():
            self.fields[name] = _field(setting.default, setting.label, setting.hint)


def _field(default: object, label: str, hint: str) -> forms.Field:
    if isinstance(default, bool):
        return forms.BooleanField(label=label, help_text=hint, required=False)
    if isinstance(default, int):
        return forms.IntegerField(label=label, help_text=hint, min_value=0)
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AgreementForm(forms.Form):
    """What the local authority may do for the school."""

    agreed = forms.MultipleChoiceField(
        label="The local authority may", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, agreed: Collection[Permission] = ()) -> None:
        """Offer what can be agreed to.

        Args:
            data: what was sent.
            agreed: what is agreed to.
        """
        super().__init__(data, initial={"agreed": [one.value for one in agreed]})
        self.fields["agreed"].choices = [(one.value, one.sentence) for one in agreeable()]  # type: ignore[attr-defined]  # a choice field
