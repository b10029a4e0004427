"""A histogram of schools' scores: a bar for each step, from the lowest score to the highest."""

from collections.abc import Sequence
from dataclasses import dataclass

from keystage.flows.figures.reviewed import Bar, Distribution
from keystage.web.figures.cells import signed
from keystage.web.wording import number, plural

#: Heights are pixels; across, where something stands is told in hundredths of the width there is.
_WIDTH, _TOP, _HEIGHT, _FOOT = 100.0, 20, 200, 32
#: How much of its place a bar fills, and how many places have a label.
_FILLED, _LABELS = 0.9, 8


@dataclass(frozen=True, kw_only=True)
class Column:
    """A bar: where it begins, how high it is, and the label of its beginning where it has one."""

    x: float
    y: int
    width: float
    height: int
    label: str


@dataclass(frozen=True, kw_only=True)
class Histogram:
    """What is drawn.

    Attributes:
        title: of what.
        words: what it shows, for everybody who does not see it.
        height: of the drawing.
        floor: where the bars stand.
        columns: the bars.
        ticks: lines across, each with its number.
    """

    title: str
    words: str
    height: int
    floor: int
    columns: tuple[Column, ...]
    ticks: tuple[tuple[int, str], ...]


def histogram(distribution: Distribution) -> Histogram | None:
    """The histogram of a subject; None without a school."""
    bars = distribution.bars
    most = max((one.schools for one in bars), default=0)
    if not most:
        return None
    most += most % 2  # half of it is a whole number of schools
    floor, width = _TOP + _HEIGHT, _WIDTH / len(bars)
    every = -(-len(bars) // _LABELS)
    return Histogram(
        title=f"Schools by their progress score in {distribution.label}",
        words=_words(distribution, bars),
        height=floor + _FOOT,
        floor=floor,
        columns=tuple(
            Column(
                x=round(at * width, 2),
                y=floor - (high := _HEIGHT * one.schools // most),
                width=round(width * _FILLED, 2),
                height=high,
                label=signed(one.low) if at % every == 0 else "",
            )
            for at, one in enumerate(bars)
        ),
        ticks=tuple((floor - _HEIGHT * part // 2, number(most * part // 2)) for part in range(3)),
    )


def _words(distribution: Distribution, bars: Sequence[Bar]) -> str:
    tallest = max(bars, key=lambda one: one.schools)
    return (
        f"{plural(distribution.schools, 'school', 'schools')}, from {signed(distribution.lowest)} "
        f"to {signed(distribution.highest)}; half have {signed(distribution.median)} or more. Most "
        f"stand from {signed(tallest.low)} to below {signed(tallest.high)}: "
        f"{number(tallest.schools)}. The table says the same."
    )
