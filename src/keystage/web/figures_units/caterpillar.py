"""Schools drawn beneath each other: a line a school, from one confidence limit to the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from keystage.web.figures.drawing import Chart, chart_of
from keystage.web.figures.sections import given_of
from keystage.web.figures_units.choosing import Listed

_WORDS = (
    "A line a school, in the order of the table: a dot for the figure{}. Schools of few pupils are "
    "drawn as a ring with a confidence interval, or not at all, and stand in no order.{} The table "
    "says the same."
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A school of the drawing: its name, where its figure stands, and whether it is ordered."""

    name: str
    x: float
    whisker: tuple[float, float] | None
    ordered: bool


@dataclass(frozen=True, kw_only=True)
class Caterpillar:
    """The drawing.

    Attributes:
        title: what it is of.
        words: what it shows.
        ticks: where the axis is marked, and with what.
        zero: where nought stands; none where it is an end of the axis.
        lines: the schools.
        marks: where the figures stand that schools are compared with, and whose they are.
    """

    title: str
    words: str
    ticks: tuple[tuple[float, str], ...]
    zero: float | None
    lines: tuple[Line, ...]
    marks: tuple[tuple[float, str], ...]


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
        ticks=chart.ticks,
        zero=chart.zero,
        lines=tuple(
            Line(name=row.label, x=row.x, whisker=row.whisker, ordered=one.ordered)
            for row, one in zip(chart.rows, listed, strict=True)
        ),
        marks=tuple((mark.x, mark.whose) for mark in chart.rows[0].marks),
    )
