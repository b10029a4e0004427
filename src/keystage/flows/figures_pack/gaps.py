"""A school's gap to England over the years: how far it lay from England in each, and if that moved.

No year's figure is compared with another's. Every number is one that the contents print, or the
difference of two of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.series import declared as rules_of_series
from keystage.flows.figures.states import in_words
from keystage.flows.figures_pack.support import Moved, gap_limits, judged, moved
from keystage.flows.figures_pack.wording import wording
from keystage.measures.parts import WHOLE
from keystage.statute.table import Record, Source, Table

_FILE = Path(__file__).with_name("gaps.toml")
_NOT_HELD = "no release of the year is held here"
_NOT_THERE = "the release of the year has no such figure"
_NO_NUMBER = "the figure is not told as one number"
_NO_ENGLAND = "No figure of England"


class Caution(Table, frozen=True, kw_only=True):
    """What must stand beside a gap over the years."""

    texts: tuple[str, ...]


class Words(Table, frozen=True, kw_only=True):
    """What is said in place of an arrow, and of a school that was taken over."""

    first: str
    without_interval: str
    broken: str
    few: str
    other_school: str
    split: str


class Rules(Record, frozen=True, kw_only=True):
    """Every word of the file, with the sources."""

    sources: dict[str, Source]
    caution: Caution
    words: Words


@cache
def declared() -> Rules:
    """The words of the file."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Rules)


@dataclass(frozen=True, kw_only=True)
class YearOfGap:
    """One year of a figure.

    Attributes:
        year: the year of the results.
        figure: the school's figure; None where there is none of the year.
        england: England's, as printed; empty where it is not shown or the score is against zero.
        gap: how far the figure lies from England's, with its sign; empty where that is not told.
        lower: the lower end of the gap's interval; None without one.
        upper: the upper end.
        said: why there is no gap; empty where there is one.
        moved: where the gap moved since the year before that is held; None where that is not said.
        still: why it is not said; empty where it is.
        other: the school that the figure is of, where it is not the school itself.
    """

    year: int
    figure: Figure | None = None
    england: str = ""
    gap: str = ""
    lower: str | None = None
    upper: str | None = None
    said: str = ""
    moved: Moved | None = None
    still: str = ""
    other: str = ""


@dataclass(frozen=True, kw_only=True)
class GapSeries:
    """A figure's gap to England over the years, the oldest first.

    Attributes:
        name: the field.
        label: what it is, for people.
        unit: percent, score or points.
        years: a row a year, years without figures included.
        breaks: why the series may not be read on, where it may not.
    """

    name: str
    label: str
    unit: str
    years: tuple[YearOfGap, ...]
    breaks: tuple[str, ...] = ()


def gaps_of(now: Content, before: Sequence[Content]) -> tuple[GapSeries, ...]:
    """The gaps of a content's headline figures of all pupils, in its order.

    Args:
        now: what a release says of a school.
        before: what releases of earlier years say of it, the oldest first; contents with another
            code are those of a school that it took over from.
    """
    return tuple(_series(figure, now, before) for figure in now.figures if _followed(figure))


def gap_of(now: Content, before: Sequence[Content], name: str) -> GapSeries | None:
    """The gap of one figure; None if it is not one that is followed."""
    figure = now.figure(name)
    return _series(figure, now, before) if figure and _followed(figure) else None


def split_of(now: Content, before: Sequence[Content]) -> str:
    """The sentence that says where another school's figures end; empty where there are none."""
    others = [one for one in before if one.code != now.code]
    if not others:
        return ""
    own = [one.year for one in before if one.code == now.code]
    return declared().words.split.format(first=min((*own, now.year)), school=others[-1].name)


def _followed(figure: Figure) -> bool:
    looked_at = figure.name in wording().looked_at.all_pupils
    return figure.group == WHOLE and (looked_at or figure.family == "average")


def _series(figure: Figure, now: Content, before: Sequence[Content]) -> GapSeries:
    held = {one.year: one for one in (*before, now)}
    return GapSeries(
        name=figure.name,
        label=figure.label,
        unit=figure.unit,
        years=tuple(_years(figure.name, now, held)),
        breaks=_breaks(figure, min(held), now.year),
    )


def _breaks(figure: Figure, first: int, last: int) -> tuple[str, ...]:
    """Why a figure may not be followed from one year to another; none where it may."""
    family = "progress" if figure.unit == "points" else figure.family
    return tuple(
        rule.why
        for rule in rules_of_series().breaks
        if first <= rule.after
        and rule.before <= last
        and (not rule.families or family in rule.families)
    )


def _years(name: str, now: Content, held: Mapping[int, Content]) -> Iterator[YearOfGap]:
    """A row a year from the first that is held; the years without tests among them."""
    former: Content | None = None
    for year in range(min(held), now.year + 1):
        content = held.get(year)
        if content is None:
            yield YearOfGap(year=year, said=_why_none(year))
            continue
        yield _one(name, content, former, other="" if content.code == now.code else content.name)
        former = content


def _why_none(year: int) -> str:
    without = (item.why for item in rules_of_series().without_tests if year in item.years)
    return in_words("not_available", next(without, _NOT_HELD))


def _one(name: str, content: Content, former: Content | None, other: str) -> YearOfGap:
    words, figure = declared().words, content.figure(name)
    if figure is None:
        said = in_words("not_available", _NOT_THERE)
        return YearOfGap(year=content.year, said=said, other=other)
    if figure.state != "shown":
        return YearOfGap(year=content.year, figure=figure, said=figure.said, other=other)
    england = content.compared_with(name, "national")
    shown = england.text if england and england.state == "shown" else ""
    if not figure.may_rank:
        return YearOfGap(
            year=content.year, figure=figure, england=shown, said=words.few, other=other
        )
    gap = _gap(figure, shown)
    if not gap:
        return YearOfGap(
            year=content.year, figure=figure, england=shown, said=_no_gap(figure), other=other
        )
    lower, upper = _limits(content, figure)
    shift = moved(content, former, figure)
    still = "" if shift else _still(figure, content, former)
    return YearOfGap(
        year=content.year, figure=figure, england=shown, gap=gap, lower=lower, upper=upper,
        moved=shift, still=still, other=other,
    )  # fmt: skip


def _no_gap(figure: Figure) -> str:
    """Why a figure that is shown has no gap."""
    if guard.number(figure.text) is None:
        return in_words("not_available", _NO_NUMBER)
    return _NO_ENGLAND


def _still(figure: Figure, content: Content, former: Content | None) -> str:
    """Why nothing is said of whether a gap moved."""
    words = declared().words
    if former is None:
        return words.first
    if former.code != content.code:
        return words.other_school
    return words.broken if _breaks(figure, former.year, content.year) else words.without_interval


def _gap(figure: Figure, england: str) -> str:
    """How far a figure lies from England's; a progress score is that itself."""
    here = guard.number(figure.text)
    there = Decimal(0) if figure.unit == "points" else guard.number(england)
    return "" if here is None or there is None else _signed(here - there)


def _limits(content: Content, figure: Figure) -> tuple[str | None, str | None]:
    """The interval of a gap, as printed."""
    beside = judged(content, figure)
    if beside is None:
        return None, None
    low, high = gap_limits(beside, figure.unit)
    return _signed(low), _signed(high)


def _signed(value: Decimal) -> str:
    """A difference with its sign, zero without one.

    >>> _signed(Decimal("-3.0")), _signed(Decimal(4)), _signed(Decimal("0.0"))
    ('-3.0', '+4', '0')
    """
    return f"{value:+f}" if value else "0"
