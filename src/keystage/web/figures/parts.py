"""The pages that one content is read as: headline figures, subjects, groups and so on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from keystage.core.subjects import Subject
from keystage.flows.figures.contents import Against, Compared, Content, Figure, Series
from keystage.measures.fields import PRIOR_COLUMN
from keystage.measures.parts import WHOLE
from keystage.statute.loader import load_year, releases_of
from keystage.web.figures.cells import Cell, cell_of, compared_cell, plain, point_cell
from keystage.web.figures.drawing import Given, chart_of
from keystage.web.figures.sections import (
    WHOSE,
    Row,
    Section,
    by_group,
    drawn_with_marks,
    listed,
)

_UNADJUSTED = "_UNADJUSTED"
_AGAINST: tuple[Against, ...] = ("authority", "similar", "national")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A page of a release: its heading, and what makes its tables."""

    title: str
    sections: Callable[[Content], Iterator[Section | None]]
    nothing: str


def sections_of(content: Content, part: str) -> tuple[Section, ...]:
    """The tables of a page.

    Raises:
        KeyError: there is no such page.
    """
    return tuple(one for one in PARTS[part].sections(content) if one is not None)


def _headline(content: Content) -> Iterator[Section | None]:
    whole = _whole(content)
    yield listed(
        "attainment",
        "Attainment",
        (one for one in whole if one.family == "attainment" and one.subject is None),
        "This school",
        chart=drawn_with_marks(content, "Reading, writing and maths combined"),
    )
    yield listed(
        "averages",
        "Average scaled scores",
        (one for one in whole if one.family == "average"),
        "This school",
        chart=drawn_with_marks(content, "Average scaled scores"),
    )
    yield listed(
        "progress",
        "Progress",
        (one for one in whole if _is_score(one)),
        "Score, confidence interval and band",
        chart=drawn_with_marks(content, "Progress scores with their confidence intervals", ()),
    )


def _subjects(content: Content) -> Iterator[Section | None]:
    whole = [one for one in _whole(content) if not one.name.endswith(_UNADJUSTED)]
    for subject in Subject:
        own = [one for one in whole if one.subject == subject and one.family != "three_year"]
        shares = [one for one in own if one.unit == "percent" and one.family == "attainment"]
        title = subject.label[:1].upper() + subject.label[1:]
        draw = drawn_with_marks(content, f"Pupils' attainment in {subject.label}")
        found = listed(str(subject), title, own, "This school")
        if found:
            drawn = draw(shares)
            yield replace(found, charts=(drawn,) if drawn else ())


def _groups(content: Content) -> Iterator[Section | None]:
    prior = prior_groups(content.year)
    return _of_groups(content, lambda group: group != WHOLE and group not in prior)


def _prior(content: Content) -> Iterator[Section | None]:
    yield listed(
        "starting",
        "Where pupils started",
        (one for one in content.figures if one.family == "prior_attainment"),
        "This school",
    )
    yield from _of_groups(content, lambda group: group in prior_groups(content.year))


def _of_groups(content: Content, chosen: Callable[[str], bool]) -> Iterator[Section | None]:
    own = [one for one in content.figures if chosen(one.group)]
    kept = [one for one in own if one.family in {"attainment", "average", "progress"}]
    yield by_group(
        "cohort", "How many pupils are in each group", (x for x in own if x.family == "composition")
    )
    yield by_group(
        "combined",
        "Reading, writing and maths combined",
        (one for one in kept if one.subject is None),
    )
    for subject in Subject:
        title = subject.label[:1].upper() + subject.label[1:]
        yield by_group(str(subject), title, (one for one in kept if one.subject == subject))
    yield listed(
        "gaps",
        "Gap to other pupils nationally",
        (one for one in own if one.family == "gap"),
        "This school's disadvantaged pupils less other pupils nationally",
    )


def _three_years(content: Content) -> Iterator[Section | None]:
    yield listed(
        "three-years",
        "Three years together",
        (one for one in content.figures if one.family == "three_year"),
        "This school",
        said="The pupils of three years are counted together, so that one child decides less.",
    )


def _beside(content: Content) -> Iterator[Section | None]:
    against = [one for one in _AGAINST if any(item.against == one for item in content.compared)]
    named = {item.name for item in content.compared}
    figures = tuple(one for one in content.figures if one.name in named)
    if not figures:
        return
    areas = {one: _area_of(content, one) for one in against}
    in_pupils = any(one.pupils for one in figures)
    yield Section(
        key="beside",
        title="Beside other figures of the same release",
        columns=(
            "This school",
            *areas.values(),
            *(("Difference from England in whole pupils",) if in_pupils else ()),
        ),
        rows=tuple(
            Row(
                head=f"{one.label}, {one.group_label}" if one.group != WHOLE else one.label,
                cells=(
                    cell_of(one),
                    *(_in_short(content.compared_with(one.name, each)) for each in against),
                    *((_in_pupils(one),) if in_pupils else ()),
                ),
            )
            for one in figures
        ),
        figures=figures,
        said=" ".join(why for one in against for why in _lacking(content, one, areas[one])),
    )


