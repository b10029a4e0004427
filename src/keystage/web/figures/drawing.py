"""Charts of a page of figures: a row a figure, with its interval and what it is compared with.

Where something stands is told in hundredths of the width there is, so that a chart fits a screen of
any width and its words keep their size. Nothing is joined from row to row, so that no line runs
across a break in a series.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from keystage.web.figures.cells import signed

_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?")
_WIDTH = 100.0
_PARTS = 5
#: How wide the bar of nought is, so that it is seen.
_THIN = 0.3
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

    x: float
    whose: str


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A row of a chart.

    Attributes:
        label: what is drawn.
        told: the figure as text.
        x: where the figure stands.
        bar: from where and how wide a bar is; none where the interval is drawn.
        whisker: the ends of the interval; none without one.
        marks: figures it is compared with.
    """

    label: str
    told: str
    x: float
    bar: tuple[float, float] | None
    whisker: tuple[float, float] | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart; ``words`` say what it shows, and the table beside it says the same.

    Attributes:
        title: what it is of.
        words: what it shows.
        ticks: where the axis is marked, and with what.
        zero: where nought stands; none where it is an end of the axis.
        rows: the figures.
        whose: whose figures are marked, for the key.
    """

    title: str
    words: str
    ticks: tuple[tuple[float, str], ...]
    zero: float | None
    rows: tuple[Drawn, ...]
    whose: tuple[str, ...]


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
    drawn = tuple(_drawn(one, value, (low, high)) for one, value in rows)
    whose = tuple(dict.fromkeys(mark.whose for row in drawn for mark in row.marks))
    return Chart(
        title=title,
        words=_words(drawn, whose, left_out=len(given) - len(drawn)),
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


def _at(value: float, low: float, high: float) -> float:
    within = min(max(value, low), high)
    return round(_WIDTH * (within - low) / (high - low), 2)


def _ticks(low: float, high: float, suffix: str) -> Iterable[tuple[float, str]]:
    for part in range(_PARTS + 1):
        value = low + (high - low) * part / _PARTS
        yield _at(value, low, high), f"{signed(f'{value:g}')}{suffix}"


def _drawn(one: Given, value: float, ends: tuple[float, float]) -> Drawn:
    x, start = _at(value, *ends), _at(max(ends[0], 0), *ends)
    lower, upper = number(one.lower), number(one.upper)
    whisker = None
    if lower is not None and upper is not None:
        whisker = _at(lower, *ends), _at(upper, *ends)
    told = f"{signed(one.text)} ({signed(one.lower or '')} to {signed(one.upper or '')})"
    return Drawn(
        label=one.label,
        told=told if whisker else signed(one.text),
        x=x,
        bar=None if whisker or ends[0] else (start, max(round(x - start, 2), _THIN)),
        whisker=whisker,
        marks=tuple(
            Mark(x=_at(there, *ends), whose=whose)
            for whose, text in one.marks
            if (there := number(text)) is not None
        ),
    )


def _words(drawn: Sequence[Drawn], whose: Sequence[str], *, left_out: int) -> str:
    shown = "a bar" if all(one.bar for one in drawn) else "a dot"
    if any(one.whisker for one in drawn):
        shown = "a dot with its confidence interval as a line"
    beside = f" Marked beside it: {' and '.join(whose)}." if whose else ""
    also = ", and what is not drawn besides" if left_out else ""
    return f"Each figure is {shown}.{beside} The table says the same{also}."
