"""What differs from summer to summer: key stage 1 frameworks, codes, marks and shifts."""

from collections.abc import Mapping
from functools import cache

from keystage.cohort.parameters import Because, Triple, load
from keystage.core.errors import UsageError
from keystage.core.subjects import Subject
from keystage.statute.table import Record, Release


class Framework(Because, frozen=True, kw_only=True):
    """Shares of key stage 1 results from the highest down, and of P scales below the last."""

    codes: tuple[str, ...]
    reading: tuple[float, ...]
    writing: tuple[float, ...]
    maths: tuple[float, ...]
    p_scales: tuple[str, ...]
    p_shares: tuple[float, ...]

    def shares(self) -> tuple[tuple[float, ...], ...]:
        """The shares of each subject, in the order of the subjects."""
        return self.reading, self.writing, self.maths


class BelowCodes(Because, frozen=True, kw_only=True):
    """Codes of the seven steps below the tests, from the highest down."""

    interim: tuple[str, ...]
    standards_2019: tuple[str, ...]
    standards: tuple[str, ...]

    def of(self, name: str) -> tuple[str, ...]:
        """The codes of one of the three kinds."""
        found: tuple[str, ...] = getattr(self, name)
        return found


class PScales(Because, frozen=True, kw_only=True):
    """P scales of the seven steps below the tests, from the highest down; blank where none is sent.

    ``none``: the code of pupils without special needs, who have none.
    """

    none: str
    interim: tuple[str, ...]
    standards_2019: tuple[str, ...]

    def of(self, name: str) -> tuple[str, ...]:
        """The scales of the years with one of the kinds of codes below."""
        found: tuple[str, ...] = getattr(self, name)
        return found


class Codes(Because, frozen=True, kw_only=True):
    """Codes by what they say of a pupil: of inclusion, of tests, and of judgements."""

    left_out: str
    removed: str
    met: str
    not_met: str
    below: str
    absent: str
    arrived: str
    cheated: str
    maladministered: str
    lost: str
    left: str
    future: str
    previous: str
    expected: str
    not_expected: str
    disapplied: str


class Curve(Because, frozen=True, kw_only=True):
    """The year and release whose prior attainment groups all summers follow."""

    year: int
    release: Release
    framework: str


class Shift(Triple, frozen=True, kw_only=True):
    """How far a summer's results lie above those of the year of the curve, in points."""

    gps: float


class Anchors(Record, frozen=True, kw_only=True):
    """Marks that give the lowest, the expected, the higher and the highest score of each test."""

    reading: tuple[int, int, int, int]
    gps: tuple[int, int, int, int]
    maths: tuple[int, int, int, int]

    def of(self, subject: Subject) -> tuple[int, int, int, int]:
        """The marks of one test."""
        found: tuple[int, int, int, int] = getattr(self, subject)
        return found


class Summer(Because, frozen=True, kw_only=True):
    """What is particular to one year.

    ``greater_depth``: how far up the lowest standing of greater depth in writing has moved.
    ``lost_scripts``: percent of scripts lost one by one; ``lost_batches``: percent of schools that
    lost all scripts of a test. ``absent``: percent of pupils absent from tests.
    """

    framework: str
    below: str
    unable: str
    pupils_per_school: float
    shift: Shift
    science_shift: float
    greater_depth: float
    lost_scripts: float
    lost_batches: float
    absent: float
    marks: Anchors


class Summers(Record, frozen=True, kw_only=True):
    """Everything of ``years.toml``."""

    below: BelowCodes
    p_scales: PScales
    codes: Codes
    curve: Curve
    years: Mapping[str, Summer]


class Frameworks(Record, frozen=True, kw_only=True):
    """Everything of ``frameworks.toml``."""

    levels: Framework
    interim: Framework
    standards_2019: Framework
    standards_2022: Framework

    def of(self, name: str) -> Framework:
        """The framework of a name."""
        found: Framework = getattr(self, name)
        return found


@cache
def frameworks() -> Frameworks:
    """The key stage 1 frameworks."""
    return load("frameworks.toml", Frameworks)


@cache
def summers() -> Summers:
    """The figures of ``years.toml``."""
    return load("years.toml", Summers)


def summer_of(year: int) -> Summer:
    """What is particular to a year.

    Raises:
        UsageError: there are no figures to make that year from; the sentence lists the years.
    """
    known = summers().years
    if str(year) not in known:
        raise UsageError(
            f"No cohort of {year} can be made.", todo=f"Choose one of {', '.join(known)}."
        )
    return known[str(year)]
