"""Forms of amendments."""

from collections.abc import Iterable
from typing import Any

from django import forms

from keystage.actions.amendments import deciding
from keystage.actions.amendments.steps import LONGEST_WORDS
from keystage.core.subjects import ASSESSED, Subject
from keystage.statute.collection_loader import load_collection
from keystage.store.models import Amendment, ReceivedPupil
from keystage.web.fields import offer
from keystage.web.uploads import refuse_large

_TOO_LONG = {"max_length": f"This must be {LONGEST_WORDS:,} characters or fewer"}
_NO_NAME = "Do not name a pupil. The authority and the agency read it."


class AskForm(forms.Form):
    """A change of a judgement that was received."""

    pupil = forms.ChoiceField(label="Pupil", error_messages={"required": "Select a pupil"})
    change = forms.ChoiceField(
        label="What the judgement should be",
        error_messages={"required": "Select what the judgement should be"},
    )
    reason = forms.CharField(
        label="Why what was received is wrong",
        help_text=_NO_NAME,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages=_TOO_LONG | {"required": "Enter why what was received is wrong"},
    )

    def __init__(
        self, data: Any = None, *, pupils: Iterable[ReceivedPupil], year: int, initial: Any = None
    ) -> None:
        """Offer the pupils who were received, and the judgements of the year by subject."""
        super().__init__(data, initial=initial)
        self.pupils = {str(one.pk): one for one in pupils}
        named = [
            (key, f"{one.surname}, {one.forename}, {one.upn}") for key, one in self.pupils.items()
        ]
        offer(self.fields["pupil"], [("", "Choose a pupil"), *named])
        offer(self.fields["change"], [("", "Choose a judgement"), *_judgements(year)])

    def clean(self) -> dict[str, Any]:
        """The subject and the code apart."""
        given = super().clean() or {}
        if given.get("change"):
            given["subject"], _, given["after"] = given["change"].partition(" ")
        return given


class SeenForm(forms.Form):
    """A step of an amendment as it was looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, amendment: Amendment) -> None:
        """Keep which version was looked at."""
        seen = {"seen": amendment.version}
        super().__init__(data, files, initial=seen, auto_id=f"{self.prefix_of()}_%s")

    def prefix_of(self) -> str:
        """What sets the fields of one form of a page apart from those of another."""
        return type(self).__name__.lower()


class SendForm(SeenForm):
    """Sending, the first time."""


class AnswerForm(SendForm):
    """Sending again, with what more was wanted."""

    words = forms.CharField(
        label="Your answer",
        help_text=_NO_NAME,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=_TOO_LONG | {"required": "Enter your answer"},
    )


class WithdrawForm(SeenForm):
    """Withdrawing."""

    words = forms.CharField(
        label="Why you withdraw it",
        max_length=LONGEST_WORDS,
        error_messages=_TOO_LONG | {"required": "Enter why you withdraw it"},
    )


class DoneForm(SeenForm):
    """Saying that it is corrected everywhere."""


class DocumentForm(SeenForm):
    """A document that bears the amendment out."""

    file = forms.FileField(
        label="Document",
        help_text="A PDF, PNG or JPEG of at most 10 MB. Your authority and the agency can open it.",
        validators=[refuse_large],
        error_messages={
            "required": "Select a document",
            "empty": "The selected document is empty",
            "invalid": "The selected document could not be uploaded – try again",
        },
    )


class DecideForm(SeenForm):
    """What the agency answers."""

    answer = forms.ChoiceField(
        label="Answer",
        choices=[
            (deciding.TAKE, "Agree, and take the change into what was received"),
            (deciding.REOPEN, "Agree, and open the return again for a file with it"),
            (deciding.MORE, "Ask the school for more"),
            (deciding.REFUSE, "Refuse"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select an answer"},
    )
    words = forms.CharField(
        label="Reason",
        help_text="The school and its authority read it. Name no pupil.",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=_TOO_LONG | {"required": "Enter the reason"},
    )


class StateFilter(forms.Form):
    """Which amendments somebody wants to see."""

    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), *Amendment.State.choices]
    )


def _judgements(year: int) -> list[tuple[str, str]]:
    found = []
    for name in ASSESSED:
        subject = Subject(name)
        for code, one in load_collection(year).judgements.of(subject).items():
            words = f"{subject.label.capitalize()}: {code}, {one.meaning}"
            found.append((f"{subject} {code}", words))
    return found
