"""Forms of the desk: asking for a release, its minute, why it is withdrawn."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from keystage.actions.figures.asking import File, Given
from keystage.statute.season import LONDON
from keystage.store.models import FiguresRelease
from keystage.web.fields import DayMonthYearField, offer
from keystage.web.uploads import refuse_large_release

_LONGEST = 500
_TIMES = ("%H:%M", "%H.%M")
_HELD, _FILES = "held", "files"
SHIPPED, GIVEN, DERIVED = "shipped", "given", "derived"
AS_SET, NOW, LATER = "set", "now", "later"
_WHEN = [(NOW, "As soon as it is approved"), (LATER, "At a later minute")]
_ONLY_WITH = {
    "pupils": (_FILES, "Select “From a pupil file” if you give one"),
    "characteristics": (_HELD, "A pupil file has the characteristics in it: leave this out"),
}


class AskForm(forms.Form):
    """What a release is made of, and how."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    stage = forms.ChoiceField(
        label="How far the data have come",
        choices=FiguresRelease.Stage.choices,
        widget=forms.RadioSelect,
    )
    source = forms.ChoiceField(
        label="Pupils",
        choices=[
            (_HELD, "From the results and judgements this service holds"),
            (_FILES, "From a pupil file"),
        ],
        initial=_HELD,
        widget=forms.RadioSelect,
    )
    pupils = forms.FileField(
        label="Pupil file",
        help_text="A row a pupil in the columns of the department's pupil data file.",
        required=False,
        allow_empty_file=True,
        validators=[refuse_large_release],
    )
    schools = forms.FileField(
        label="School file",
        help_text="A row a school: URN, LAESTAB, name, type, region, trust. Without it, what the "
        "service or the pupil file says of schools.",
        required=False,
        allow_empty_file=True,
        validators=[refuse_large_release],
    )
    characteristics = forms.FileField(
        label="Characteristics of pupils",
        help_text="UPN, and what the census says: disadvantage, special needs, first language. "
        "Only with pupils that the service holds.",
        required=False,
        allow_empty_file=True,
        validators=[refuse_large_release],
    )
    reference = forms.ChoiceField(
        label="National reference for progress",
        choices=[
            (SHIPPED, "The one that comes with Keystage for the year, if there is one"),
            (GIVEN, "From a file of tables"),
            (DERIVED, "Derived from these pupils, who are all of England"),
        ],
        initial=SHIPPED,
        widget=forms.RadioSelect,
    )
    tables = forms.FileField(
        label="Tables of the year",
        help_text="A statute file (TOML) whose tables go before those that come with Keystage. "
        "With a derived reference it has no prior attainment groups.",
        required=False,
        allow_empty_file=True,
        validators=[refuse_large_release],
    )
    national = forms.BooleanField(
        label="These pupils are all of England",
        required=False,
    )
    before = forms.ChoiceField(
        label="Compare with",
        help_text="What is withheld, and what is said to have changed, looks at this release.",
        required=False,
    )
    note = forms.CharField(
        label="Note to readers",
        help_text="Everybody who sees the release reads it. Name no pupil.",
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, agency: bool, others: Iterable[FiguresRelease], **kwargs: Any
    ) -> None:
        """Offer what the maker may choose.

        Args:
            args: of the form.
            agency: whether the agency makes it, alone for all of England.
            others: the releases it may be compared with.
            kwargs: of the form.
        """
        super().__init__(*args, **{"initial": {"key": uuid4()}, **kwargs})
        self._others = {str(one.pk): one for one in others}
        newest = ("", "The newest that was approved, if there is one")
        offer(self.fields["before"], [newest, *((k, str(v)) for k, v in self._others.items())])
        if not agency:
            del self.fields["national"]
            kept = AskForm.base_fields["reference"].choices[:2]  # type: ignore[attr-defined]  # of the choice field
            offer(self.fields["reference"], kept)

    def clean(self) -> dict[str, Any]:
        """See that files and choices go together."""
        given: dict[str, Any] = super().clean() or {}
        source, reference = given.get("source"), given.get("reference")
        if source == _FILES and not given.get("pupils") and "pupils" not in self.errors:
            self.add_error("pupils", "Select a pupil file")
        for name, (wanted, words) in _ONLY_WITH.items():
            if source and source != wanted and given.get(name):
                self.add_error(name, words)
        if reference == GIVEN and not given.get("tables") and "tables" not in self.errors:
            self.add_error("tables", "Select a file of tables")
        if reference == SHIPPED and given.get("tables"):
            self.add_error("tables", "Select “From a file of tables” if you give one")
        return given

    def given(self, year: int) -> Given:
        """What was asked for."""
        values = self.cleaned_data
        return Given(
            year=year,
            stage=FiguresRelease.Stage(values["stage"]),
            pupils=self._file("pupils"),
            schools=self._file("schools"),
            characteristics=self._file("characteristics"),
            reference=self._file("tables"),
            derived=values["reference"] == DERIVED,
            national=bool(values.get("national")),
            before=self._others.get(values["before"]),
            note=values["note"],
        )

    def _file(self, name: str) -> File | None:
        found = self.cleaned_data.get(name)
        if not found:
            return None
        found.seek(0)
        return File(name=found.name, content=found.read())


