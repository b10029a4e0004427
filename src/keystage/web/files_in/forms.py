"""Forms of the files that come in."""

from typing import Any

from django import forms

from keystage.actions.imports.applying import MODES
from keystage.actions.settings import MATCHING_WORDS, MODE_WORDS
from keystage.web.uploads import refuse_large


class UploadForm(forms.Form):
    """A file to bring in."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        validators=[refuse_large],
        error_messages={
            "required": "Select a file",
            "invalid": "The selected file could not be uploaded – try again",
        },
    )


class StrictnessForm(forms.Form):
    """How alike names must be."""

    strictness = forms.ChoiceField(
        label="How alike names must be where the birth date is the same",
        choices=list(MATCHING_WORDS.items()),
    )


class ModeForm(forms.Form):
    """What is taken of a roll."""

    mode = forms.ChoiceField(
        label="What to take of the file",
        choices=[(mode, MODE_WORDS[mode]) for mode in MODES],
        widget=forms.RadioSelect,
    )


class ApplyForm(forms.Form):
    """The button that applies a file as it was shown."""

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], widget=forms.HiddenInput)
    seal = forms.CharField(max_length=64, widget=forms.HiddenInput)


class UndoForm(forms.Form):
    """The button that undoes an import."""

    leave_changed = forms.BooleanField(
        label="Undo the rest, and leave what was changed since as it is", required=False
    )

    def __init__(self, *args: Any, something_changed: bool, **kwargs: Any) -> None:
        """Ask only where something was changed since."""
        super().__init__(*args, **kwargs)
        if something_changed:
            self.fields["leave_changed"].required = True
        else:
            del self.fields["leave_changed"]
