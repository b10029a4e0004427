"""The codes of a collection: judgements, old codes, registrations, and what is due from whom."""

from collections.abc import Mapping
from typing import Literal

from keystage.core.subjects import Subject
from keystage.statute.table import Confidence, Record, Table

Group = Literal["standard", "below", "engagement", "not_assessed", "elsewhere"]


class Judgement(Record, frozen=True, kw_only=True):
    """A teacher assessment code of one subject.

    ``group``: ``standard`` judges against the standard of the subject, ``below`` against the
    pre-key stage standards, ``engagement`` is the engagement model, ``not_assessed`` says that
    there is no judgement, ``elsewhere`` that it belongs to another school or year. ``confidence``
    is given where it is lower than the table's. ``undocumented`` says what no published list
    settles: such a code is accepted, and asked about.
    """

    meaning: str
    group: Group
    confidence: Confidence | None = None
    undocumented: str = ""


class Judgements(Table, frozen=True, kw_only=True):
    """The codes a school may send, by subject. A blank is no code: it is an incomplete return."""

    reading: Mapping[str, Judgement]
    writing: Mapping[str, Judgement]
    maths: Mapping[str, Judgement]
    science: Mapping[str, Judgement]

    def of(self, subject: Subject) -> Mapping[str, Judgement]:
        """The codes of one of the four assessed subjects."""
        found: Mapping[str, Judgement] = getattr(self, subject)
        return found


class WithdrawnCode(Record, frozen=True, kw_only=True):
    """A code that a subject no longer takes.

    ``subjects`` are those in which it ended after ``last_year``. ``instead`` is the code that took
    its place, only where that is certain.
    """

    meaning: str
    subjects: tuple[Subject, ...]
    last_year: int
    instead: str = ""
    confidence: Confidence | None = None
    undocumented: str = ""


class WithdrawnCodes(Table, frozen=True, kw_only=True):
    """Codes of earlier years, by code."""

    codes: Mapping[str, WithdrawnCode]

    def of(self, subject: Subject) -> dict[str, WithdrawnCode]:
        """The codes that a subject no longer takes, in capitals."""
        return {code.upper(): item for code, item in self.codes.items() if subject in item.subjects}


class PScales(Table, frozen=True, kw_only=True):
    """The P scales sent beside the code that says a pupil is below the pre-key stage standards."""

    beside: str
    codes: Mapping[str, str]


class Registration(Record, frozen=True, kw_only=True):
    """How a pupil is registered for a test.

    ``spellings`` are read as this code, in capitals or not, besides the code and the ``label``.
    ``sits``: the pupil is to take the test. ``below``: the pupil works below its standard.
    ``elsewhere``: the code that stands in place of judgements, empty where judgements are due.
    """

    label: str
    meaning: str
    spellings: tuple[str, ...] = ()
    sits: bool = False
    below: bool = False
    elsewhere: str = ""


class Registrations(Table, frozen=True, kw_only=True):
    """How pupils may be registered for a test; the order matters, see `Requirements`."""

    codes: Mapping[str, Registration]

    def read(self, text: str) -> str | None:
        """The code a person means, or None; capitals and blanks around do not matter."""
        return self.by_spelling().get(text.strip().casefold())

    def by_spelling(self) -> dict[str, str]:
        """Every accepted spelling in small letters, with its code."""
        return {
            spelling.casefold(): code
            for code, item in self.codes.items()
            for spelling in (code, item.label, *item.spellings)
        }


class Requirement(Record, frozen=True, kw_only=True):
    """The codes of which one is due in each subject; none is due where there are none."""

    reading: tuple[str, ...]
    writing: tuple[str, ...]
    maths: tuple[str, ...]
    science: tuple[str, ...]

    def of(self, subject: Subject) -> tuple[str, ...]:
        """The codes of which one is due in a subject, empty if none is."""
        found: tuple[str, ...] = getattr(self, subject)
        return found


class DecidedBy(Record, frozen=True, kw_only=True):
    """The tests whose registration decides about each subject: its own, or all for one without."""

    reading: tuple[Subject, ...]
    writing: tuple[Subject, ...]
    maths: tuple[Subject, ...]
    science: tuple[Subject, ...]

    def of(self, subject: Subject) -> tuple[Subject, ...]:
        """The tests that decide about a subject."""
        found: tuple[Subject, ...] = getattr(self, subject)
        return found


class Requirements(Table, frozen=True, kw_only=True):
    """Who needs which teacher assessment, by registration.

    Where several tests decide about a subject and their registrations differ, the registration
    listed first in `Registrations` decides.
    """

    due: Mapping[str, Requirement]
    decided_by: DecidedBy
