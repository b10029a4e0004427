"""Gaps to England as a page shows them: cells, charts, and one measure beside others this year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median_low

from keystage.actions.figures.similar_seen import SimilarSeen
from keystage.flows.figures.contents import Against, Content
from keystage.flows.figures_pack.gaps import GapSeries, YearOfGap
from keystage.flows.figures_pack.sentences import in_pupils
from keystage.flows.figures_pack.wording import wording
from keystage.web.figures.cells import NOTHING, Cell, cell_of, compared_cell, interval, signed
from keystage.web.figures.drawing import Chart, Given, chart_of, number
from keystage.web.figures.sections import Row, given_of

#: What a gap is told in, by the unit of its figure.
IN_WORDS = {
    "percent": "percentage points",
    "score": "points of the scaled score",
    "points": "points of progress; England is zero",
}
_AREAS: tuple[tuple[Against, str], ...] = (
    ("authority", "The local authority"),
    ("national", "England"),
)


@dataclass(frozen=True, kw_only=True)
class GapRow:
    """A figure of the table of all gaps: its field, what it is, its unit, a cell a year."""

    name: str
    label: str
    unit: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class GapYear:
    """A year of one figure: whose it is, the figure, England's, the gap, and if the gap moved."""

    head: str
    figure: Cell
    england: str
    gap: Cell
    moved: str


def years_of(every: Sequence[GapSeries]) -> tuple[int, ...]:
    """The years that the table of all gaps has a column for, the oldest first."""
    return tuple(sorted({one.year for series in every for one in series.years}))


def rows_of(every: Sequence[GapSeries]) -> tuple[GapRow, ...]:
    """A row a figure."""
    return tuple(
        GapRow(
            name=one.name,
            label=one.label,
            unit=IN_WORDS[one.unit],
            cells=tuple(_cell(year) for year in one.years),
        )
        for one in every
    )


def gap_years(series: GapSeries) -> tuple[GapYear, ...]:
    """A row a year of one figure."""
    return tuple(
        GapYear(
            head=f"{one.year}, {one.other}" if one.other else str(one.year),
            figure=cell_of(one.figure) if one.figure else Cell(first=NOTHING, shown=False),
            england=signed(one.england) if one.england else "Not shown",
            gap=_plain(one),
            moved=moved_in_words(one),
        )
        for one in series.years
    )


def moved_in_words(one: YearOfGap) -> str:
    """The arrow with its words, or why there is none; empty where there is no gap."""
    return getattr(wording().arrows, one.moved) if one.moved else one.still


def in_whole_pupils(one: YearOfGap) -> str:
    """The gap in whole pupils in words; empty where the release does not tell it so."""
    if not one.gap or one.figure is None or not one.figure.pupils:
        return ""
    told = in_pupils(one.figure)
    return "no whole pupil" if told == "none" else f"in pupils: {told}"


def england_of(content: Content) -> str:
    """Whose figures those of England are, as the release calls them."""
    named = (one.of for one in content.compared if one.against == "national" and one.of)
    return next(named, "England")


def drawn(series: GapSeries) -> Chart | None:
    """The gaps over the years around zero, which is England; nothing joins year and year."""
    return chart_of(
        f"How far from England: {series.label}",
        "points",
        [
            Given(
                label=f"{one.year}, {one.other}" if one.other else str(one.year),
                text=_bare(one.gap),
                lower=_bare(one.lower) if one.lower else None,
                upper=_bare(one.upper) if one.upper else None,
            )
            for one in series.years
            if one.gap
        ],
    )


def this_year(
    content: Content, series: GapSeries, seen: SimilarSeen | None
) -> tuple[tuple[Row, ...], Chart | None]:
    """A figure beside those of similar schools, the authority and England: a table and a chart."""
    figure = content.figure(series.name)
    if figure is None:
        return (), None
    rows, given = [Row(head="This school", cells=(cell_of(figure),))], []
    given.append(given_of(figure, "This school"))
    for head, text in (*_middle(series.name, seen), *_areas(content, series.name)):
        rows.append(Row(head=head, cells=(text,)))
        given.append(Given(label=head, text=text.first if text.shown else ""))
    return tuple(rows), chart_of(f"{content.year}: {series.label}", series.unit, given)


def _areas(content: Content, name: str) -> Iterator[tuple[str, Cell]]:
    for against, words in _AREAS:
        found = content.compared_with(name, against)
        if found is not None:
            yield found.of or words, compared_cell(found)


def _middle(name: str, seen: SimilarSeen | None) -> Iterator[tuple[str, Cell]]:
    """The middle one of the similar schools' published figures; nothing where none has one."""
    shown = [
        one.text
        for school, _ in (seen.near if seen else ())
        for one in school.headline
        if one.name == name and one.state == "shown" and number(one.text) is not None
    ]
    if shown:
        middle = median_low(sorted(number(text) or 0.0 for text in shown))
        text = next(text for text in shown if number(text) == middle)
        schools = "school" if len(shown) == 1 else "schools"
        yield f"The middle one of {len(shown)} similar {schools}", Cell(first=signed(text))


def _cell(one: YearOfGap) -> Cell:
    if not one.gap:
        return Cell(first=one.said.partition(":")[0], shown=False)
    arrow = moved_in_words(one) if one.moved else ""
    whose = f"of {one.other}" if one.other else ""
    under = (interval(one.lower, one.upper), in_whole_pupils(one), arrow, whose)
    return Cell(first=signed(one.gap), under=tuple(text for text in under if text))


def _plain(one: YearOfGap) -> Cell:
    if not one.gap:
        return Cell(first=one.said, shown=False)
    under = (interval(one.lower, one.upper), in_whole_pupils(one))
    return Cell(first=signed(one.gap), under=tuple(text for text in under if text))


def _bare(text: str) -> str:
    return text.removeprefix("+")
