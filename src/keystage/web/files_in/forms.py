"""Forms of the files that come in."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from keystage.actions.imports.applying import MODES
from keystage.flows.roll.pairs import Strictness
from keystage.formats.ctf.limits import MIB, UPLOAD

#: What is taken of a roll, in words.
MODE_WORDS = {
    "everything": "Everything: add new pupils and change those who are stored",
    "new": "New pupils only",
    "existing": "Pupils who are stored only: add nobody",
    "numbers": "UPNs only, of pupils who are stored",
}
STRICTNESS_WORDS = {
    Strictness.EXACT: "Surname and forename the same",
    Strictness.SIMILAR: "One of them the same, the other similar",
    Strictness.SEPARATELY: "Each of them similar",
    Strictness.INITIALS: "The first letters the same",
}


class UploadForm(forms.Form):
    """A file to bring in."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        error_messages={
            "required": "Select a file",
            "invalid": "The selected file could not be uploaded – try again",
        },
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse a file that is too big before it is read."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > UPLOAD.file_bytes:
            raise forms.ValidationError(
                f"The selected file must be smaller than {UPLOAD.file_bytes // MIB} MB"
            )
        return file


class StrictnessForm(forms.Form):
    """How alike names must be."""

    strictness = forms.ChoiceField(
        label="How alike names must be where the birth date is the same",
        choices=[(one.name.lower(), words) for one, words in STRICTNESS_WORDS.items()],
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

    def __init__(self, *args: object, something_changed: bool, **kwargs: object) -> None:
        """Ask only where something was changed since."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # those of a form
        if something_changed:
            self.fields["leave_changed"].required = True
        else:
            del self.fields["leave_changed"]
