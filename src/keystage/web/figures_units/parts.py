"""The pages of a unit's content: headline figures, subjects, groups and so on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from msgspec.structs import replace as changed

from keystage.core.subjects import Subject
from keystage.flows.figures.contents import Content, Figure
from keystage.measures.fields import DISADVANTAGED, OTHER
from keystage.measures.parts import WHOLE
from keystage.web.figures import parts as of_schools
from keystage.web.figures.sections import Section, by_group, drawn_with_marks, listed
from keystage.web.figures_units.reached import CALLED

_UNWEIGHTED = "_AVG"
_WITHOUT = "This release has no such figures here."
_COMPARED = (WHOLE, DISADVANTAGED, OTHER)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A page of a unit: its heading, what makes its tables, and what is said where there are none.

    ``heads`` are the words above the rows of its tables.
    """

    title: str
    sections: Callable[[Content], Iterator[Section | None]] = lambda _: iter(())
    nothing: str = _WITHOUT
    heads: str = "Figure"


def sections_of(content: Content, part: str) -> tuple[Section, ...]:
    """The tables of a page.

    Raises:
        KeyError: there is no such page of such a unit.
    """
    made = parts_of(content.kind)[part].sections(content)
    return tuple(one for one in made if one is not None)


def parts_of(kind: str) -> Mapping[str, Part]:
    """The pages of a unit of a kind, by their name in addresses, in their order."""
    return {"trust": _TRUST, "la": _AUTHORITY, "diocese": _DIOCESE}.get(kind, _AREA)


def _as_of_a_school(part: str) -> Callable[[Content], Iterator[Section | None]]:
    """The tables that a school has, with the unit's own words."""

    def sections(content: Content) -> Iterator[Section | None]:
        called = CALLED[content.kind]
        for one in of_schools.sections_of(content, part):
            columns = tuple(text.replace("This school", called) for text in one.columns)
            yield replace(one, columns=columns)

    return sections


def _disadvantaged(content: Content) -> Iterator[Section | None]:
    kept = [
        one
        for one in content.figures
        if one.group in _COMPARED and one.family in {"attainment", "average", "progress"}
    ]
    yield listed(
        "cohort",
        "How many pupils are in each group",
        (
            _with_group(one)
            for one in content.figures
            if one.group in _COMPARED[1:] and one.family == "composition"
        ),
        CALLED[content.kind],
    )
    yield by_group(
        "combined",
        "Reading, writing and maths combined",
        (one for one in kept if one.subject is None),
    )
    for subject in Subject:
        title = subject.label[:1].upper() + subject.label[1:]
        own = [one for one in kept if one.subject == subject]
        both = {one.label for one in own if one.group != WHOLE}
        yield by_group(str(subject), title, (one for one in own if one.label in both))
    yield listed(
        "gaps",
        "Gap to other pupils nationally",
        (one for one in content.figures if one.family == "gap"),
        "Disadvantaged pupils here less other pupils nationally",
    )


def _with_group(figure: Figure) -> Figure:
    """A count or share of a group, with the group in its label."""
    return changed(figure, label=f"{figure.label}: {figure.group_label}")


def _weighted(content: Content) -> Iterator[Section | None]:
    """A trust's measures of all its pupils, weighted and unweighted."""
    whole = [one for one in content.figures if one.group == WHOLE]
    shares = [one for one in whole if one.unit == "percent"]
    scores = [one for one in whole if one.unit != "percent"]
    yield listed(
        "attainment",
        "Reading, writing and maths",
        shares,
        "This trust",
        said="A weighted figure counts a school's pupils as often as the years it has been in the "
        "trust. An unweighted one counts each pupil once.",
        chart=drawn_with_marks(content, "Reading, writing and maths combined"),
    )
    yield listed(
        "progress",
        "Progress",
        scores,
        "Score, confidence interval and band",
        chart=drawn_with_marks(content, "Progress scores with their confidence intervals", ()),
    )


def _weighted_groups(content: Content) -> Iterator[Section | None]:
    weighted = [one for one in content.figures if not is_unweighted(one)]
    yield by_group(
        "combined",
        "Reading, writing and maths combined",
        (one for one in weighted if one.subject is None),
    )
    for subject in Subject:
        title = subject.label[:1].upper() + subject.label[1:]
        yield by_group(str(subject), title, (one for one in weighted if one.subject == subject))


def is_unweighted(figure: Figure) -> bool:
    """Whether a trust's figure counts every pupil once."""
    return figure.name.endswith(_UNWEIGHTED) or f"{_UNWEIGHTED}_" in figure.name


_SCHOOLS = Part(title="Schools")
_NO_TRUST = (
    "A trust has weighted measures where the year's rules for trusts are known and enough of its "
    "schools count. What is missing is said below, and of each school in “How they come about”."
)
_AREA: Mapping[str, Part] = {
    "headline": Part(title="Headline figures", sections=_as_of_a_school("headline")),
    "subjects": Part(title="Subjects", sections=_as_of_a_school("subjects")),
    "groups": Part(title="Pupil groups", sections=_as_of_a_school("groups"), heads="Group"),
    "disadvantaged": Part(title="Disadvantaged pupils", sections=_disadvantaged, heads="Group"),
    "prior": Part(
        title="Prior attainment",
        sections=_as_of_a_school("prior"),
        nothing="This release has no figures by prior attainment.",
        heads="Group",
    ),
    "three-years": Part(
        title="Three years together",
        sections=_as_of_a_school("three-years"),
        nothing="This release was made without the pupils of the two years before, so it has no "
        "three-year figures.",
    ),
    "years": Part(
        title="Over the years",
        sections=_as_of_a_school("years"),
        nothing="This release was made without the figures of other years.",
    ),
}
_AUTHORITY: Mapping[str, Part] = {
    "headline": _AREA["headline"],
    "schools": _SCHOOLS,
    **_AREA,
    "beside": Part(
        title="Beside England",
        sections=_as_of_a_school("beside"),
        nothing="This release has no figures of England to compare with.",
    ),
}
_TRUST: Mapping[str, Part] = {
    "headline": Part(title="Weighted measures", sections=_weighted, nothing=_NO_TRUST),
    "disadvantaged": Part(
        title="Disadvantaged and other pupils",
        sections=_weighted_groups,
        nothing=_NO_TRUST,
        heads="Group",
    ),
    "workings": Part(title="How they come about"),
    "schools": _SCHOOLS,
    "years": _AREA["years"],
}
_DIOCESE: Mapping[str, Part] = {"schools": _SCHOOLS}
