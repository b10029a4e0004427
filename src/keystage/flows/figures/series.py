"""A unit's figures over the years, from the contents of earlier releases, with breaks."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from keystage.flows.figures.contents import Break, Content, Figure, Point, Series
from keystage.flows.figures.states import in_words
from keystage.measures.parts import WHOLE
from keystage.statute.table import Confidence, Record, Source

_FILE = Path(__file__).with_name("series.toml")
_FAMILIES = frozenset({"attainment", "average", "progress", "trust"})
_NOT_HELD = "no release of the year is held here"


class BreakRule(Record, frozen=True, kw_only=True):
    """A place where series of some families (of all, where none is named) may not be read on."""

    source: str
    confidence: Confidence
    after: int
    before: int
    why: str
    families: tuple[str, ...] = ()


class WithoutTests(Record, frozen=True, kw_only=True):
    """Years without tests, and why."""

    source: str
    confidence: Confidence
    years: tuple[int, ...]
    why: str


class Rules(Record, frozen=True, kw_only=True):
    """Every rule of series, with the sources."""

    sources: dict[str, Source]
    breaks: tuple[BreakRule, ...]
    without_tests: tuple[WithoutTests, ...]


@cache
def declared() -> Rules:
    """The rules of the file."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Rules)


def with_series(content: Content, earlier: Sequence[Content]) -> Content:
    """A content with its headline figures over the years; as it is where no earlier year is known.

    Args:
        content: this year's content.
        earlier: contents of the same unit and level of earlier years; of two of one year the later
            one counts. Others are left out, so that no level shows what another withholds.
    """
    years = {
        one.year: one
        for one in earlier
        if (one.kind, one.code, one.level) == (content.kind, content.code, content.level)
        and one.year < content.year
    }
    if not years:
        return content
    ordered = [years[year] for year in sorted(years)] + [content]
    return msgspec.structs.replace(
        content,
        series=tuple(_series(figure, ordered) for figure in content.figures if _told(figure)),
    )


def _told(figure: Figure) -> bool:
    """Whether a figure has a series: a headline figure of all pupils, not a share in a measure."""
    headline = figure.family != "progress" or figure.unit == "points"
    return figure.group == WHOLE and figure.family in _FAMILIES and headline


def _series(figure: Figure, contents: Sequence[Content]) -> Series:
    held = {content.year: content for content in contents}
    first, last = contents[0].year, contents[-1].year
    rules = [
        rule
        for rule in declared().breaks
        if (not rule.families or _family(figure) in rule.families)
        and first <= rule.after
        and rule.before <= last
    ]
    points: list[Point] = []
    for year in range(first, last + 1):
        points.append(_point(figure.name, year, held.get(year), points, rules))
    return Series(
        name=figure.name,
        label=figure.label,
        unit=figure.unit,
        points=tuple(points),
        breaks=tuple(Break(after=rule.after, before=rule.before, why=rule.why) for rule in rules),
    )


def _family(figure: Figure) -> str:
    """The family a break is of: a trust's progress is progress."""
    return "progress" if figure.unit == "points" else figure.family


def _point(
    name: str,
    year: int,
    content: Content | None,
    before: Sequence[Point],
    rules: Sequence[BreakRule],
) -> Point:
    figure = content.figure(name) if content else None
    if figure is None:
        why = next((item.why for item in declared().without_tests if year in item.years), _NOT_HELD)
        return Point(year=year, text="", state="not_available", said=in_words("not_available", why))
    joined = (
        figure.state == "shown"
        and bool(before)
        and before[-1].state == "shown"
        and not any(rule.after < year <= rule.before for rule in rules)
    )
    return Point(
        year=year,
        text=figure.text,
        state=figure.state,
        said=figure.said if figure.state != "shown" else "",
        lower=figure.lower,
        upper=figure.upper,
        joined=joined,
    )
