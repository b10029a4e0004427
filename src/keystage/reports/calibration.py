"""An invented cohort beside what was published: one page of tables and plots, HTML in one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from keystage.reports.page import page_html

_TEMPLATE = "calibration.html"
#: A plot in its own units: where the axis begins and ends, how high a row is, and the ends.
_LEFT, _RIGHT, _ROW, _ABOVE, _BELOW = 500.0, 980.0, 31.0, 10.0, 35.0
#: Published figures are printed with at most so many decimals; what is nearer is the same.
_PRINTED, _SAME = 2, 1e-9
_ROUNDING = 1e-6
_MOST_TICKS = 7
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A figure: what it should be, how far off it may lie, and what was found (None: none was).

    ``inside`` says whether it is near enough, and is None with nothing found; ``source`` where the
    wanted figure is from, if it was published.
    """

    label: str
    wanted: float
    tolerance: float
    found: float | None
    inside: bool | None
    source: str = ""

    def cells(self, places: int) -> tuple[str, str, str]:
        """Wanted, tolerance and found, as text with so many decimals."""
        found = "none" if self.found is None else number(self.found, places)
        return number(self.wanted, places), number(self.tolerance, places), found

    @property
    def places(self) -> int:
        """The decimals that tell its tolerance, and the wanted figure as it is printed."""
        needed = 1 - floor(log10(self.tolerance)) if self.tolerance > 0 else 0
        printed = next(at for at in range(_PRINTED + 1) if at == _PRINTED or self._whole(at))
        return max(1, needed, printed)

    def _whole(self, places: int) -> bool:
        return abs(round(self.wanted, places) - self.wanted) < _SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of the axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A row of a plot: the bar of what is near enough, the wanted figure, the one found."""

    y: float
    label: str
    start: float
    width: float
    wanted: float
    found: float | None
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Figures on one axis, one below the other."""

    height: float
    axis: float
    ticks: Sequence[Tick]
    strips: Sequence[Strip]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Figures that belong together; the plot shows what the table says."""

    id: str
    title: str
    note: str
    wanted: str
    figures: Sequence[Compared]
    plot: Plot | None

    @property
    def rows(self) -> list[tuple[Compared, tuple[str, str, str]]]:
        """The figures, each with its cells: all with the same decimals."""
        places = max((figure.places for figure in self.figures), default=1)
        return [(figure, figure.cells(places)) for figure in self.figures]

    @property
    def sourced(self) -> bool:
        """Whether the figures name where they are from."""
        return any(figure.source for figure in self.figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPage:
    """What the page says, in its order.

    Attributes:
        verdict: red, amber or green.
        headline: the verdict in a sentence: it is the title as well.
        summary: what was compared.
        notes: what the reader must know of the comparison.
        outside: the figures that lie outside their tolerance.
        topics: what was published and what must hold, each with its figures.
        tolerances: why they are as they are.
        made_with: how the cohort was made, as a sentence.
    """

    verdict: str
    headline: str
    summary: str
    notes: Sequence[str]
    outside: Sequence[str]
    topics: Sequence[Topic]
    tolerances: Sequence[str]
    made_with: str
    keystage: str


def number(value: float, places: int) -> str:
    """A number with so many decimals and a proper minus.

    >>> number(-1.25, 1), number(0.0, 2), number(-0.001, 1)
    ('−1.2', '0.00', '0.0')
    """
    text = f"{value:,.{places}f}"
    negative = text.startswith("-") and any(digit in text for digit in "123456789")
    return ("−" if negative else "") + text.removeprefix("-")


def plot(figures: Sequence[Compared]) -> Plot | None:
    """Figures of one unit on an axis; none without figures, or where all is rounding."""
    if not figures or max(figure.tolerance for figure in figures) < _ROUNDING:
        return None
    ends = [figure.wanted + side * figure.tolerance for figure in figures for side in (-1, 1)]
    ends += [figure.found for figure in figures if figure.found is not None]
    ticks = _ticks(min(ends), max(ends))
    low, high = ticks[0], ticks[-1]

    def place(value: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * (value - low) / (high - low), 2)

    axis = _ABOVE + _ROW * len(figures)
    places = max(0, -floor(log10(ticks[1] - ticks[0]) + 1e-9))
    return Plot(
        height=axis + _BELOW,
        axis=axis,
        ticks=[Tick(x=place(value), text=number(value, places)) for value in ticks],
        strips=[
            Strip(
                y=_ABOVE + _ROW * at + _ROW / 2,
                label=figure.label,
                start=place(figure.wanted - figure.tolerance),
                width=round(
                    place(figure.wanted + figure.tolerance)
                    - place(figure.wanted - figure.tolerance),
                    2,
                ),
                wanted=place(figure.wanted),
                found=None if figure.found is None else place(figure.found),
                inside=bool(figure.inside),
            )
            for at, figure in enumerate(figures)
        ],
    )


def calibration_html(page: CalibrationPage) -> str:
    """The page as HTML."""
    return page_html(_TEMPLATE, page)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers at even steps from below the lowest value to above the highest."""
    span = max(high - low, 1e-9)
    unit: float = 10.0 ** floor(log10(span / _MOST_TICKS))
    step = next(unit * size for size in _STEPS if span / (unit * size) <= _MOST_TICKS)
    first, last = floor(low / step), ceil(high / step)
    return [step * at for at in range(first, max(last, first + 1) + 1)]
