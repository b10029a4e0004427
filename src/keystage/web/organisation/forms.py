"""The form by which an organisation chooses which of its schools to see."""

from collections.abc import Collection
from typing import Any

from django import forms

from keystage.actions.stages import SchoolStages, Stage
from keystage.store.models import SchoolReturn
from keystage.web.fields import offer

#: A step as the page calls it: as the head of a column, and as what a school waits for. The return
#: comes first, since it is what is chased.
HEADS = {
    Stage.RETURN: "Return",
    Stage.ROLL: "Roll",
    Stage.REGISTERED: "Registration",
    Stage.REGISTER: "Register",
    Stage.DECLARED: "Declaration",
    Stage.JUDGED: "Judgements",
    Stage.SIGNED: "Signed",
    Stage.FILE: "File",
    Stage.RESULTS: "Results",
}
WAITS = {
    Stage.ROLL: "The roll",
    Stage.REGISTERED: "Registration for the tests",
    Stage.REGISTER: "The attendance register",
    Stage.DECLARED: "The declaration of the headteacher",
    Stage.JUDGED: "Judgements",
    Stage.SIGNED: "Signature of the headteacher",
    Stage.FILE: "The file for the national collection",
    Stage.RETURN: "The return",
    Stage.RESULTS: "Test results",
}
NOTHING = "nothing"
NOT_SUBMITTED, OVERDUE = "not_submitted", "overdue"
MODERATED, HELD = "moderated", "held"
#: How far the return is: what is chasing first, then each of its states.
RETURNS = {
    NOT_SUBMITTED: "Not yet submitted",
    OVERDUE: "Overdue",
    **{state.value: state.label for state in SchoolReturn.State},
}
LONGEST = 150


class KeyForm(forms.Form):
    """The identity of what a form asks for: sent twice, it asks once."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class SchoolFilter(forms.Form):
    """Which schools to show."""

    name = forms.CharField(label="Name or number", required=False, max_length=LONGEST)
    waits = forms.ChoiceField(
        label="Waits for",
        required=False,
        choices=[("", "Anything"), *WAITS.items(), (NOTHING, "Nothing: all is done")],
    )
    sent = forms.ChoiceField(
        label="Return", required=False, choices=[("", "Any state"), *RETURNS.items()]
    )
    moderation = forms.ChoiceField(
        label="Moderation",
        required=False,
        choices=[
            ("", "Every school"),
            (MODERATED, "Chosen for moderation"),
            (HELD, "Waits for the visit"),
        ],
    )
    authority = forms.ChoiceField(label="Local authority", required=False)

    def __init__(
        self, data: Any, *, authorities: Collection[tuple[str, str]], moderation: bool
    ) -> None:
        """Offer the authorities that schools stand in, where there is more than one.

        Args:
            data: what was sent.
            authorities: number and name of each.
            moderation: whether the person may see which schools are moderated.
        """
        super().__init__(data)
        if not moderation:
            del self.fields["moderation"]
        if len(authorities) > 1:
            offer(self.fields["authority"], [("", "Every one"), *authorities])
        else:
            del self.fields["authority"]

    def fits(self, one: SchoolStages) -> bool:
        """Whether a school is one of those to show, by how far it is."""
        chosen = self.cleaned_data
        waits, sent = chosen.get("waits", ""), chosen.get("sent", "")
        moderation = chosen.get("moderation", "")
        return (
            (not waits or waits in (one.waiting or (NOTHING,)))
            and (not sent or _is_sent(one, sent))
            and (not moderation or (one.held if moderation == HELD else one.moderation is not None))
        )


def _is_sent(one: SchoolStages, wanted: str) -> bool:
    if wanted == NOT_SUBMITTED:
        return not one.accepted
    if wanted == OVERDUE:
        return one.overdue
    return wanted == (one.sent_state or SchoolReturn.State.NOT_STARTED)
