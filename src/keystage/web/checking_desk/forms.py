"""Forms of the desk of the checking exercise."""

from typing import Any

from django import forms

from keystage.statute.checking import Rules
from keystage.store.models import CheckingRequest
from keystage.web.checking_desk.scope import SENT_STATES
from keystage.web.fields import offer

#: What is kept of a reason or question.
LONGEST = 1000
_LONGEST_WHY = 500
_NAMES_NOBODY = "The school reads it. Name no pupil."
#: Schools to show, by what they did.
WHICH = {
    "": "All in the exercise",
    "asking": "Sent a request",
    "confirmed": "Confirmed their data",
    "silent": "Neither",
    "absent": "Have not signed in since the window opened",
}
#: Requests that one person decided, and that a second has to confirm.
PROPOSED, TO_CONFIRM = "proposed", "Decided, to be confirmed"
_HELD = {"": "Anybody or nobody", "me": "Me", "other": "Somebody else", "nobody": "Nobody"}


class SchoolsForm(forms.Form):
    """Which schools to show."""

    name = forms.CharField(label="Name or number", required=False, max_length=150)
    which = forms.ChoiceField(label="Schools that", required=False, choices=list(WHICH.items()))

    def __init__(self, data: Any = None, *, words: bool) -> None:
        """Offer to choose by the school's word only to those who may know it."""
        super().__init__(data)
        if not words:
            offer(self.fields["which"], [(key, WHICH[key]) for key in ("", "asking", "absent")])


class QueueForm(forms.Form):
    """Which requests to show."""

    state = forms.ChoiceField(label="State", required=False)
    kind = forms.ChoiceField(label="Kind", required=False)
    reason = forms.ChoiceField(label="Reason", required=False)
    school = forms.CharField(label="School", required=False, max_length=150)
    held = forms.ChoiceField(label="Held by", required=False, choices=list(_HELD.items()))

    def __init__(self, data: Any = None, *, rules: Rules | None, holds: bool) -> None:
        """Offer the states of requests that were sent, and the reasons of the year's rules."""
        super().__init__(data)
        states = [(one.value, one.label) for one in SENT_STATES]
        proposed = [(PROPOSED, TO_CONFIRM)] if holds else []
        offer(self.fields["state"], [("", "Any"), *states, *proposed])
        offer(self.fields["kind"], [("", "Any"), *CheckingRequest.Kind.choices])
        reasons = rules.reasons.items() if rules else ()
        offer(self.fields["reason"], [("", "Any"), *((key, one.label) for key, one in reasons)])
        if not holds:
            del self.fields["held"]


class SeenForm(forms.Form):
    """An act on a request as it was looked at; ``called`` is its name on the page."""

    called = ""
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, version: int) -> None:
        """Keep which version was looked at."""
        super().__init__(data, initial={"seen": version}, auto_id=f"{self.called}_%s")

    def typed(self) -> str:
        """The words somebody wrote."""
        words = (self.cleaned_data.get(name, "") for name in ("why", "question"))
        return next(filter(None, words), "")


class DecideForm(SeenForm):
    """What is decided, and why."""

    called = "decide_form"
    answer = forms.ChoiceField(
        label="Decision",
        choices=[("agree", "Agree"), ("refuse", "Refuse")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select a decision"},
    )
    why = forms.CharField(
        label="Reason",
        help_text=_NAMES_NOBODY,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter the reason"},
    )


class ConfirmForm(SeenForm):
    """Confirming what somebody else decided."""

    called = "confirm_form"


class DoubtForm(SeenForm):
    """Why what somebody else decided should not be."""

    called = "doubt_form"
    why = forms.CharField(
        label="Why it should be decided otherwise",
        help_text="Your colleagues read it. Name no pupil.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why it should be decided otherwise"},
    )


class QuestionForm(SeenForm):
    """A question to the school."""

    called = "question_form"
    question = forms.CharField(
        label="Question",
        help_text=_NAMES_NOBODY,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter the question"},
    )


class RulesForm(forms.Form):
    """A text of rules: looked at first, proposed with a reason after."""

    text = forms.CharField(
        label="Rules",
        help_text="In the form of the file checking.toml of the year.",
        widget=forms.Textarea(attrs={"rows": 30, "wrap": "off", "class": "ks-code"}),
        strip=False,
        error_messages={"required": "Enter the rules"},
    )
    why = forms.CharField(
        label="Why they change",
        help_text="Kept with the version. Needed to propose it.",
        required=False,
        max_length=_LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_text(self) -> str:
        """The text with the ends of lines that a file has."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")

    def wants(self) -> bool:
        """Whether the rules are proposed, and not looked at only; a reason has to be given then."""
        proposed = "propose" in self.data
        if proposed and self.is_valid() and not self.cleaned_data["why"]:
            self.add_error("why", "Enter why they change")
        return proposed


class DiscardForm(forms.Form):
    """Why a proposed version is discarded."""

    why = forms.CharField(
        label="Why it is discarded",
        help_text="Kept with the version.",
        max_length=_LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why it is discarded"},
    )


class RollBackForm(forms.Form):
    """Why an earlier version is proposed again."""

    why = forms.CharField(
        label="Why the rules go back",
        max_length=_LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why the rules go back"},
    )
