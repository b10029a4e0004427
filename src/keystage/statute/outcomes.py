"""The tables of key stage 2 results: the scaled score scale and what each outcome code does."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from keystage.statute.table import Confidence, Record, Table


class KeyStage2(Table, frozen=True, kw_only=True):
    """The scaled score scale, and points of pupils below it.

    ``points`` by teacher assessment code; ``points_without_score`` for a pupil entered for the test
    who gained too few marks for a scaled score (none: left out of progress); ``no_score`` is how
    the files write that no scaled score was awarded.
    """

    lowest_score: int
    expected_score: int
    higher_score: int
    highest_score: int
    no_score: str
    points: Mapping[str, Decimal] = {}
    points_without_score: Decimal | None = None


class TestOutcome(Record, frozen=True, kw_only=True):
    """What a test outcome code does to each kind of measure.

    ``rate``: counted in the denominator of percentages, or left out. ``standard``: the expected
    standard is met by score, met without one, or not met. ``average``: a scaled score counts in the
    average. ``progress``: points come from the scaled score, from the teacher assessment, or there
    are none. ``too_few_marks``: entered for the test, so that without a scaled score the points of
    ``KeyStage2.points_without_score`` count, unless a teacher assessment gives its own. ``unable``:
    counted as absent or unable to access the test. ``lost``: a script was lost. ``confidence`` is
    given where it is lower than the table's. ``undocumented`` names what no published rule says;
    such a code is refused until a rule is supplied, unless ``assumed`` is true, when it is used and
    reported.
    """

    __test__ = False

    meaning: str
    rate: Literal["counted", "left_out"]
    standard: Literal["by_score", "met", "not_met"]
    average: bool
    progress: Literal["score", "assessment", "none"]
    too_few_marks: bool = False
    unable: bool = False
    lost: bool = False
    confidence: Confidence | None = None
    undocumented: str = ""
    assumed: bool = False


class TestOutcomes(Table, frozen=True, kw_only=True):
    """Test outcome codes; ``blank`` is the treatment of a pupil with neither outcome nor score."""

    __test__ = False

    codes: Mapping[str, TestOutcome]
    blank: TestOutcome


class AssessmentOutcome(Record, frozen=True, kw_only=True):
    """What a teacher assessment code does to each kind of measure (see `TestOutcome`)."""

    meaning: str
    rate: Literal["counted", "left_out"]
    expected: bool = False
    higher: bool = False
    towards: bool = False
    not_assessed: bool = False
    confidence: Confidence | None = None
    undocumented: str = ""
    assumed: bool = False


class AssessmentOutcomes(Table, frozen=True, kw_only=True):
    """Teacher assessment codes of a subject; ``blank`` is the treatment of no outcome."""

    codes: Mapping[str, AssessmentOutcome]
    blank: AssessmentOutcome
