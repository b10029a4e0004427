"""The dates, the format, the results and the limits of a collection."""

from collections.abc import Mapping
from datetime import date, time
from typing import Literal

from keystage.core.subjects import Subject
from keystage.statute.table import Confidence, Record, Table

#: Whether files are not yet, are, or are no longer taken.
Phase = Literal["before", "open", "over"]
#: What the outcome of a test may say.
Saying = Literal["met", "not_met", "too_few_marks", "absent"]


class AcademicYear(Table, frozen=True, kw_only=True):
    """The first and the last day of the academic year."""

    starts: date
    ends: date


class Cohort(Table, frozen=True, kw_only=True):
    """Birth dates of the usual cohort, which reaches ``age`` within the academic year."""

    age: int
    born_from: date
    born_to: date


class TestWeek(Table, frozen=True, kw_only=True):
    """The first and the last day of the tests."""

    __test__ = False

    first: date
    last: date


class Window(Table, frozen=True, kw_only=True):
    """When teacher assessments may be sent; ``opens_unknown`` says why the first day is not.

    ``opens_at`` and ``closes_at`` are times in London; None for the whole day. What closes at a
    minute lasts through it.
    """

    opens: date | None = None
    opens_at: time | None = None
    opens_unknown: str = ""
    closes: date
    closes_at: time | None = None

    def phase(self, day: date, clock: time | None = None) -> Phase:
        """How far the window is on a day, at a time; without a time, at any time of the day."""
        if self.opens is not None and _before(day, clock, self.opens, self.opens_at):
            return "before"
        return "over" if _before(self.closes, self.closes_at, day, clock) else "open"


def _before(day: date, clock: time | None, other: date, at: time | None) -> bool:
    """Whether a day, or a minute of it where both are known, is before another."""
    if day != other or clock is None or at is None:
        return day < other
    return (clock.hour, clock.minute) < (at.hour, at.minute)


class TransferFormat(Table, frozen=True, kw_only=True):
    """What a teacher assessment return must be like as a Common Transfer File.

    ``version`` is the version in use and ``previous`` the one before, both accepted;
    ``unusual_version`` says why, where the version is not the last two digits of the year in which
    the academic year starts. ``destination_la`` and ``destination_estab`` address the national
    collection; ``destinations_read`` are the spellings accepted in a file or its name.
    ``name_type`` is the middle of a file's name, ``name_types_read`` what is accepted there.
    """

    document_name: str
    version: str
    previous: str
    unusual_version: str = ""
    document_qualifiers: tuple[str, ...]
    destination_la: str
    destination_estab: str
    destinations_read: tuple[str, ...]
    name_type: str
    name_types_read: tuple[str, ...]
    stage: str
    locale: str
    result_status: str


class PupilIdentity(Table, frozen=True, kw_only=True):
    """What identifies a pupil: how long a name may be, its characters besides letters, the sexes.

    ``name_signs`` are the characters a name may have besides letters with any accent and digits.
    """

    name_length: int
    name_signs: tuple[str, ...]
    sexes: Mapping[str, str]


class TestCode(Record, frozen=True, kw_only=True):
    """A code in the results of a test.

    ``kind``: an ``outcome``, or ``consideration`` beside one. ``says``: what an outcome says that
    rules ask of it: the expected standard ``met`` or ``not_met``, ``too_few_marks`` for a scaled
    score, ``absent``; None for all else. ``with_score``: a scaled score may stand beside it.
    """

    __test__ = False

    meaning: str
    kind: Literal["outcome", "consideration"] = "outcome"
    says: Saying | None = None
    with_score: bool = False
    confidence: Confidence | None = None
    undocumented: str = ""


class TestCodes(Table, frozen=True, kw_only=True):
    """The codes of test results, by code."""

    __test__ = False

    codes: Mapping[str, TestCode]

    def saying(self, *what: Saying) -> tuple[str, ...]:
        """The codes that say something of what is named."""
        return tuple(code for code, one in self.codes.items() if one.says in what)


class Scale(Table, frozen=True, kw_only=True):
    """The scaled score scale of the tests."""

    lowest: int
    expected: int
    higher: int
    highest: int


class Marks(Table, frozen=True, kw_only=True):
    """The highest mark of each test, all its papers together."""

    reading: int
    gps: int
    maths: int

    def of(self, subject: Subject) -> int:
        """The highest mark of one test."""
        found: int = getattr(self, subject)
        return found


class Conversion(Table, frozen=True, kw_only=True):
    """Scaled scores by raw mark, as pairs of mark and score; lower marks have no scaled score.

    A test without pairs is one whose table nobody has supplied.
    """

    reading: tuple[tuple[int, int], ...] = ()
    gps: tuple[tuple[int, int], ...] = ()
    maths: tuple[tuple[int, int], ...] = ()

    def of(self, subject: Subject) -> tuple[tuple[int, int], ...]:
        """The pairs of mark and score of one test."""
        found: tuple[tuple[int, int], ...] = getattr(self, subject)
        return found


class Limits(Table, frozen=True, kw_only=True):
    """From where a check asks: no rule of the department, and yours to replace.

    ``birth_date_years``: years by which a birth date may lie outside the usual cohort.
    ``not_assessed_percent``: the share of pupils with the code for absent above which to ask.
    ``same_value_pupils``: the number of pupils from which one value for all of them is odd.
    """

    birth_date_years: int
    not_assessed_percent: int
    same_value_pupils: int
