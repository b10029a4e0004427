"""The form of one question of a request, made from the rules of the year."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from keystage.flows.checking.book import day_of
from keystage.statute.checking import NOT_KNOWN, Question
from keystage.store.models import CheckingRequest
from keystage.web.checking.forms import SeenForm
from keystage.web.fields import DayMonthYearField

_FEW = 8
_NOT_KNOWN = "The day is not known"
_EITHER = f"Enter a date, or select “{_NOT_KNOWN}”, not both"


class QuestionForm(SeenForm):
    """An answer. What it may be is for the rules; here is how it is written or chosen."""

    def __init__(
        self,
        data: Any = None,
        *,
        asked: CheckingRequest,
        question: Question,
        answer: str = "",
        records: Mapping[str, str] | None = None,
    ) -> None:
        """Ask one question.

        Args:
            data: what was sent.
            asked: the request.
            question: the question.
            answer: the answer so far.
            records: the other records of the school by key, for a question that names one.
        """
        super().__init__(data, asked=asked)
        self.question = question
        self.fields["answer"] = _field(question, records or {})
        self.initial["answer"] = _day(answer) if question.type == "date" else answer
        if question.type == "date" and question.may_not_know:
            self.fields["answer"].required = False
            self.fields["not_known"] = forms.BooleanField(label=_NOT_KNOWN, required=False)
            self.initial["not_known"] = answer == NOT_KNOWN

    def clean(self) -> dict[str, Any]:
        """A day is either given or not known."""
        given = super().clean() or self.cleaned_data
        if "not_known" in self.fields and "answer" in given:
            if given["answer"] and given["not_known"]:
                self.add_error("answer", _EITHER)
            elif not given["answer"] and not given["not_known"] and self.question.required:
                self.add_error("answer", f"Enter a date, or select “{_NOT_KNOWN}”")
        return given

    def text(self) -> str:
        """The answer as the rules take it; blank for none."""
        given = self.cleaned_data
        if given.get("not_known"):
            return NOT_KNOWN
        answer = given["answer"]
        return answer.isoformat() if isinstance(answer, date) else str(answer or "")


def _day(answer: str) -> date | None:
    return day_of(answer)


def _field(question: Question, records: Mapping[str, str]) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.short,
        "help_text": question.hint,
        "required": question.required,
    }
    if question.type == "date":
        return DayMonthYearField(**common, error_messages={"required": "Enter a date"})
    if question.type == "pupil":
        chosen = {"required": "Select a record"}
        offered = [("", "Choose one"), *records.items()]
        return forms.ChoiceField(**common, choices=offered, error_messages=chosen)
    if question.choices:
        return _of_choices(question, common)
    long = question.type == "long_text"
    return forms.CharField(
        **common,
        max_length=question.longest,
        widget=forms.Textarea(attrs={"rows": 6}) if long else forms.TextInput(),
        error_messages={
            "required": "Enter an answer",
            "max_length": f"This must be {question.longest} characters or fewer",
        },
    )


def _of_choices(question: Question, common: Mapping[str, Any]) -> forms.Field:
    chosen, offered = {"required": "Select an answer"}, list(question.choices.items())
    if len(offered) <= _FEW:
        return forms.ChoiceField(
            **common, choices=offered, widget=forms.RadioSelect, error_messages=chosen
        )
    return forms.ChoiceField(
        **common, choices=[("", "Choose one"), *offered], error_messages=chosen
    )
