"""What a registration list decides elsewhere, and why it is taken after the lock."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from keystage.actions.imports import registrations
from keystage.store.models import Import
from keystage.web.doors import Here
from keystage.web.pupils.decided import Change, changes_of
from keystage.web.pupils.registration_forms import ReasonForm


class Registering:
    """The part of a page of a file that only a registration list has.

    ``changes`` are the pupils with what becomes of the five lists, ``form`` asks for the reason;
    both say nothing for any other file.
    """

    def __init__(
        self, file: Import, here: Here, given: QueryDict | None, *, back: bool = False
    ) -> None:
        """Look at a file.

        Args:
            file: the file.
            here: where the person stands.
            given: what was sent; None where the page is only looked at.
            back: whether the list is taken back.
        """
        self.changes: list[Change] = []
        self.form: ReasonForm | None = None
        if file.kind != Import.Kind.REGISTRATION:
            return
        asked = registrations.asked_back if back else registrations.asked
        self.changes = changes_of(asked(file, here.classes), here.season)
        if registrations.needs_reason(file):
            self.form = ReasonForm(given)
            self.form.fields["reason"].required = True

    @property
    def answered(self) -> bool:
        """Whether nothing is left to be said."""
        return self.form is None or self.form.is_valid()

    @property
    def reason(self) -> str:
        """Why registrations change; empty where nobody has to say."""
        return self.form.cleaned_data["reason"] if self.form else ""

    @property
    def errors(self) -> list[dict[str, str]]:
        """What is wrong with what was said, as the summary of a page lists it."""
        if self.form is None or not self.form.is_bound:
            return []
        return [{"text": str(text), "href": "#id_reason"} for text in self.form["reason"].errors]

    @property
    def context(self) -> Mapping[str, Any]:
        """What the page shows of it."""
        return {"registering": self.changes, "why": self.form}
