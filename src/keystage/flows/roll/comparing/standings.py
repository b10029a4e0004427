"""Where a pupil stands in the roll and the three lists beside it; told in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from keystage.core.subjects import TESTED, Subject
from keystage.flows.roll.likeness.evidence import shown, word_list
from keystage.flows.roll.pupils import Facts, Stored
from keystage.statute.collection import Collection

When = Literal["before", "during", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A pupil of the registration.

    Attributes:
        facts: who it is, as registered.
        tests: how the pupil is registered for each test: a code of the year's registrations.
        on_register: whether the pupil is on the attendance register of the tests, if known.
        key: the pupil of the roll it is kept for, if that is known.
    """

    facts: Facts
    tests: Mapping[Subject, str]
    on_register: bool | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnSheet:
    """A pupil of the mark sheet.

    Attributes:
        facts: who it is, as on the sheet.
        judgements: the judgement of each subject that has one.
        key: the pupil of the roll it is kept for, if that is known.
    """

    facts: Facts
    judgements: Mapping[Subject, str] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One pupil in the four lists; None where he or she is not in one.

    Attributes:
        who: the pupil's record on the roll, or else the number or name in another list.
        roll: as stored.
        registered: as registered.
        sheet: as on the mark sheet.
        on_register: whether the pupil is on the attendance register of the tests, if known.
        left: when the pupil left, beside the week of the tests.
        joined_after: whether the pupil came after the week of the tests.
    """

    who: str
    roll: Stored | None
    registered: Registered | None
    sheet: OnSheet | None
    on_register: bool | None = None
    left: When | None = None
    joined_after: bool = False

    @property
    def here(self) -> bool:
        """Whether the pupil was on roll in the week of the tests, at least on one day."""
        return self.roll is not None and self.left != "before" and not self.joined_after

    def words(self, collection: Collection) -> str:
        """Where the pupil stands, as a sentence."""
        said = [self._of_roll(), self._of_registration(collection), self._of_sheet()]
        if self.on_register is not None:
            said.append(f"{'' if self.on_register else 'not '}on the attendance register")
        return f"{'; '.join(said)}."

    def _of_roll(self) -> str:
        if self.roll is None:
            return "Not on the roll"
        facts = self.roll.facts
        if facts.left_on is not None:
            when = {"before": "before", "during": "in the week of", "after": "after"}
            beside = f", {when[self.left]} the tests" if self.left else ""
            return f"Left on {shown(facts.left_on)}{beside}"
        if self.joined_after:
            return f"On roll since {shown(facts.entered_on)}, after the tests"
        return "On roll"

    def _of_registration(self, collection: Collection) -> str:
        if self.registered is None:
            return "not in the registration"
        codes = collection.registrations.codes
        tests: dict[str, list[str]] = {}
        for test in TESTED:
            code = self.registered.tests.get(test, "")
            label = codes[code].label if code in codes else code or "not known"
            tests.setdefault(label, []).append(test.label)
        if len(tests) == 1:
            return f"in the registration as {next(iter(tests))}"
        each = [f"{label} in {word_list(names)}" for label, names in tests.items()]
        return f"in the registration as {word_list(each)}"

    def _of_sheet(self) -> str:
        return "not on the mark sheet" if self.sheet is None else "on the mark sheet"


def standing_of(  # noqa: PLR0913  # where a pupil stands in each list
    who: str,
    roll: Stored | None,
    registered: Registered | None,
    sheet: OnSheet | None,
    collection: Collection,
    *,
    attended: bool | None = None,
) -> Standing:
    """A pupil's standing in a year; without a day of leaving or a week of tests nobody has left.

    ``attended``: what the attendance register itself says; None where it does not know the pupil.
    """
    week = collection.test_week
    left: When | None = None
    joined_after = False
    if roll is not None and week is not None:
        left = _when(roll.facts.left_on, week.first, week.last)
        joined_after = _when(roll.facts.entered_on, week.first, week.last) == "after"
    return Standing(
        who=who,
        roll=roll,
        registered=registered,
        sheet=sheet,
        on_register=registered.on_register if attended is None and registered else attended,
        left=left,
        joined_after=joined_after,
    )


def _when(day: date | None, first: date, last: date) -> When | None:
    if day is None:
        return None
    if day < first:
        return "before"
    return "during" if day <= last else "after"


def registration_for(
    registered: Registered, subject: Subject, collection: Collection
) -> str | None:
    """The registration that decides about a subject, or None if none that is known does.

    Where several tests decide and their registrations differ, the one listed first in the year's
    registrations decides.
    """
    tests = collection.requirements.decided_by.of(subject)
    given = {registered.tests.get(test) for test in tests}
    return next((code for code in collection.registrations.codes if code in given), None)
