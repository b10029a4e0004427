"""The facts a roll holds of a pupil: as stored, and as a file gives them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

Value = str | date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is kept of a pupil, and nothing else. None is not known.

    Attributes:
        upn: unique pupil number, in capitals.
        former_upn: the number the pupil had before.
        surname: legal surname.
        forename: legal forename; None for a pupil with a single name.
        preferred_surname: the surname in use, where it is another.
        preferred_forename: the forename in use, where it is another.
        birth_date: day of birth.
        sex: ``F`` or ``M``; another text is kept as it is written.
        year_group: the year group the pupil is in by age: ``N``, ``R``, or a number.
        year_taught: the year group the pupil is taught with.
        class_name: the class, as the school calls it.
        entered_on: the first day at the school.
        left_on: the last day at the school.
        left_to_authority: the authority of the school the pupil went to.
        left_to_school: that school.
        ks1_reading: outcome in reading at the end of key stage 1, as written.
        ks1_writing: the same in writing.
        ks1_maths: the same in maths.
    """

    upn: str | None = None
    former_upn: str | None = None
    surname: str | None = None
    forename: str | None = None
    preferred_surname: str | None = None
    preferred_forename: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    year_group: str | None = None
    year_taught: str | None = None
    class_name: str | None = None
    entered_on: date | None = None
    left_on: date | None = None
    left_to_authority: str | None = None
    left_to_school: str | None = None
    ks1_reading: str | None = None
    ks1_writing: str | None = None
    ks1_maths: str | None = None

    def value(self, name: str) -> Value:
        """The value of a field of `FIELDS`."""
        found: Value = getattr(self, name)
        return found

    def changed(self, values: Mapping[str, Value]) -> "Facts":
        """The same pupil with other values."""
        given: dict[str, Any] = dict(values)
        return replace(self, **given)


#: The name of each field for people, in the order of pages.
FIELDS: Mapping[str, str] = {
    "upn": "UPN",
    "former_upn": "former UPN",
    "surname": "surname",
    "forename": "forename",
    "preferred_surname": "preferred surname",
    "preferred_forename": "preferred forename",
    "birth_date": "date of birth",
    "sex": "sex",
    "year_group": "year group",
    "year_taught": "year taught",
    "class_name": "class",
    "entered_on": "date entered",
    "left_on": "date left",
    "left_to_authority": "authority left to",
    "left_to_school": "school left to",
    "ks1_reading": "key stage 1 reading",
    "ks1_writing": "key stage 1 writing",
    "ks1_maths": "key stage 1 maths",
}
DATES = ("birth_date", "entered_on", "left_on")
NAMES = ("surname", "forename", "preferred_surname", "preferred_forename")
NUMBERS = ("upn", "former_upn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A pupil of the roll as it is kept; ``key`` is the identifier of the record."""

    key: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A value that was not taken: where it stands, its text and why.

    Attributes:
        row: the number of the pupil in the file, from 0; None for what is no pupil's.
        line: the line or row of the file.
        field: the heading or element, as the file has it.
        text: what is written there.
        reason: why it was not taken, to go on from "it is not taken:".
        name: the field of `FIELDS` it would have been, if it is one.
    """

    row: int | None
    line: int | None
    field: str
    text: str
    reason: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A pupil as a file gives one.

    Attributes:
        row: the number of the pupil in the file, from 0.
        line: the line or row of the file the pupil begins at.
        facts: what the file says; None where it says nothing or nothing that can be read.
        lines: the line of each value, by field.
        unread: values of this pupil that are no part of ``facts``.
    """

    row: int
    line: int
    facts: Facts
    lines: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
