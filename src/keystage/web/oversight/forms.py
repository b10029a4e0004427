"""Forms of the record of acts and of the organisation's settings."""

from collections.abc import Collection
from typing import Any

from django import forms

from keystage.access.permissions import Permission
from keystage.actions.membership.agreements import agreeable
from keystage.actions.settings import Setting, settings_of, value_of
from keystage.store.models import Organisation
from keystage.web.fields import DayMonthYearField, offer

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
        offer(self.fields["action"], [("", "Everything"), *said])
        who = [(str(number), name) for number, name in people]
        offer(self.fields["who"], [("", "Everybody"), *who])


class SettingsForm(forms.Form):
    """The settings of an organisation, one field each."""

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        """Make the fields, with the values that hold.

        Args:
            data: what was sent.
            organisation: whose settings they are.
        """
        settings = settings_of(organisation.kind)
        super().__init__(data, initial={name: value_of(organisation, name) for name in settings})
        for name, setting in settings.items():
            self.fields[name] = field_of(setting)


def field_of(setting: Setting) -> forms.Field:
    """The field of a setting, by the kind of its value."""
    label, hint = setting.label, setting.hint
    if isinstance(setting.default, bool):
        return forms.BooleanField(label=label, help_text=hint, required=False)
    if isinstance(setting.default, int):
        return forms.IntegerField(
            label=label, help_text=hint, min_value=setting.lowest, max_value=setting.highest
        )
    if setting.choices:
        return forms.ChoiceField(
            label=label,
            help_text=hint,
            choices=list(setting.choices.items()),
            widget=forms.RadioSelect,
        )
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
        offer(self.fields["agreed"], [(one.value, one.sentence) for one in agreeable()])
