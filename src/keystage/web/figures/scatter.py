"""A drawing of pupils by their start and what they reached, with the table that says the same."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keystage.flows.figures.scattered import Scattered
from keystage.web.figures.cells import signed
from keystage.web.figures.opened import by_name

#: Heights are pixels; across, where something stands is told in hundredths of the width there is.
_TOP, _HEIGHT, _FOOT = 12, 400, 32
_WIDTH = 100.0
_ACROSS, _UP = 1, 5


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A pupil in the drawing and in the table."""

    name: str
    x: float
    y: int
    start: str
    reached: str
    expected: str
    difference: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """What pupils of one start reached nationally, from one end of their starts to the other."""

    x1: float
    x2: float
    y: int


@dataclass(frozen=True, kw_only=True)
class Scatter:
    """A drawing; ``words`` say what it shows, and the table beside it says the same.

    Attributes:
        key: its name in the page.
        title: what it is of.
        words: what it shows.
        across: where the axis of the start is marked, and with what.
        up: where the axis of the outcome is marked, and with what.
        dots: the pupils.
        lines: the national averages.
        out: pupils who are not drawn, with the reason.
    """

    key: str
    title: str
    words: str
    across: tuple[tuple[float, str], ...]
    up: tuple[tuple[int, str], ...]
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    out: tuple[tuple[str, str], ...]

    height = _TOP + _HEIGHT + _FOOT
    top = _TOP
    floor = _TOP + _HEIGHT


def scatter_of(found: Scattered, called: Mapping[int, str]) -> Scatter:
    """Draw the pupils who are called something; of others nothing is told.

    Args:
        found: the pupils of the school in one subject.
        called: what those who may be seen are called, by line.
    """
    rows = [row for row in found.pupils.iter_rows(named=True) if row["line"] in called]
    lines = [(float(one.low), float(one.high), float(one.expected)) for one in found.steps]
    shown = _within(lines, [row["start"] for row in rows])
    across = _ends([row["start"] for row in rows], _ACROSS)
    up = _ends([row["reached"] for row in rows] + [value for *_, value in shown], _UP)
    dots = tuple(
        Dot(
            name=called[row["line"]],
            x=_x(row["start"], across),
            y=_y(row["reached"], up),
            start=_number(row["start"]),
            reached=_number(row["reached"]),
            expected=_number(row["expected"]),
            difference=_difference(row["reached"] - row["expected"]),
        )
        for row in sorted(rows, key=lambda row: by_name(called[row["line"]]))
    )
    label = found.subject.label
    return Scatter(
        key=str(found.subject),
        title=f"Key stage 1 average and key stage 2 points in {label}",
        words=_words(rows),
        across=tuple((_x(value, across), _number(value)) for value in _ticks(across)),
        up=tuple((_y(value, up), _number(value)) for value in _ticks(up)),
        dots=dots,
        lines=tuple(
            Line(x1=_x(low, across), x2=_x(high, across), y=_y(value, up))
            for low, high, value in shown
        ),
        out=tuple(
            sorted(
                ((called[line], why) for line, why in found.out.iter_rows() if line in called),
                key=lambda row: by_name(row[0]),
            )
        ),
    )


def _words(rows: Sequence[Mapping[str, float]]) -> str:
    above = sum(row["reached"] > row["expected"] for row in rows)
    below = sum(row["reached"] < row["expected"] for row in rows)
    return (
        "Each dot is a pupil: further right with higher key stage 1 average points, further up "
        "with more key stage 2 points. The steps are the national average of pupils with the same "
        "start. "
        f"Pupils drawn: {len(rows)}; above the steps {above}, below {below}, on them "
        f"{len(rows) - above - below}. The table says the same."
    )


def _within(
    lines: Sequence[tuple[float, float, float]], starts: Sequence[float]
) -> list[tuple[float, float, float]]:
    """The national averages over the starts that are drawn, cut at the ends of the axis."""
    if not starts:
        return []
    low, high = _ends(starts, _ACROSS)
    return [
        (max(first, low), min(last, high), value)
        for first, last, value in lines
        if first < high and last > low
    ]


def _ends(values: Sequence[float], step: int) -> tuple[float, float]:
    """Whole steps about the values."""
    if not values:
        return 0.0, float(step)
    low, high = step * math.floor(min(values) / step), step * math.ceil(max(values) / step)
    return float(low - step * (low > 0)), float(high + step)


def _ticks(ends: tuple[float, float]) -> list[float]:
    low, high = ends
    parts = max(2, min(10, round(high - low)))
    step = max(1, math.ceil((high - low) / parts))
    return [low + step * at for at in range(int((high - low) // step) + 1)]


def _x(value: float, ends: tuple[float, float]) -> float:
    return round(_WIDTH * (value - ends[0]) / (ends[1] - ends[0]), 2)


def _y(value: float, ends: tuple[float, float]) -> int:
    return _TOP + _HEIGHT - round(_HEIGHT * (value - ends[0]) / (ends[1] - ends[0]))


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _difference(value: float) -> str:
    return signed(f"{value:+.2f}") if round(value, 2) else "0.00"
