"""The form that shares a pack."""

from django import forms

from keystage.actions.releases.sharing import DAYS
from keystage.web.wording import plural


class PackForm(forms.Form):
    """For how long a pack can be opened."""

    days = forms.TypedChoiceField(
        label="The link lasts for",
        coerce=int,
        choices=[(days, plural(days, "day", "days")) for days in DAYS],
        widget=forms.RadioSelect,
        initial=DAYS[1],
        error_messages={"required": "Select how long the link lasts"},
    )
