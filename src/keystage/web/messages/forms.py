"""Forms of messages."""

from collections.abc import Sequence
from typing import Any

from django import forms

from keystage.actions.messages.rules import partners_of
from keystage.actions.messages.writing import LONGEST_BODY, LONGEST_SUBJECT
from keystage.store.models import Organisation, Person
from keystage.web.fields import DayMonthYearField, offer
from keystage.web.messages.rows import ALL, CLOSED, MINE, OPEN, UNREAD

#: More receivers than these are not listed: the number of the school is asked for.
LISTED = 300
_WRONG = "Enter the number of a school or body you may write to"
NO_PUPIL = "Never name a pupil or write a UPN: say which line or which list you mean."


class WriteForm(forms.Form):
    """A message to another organisation."""

    receiver = forms.CharField(label="To")
    subject = forms.CharField(
        label="Subject",
        max_length=LONGEST_SUBJECT,
        error_messages={"max_length": f"The subject must be {LONGEST_SUBJECT} characters or fewer"},
    )
    body = forms.CharField(
        label="Message",
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=NO_PUPIL,
        error_messages={"max_length": f"The message must be {LONGEST_BODY:,} characters or fewer"},
    )
    due_on = DayMonthYearField(
        label="Answer needed by", required=False, help_text="For example, 26 6 2026"
    )
    about = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, sender: Organisation, initial: Any = None) -> None:
        """Offer the partners of the sender."""
        super().__init__(data, initial=initial)
        self.partners = partners_of(sender)
        if self.partners.count() <= LISTED:
            field = forms.ChoiceField(label="To", error_messages={"invalid_choice": _WRONG})
            offer(field, [("", "Choose who gets it"), *map(_choice, self.partners)])
            self.fields["receiver"] = field
        else:
            self.fields[
                "receiver"
            ].help_text = "The number of a school (URN), of a local authority, or of another body."

    def clean_receiver(self) -> Organisation:
        """The organisation that gets the message.

        Raises:
            ValidationError: there is none of the number.
        """
        text = str(self.cleaned_data["receiver"]).strip()
        kind, _, code = text.partition(" ")
        found = self.partners.filter(kind=kind, code=code).first()
        found = found or self.partners.filter(code=text).first()
        if found is None:
            raise forms.ValidationError(_WRONG)
        return found


class AnswerForm(forms.Form):
    """An answer."""

    body = forms.CharField(
        label="Your answer",
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=NO_PUPIL,
        error_messages={
            "max_length": f"Your answer must be {LONGEST_BODY:,} characters or fewer",
            "required": "Enter your answer",
        },
    )


class OwnerForm(forms.Form):
    """Who looks after a thread."""

    owner = forms.ChoiceField(label="Who looks after it", required=False)

    def __init__(
        self, data: Any = None, *, people: Sequence[Person], owner: Person | None = None
    ) -> None:
        """Offer those who may read the messages."""
        super().__init__(data, initial={"owner": str(owner.pk) if owner else ""})
        choices = [(str(one.pk), str(one)) for one in people]
        offer(self.fields["owner"], [("", "Nobody"), *choices])


class InboxFilter(forms.Form):
    """Which threads somebody wants to see."""

    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[(OPEN, "Open"), (CLOSED, "Closed"), (ALL, "Open and closed")],
    )
    whose = forms.ChoiceField(
        label="Whose",
        required=False,
        choices=[(ALL, "All"), (MINE, "Those I look after"), (UNREAD, "Not read by me")],
    )


def _choice(one: Organisation) -> tuple[str, str]:
    number = f", {one.code}" if one.kind == Organisation.Kind.SCHOOL else ""
    return f"{one.kind} {one.code}", f"{one.name}{number} ({one.get_kind_display().lower()})"