def _area_of(content: Content, against: Against) -> str:
    """What an area is called at the head of its column."""
    named = (item.of for item in content.compared if item.against == against and item.of)
    return next(named, WHOSE[against])


def _lacking(content: Content, against: Against, area: str) -> list[str]:
    """Why an area lacks figures, each reason once: the cells say the state alone."""
    items = [one for one in content.compared if one.against == against and one.state != "shown"]
    states = [said.partition(": ") for said in dict.fromkeys(one.said for one in items)]
    return [f"{area}, where it says “{state}”: {why}." for state, _, why in states if why]


def _in_short(compared: Compared | None) -> Cell:
    """What is compared with, as a cell; a state without its reason."""
    cell = compared_cell(compared)
    return cell if cell.shown else Cell(first=cell.first.partition(":")[0], shown=False)


def _in_pupils(figure: Figure) -> Cell:
    if figure.unit != "percent":
        return Cell(first="Only shares are told in pupils", shown=False)
    return plain(figure.pupils or "")


def _method(content: Content) -> Iterator[Section | None]:
    whole = _whole(content)
    scores = [one for one in whole if _is_score(one)]
    coverage = {one.subject: one for one in whole if _is_coverage(one)}
    if not scores:
        return
    yield Section(
        key="method",
        title="Adjusted and unadjusted progress",
        columns=("Adjusted", "Unadjusted", "Share of pupils counted"),
        rows=tuple(
            Row(head=one.label, cells=_both(content, one, coverage.get(one.subject)))
            for one in scores
        ),
        figures=tuple(one for one in whole if one.family == "progress"),
        progress=True,
        said="A pupil's progress that is far below that of similar pupils counts as a minimum in "
        "the adjusted score. The unadjusted score counts it as it is.",
    )


def _both(content: Content, score: Figure, coverage: Figure | None) -> tuple[Cell, ...]:
    return (
        cell_of(score),
        cell_of(content.figure(f"{score.name}{_UNADJUSTED}")),
        cell_of(coverage),
    )


def _years(content: Content) -> Iterator[Section | None]:
    for one in content.series:
        yield _series(one)


def _series(series: Series) -> Section:
    broken = {item.before: item.why for item in series.breaks}
    rows: list[Row] = []
    for point in series.points:
        if point.year in broken:
            rows.append(Row(head="Break", cells=(Cell(first=broken[point.year], shown=False),)))
        rows.append(Row(head=str(point.year), cells=(point_cell(point),)))
    drawn = chart_of(
        series.label,
        series.unit,
        [
            Given(label=str(one.year), text=one.text, lower=one.lower, upper=one.upper)
            for one in series.points
            if one.state == "shown"
        ],
    )
    return Section(
        key=f"years-{series.name.lower()}",
        title=series.label,
        columns=("This school",),
        rows=tuple(rows),
        charts=(drawn,) if drawn else (),
        progress=series.unit == "points",
        said=" ".join(item.why for item in series.breaks),
    )


@cache
def prior_groups(year: int) -> frozenset[str]:
    """The pupil groups by prior attainment, as the year names them."""
    groups = load_year(year, releases_of(year)[-1]).pupil_groups.groups
    return frozenset(name for name, group in groups.items() if group.column == PRIOR_COLUMN)


def _whole(content: Content) -> list[Figure]:
    return [one for one in content.figures if one.group == WHOLE and one.family != "three_year"]


def _is_score(figure: Figure) -> bool:
    """Whether it is a progress score by the year's method."""
    return (
        figure.family == "progress"
        and figure.unit == "points"
        and not figure.name.endswith(_UNADJUSTED)
    )


def _is_coverage(figure: Figure) -> bool:
    return figure.family == "progress" and figure.unit == "percent"


_WITHOUT = "This release has no such figures of the school."
#: The pages of a release, by their name in addresses, in the order of the ways between them.
PARTS: Mapping[str, Part] = {
    "headline": Part(title="Headline figures", sections=_headline, nothing=_WITHOUT),
    "subjects": Part(title="Subjects", sections=_subjects, nothing=_WITHOUT),
    "groups": Part(title="Pupil groups", sections=_groups, nothing=_WITHOUT),
    "prior": Part(
        title="Prior attainment",
        sections=_prior,
        nothing="This release has no figures by prior attainment.",
    ),
    "three-years": Part(
        title="Three years together",
        sections=_three_years,
        nothing="This release was made without the pupils of the two years before, so it has no "
        "three-year figures.",
    ),
    "beside": Part(
        title="Beside others",
        sections=_beside,
        nothing="This release has no figures of areas or of England to compare with.",
    ),
    "method": Part(
        title="Adjusted and unadjusted",
        sections=_method,
        nothing="This release has no progress scores.",
    ),
    "years": Part(
        title="Over the years",
        sections=_years,
        nothing="This release was made without the figures of other years.",
    ),
}
