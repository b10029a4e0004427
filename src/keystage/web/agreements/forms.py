"""Forms of agreements."""

from typing import Any

from django import forms

AGREE, DECLINE = "agree", "decline"


class AnswerForm(forms.Form):
    """What an authority answers a school."""

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[(AGREE, "We agree"), (DECLINE, "We decline")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select your answer"},
    )
    reason = forms.CharField(label="Why you decline", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Who declines says why."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == DECLINE and not cleaned.get("reason"):
            self.add_error("reason", "Enter why you decline")
        return cleaned
