"""What the page of figures draws: tiles of headline figures, and the table of starting points."""

from collections.abc import Sequence
from dataclasses import dataclass

from keystage.core.subjects import Subject
from keystage.flows.school_summary import SchoolSummary
from keystage.flows.starting_points import STANDINGS, StartingPoints
from keystage.web.wording import plural

#: The headline figures, by the ends of their fields: the standard met, and the average score.
_HEADLINES = ("_EXP", "_AVERAGE")
_SHORT = ("Not counted", "Below", "Expected", "Higher")
_COLUMN, _ROW, _LEFT, _TOP = 120, 34, 110, 30


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A headline figure; ``caution`` says that few pupils make it."""

    field: str
    label: str
    printed: str
    pupils: int
    caution: str


@dataclass(frozen=True, kw_only=True)
class Box:
    """A cell of the drawing: where it stands, how dark it is, and its number."""

    x: int
    y: int
    shade: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The starting points of a subject as boxes, with the table that says the same."""

    subject: Subject
    points: StartingPoints
    width: int
    height: int
    columns: tuple[tuple[int, str], ...]
    rows: tuple[tuple[int, str], ...]
    boxes: tuple[Box, ...]
    words: str
    few: bool

    @property
    def box(self) -> tuple[int, int]:
        """How wide and high a box is."""
        return _COLUMN - 4, _ROW - 4


def tiles_of(summary: SchoolSummary) -> list[Tile]:
    """The headline figures that are known."""
    smallest = summary.year.suppression.smallest_group
    return [
        Tile(
            field=one.field,
            label=one.label,
            printed=one.printed,
            pupils=one.denominator,
            caution=_caution(one.denominator, smallest),
        )
        for one in summary.figures
        if one.field.endswith(_HEADLINES) and one.printed
    ]


def drawings_of(points: Sequence[StartingPoints], smallest: int) -> list[Drawing]:
    """The starting points of each subject of which any outcome at key stage 1 is known.

    Args:
        points: the tables.
        smallest: fewer pupils than this tell of single ones.
    """
    return [_drawing(one, smallest) for one in points if one.known]


def _drawing(points: StartingPoints, smallest: int) -> Drawing:
    most = points.most
    boxes = tuple(
        Box(
            x=_LEFT + at * _COLUMN,
            y=_TOP + down * _ROW,
            shade=f"{0.6 * count / most:.2f}" if count else "0.00",
            count=count,
        )
        for down, row in enumerate(points.rows)
        for at, count in enumerate(row.counts)
    )
    return Drawing(
        subject=points.subject,
        points=points,
        width=_LEFT + len(STANDINGS) * _COLUMN,
        height=_TOP + len(points.rows) * _ROW,
        columns=tuple((_LEFT + at * _COLUMN, text) for at, text in enumerate(_SHORT)),
        rows=tuple(
            (_TOP + at * _ROW, row.code or "Not known") for at, row in enumerate(points.rows)
        ),
        boxes=boxes,
        words=_words(points),
        few=any(row.pupils < smallest for row in points.rows),
    )


def _words(points: StartingPoints) -> str:
    met = sum(sum(row.counts[2:]) for row in points.rows if row.code)
    return (
        f"Of {plural(points.known, 'pupil', 'pupils')} with an outcome at key stage 1 in "
        f"{points.subject.label}, {met} met the expected standard at the end of key stage 2. The "
        "darker a box, the more pupils are in it. The table below says the same."
    )


def _caution(pupils: int, smallest: int) -> str:
    if pupils < smallest:
        return "So few pupils tell of single ones: do not show this to others."
    return ""
