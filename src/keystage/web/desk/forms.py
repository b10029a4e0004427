"""Forms of the agency's desk."""

from django import forms

_LONGEST = 300


class FindForm(forms.Form):
    """A school to look for."""

    name = forms.CharField(
        label="School", help_text="A name, a URN, or a number such as 9990301.", max_length=150
    )


class ReasonForm(forms.Form):
    """Why a return is reopened or closed."""

    reason = forms.CharField(
        label="Reason",
        help_text="The school and its authority read it. Name no pupil.",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseAllForm(ReasonForm):
    """Why all returns are closed; sent twice, they are closed once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    sure = forms.BooleanField(label="Close the returns of every school")
