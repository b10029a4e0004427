"""The dates, the format, the results and the limits of a collection."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from keystage.core.subjects import Subject
from keystage.statute.table import Confidence, Record, Table


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
    """When teacher assessments may be sent; ``opens_unknown`` says why the first day is not."""

    opens: date | None = None
    opens_unknown: str = ""
    closes: date


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

    ``kind``: an ``outcome``, or ``consideration`` beside one. ``with_score``: a scaled score may
    stand beside it.
    """

    __test__ = False

    meaning: str
    kind: Literal["outcome", "consideration"] = "outcome"
    with_score: bool = False
    confidence: Confidence | None = None
    undocumented: str = ""


class TestCodes(Table, frozen=True, kw_only=True):
    """The codes of test results, by code."""

    __test__ = False

    codes: Mapping[str, TestCode]


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
