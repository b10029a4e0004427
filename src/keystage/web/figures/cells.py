"""A figure as a cell of a page: what is seen first, what stands below, and states in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from keystage.flows.figures.contents import Compared, Figure, Point

#: What stands under a score of few pupils in place of its band.
FEW = "Too few pupils to call it different from others"
NOTHING = "Not in this release"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What a cell shows.

    Attributes:
        first: what is seen first.
        under: what stands below it.
        name: the field of the figure, by which it is opened; empty where nothing can be.
        label: what the figure is, for those who hear the page.
        shown: whether there is a figure.
    """

    first: str
    under: tuple[str, ...] = ()
    name: str = ""
    label: str = ""
    shown: bool = True


def cell_of(figure: Figure | None) -> Cell:
    """A figure as a cell; one of few pupils shows its interval or its pupils first."""
    if figure is None:
        return Cell(first=NOTHING, shown=False)
    label = f"{figure.label}, {figure.group_label}" if figure.group_label else figure.label
    if figure.state != "shown":
        return Cell(first=figure.said, name=figure.name, label=label, shown=False)
    seen = _in_order(figure)
    return Cell(first=seen[0], under=(*seen[1:], *_band(figure)), name=figure.name, label=label)


def compared_cell(compared: Compared | None) -> Cell:
    """A figure that others are compared with, as a cell."""
    if compared is None:
        return Cell(first=NOTHING, shown=False)
    if compared.state != "shown":
        return Cell(first=compared.said, shown=False)
    return Cell(first=signed(compared.text))


def point_cell(point: Point) -> Cell:
    """A year of a series as a cell."""
    if point.state != "shown":
        return Cell(first=point.said, shown=False)
    limits = interval(point.lower, point.upper)
    return Cell(first=signed(point.text), under=(limits,) if limits else ())


def plain(text: str) -> Cell:
    """A text as a cell; none is said to be none."""
    return Cell(first=signed(text)) if text else Cell(first=NOTHING, shown=False)


def interval(lower: str | None, upper: str | None) -> str:
    """Confidence limits in words; empty without both."""
    return f"{signed(lower)} to {signed(upper)}" if lower and upper else ""


def signed(text: str) -> str:
    """A printed number with a true minus sign."""
    return f"−{text[1:]}" if text.startswith("-") else text


def of_pupils(figure: Figure) -> str:
    """A share as pupils of pupils; empty where those are not known."""
    if figure.unit != "percent" or not figure.numerator or figure.denominator is None:
        return ""
    return f"{figure.numerator} of {figure.denominator} pupils"


def _in_order(figure: Figure) -> tuple[str, ...]:
    limits, pupils = interval(figure.lower, figure.upper), of_pupils(figure)
    text = signed(figure.text)
    if figure.lead == "interval" and limits:
        return limits, f"Figure {text}"
    if figure.lead == "pupils" and pupils:
        return pupils, text
    return tuple(_there((text, limits, pupils)))


def _there(texts: Iterable[str]) -> Iterable[str]:
    return (text for text in texts if text)


def _band(figure: Figure) -> tuple[str, ...]:
    if not figure.may_rank:
        return (FEW,) if interval(figure.lower, figure.upper) else ()
    return (figure.band_words,) if figure.band_words else ()
