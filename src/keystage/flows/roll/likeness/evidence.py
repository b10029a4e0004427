"""What speaks for and against two being the same pupil, and how it is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from keystage.flows.roll.likeness.names import Likeness, forenames, surnames
from keystage.flows.roll.pupils import FIELDS, Facts, Value

Equal = Literal["same", "other", "unknown"]
_TOLD = ("upn", "surname", "forename", "birth_date", "sex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How alike two pupils are, item by item."""

    surname: Likeness
    forename: Likeness
    birth_date: Equal
    sex: Equal

    @property
    def surname_alike(self) -> bool:
        """Whether the surnames are the same or similar."""
        return self.surname in {"same", "similar"}

    @property
    def forename_alike(self) -> bool:
        """Whether the forenames are the same or similar."""
        return self.forename in {"same", "similar"}

    @property
    def names_alike(self) -> bool:
        """Whether both names are the same or similar."""
        return self.surname_alike and self.forename_alike

    @property
    def same_name(self) -> bool:
        """Whether both names are the same."""
        return self.surname == "same" and self.forename == "same"

    @property
    def same_person(self) -> bool:
        """Whether both names and the birth date are the same."""
        return self.same_name and self.birth_date == "same"

    @property
    def goes_with_a_number(self) -> bool:
        """Whether it is enough beside the same number, without a person.

        Brothers and sisters share a surname, and twins the birth date: the forename decides, and
        must not be another. Under another surname the birth date has to be the same: many pupils
        share a forename.
        """
        if self.forename_alike:
            return self.surname != "other" or self.birth_date == "same"
        return self.forename == "unknown" and self.birth_date == "same" and self.surname != "other"

    @property
    def nothing_else(self) -> bool:
        """Whether neither a name nor the birth date can be compared."""
        return {self.surname, self.forename, self.birth_date} == {"unknown"}

    def agreeing(self) -> str:
        """What agrees, in words."""
        said = [
            f"{likeness} {name}"
            for name, likeness in (
                ("surname", self.surname),
                ("forename", self.forename),
                ("birth date", self.birth_date),
            )
            if likeness in {"same", "similar"}
        ]
        return word_list(said)


def compared(one: Facts, other: Facts) -> Evidence:
    """Compare two pupils."""
    return Evidence(
        surname=surnames(one, other),
        forename=forenames(one, other),
        birth_date=_equal(one.birth_date, other.birth_date),
        sex=_equal(one.sex, other.sex),
    )


def differences(before: Facts, after: Facts) -> list[str]:
    """Which items of identity differ, each with both values.

    >>> differences(Facts(surname="Smith"), Facts(surname="Smyth"))
    ['the surname differs: Smith → Smyth']
    """
    return [
        f"the {FIELDS[name]} differs: {shown(before.value(name))} → {shown(after.value(name))}"
        for name in _TOLD
        if before.value(name) is not None
        and after.value(name) is not None
        and before.value(name) != after.value(name)
    ]


def shown(value: Value) -> str:
    """A value as a page shows it.

    >>> shown(date(2015, 2, 1)), shown(None)
    ('1 February 2015', 'nothing')
    """
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return value or "nothing"


def word_list(words: Sequence[str]) -> str:
    """Words in a row, as a sentence has them.

    >>> word_list(["reading", "maths", "science"])
    'reading, maths and science'
    """
    *first, last = words or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def _equal(one: Value, other: Value) -> Equal:
    if one is None or other is None:
        return "unknown"
    return "same" if one == other else "other"
