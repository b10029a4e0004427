"""What every statutory table shares: its source, its confidence, and numbers kept as printed.

A year file is a set of tables. Every table names its source and its confidence; a table nobody has
published is written ``absent = "why"`` and is then missing, with the reason in ``Year.absent``.
Decimal numbers are kept as ``Decimal``, exactly as printed.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Confidence = Literal["A", "A*", "B", "C"]
Release = Literal["provisional", "revised", "final"]
_VALUE_OR_WINDOW = "should have either a value, or a window with low and high"
RELEASES: tuple[Release, ...] = ("provisional", "revised", "final")
#: The source that tables made from the pupils themselves name.
DERIVED = "pupil_file"


class Record(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a statutory table: frozen, and strict about names."""


class Table(Record, frozen=True, kw_only=True):
    """A statutory table: values with one source.

    ``source`` is a key of the year's sources, ``section`` the place in it. Confidence: A read in
    the department's own text or data, A* recovered from figures it published, B a named
    practitioner source, C an inference that the user may replace.
    """

    source: str
    confidence: Confidence
    section: str = ""
    note: str = ""


class Source(Record, frozen=True, kw_only=True):
    """Where values come from, and the day they were read."""

    title: str
    read_on: date
    where: str = ""


class Absent(Record, frozen=True, kw_only=True):
    """A table nobody has published, with the reason."""

    absent: str


class Identity(Record, frozen=True, kw_only=True):
    """Which year and release, and what exists for it."""

    id: int
    label: str
    release: Release
    status: Literal["draft", "open", "closed"]
    progress: bool
    school_tables_published: bool = True


class BySubject(Record, frozen=True, kw_only=True):
    """One value for each progress subject."""

    reading: Decimal
    writing: Decimal
    maths: Decimal


class Constant(Record, frozen=True, kw_only=True):
    """A number known exactly (``value``) or only to lie in a window (``low`` to ``high``).

    Raises:
        ValueError: it is neither or both, or the window is upside down; the sentence goes on from
            the name of the number.
    """

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number and no window."""
        low, high = self.window
        if self.value is not None and (self.low, self.high) != (None, None):
            raise ValueError(_VALUE_OR_WINDOW)
        if low.is_finite() and high.is_finite() and low > high:
            message = f"should have a window with the lower number first, not {low} to {high}"
            raise ValueError(message)

    @property
    def window(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest number it may be; equal when it is known exactly."""
        if self.value is not None:
            return self.value, self.value
        if self.low is None or self.high is None:
            raise ValueError(_VALUE_OR_WINDOW)
        return self.low, self.high

    @property
    def best(self) -> Decimal:
        """The number to calculate with: the value, or the middle of the window."""
        low, high = self.window
        return (low + high) / 2


class Codes(Table, frozen=True, kw_only=True):
    """Codes a field may hold, with their plain meaning."""

    codes: Mapping[str, str]


class Points(Table, frozen=True, kw_only=True):
    """Points by teacher assessment code, used for progress only."""

    points: Mapping[str, Decimal]


class Figures(Table, frozen=True, kw_only=True):
    """Published national figures, for comparison only."""

    values: Mapping[str, Decimal]
