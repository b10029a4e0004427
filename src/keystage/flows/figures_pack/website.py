"""The block of a school's website: what it has to publish of its key stage 2 results.

It is made of the suppressed figures alone. Pupil progress is in it only of years for which the
duty names it as published.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from keystage.core.errors import UsageError
from keystage.flows.figures import caveats, guard
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures_pack.moments import made_in_words
from keystage.statute.table import Record, Source, Table
from keystage.statute.year import Year

_FILE = Path(__file__).with_name("website.toml")
_NOTHING = "–"


class Item(Table, frozen=True, kw_only=True):
    """Figures that have to be published, and of which years."""

    fields: tuple[str, ...]
    from_year: int | None = None
    years: tuple[int, ...] = ()
    progress: bool = False

    def holds(self, year: int) -> bool:
        """Whether they are due of a year."""
        return year in self.years or (self.from_year is not None and year >= self.from_year)


class Publication(Table, frozen=True, kw_only=True):
    """When figures are public, and what is said when they are not."""

    stages: tuple[str, ...]
    not_yet: str
    not_at_all: str
    authority: str


class Tables(Table, frozen=True, kw_only=True):
    """The link to the performance tables."""

    text: str
    where: str


class Chosen(Table, frozen=True, kw_only=True):
    """The caveats that stand with the block, by name."""

    names: tuple[str, ...]


class Words(Table, frozen=True, kw_only=True):
    """The words of the block."""

    heading: str
    school: str
    england: str
    figure: str
    progress: str
    pupils: str
    purpose: str
    warning: str


class Duty(Record, frozen=True, kw_only=True):
    """The whole file, with the sources."""

    sources: dict[str, Source]
    items: tuple[Item, ...]
    publication: Publication
    tables: Tables
    caveats: Chosen
    words: Words


@dataclass(frozen=True, kw_only=True)
class Block:
    """What stands on the website.

    Attributes:
        heading: its heading.
        columns: the headings of the table.
        rows: label, the school's figure and England's, or why there is none.
        said: sentences below the table.
        link_text: the words of the link to the tables.
        link: where it leads.
        progress: whether there is pupil progress in it.
        about: the release, scope, purpose and warning, for those who look after the page.
    """

    heading: str
    columns: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]
    said: tuple[str, ...]
    link_text: str
    link: str
    progress: bool
    about: tuple[tuple[str, str], ...]


@cache
def duty() -> Duty:
    """The duty, as the file tells it."""
    return msgspec.toml.decode(_FILE.read_bytes(), type=Duty)


def not_published(content: Content, year: Year, *, agencys: bool) -> str:
    """Why there is nothing to put on a website, in words; empty where there is.

    Args:
        content: what the release says of the school.
        year: the statutory year.
        agencys: whether the release is the agency's.
    """
    rules = duty().publication
    if not year.year.school_tables_published:
        return rules.not_at_all.format(year=content.year)
    if not agencys:
        return rules.authority
    return "" if content.stage in rules.stages else rules.not_yet


def website_block(content: Content, smallest: int) -> Block:
    """The block of a school.

    Args:
        content: what a published release says of the school, suppressed.
        smallest: fewer pupils than this are never told of: the year's smallest group.

    Raises:
        UsageError: the content is complete, or of no school.
    """
    if content.level != "suppressed" or content.kind != "school":
        raise UsageError(
            "The block of a website is made of the suppressed figures of a school.",
            todo="Give it the suppressed content.",
        )
    rules = duty()
    due = [item for item in rules.items if item.holds(content.year)]
    figures = list(_due(content, due))
    progress = any(item.progress for item in due)
    words = rules.words
    return Block(
        heading=words.heading.format(year=content.year),
        columns=(words.figure, words.school, words.england),
        rows=tuple((one.label, _school(one), _england(content, one)) for one in figures),
        said=tuple(_said(content, smallest, progress=progress)),
        link_text=rules.tables.text,
        link=rules.tables.where.format(code=content.code),
        progress=progress,
        about=(
            ("Release", f"{content.release}, computed {made_in_words(content.made_at)}"),
            ("Scope", f"{content.name} ({content.code}), results of {content.year}"),
            ("Purpose", words.purpose),
            ("Warning", words.warning),
        ),
    )


def _due(content: Content, items: list[Item]) -> Iterator[Figure]:
    for item in items:
        for name in item.fields:
            figure = content.figure(name)
            if figure is not None:
                yield figure


def _school(figure: Figure) -> str:
    if figure.state != "shown":
        return figure.said
    text = _signed(figure.text)
    if figure.lower and figure.upper:
        return f"{text} (interval {_signed(figure.lower)} to {_signed(figure.upper)})"
    return text


def _england(content: Content, figure: Figure) -> str:
    found = content.compared_with(figure.name, "national")
    if found is None or figure.unit == "points":
        return _NOTHING
    return found.text if found.state == "shown" else found.said


def _said(content: Content, smallest: int, *, progress: bool) -> Iterator[str]:
    words, pupils = duty().words, guard.whole(content.pupils)
    many = pupils is not None and pupils >= smallest
    if many:
        yield words.pupils.format(pupils=pupils)
    if progress:
        yield words.progress
    subjects = frozenset({"writing"})
    told = caveats.Told(
        year=content.year,
        stage=content.stage,
        kind=content.kind,
        pupils=pupils or 0,
        small=content.small and many,
        subjects=subjects,
        with_progress=frozenset(),
    )
    names = duty().caveats.names
    yield from caveats.caveats(
        told, (one for one in caveats.declared().caveats if one.name in names)
    )


def _signed(text: str) -> str:
    return f"−{text[1:]}" if text[:1] == "-" else text
