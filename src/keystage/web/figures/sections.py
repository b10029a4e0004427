"""The tables of a page of figures, in order, and the charts beside them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from keystage.core.subjects import Subject
from keystage.flows.figures.contents import Content, Figure
from keystage.web.figures.cells import Cell, cell_of
from keystage.web.figures.drawing import Chart, Given, chart_of


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a table: what it is of, and its cells."""

    head: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A table of a page, with a chart where figures are there to be drawn.

    Attributes:
        key: its name in addresses and files.
        title: its heading.
        columns: headings after the first.
        rows: the rows.
        figures: what is in it, for a file.
        charts: the drawings.
        progress: whether it has scores of pupil progress, which are not for parents.
        folded: groups so small that they are shown together, with their rows.
        said: a sentence above it.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...] = ()
    charts: tuple[Chart, ...] = ()
    progress: bool = False
    folded: tuple[Row, ...] = ()
    said: str = ""


def listed(  # noqa: PLR0913  # a table's name, what is in it, what is said and drawn of it
    key: str,
    title: str,
    figures: Iterable[Figure],
    column: str,
    *,
    said: str = "",
    chart: Callable[[Sequence[Figure]], Chart | None] | None = None,
) -> Section | None:
    """A table with one figure a row; None with none."""
    chosen = tuple(figures)
    if not chosen:
        return None
    drawn = chart(chosen) if chart else None
    return Section(
        key=key,
        title=title,
        columns=(column,),
        rows=tuple(Row(head=one.label, cells=(cell_of(one),)) for one in chosen),
        figures=chosen,
        charts=(drawn,) if drawn else (),
        progress=has_progress(chosen),
        said=said,
    )


def by_group(key: str, title: str, figures: Iterable[Figure]) -> Section | None:
    """A table with a pupil group a row and a measure a column; None with no figure.

    Groups that are folded stand apart, so that nobody reads the one child they tell of as a group.
    """
    chosen = tuple(figures)
    if not chosen:
        return None
    measures = tuple(dict.fromkeys(one.label for one in chosen))
    groups = {one.group: one.group_label for one in chosen}
    cells = {(one.group, one.label): one for one in chosen}
    few = {one.group for one in chosen if one.folded}
    rows = {
        group: Row(head=label, cells=tuple(cell_of(cells.get((group, one))) for one in measures))
        for group, label in groups.items()
    }
    first = [one for one in chosen if one.label == measures[0] and one.group not in few]
    drawn = chart_of(
        f"{measures[0]}, by group",
        first[0].unit if first else "",
        [given_of(one, one.group_label) for one in first],
    )
    return Section(
        key=key,
        title=title,
        columns=tuple(shortened(chosen, one) for one in measures),
        rows=tuple(row for group, row in rows.items() if group not in few),
        figures=chosen,
        charts=(drawn,) if drawn else (),
        progress=has_progress(chosen),
        folded=tuple(row for group, row in rows.items() if group in few),
    )


def shortened(figures: Iterable[Figure], label: str) -> str:
    """A measure's label without the subject, which the heading of the table says."""
    subject = next((one.subject for one in figures if one.label == label), None)
    words = f" in {Subject(subject).label}" if subject else ""
    return label.replace(words, "") if words else label


def given_of(figure: Figure, label: str = "", marks: tuple[tuple[str, str], ...] = ()) -> Given:
    """A figure as a chart takes it: none that is not shown, and no share of few pupils.

    Of few pupils a length on paper says more than the figure can; an interval says how little.
    """
    shown = figure.state == "shown" and (figure.may_rank or figure.lower is not None)
    return Given(
        label=label or figure.label,
        text=figure.text if shown else "",
        lower=figure.lower if shown else None,
        upper=figure.upper if shown else None,
        marks=marks,
    )


def drawn_with_marks(
    content: Content, title: str, against: Iterable[str] = ("authority", "national")
) -> Callable[[Sequence[Figure]], Chart | None]:
    """What draws figures with those of areas marked beside them."""
    wanted = frozenset(against)

    def draw(figures: Sequence[Figure]) -> Chart | None:
        given = [
            given_of(
                one,
                marks=tuple(
                    (WHOSE[item.against], item.text)
                    for item in content.compared
                    if item.name == one.name and item.against in wanted and item.state == "shown"
                ),
            )
            for one in figures
        ]
        return chart_of(title, figures[0].unit, given) if figures else None

    return draw


#: Whose figure others are compared with, in words.
WHOSE = {"national": "England", "authority": "the local authority", "similar": "similar schools"}


def has_progress(figures: Iterable[Figure]) -> bool:
    """Whether scores of pupil progress are among figures."""
    families = {"progress", "gap", "trust"}
    return any(one.unit == "points" and one.family in families for one in figures)
