"""Schools drawn beneath each other: a line a school, from one confidence limit to the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from keystage.web.figures.drawing import Chart, chart_of
from keystage.web.figures.sections import given_of
from keystage.web.figures_units.choosing import Listed

_ROW, _TOP, _FOOT = 24, 30, 34
#: Where names stand, and how long they may be.
NAMES, _LONGEST = 330, 38
_WORDS = (
    "A line a school, in the order of the table: a dot for the figure{}. Schools of few pupils are "
    "drawn with a confidence interval alone or not at all, and stand in no order.{} The table says "
    "the same."
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A school of the drawing: its name, the height it stands at, and whether it is ordered."""

    y: int
    name: str
    x: int
    whisker: tuple[int, int] | None
    ordered: bool


@dataclass(frozen=True, kw_only=True)
class Caterpillar:
    """The drawing.

    Attributes:
        title: what it is of.
        words: what it shows.
        width: how wide it is.
        height: how high it is.
        ticks: where the axis is marked, and with what.
        zero: where nought stands; none where it is an end of the axis.
        lines: the schools.
        marks: where the figures stand that schools are compared with, and whose they are.
    """

    title: str
    words: str
    width: int
    height: int
    ticks: tuple[tuple[int, str], ...]
    zero: int | None
    lines: tuple[Line, ...]
    marks: tuple[tuple[int, str], ...]

    @property
    def floor(self) -> int:
        """Where the axis lies."""
        return self.height - _FOOT

    @property
    def top(self) -> int:
        """Where the lines of the axis begin."""
        return _TOP - _ROW // 2


def caterpillar(
    listed: Sequence[Listed], name: str, marks: Sequence[tuple[str, str]]
) -> Caterpillar | None:
    """Draw a figure of schools.

    Args:
        listed: the schools, in order.
        name: the figure.
        marks: whose figure is marked beside them, with its printed text.

    Returns:
        None where no school has such a figure to draw.
    """
    given = [
        (one, given_of(figure, one.school.name, tuple(marks)))
        for one in listed
        for figure in one.figures
        if figure.name == name
    ]
    drawn = [(one, each) for one, each in given if each.text]
    if not drawn:
        return None
    figure = next(figure for figure in drawn[0][0].figures if figure.name == name)
    group = f", {figure.group_label.lower()}" if figure.group != "all" else ""
    title = f"{figure.label}{group}, school by school"
    chart = chart_of(title, figure.unit, [each for _, each in drawn])
    return _laid_out(chart, [one for one, _ in drawn]) if chart else None


def _laid_out(chart: Chart, listed: Sequence[Listed]) -> Caterpillar:
    """The rows of a chart, close beneath each other and beside their names."""
    intervals = any(row.whisker for row in chart.rows)
    beside = f" Marked: {' and '.join(chart.whose)}." if chart.whose else ""
    return Caterpillar(
        title=chart.title,
        words=_WORDS.format(" and a line from limit to limit" if intervals else "", beside),
        width=NAMES + chart.width,
        height=_TOP + len(chart.rows) * _ROW + _FOOT,
        ticks=tuple((NAMES + x, text) for x, text in chart.ticks),
        zero=None if chart.zero is None else NAMES + chart.zero,
        lines=tuple(
            Line(
                y=_TOP + at * _ROW,
                name=_shortened(row.label),
                x=NAMES + row.x,
                whisker=row.whisker and (NAMES + row.whisker[0], NAMES + row.whisker[1]),
                ordered=one.ordered,
            )
            for at, (row, one) in enumerate(zip(chart.rows, listed, strict=True))
        ),
        marks=tuple((NAMES + mark.x, mark.whose) for mark in chart.rows[0].marks),
    )


def _shortened(name: str) -> str:
    """A name that fits beside the drawing."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
