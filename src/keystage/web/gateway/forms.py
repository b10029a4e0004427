"""Forms of the gateway."""

from dataclasses import dataclass
from typing import Any

from django import forms

from keystage.actions.gateway.removing import REASONS
from keystage.web.uploads import refuse_large


@dataclass(frozen=True, kw_only=True)
class Route:
    """A reason for which nobody is taken out, and where the right thing is done instead."""

    title: str
    instead: str
    route: str
    action: str


#: Source of the reasons: Standards and Testing Agency, submitting key stage 2 teacher assessment
#: data.
ROUTES = {
    "outcome": Route(
        title="A judgement is wrong",
        instead="Correct the judgement and upload a file with the right one: it takes the place of "
        "the wrong one.",
        route="gateway:upload",
        action="Upload a file",
    ),
    "not_sitting": Route(
        title="The pupil did not sit the tests",
        instead="Keep the pupil in the return. Correct how the pupil is registered for each test.",
        route="pupils:reconcile",
        action="Registration for the tests",
    ),
    "expected": Route(
        title="The pupil is on the list of expected pupils by mistake",
        instead="Correct the cohort and the registration. The list follows from them.",
        route="pupils:cohort",
        action="Pupils of the season",
    ),
    "left": Route(
        title="The pupil has left the school",
        instead="Keep the pupil. Record when the pupil left, and the code for it in each subject.",
        route="pupils:cohort",
        action="Pupils of the season",
    ),
}


class UploadForm(forms.Form):
    """A file for the return."""

    file = forms.FileField(
        label="File",
        help_text="A Common Transfer File (XML), the template made for your school (XLSX), or a "
        "mark sheet (XLSX, ODS or CSV).",
        allow_empty_file=True,
        validators=[refuse_large],
        error_messages={
            "required": "Select a Common Transfer File, a template or a mark sheet",
            "invalid": "The selected file could not be uploaded – try again",
        },
    )


class SubmitForm(forms.Form):
    """The second person's word."""

    confirmed = forms.BooleanField(
        label="I have looked at what was found and at what would change, and this is our return",
        error_messages={"required": "Confirm that this is the return of your school"},
    )


class SameForm(forms.Form):
    """Whether two pupils are the same."""

    upn = forms.CharField(max_length=20, widget=forms.HiddenInput)
    same = forms.ChoiceField(
        label="Is it the same pupil?",
        choices=[("yes", "Yes, the same pupil"), ("no", "No, two pupils")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether it is the same pupil"},
    )


class RemoveForm(forms.Form):
    """Why a pupil is taken out of the return."""

    reason = forms.ChoiceField(
        label="Why should the pupil be taken out?",
        choices=[
            *((reason, reason[:1].upper() + reason[1:]) for reason in REASONS),
            *((key, other.title) for key, other in ROUTES.items()),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Select why the pupil should be taken out"},
    )
    detail = forms.CharField(
        label="What else is to be known",
        help_text="Such as the other school, or the UPN of the duplicate.",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """A reason for which nobody is taken out leads to what is done instead."""
        given = super().clean() or {}
        if (other := ROUTES.get(given.get("reason", ""))) is not None:
            self.add_error(
                "reason", f"“{other.title}” takes nobody out of the return. {other.instead}"
            )
        return given
