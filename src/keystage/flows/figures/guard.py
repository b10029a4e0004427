"""Figures of few pupils: what is seen first, what is folded, and gaps told in whole pupils."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from keystage.flows.figures.contents import Lead
from keystage.measures import figures
from keystage.statute.table import Record, Source, Table

_FILE = Path(__file__).with_name("guard.toml")


class Small(Table, frozen=True, kw_only=True):
    """Fewer pupils than this are few: their figures are neither ranked nor called different."""

    fewer_than: int


class PupilEquivalent(Table, frozen=True, kw_only=True):
    """How a gap is told in pupils: the rounding, and the sentence that says so."""

    rule: Literal["half_up"]
    text: str


class Subtraction(Table, frozen=True, kw_only=True):
    """Whether a release withholds what an earlier one of the same cohort would give away."""

    applies: bool


class Guard(Record, frozen=True, kw_only=True):
    """Every rule of reading, with the sources."""

    sources: dict[str, Source]
    small: Small
    pupil_equivalent: PupilEquivalent
    subtraction: Subtraction


@cache
def declared() -> Guard:
    """The rules of the file."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Guard)


def is_small(pupils: int | None) -> bool:
    """Whether so many pupils are few. Nobody is not few: there is nothing to read."""
    return pupils is not None and 0 < pupils < declared().small.fewer_than


def lead(unit: str, *, small: bool, interval: bool, counted: bool) -> Lead:
    """What is seen first of a figure.

    Args:
        unit: the unit of the figure.
        small: whether it is of few pupils.
        interval: whether it has confidence limits.
        counted: whether its numerator and denominator may be seen.
    """
    if not small:
        return "figure"
    if interval:
        return "interval"
    return "pupils" if unit == "percent" and counted else "figure"


def pupil_equivalent(text: str, against: str, pupils: int) -> str | None:
    """The gap between two printed percentages in whole pupils, with its sign.

    Args:
        text: the printed percentage of a unit.
        against: the printed percentage it is compared with.
        pupils: the pupils of the unit's group.

    Returns:
        None where either is no number.

    >>> pupil_equivalent("50%", "65%", 28), pupil_equivalent("66%", "65%", 28)
    ('-4', '0')
    >>> pupil_equivalent("75%", "65%", 25)
    '+3'
    """
    here, there = number(text), number(against)
    if here is None or there is None:
        return None
    gap = ((here - there) * pupils / figures.PERCENT).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{int(gap):+d}" if gap else "0"


def number(text: str) -> Decimal | None:
    """A printed figure as a number; none where it is a code or a blank."""
    try:
        found = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def whole(text: str) -> int | None:
    """A printed count; none where it is a code or a blank."""
    return int(text) if text.isdecimal() else None
