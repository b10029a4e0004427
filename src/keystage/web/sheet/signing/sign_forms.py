"""The forms of signing and of sending back."""

from django import forms


class SignForm(forms.Form):
    """A signature: the person says that what is shown is right."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label="I have looked at these judgements, and they are right",
        error_messages={"required": "Confirm that the judgements are right"},
    )


class SendBackForm(forms.Form):
    """Why a class is given back to its teacher."""

    comment = forms.CharField(
        label="What the class teacher has to look at",
        help_text="Do not name a pupil here: the comment is shown on the list of classes.",
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": "Enter what the class teacher has to look at"},
    )
