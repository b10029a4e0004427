"""The form of a what-if: one pupil, and one change of the pupil's record."""

from collections.abc import Mapping
from typing import Any

from django import forms

from keystage.flows.figures.trying import Include, Remove, SetValue, Trying
from keystage.records.schema import PUPILS

_NOT_TRIED = frozenset({"URN", "LAESTAB", "UPN", "P_INCL"})
#: The columns of a pupil's record that may be tried, each in words.
COLUMNS = {
    column.name: f"{column.meaning[:1].upper()}{column.meaning[1:]} ({column.name})"
    for column in PUPILS
    if not column.comparison_only and column.name not in _NOT_TRIED
}
_CHANGE, _OUT, _IN = "change", "out", "in"
_LONGEST = 20


class TryForm(forms.Form):
    """What is tried."""

    pupil = forms.ChoiceField(label="Pupil", error_messages={"required": "Select a pupil"})
    what = forms.ChoiceField(
        label="What to try",
        choices=[
            (_CHANGE, "Change one value of the pupil's record"),
            (_OUT, "Leave the pupil out of the file"),
            (_IN, "Count the pupil as being at the end of key stage 2 here"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select what to try"},
    )
    column = forms.ChoiceField(
        label="Which value",
        choices=[("", "Choose one"), *COLUMNS.items()],
        help_text="Only where you change a value.",
        required=False,
    )
    value = forms.CharField(
        label="The value instead",
        help_text="A code or number as the pupil file has it. Leave it empty for no value.",
        max_length=_LONGEST,
        required=False,
    )

    def __init__(self, *args: Any, pupils: Mapping[int, str], **kwargs: Any) -> None:
        """Offer the pupils of the school, by line."""
        super().__init__(*args, **kwargs)
        offered = self.fields["pupil"]
        if isinstance(offered, forms.ChoiceField):
            rows = sorted(pupils.items(), key=lambda row: row[1].casefold())
            offered.choices = [("", "Choose one"), *((str(line), name) for line, name in rows)]

    def clean(self) -> dict[str, Any]:
        """A change of a value says of which."""
        given = super().clean() or self.cleaned_data
        if given.get("what") == _CHANGE and not given.get("column"):
            self.add_error("column", "Select the value to change")
        return given

    def trying(self) -> Trying:
        """The change that was asked for."""
        given = self.cleaned_data
        line = int(given["pupil"])
        if given["what"] == _OUT:
            return Remove(line=line)
        if given["what"] == _IN:
            return Include(line=line)
        return SetValue(line=line, column=given["column"], value=given["value"] or None)

    def said(self) -> str:
        """The change in words."""
        given = self.cleaned_data
        name = dict(self.fields["pupil"].choices)[given["pupil"]]  # type: ignore[attr-defined]  # of the choice field
        if given["what"] == _CHANGE:
            return f"If for {name} “{COLUMNS[given['column']]}” were {given['value'] or 'blank'}:"
        return (
            f"If {name} "
            + {
                _OUT: "were not in the file:",
                _IN: "counted as being at the end of key stage 2 here:",
            }[given["what"]]
        )
