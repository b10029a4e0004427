"""The gaps to England over the years as a file, with the cautions that go with them."""

from collections.abc import Iterator, Sequence

from keystage.actions.figures.history import history_of
from keystage.flows.figures import guard
from keystage.flows.figures.contents import Content
from keystage.flows.figures_pack.gaps import GapSeries, declared, gaps_of, split_of
from keystage.web.figures.files import about
from keystage.web.figures.gaps import IN_WORDS, moved_in_words
from keystage.web.figures.reached import Reached
from keystage.web.figures.sheets import sheet_of

#: What the file is called, beside school and release.
GAPS = "gaps"
_HEADS = (
    "Figure", "Name in the tables", "Year", "School", "Value", "England", "Gap to England",
    "Gap is in", "Gap in whole pupils", "Lower limit of the gap", "Upper limit of the gap",
    "Whether the gap moved", "Why there is none",
)  # fmt: skip


def gaps_for(found: Reached, content: Content, form: str) -> bytes:
    """The gaps of a school as the person sees them, as a file.

    Args:
        found: the release as it was reached.
        content: what it says of the school to the person.
        form: a key of `sheets.FORMS`.
    """
    before = history_of(found.release, found.here.organisation, person=found.here.by.who)
    return gaps_file(content, gaps_of(content, before), split_of(content, before), form)


def gaps_file(content: Content, every: Sequence[GapSeries], split: str, form: str) -> bytes:
    """A row a figure and year.

    Args:
        content: what the release says of the school this year.
        every: the gaps.
        split: where another school's figures end, as a sentence; empty where there are none.
        form: a key of `sheets.FORMS`.
    """
    told = _told(content, split, progress=any(one.unit == "points" for one in every))
    return sheet_of(_HEADS, _rows(content, every), told, content.release, form)


def _rows(content: Content, every: Sequence[GapSeries]) -> Iterator[tuple[str | None, ...]]:
    for series in every:
        for one in series.years:
            yield (
                series.label,
                series.name,
                str(one.year),
                one.other or content.name,
                one.figure.text if one.figure else "",
                one.england,
                one.gap,
                IN_WORDS[series.unit],
                one.figure.pupils if one.figure and one.gap else None,
                one.lower,
                one.upper,
                moved_in_words(one),
                one.said,
            )


def _told(content: Content, split: str, *, progress: bool) -> Iterator[tuple[str, str]]:
    yield from about(content, progress=progress)
    pupils = guard.declared().pupil_equivalent.text
    for text in (*declared().caution.texts, pupils, *((split,) if split else ())):
        yield "About: read with it", text
