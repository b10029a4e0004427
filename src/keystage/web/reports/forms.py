"""Forms of the reports to parents."""

from typing import Any
from uuid import UUID

from django import forms

from keystage.actions.results.reporting import Note

_SESSIONS = 1000
_LONGEST = 4000


def _sessions(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=_SESSIONS,
        error_messages={
            "invalid": f"{label} must be a whole number, like 190",
            "min_value": f"{label} must be 0 or more",
            "max_value": f"{label} must be {_SESSIONS} or fewer",
        },
    )


class KeyForm(forms.Form):
    """The identity of what the form asks for: sent twice, it asks once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def key_of(self) -> UUID | None:
        """The identity; none where the form came without."""
        return self.cleaned_data["key"] if self.is_valid() else None


class NoteForm(forms.Form):
    """What a school adds to one report."""

    possible = _sessions("Possible sessions")
    attended = _sessions("Sessions attended")
    unauthorised = _sessions("Unauthorised absences in sessions")
    teacher = forms.CharField(
        label="Comment of the class teacher",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    head = forms.CharField(
        label="Comment of the headteacher",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean(self) -> dict[str, Any]:
        """The sessions must make a whole: nobody attends more than there are."""
        given = super().clean() or {}
        possible, attended = given.get("possible"), given.get("attended")
        missed_without = given.get("unauthorised") or 0
        if (possible is None) != (attended is None):
            self.add_error(
                "attended" if attended is None else "possible",
                "Enter both the possible sessions and those attended, or neither",
            )
        elif possible is not None and attended is not None and attended > possible:
            self.add_error("attended", "Sessions attended must be no more than those possible")
        elif possible is None and missed_without:
            self.add_error("possible", "Enter the possible sessions too")
        elif possible != attended and given.get("unauthorised") is None:
            self.add_error(
                "unauthorised",
                "Enter how many of the sessions missed were unauthorised, 0 if there were none",
            )
        elif possible is not None and attended is not None and missed_without > possible - attended:
            self.add_error(
                "unauthorised", "Unauthorised absences must be no more than the sessions missed"
            )
        return given

    def note(self) -> Note:
        """What is to be kept."""
        given = self.cleaned_data
        return Note(
            possible=given["possible"],
            attended=given["attended"],
            unauthorised=given["unauthorised"],
            teacher=given["teacher"].strip(),
            head=given["head"].strip(),
        )
