"""Forms of invitations and roles."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from keystage.access.places import Scope
from keystage.access.roles import Role, load_roles
from keystage.actions.membership.people import givable, roles_of
from keystage.store.models import Organisation, Pupil
from keystage.web.fields import DayMonthYearField, offer
from keystage.web.wording import as_date

LONGEST_NAME = 150
SHORTEST = "At least 12 characters. Three words you can remember make a good one."


def classes_of(school: Organisation) -> list[str]:
    """The classes of a school, in order."""
    found = Pupil.objects.filter(school=school, left_on__isnull=True).exclude(class_name="")
    return sorted(set(found.values_list("class_name", flat=True)))


class RoleForm(forms.Form):
    """A role, for what, and until when."""

    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    ends_on = DayMonthYearField(label="Last day", required=False)

    def __init__(
        self, data: Any = None, *, organisation: Organisation, season_end: date | None
    ) -> None:
        """Offer the roles that are given in an organisation.

        Args:
            data: what was sent.
            organisation: where the role is to hold.
            season_end: the last day of the season; none if it is not known.
        """
        super().__init__(data)
        self.season_end = season_end
        self.roles = roles_of(organisation)
        offer(self.fields["role"], [(role.key, role.label) for role in self.roles])
        for role in self.roles:
            self._add_classes(role.key, role.scopes, organisation)
            self._add_given(role.key)
        self.fields["ends_on"].help_text = self._usual()

    def _add_classes(self, key: str, scopes: Sequence[Scope], organisation: Organisation) -> None:
        if Scope.CLASSES in scopes:
            self.fields[f"classes_{key}"] = forms.MultipleChoiceField(
                label="Classes",
                required=False,
                choices=[(name, name) for name in classes_of(organisation)],
                widget=forms.CheckboxSelectMultiple,
                help_text="Of the pupils on roll.",
            )

    def _add_given(self, key: str) -> None:
        if permissions := givable(load_roles().roles[key]):
            self.fields[f"given_{key}"] = forms.MultipleChoiceField(
                label="What is given in so many words",
                required=False,
                choices=[(one.value, one.sentence) for one in permissions],
                widget=forms.CheckboxSelectMultiple,
            )

    def _usual(self) -> str:
        days = load_roles().terms.after_season.days
        if self.season_end is None:
            return "For example, 30 11 2026"
        usual = as_date(load_roles().default_end("headteacher", self._today(), self.season_end))
        return (
            f"Leave it empty for {days} days after the season, {usual}, or less for an inspector."
        )

    @staticmethod
    def _today() -> date:
        return timezone.localdate()

    @property
    def opened(self) -> Iterator[tuple[Role, list[forms.BoundField]]]:
        """The further fields of each role."""
        for role in self.roles:
            names = (f"classes_{role.key}", f"given_{role.key}")
            yield role, [self[name] for name in names if name in self.fields]

    @property
    def hints(self) -> dict[str, str]:
        """What each role is."""
        return {role.key: role.sentence for role in self.roles}

    def clean(self) -> dict[str, Any]:
        """Fill in the usual last day."""
        cleaned = super().clean() or {}
        role, ends_on = cleaned.get("role"), cleaned.get("ends_on")
        if role and ends_on is None and "ends_on" not in self.errors:
            if self.season_end is not None:
                ends_on = load_roles().default_end(role, self._today(), self.season_end)
            if ends_on is None or ends_on < self._today():
                self.add_error("ends_on", "Enter the last day")
            cleaned["ends_on"] = ends_on
        elif ends_on is not None and ends_on < self._today():
            self.add_error("ends_on", "The last day must be today or later")
        if role and f"classes_{role}" in self.fields and not cleaned.get(f"classes_{role}"):
            self.add_error(f"classes_{role}", "Select at least one class")
        return cleaned

    @property
    def wanted(self) -> dict[str, Any]:
        """The role as the actions take it."""
        role = self.cleaned_data["role"]
        return {
            "role": role,
            "ends_on": self.cleaned_data["ends_on"],
            "classes": self.cleaned_data.get(f"classes_{role}", []),
            "given": self.cleaned_data.get(f"given_{role}", []),
        }


class RenewForm(forms.Form):
    """Until when a role is to go on."""

    ends_on = DayMonthYearField(label="Last day", help_text="For example, 30 11 2026")

    def clean_ends_on(self) -> date:
        """The last day, which has not passed."""
        ends_on: date = self.cleaned_data["ends_on"]
        if ends_on < timezone.localdate():
            raise forms.ValidationError("The last day must be today or later")
        return ends_on


class InviteForm(RoleForm):
    """Whom to invite, and to what."""

    name = forms.CharField(label="Full name", max_length=LONGEST_NAME)
    email = forms.EmailField(
        label="Email address", help_text="We send the invitation there, and they sign in with it."
    )
    field_order = ("name", "email", "role", "ends_on")


class SuccessorForm(forms.Form):
    """Who takes a role over, and until when."""

    name = forms.CharField(label="Full name", max_length=LONGEST_NAME)
    email = forms.EmailField(
        label="Email address", help_text="We send the invitation there, and they sign in with it."
    )
    ends_on = DayMonthYearField(label="Last day of their role", help_text="For example, 30 11 2026")

    def clean_ends_on(self) -> date:
        """The last day, which has not passed."""
        ends_on: date = self.cleaned_data["ends_on"]
        if ends_on < timezone.localdate():
            raise forms.ValidationError("The last day must be today or later")
        return ends_on


class NewAccountForm(forms.Form):
    """The name and password of somebody who takes an invitation up."""

    name = forms.CharField(
        label="Full name",
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=SHORTEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
