"""Charts of a page of figures: a row a figure, with its interval and what it is compared with.

Nothing is joined from row to row, so that no line runs across a break in a series.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keystage.web.figures.cells import signed

_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")
_LEFT, _WIDTH, _ROW, _TOP, _FOOT = 20, 680, 52, 10, 30
_PARTS = 5
_PERCENT = (0.0, 100.0)


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is drawn of one figure: its label, and the texts it is printed as.

    ``marks`` are figures it is compared with: whose, and the text.
    """

    label: str
    text: str
    lower: str | None = None
    upper: str | None = None
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Where a figure that others are compared with stands; ``whose`` says what it looks like."""

    x: int
    whose: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A row of a chart.

    Attributes:
        y: where the row begins.
        label: what is drawn.
        told: the figure as text.
        x: where the figure stands.
        bar: from where and how wide a bar is; none where the interval is drawn.
        whisker: the ends of the interval; none without one.
        marks: figures it is compared with.
    """

    y: int
    label: str
    told: str
    x: int
    bar: tuple[int, int] | None
    whisker: tuple[int, int] | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart; ``words`` say what it shows, and the table beside it says the same.

    Attributes:
        title: what it is of.
        words: what it shows.
        height: how high the drawing is.
        ticks: where the axis is marked, and with what.
        zero: where nought stands; none where it is an end of the axis.
        rows: the figures.
        whose: whose figures are marked, for the key.
    """

    title: str
    words: str
    height: int
    ticks: tuple[tuple[int, str], ...]
    zero: int | None
    rows: tuple[Drawn, ...]
    whose: tuple[str, ...]

    @property
    def width(self) -> int:
        """How wide the drawing is, its margins included."""
        return _LEFT + _WIDTH + _LEFT

    @property
    def floor(self) -> int:
        """Where the axis lies."""
        return self.height - _FOOT


def chart_of(title: str, unit: str, given: Sequence[Given]) -> Chart | None:
    """Draw figures of one unit; None where none of them is a number.

    Args:
        title: what the chart is of.
        unit: percent, score, points or pupils: percentages lie between nought and a hundred.
        given: the figures; those that are no number are left out.
    """
    rows = [(one, value) for one in given if (value := number(one.text)) is not None]
    if not rows:
        return None
    low, high = (
        _PERCENT
        if unit == "percent"
        else _range(_numbers(one for one, _ in rows), counted=unit == "pupils")
    )
    drawn = tuple(
        _drawn(one, value, _TOP + at * _ROW, (low, high)) for at, (one, value) in enumerate(rows)
    )
    whose = tuple(dict.fromkeys(mark.whose for row in drawn for mark in row.marks))
    return Chart(
        title=title,
        words=_words(rows, whose),
        height=_TOP + len(drawn) * _ROW + _FOOT,
        ticks=tuple(_ticks(low, high, "%" if unit == "percent" else "")),
        zero=_at(0, low, high) if low < 0 < high else None,
        rows=drawn,
        whose=whose,
    )


def number(text: str | None) -> float | None:
    """A printed figure as a number; None where it is none.

    >>> number("61%"), number("-1.4"), number("Suppressed")
    (61.0, -1.4, None)
    """
    found = _NUMBER.match(text or "")
    return float(found.group().replace("−", "-")) if found else None


def _numbers(given: Iterable[Given]) -> list[float]:
    texts = (
        text
        for one in given
        for text in (one.text, one.lower, one.upper, *(mark for _, mark in one.marks))
    )
    return [value for value in map(number, texts) if value is not None]


def _range(values: Sequence[float], *, counted: bool) -> tuple[float, float]:
    """Whole ends that whole steps lie between: around nought, from it, or about the values.

    Args:
        values: all that is drawn.
        counted: they are counts, so that a bar from nought says how many.
    """
    low, high = math.floor(min(values)), math.ceil(max(values))
    if low < 0:
        far = _PARTS * math.ceil(max(-low, high) / _PARTS)
        return -far, far
    start = 0 if counted else low - 1
    return start, start + _PARTS * math.ceil(max(high + 1 - start, 1) / _PARTS)


def _at(value: float, low: float, high: float) -> int:
    within = min(max(value, low), high)
    return _LEFT + round(_WIDTH * (within - low) / (high - low))


def _ticks(low: float, high: float, suffix: str) -> Iterable[tuple[int, str]]:
    for part in range(_PARTS + 1):
        value = low + (high - low) * part / _PARTS
        yield _at(value, low, high), f"{signed(f'{value:g}')}{suffix}"


def _drawn(one: Given, value: float, y: int, ends: tuple[float, float]) -> Drawn:
    x, start = _at(value, *ends), _at(max(ends[0], 0), *ends)
    lower, upper = number(one.lower), number(one.upper)
    whisker = None
    if lower is not None and upper is not None:
        whisker = _at(lower, *ends), _at(upper, *ends)
    told = f"{signed(one.text)} ({signed(one.lower or '')} to {signed(one.upper or '')})"
    return Drawn(
        y=y,
        label=one.label,
        told=told if whisker else signed(one.text),
        x=x,
        bar=None if whisker or ends[0] else (start, max(x - start, 1)),
        whisker=whisker,
        marks=tuple(
            Mark(x=_at(there, *ends), whose=whose)
            for whose, text in one.marks
            if (there := number(text)) is not None
        ),
    )


def _words(rows: Sequence[tuple[Given, float]], whose: Sequence[str]) -> str:
    intervals = any(one.lower and one.upper for one, _ in rows)
    shown = "a dot with its confidence interval as a line" if intervals else "a bar or dot"
    beside = f" Marked beside it: {' and '.join(whose)}." if whose else ""
    return f"Each figure is {shown}.{beside} The table says the same."
