"""Pages, files, packs and the page of what changed say nothing but the figures that are shown.

What follows from these is worked out in `tests/flows/test_figures_attacked.py`.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from msgspec.structs import replace
from snapshots_of_tests import YEAR, contents_of_a_part, contents_of_england, later

from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.protecting import given_away
from keystage.flows.figures_pack.pack import pack_of
from keystage.flows.figures_pack.website import website_block
from keystage.web.figures.differing import moved
from keystage.web.figures.files import file_of
from keystage.web.figures.parts import PARTS, sections_of
from keystage.web.figures_packs.files import file_of as pack_file_of

SMALLEST = YEAR.suppression.smallest_group
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?%?")


def suppressed(contents: Iterable[Content], *kinds: str) -> list[Content]:
    return [one for one in contents if one.level == "suppressed" and one.kind in kinds]


def said(content: Content) -> Iterator[tuple[str, str]]:
    """Every text that a page, a file, a pack or the website says of a figure, with its field."""
    for part in PARTS:
        yield from _of_page(content, part)
    yield from _of_pack(content)
    labels = {one.label: one.name for one in content.figures if one.group == "all"}
    for label, text, _ in website_block(content, SMALLEST).rows:
        yield labels[label], text


def _of_page(content: Content, part: str) -> Iterator[tuple[str, str]]:
    sections = sections_of(content, part)
    rows = [row for one in sections for row in (*one.rows, *one.folded)]
    for cell in (cell for row in rows for cell in row.cells if cell.name):
        yield from ((cell.name, text) for text in (cell.first, *cell.under))
    if sections:
        yield from _of_file(file_of(content, sections, "csv"), 1, slice(4, 9))


def _of_pack(content: Content) -> Iterator[tuple[str, str]]:
    pack = pack_of(content, SMALLEST)
    for table in pack.tables:
        for name, row in zip(table.figures, table.rows, strict=True):
            yield name, row[1]
    yield from _of_file(pack_file_of(pack, "csv"), 2, slice(4, 5), only="This school")
    for sentence in pack.sentences:
        if len(sentence.figures) == 1:
            yield sentence.figures[0], sentence.text.partition(": ")[2].partition(",")[0]


def _of_file(
    made_of: bytes, name: int, cells: slice, only: str | None = None
) -> Iterator[tuple[str, str]]:
    for row in csv.reader(StringIO(made_of.decode("utf-8-sig"))):
        if row[name] and (only is None or row[3] == only):
            yield from ((row[name], text) for text in row[cells])


def test_pages_files_packs_and_websites_say_nothing_but_the_figures_that_are_shown() -> None:
    """So what holds for contents holds for whoever reads them all."""
    schools = suppressed(contents_of_england()[1], "school")
    complete = {
        one.code: one for one in contents_of_england()[1]
        if (one.kind, one.level) == ("school", "complete")
    }  # fmt: skip
    hidden = 0
    for content in schools[::9]:
        own = {one.name: one for one in content.figures}
        for name, text in said(content):
            figure = own.get(name)
            if figure is None:
                continue
            printed = (figure.text, figure.lower, figure.upper, figure.pupils)
            allowed = {number.replace("-", "−") for number in printed if number}
            if figure.state == "shown":
                told = {number.replace("-", "−") for number in _NUMBER.findall(text)}
                assert told <= allowed, (content.code, name, text)
            else:
                whole = complete[content.code].figure(name)
                hidden += bool(whole and whole.text)
                assert not _NUMBER.search(text), (content.code, name, text)
    assert hidden > 100


def test_the_page_of_what_changed_says_nothing_but_what_both_releases_show() -> None:
    """Why a figure changed, and how many pupils did it, is not told beside suppressed figures."""
    before = {one.code: one for one in suppressed(contents_of_a_part()[1], "school")}
    rows = 0
    for content in suppressed(later(protected=True)[1], "school")[::7]:
        old = before[content.code]
        for row in moved(old, content, None):
            rows += 1
            assert (row.reasons, row.pupils, row.opens) == ((), None, False)
            for cell, figure in ((row.before, old.figure(row.name)),
                                 (row.after, content.figure(row.name))):  # fmt: skip
                assert figure is not None
                if figure.state != "shown":
                    assert not _NUMBER.search(" ".join((cell.first, *cell.under))), row.name
            if {one.figure(row.name).state for one in (old, content)} != {"shown"}:  # type: ignore[union-attr]  # both have it
                assert row.change == ""
    assert rows > 50


def test_groups_that_are_large_enough_keep_every_figure() -> None:
    def school(*groups: tuple[str, str, str, str]) -> Content:
        figures = [
            Figure(name="TELIG", label="Pupils", group="all", family="composition", unit="pupils",
                   text="40"),
            Figure(name="PTRWM_EXP", label="Share", group="all", family="attainment",
                   unit="percent", text="50%"),
        ]  # fmt: skip
        for group, field, number, share in groups:
            state = "shown" if share else "suppressed"
            figures += [
                Figure(name=field, label="Number", group=group, family="composition",
                       unit="pupils", text=number),
                Figure(name=f"PTRWM_EXP_{group}", label="Share", group=group,
                       family="attainment", unit="percent", text=share, state=state),  # type: ignore[arg-type]  # of tests
            ]  # fmt: skip
        return Content(kind="school", code="900001", name="A", level="suppressed", year=2022,
                       stage="final", release="", made_at="", pupils="40",
                       figures=tuple(figures))  # fmt: skip

    low, middle, high = "TKS1GROUP_L", "TKS1GROUP_M", "TKS1GROUP_H"
    whole = school(
        ("low", low, "10", "20%"), ("middle", middle, "20", "50%"), ("high", high, "10", "80%")
    )
    assert given_away(whole, [], YEAR) == frozenset()
    few = school(
        ("low", low, "3", ""), ("middle", middle, "27", "44%"), ("high", high, "10", "80%")
    )
    assert given_away(few, [], YEAR) == {"PTRWM_EXP_high"}
    many = school(
        ("low", low, "8", ""), ("middle", middle, "22", "50%"), ("high", high, "10", "80%")
    )
    assert given_away(many, [], YEAR) == frozenset(), "eight pupils are no few"
    two = school(("boys", "BELIG", "3", ""), ("girls", "GELIG", "37", "51%"))
    assert given_away(two, [], YEAR) == {"PTRWM_EXP_girls"}
    nobody = replace(two, figures=two.figures[1:])
    assert given_away(nobody, [], YEAR) == frozenset(), "without a count nothing is subtracted"
