"""The form by which an organisation chooses which of its schools to see."""

from collections.abc import Collection
from typing import Any

from django import forms

from keystage.actions.stages import Stage
from keystage.web.fields import offer

#: A step as the page calls it: as the head of a column, and as what a school waits for.
HEADS = {
    Stage.ROLL: "Roll",
    Stage.REGISTERED: "Registration",
    Stage.JUDGED: "Judgements",
    Stage.SIGNED: "Signed",
    Stage.FILE: "File",
    Stage.RESULTS: "Results",
}
WAITS = {
    Stage.ROLL: "The roll",
    Stage.REGISTERED: "Registration for the tests",
    Stage.JUDGED: "Judgements",
    Stage.SIGNED: "Signature of the headteacher",
    Stage.FILE: "The file for the national collection",
    Stage.RESULTS: "Test results",
}
NOTHING = "nothing"
LONGEST = 150


class SchoolFilter(forms.Form):
    """Which schools to show."""

    name = forms.CharField(label="Name or number", required=False, max_length=LONGEST)
    waits = forms.ChoiceField(
        label="Waits for",
        required=False,
        choices=[("", "Anything"), *WAITS.items(), (NOTHING, "Nothing: all is done")],
    )
    authority = forms.ChoiceField(label="Local authority", required=False)

    def __init__(self, data: Any, *, authorities: Collection[tuple[str, str]]) -> None:
        """Offer the authorities that schools stand in, where there is more than one.

        Args:
            data: what was sent.
            authorities: number and name of each.
        """
        super().__init__(data)
        if len(authorities) > 1:
            offer(self.fields["authority"], [("", "Every one"), *authorities])
        else:
            del self.fields["authority"]
