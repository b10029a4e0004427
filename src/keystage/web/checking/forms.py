"""Forms of the checking exercise at a school."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from keystage.store.models import CheckingRequest
from keystage.web.uploads import refuse_large

_NO_NAME = "Do not name another pupil."
LONGEST_WORDS = 1000
_TOO_LONG = {"max_length": f"This must be {LONGEST_WORDS:,} characters or fewer"}


class LookForm(forms.Form):
    """A pupil of the list to look for; sent in the form, because an address is kept."""

    name = forms.CharField(label="Name or UPN", max_length=128, required=False)


class KindForm(forms.Form):
    """What is asked for."""

    kind = forms.ChoiceField(
        label="What do you want to ask for?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what you want to ask for"},
    )

    def __init__(self, data: Any = None, *, kinds: Iterable[tuple[str, str]]) -> None:
        """Offer the kinds that fit the pupil."""
        super().__init__(data)
        self.fields["kind"].choices = list(kinds)  # type: ignore[attr-defined]  # of a choice field


class ReasonForm(forms.Form):
    """Why it is asked for."""

    reason = forms.ChoiceField(
        label="Why?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select the reason"},
    )

    def __init__(self, data: Any = None, *, reasons: Mapping[str, str]) -> None:
        """Offer the reasons of a kind; a single one is chosen already."""
        only = next(iter(reasons)) if len(reasons) == 1 else None
        super().__init__(data, initial={"reason": only})
        self.fields["reason"].choices = list(reasons.items())  # type: ignore[attr-defined]  # as above


class SeenForm(forms.Form):
    """A step of a request as it was looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, asked: CheckingRequest) -> None:
        """Keep which version was looked at."""
        super().__init__(data, files, initial={"seen": asked.version})

    def refuse(self, field: str, said: str, *, version: int) -> None:
        """Say at a field why the act was refused; what was typed stays, to be sent once more.

        Args:
            field: the field.
            said: why.
            version: the version of the request that can be changed.
        """
        self.add_error(field, said)
        kept = self.data.copy()  # type: ignore[attr-defined]  # what a browser sent
        kept["seen"] = version
        self.data = kept


class SendForm(SeenForm):
    """Sending a request: what the rules said of it is that of the page."""

    seal = forms.CharField(widget=forms.HiddenInput, max_length=64)


class WordsForm(SeenForm):
    """What a school says to a question of the agency."""

    words = forms.CharField(
        label="Your answer",
        help_text=_NO_NAME,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages=_TOO_LONG | {"required": "Enter your answer"},
    )


class ExplainForm(SeenForm):
    """What else a school says of its request."""

    words = forms.CharField(
        label="Is there anything else we should know?",
        help_text=f"Say how the evidence shows what you ask for. {_NO_NAME}",
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages=_TOO_LONG,
    )

    def __init__(self, data: Any = None, *, asked: CheckingRequest) -> None:
        """Begin with what was said before."""
        super().__init__(data, asked=asked)
        self.initial["words"] = asked.explanation


class EvidenceForm(forms.Form):
    """A document that bears a request out."""

    file = forms.FileField(
        label="Document",
        validators=[refuse_large],
        error_messages={
            "required": "Select a PDF",
            "empty": "The selected file is empty",
            "invalid": "The selected file could not be uploaded – try again",
        },
    )
