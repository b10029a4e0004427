"""The form that fills one judgement into many cells."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import BadRequest

from keystage.core.subjects import ASSESSED
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Sheet
from keystage.web.fields import offer
from keystage.web.sheet.grid import options_of

_SUBJECTS = frozenset(str(subject) for subject in ASSESSED)


class FillForm(forms.Form):
    """Which judgement, into the cells of which pupils."""

    judgement = forms.ChoiceField(
        label="Judgement to fill in", error_messages={"required": "Select a judgement to fill in"}
    )
    only_empty = forms.BooleanField(
        label="Leave cells alone that hold another judgement", required=False, initial=True
    )
    pupils = forms.MultipleChoiceField(
        label="Pupils",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one pupil"},
    )

    def __init__(self, data: Any = None, *, sheet: Sheet, members: Sequence[CohortPupil]) -> None:
        """Offer the codes of the sheet's year and the pupils who are shown."""
        super().__init__(data)
        collection = load_collection(sheet.year)
        codes = [
            (f"{subject}:{option.value}", f"{subject.label.capitalize()}: {option.text}")
            for subject in ASSESSED
            for option in options_of(collection, subject)
        ]
        pupils = [(str(one.pk), _named(one)) for one in members]
        offer(self.fields["judgement"], [("", "Select a judgement"), *codes])
        offer(self.fields["pupils"], pupils)
        self.fields["pupils"].initial = [pk for pk, _ in pupils]


def judgement_of(value: str) -> tuple[str, str]:
    """The subject and the code of a choice.

    Raises:
        BadRequest: it is no choice of ours.
    """
    subject, colon, code = value.partition(":")
    if not colon or subject not in _SUBJECTS:
        raise BadRequest("This is no judgement of a subject.")
    return subject, code[:100]


def _named(member: CohortPupil) -> str:
    class_name = member.pupil.class_name
    return f"{member.pupil.full_name} ({class_name})" if class_name else member.pupil.full_name