class MinuteForm(forms.Form):
    """The minute from which those entitled to a release see it."""

    day = DayMonthYearField(
        label="Day on which it is shown", error_messages={"required": "Enter the day"}
    )
    time = forms.TimeField(
        label="Time on that day",
        help_text="On a clock of 24 hours, like 09:30.",
        input_formats=_TIMES,
        error_messages={"invalid": "Enter a time like 09:30", "required": "Enter the time"},
    )

    def clean(self) -> dict[str, Any]:
        """A minute is one that is still to come."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("day") and given.get("time") and self.moment() <= timezone.now():
            self.add_error("day", "Enter a minute that is still to come")
        return given

    def moment(self) -> datetime:
        """The moment, on London's clocks."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], LONDON)


class ApproveForm(MinuteForm):
    """Approving: at once, or for a minute."""

    when = forms.ChoiceField(
        label="When it is shown",
        choices=_WHEN,
        widget=forms.RadioSelect,
    )
    field_order = ("when", "day", "time")

    def __init__(self, *args: Any, minute: str, **kwargs: Any) -> None:
        """Offer the minute that was set, in words, where one was.

        Args:
            args: of the form.
            minute: the minute in words; empty where none was set.
            kwargs: of the form.
        """
        super().__init__(*args, **kwargs)
        for name in ("day", "time"):
            self.fields[name].required = False
        if minute:
            as_set = (AS_SET, f"At the minute that was set: {minute}")
            offer(self.fields["when"], [as_set, *_WHEN])
            self.fields["when"].initial = AS_SET

    def clean(self) -> dict[str, Any]:
        """A later minute is a day and a time; without it neither is looked at."""
        if self.cleaned_data.get("when") != LATER:
            for name in ("day", "time"):
                self.errors.pop(name, None)
            return self.cleaned_data
        given = super().clean()
        for name, words in (("day", "Enter the day"), ("time", "Enter the time")):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, words)
        return given

    def shown_at(self) -> datetime | None:
        """The moment; None for the one that was set."""
        when = self.cleaned_data["when"]
        if when == AS_SET:
            return None
        return timezone.now() if when == NOW else self.moment()


class PurgeForm(forms.Form):
    """Why a release is deleted for good."""

    reason = forms.CharField(
        label="Reason",
        help_text="Name no pupil: it stays in the record.",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter a reason"},
    )


class WithdrawForm(forms.Form):
    """Why a release is withdrawn."""

    reason = forms.CharField(
        label="Reason",
        help_text="Name no pupil: everybody who saw the release reads it.",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter a reason"},
    )

    def __init__(self, *args: Any, approved: bool, **kwargs: Any) -> None:
        """Ask for a reason where the release was approved.

        Args:
            args: of the form.
            approved: whether it was.
            kwargs: of the form.
        """
        super().__init__(*args, **kwargs)
        if not approved:
            self.fields["reason"].required = False
            self.fields["reason"].help_text = "Name no pupil: it stays in the record."
