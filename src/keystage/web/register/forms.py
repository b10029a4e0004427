"""What the forms of test week send."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import BadRequest

from keystage.actions.register.entering import Entry
from keystage.store.models import Declaration

#: What a form calls a cell: the cohort pupil and the paper.
_CELL = re.compile(r"([0-9]{1,18})-([a-z0-9_]{1,30})")
_LONGEST = 10


def name_of(member: int, paper: str) -> str:
    """What the form calls a cell."""
    return f"{member}-{paper}"


def entries_of(post: Mapping[str, str]) -> list[Entry]:
    """The codes a person changed, of all the cells of the form.

    Raises:
        BadRequest: the form does not say what it showed.
    """
    found = []
    for name, (version, shown) in _seen(post.get("seen", "")).items():
        cell = _CELL.fullmatch(name)
        if cell is None:
            raise BadRequest("This is no cell of a register.")
        typed = post.get(name)
        if typed is not None and typed.strip() != shown:
            code = typed.strip()[:_LONGEST]
            found.append(Entry(member=int(cell[1]), paper=cell[2], code=code, seen=version))
    return found


def _seen(text: str) -> dict[str, tuple[int, str]]:
    try:
        read = json.loads(text)
        return {str(name): (int(version), str(shown)) for name, (version, shown) in read.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadRequest("The form does not say what it showed.") from error


class ConfirmForm(forms.Form):
    """The word that the register is right."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label="The register is complete, and says who took each paper",
        error_messages={"required": "Confirm that the register is right"},
    )


class JoinForm(forms.Form):
    """Why a pupil is added to the register late."""

    member = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why the pupil is added",
        help_text="Such as: came to the school on 4 May. Your words and your name are kept.",
        max_length=200,
        error_messages={"required": "Enter why the pupil is added"},
    )


class DraftForm(forms.Form):
    """What the declaration says."""

    outcome = forms.ChoiceField(
        label="What the headteacher declares",
        choices=Declaration.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what the headteacher declares"},
    )
    explanation = forms.CharField(
        label="Why it cannot be confirmed",
        help_text="Do not name a pupil here.",
        widget=forms.Textarea,
        required=False,
    )
    for_authority = forms.BooleanField(
        label="Sign the local authority's own form with it", required=False
    )

    def __init__(self, *args: Any, longest: int, **kwargs: Any) -> None:
        """Say how long an explanation may be."""
        super().__init__(*args, **kwargs)
        self._longest = longest
        self.fields[
            "explanation"
        ].help_text = (
            f"Needed if you cannot confirm. At most {longest:,} characters. Do not name a pupil."
        )

    def clean(self) -> dict[str, Any]:
        """An explanation is there where it is needed, and not too long."""
        cleaned = super().clean() or {}
        text = cleaned.get("explanation", "").replace("\r\n", "\n")
        cleaned["explanation"] = text
        if cleaned.get("outcome") == Declaration.Outcome.CANNOT_CONFIRM and not text.strip():
            self.add_error("explanation", "Enter why it cannot be confirmed")
        if len(text.strip()) > self._longest:
            self.add_error(
                "explanation", f"The explanation must be {self._longest:,} characters or fewer"
            )
        return cleaned


class SignForm(forms.Form):
    """A signature under the declaration."""

    declaration = forms.IntegerField(widget=forms.HiddenInput)
    confirmed = forms.BooleanField(
        label="I have read the declaration, and it is true",
        error_messages={"required": "Confirm that the declaration is true"},
    )


class ArrangementForm(forms.Form):
    """An arrangement that is asked for, or recorded."""

    member = forms.TypedChoiceField(
        label="Pupil",
        coerce=int,
        error_messages={"required": "Select a pupil", "invalid_choice": "Select a pupil"},
    )
    sort = forms.ChoiceField(
        label="Arrangement",
        error_messages={
            "required": "Select an arrangement",
            "invalid_choice": "Select an arrangement",
        },
    )
    tests = forms.MultipleChoiceField(
        label="Tests it is for",
        help_text="Leave all empty if it is for every test it can be for.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    evidence = forms.CharField(
        label="Evidence",
        help_text="Such as what is done in class. Needed after the last day.",
        widget=forms.Textarea,
        max_length=2000,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        members: Iterable[tuple[int, str]],
        sorts: Iterable[tuple[str, str]],
        tests: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """Offer the pupils, the arrangements and the tests."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["member"].choices = [("", "Choose a pupil"), *members]
        fields["sort"].choices = [("", "Choose an arrangement"), *sorts]
        fields["tests"].choices = list(tests)


class MoveForm(forms.Form):
    """The version of an arrangement that a person saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class DecideForm(MoveForm):
    """A decision about an arrangement that somebody else asked for."""

    decision = forms.ChoiceField(
        label="Decision",
        choices=[("approve", "Approve"), ("refuse", "Refuse")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select a decision"},
    )
    answer = forms.CharField(
        label="Answer",
        help_text="Needed if it is refused.",
        widget=forms.Textarea,
        max_length=500,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Who refuses says why."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "refuse" and not cleaned.get("answer", "").strip():
            self.add_error("answer", "Enter why it is refused")
        return cleaned
