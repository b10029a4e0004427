"""Whoever reads every page, file and pack of a release learns no withheld figure by subtraction.

The attacker knows what is printed, tries every number of pupils that is printed so, and subtracts
groups from all pupils, schools from areas, and one release from another.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from io import StringIO

import polars as pl
import pytest
from msgspec.structs import replace
from snapshots_of_tests import (
    YEAR,
    contents_of_a_part,
    contents_of_england,
    made,
    part_of_england,
    without_pupils,
)

from keystage.flows.figures import protecting
from keystage.flows.figures.contents import Content, Figure
from keystage.flows.figures.protecting import given_away
from keystage.flows.figures_pack.pack import pack_of
from keystage.flows.figures_pack.website import website_block
from keystage.measures.catalogue import COMPOSITION
from keystage.web.figures.files import file_of
from keystage.web.figures.parts import PARTS, sections_of
from keystage.web.figures_packs.files import file_of as pack_file_of

SMALLEST = YEAR.suppression.smallest_group
COUNTS = {"all": "TELIG"} | {item.group: item.count_field for item in COMPOSITION}
GROUPS = YEAR.pupil_groups.groups
_NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?%?")
#: What a reader knows of a unit: the text of each figure that is shown anywhere.
Known = Mapping[str, str]


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


def known(content: Content) -> Known:
    """What the content prints of figures that are shown."""
    return {one.name: one.text for one in content.figures if one.text}


def met(percent: str, pupils: int) -> set[int]:
    """Every number of pupils whose share is printed so."""
    printed = int(percent.removesuffix("%"))
    return {n for n in range(pupils + 1) if (200 * n + pupils) // (2 * pupils) == printed}


def count(content: Content, group: str) -> int:
    figure = content.figure(COUNTS.get(group, ""))
    return int(figure.text) if figure and figure.text.isdecimal() else 0


def learnt_of_groups(content: Content) -> list[str]:
    """The withheld figures of small groups that all pupils less the shown groups give away."""
    by_label: dict[str, list[Figure]] = defaultdict(list)
    for figure in content.figures:
        if figure.family == "attainment":
            by_label[figure.label].append(figure)
    learnt = []
    for figures in by_label.values():
        whole = next((one for one in figures if one.group == "all" and one.text), None)
        columns = {GROUPS[one.group].column for one in figures} - {""}
        for column in columns if whole else ():
            here = [one for one in figures if GROUPS[one.group].column == column]
            shown = [one for one in here if one.text and count(content, one.group)]
            hidden = [one for one in here if not one.text and count(content, one.group)]
            left = count(content, "all") - sum(count(content, one.group) for one in shown)
            if not hidden or not 0 < left < SMALLEST or whole is None:
                continue
            sums = {0}
            for one in shown:
                sums = {a + b for a in sums for b in met(one.text, count(content, one.group))}
            every = met(whole.text, count(content, "all"))
            possible = {a - b for a in every for b in sums if 0 <= a - b <= left}
            if len(possible) <= left:
                learnt += [one.name for one in hidden]
    return learnt


def learnt_between(old: Content, new: Content) -> list[str]:
    """The percentages from which the few who are in one release only are told apart."""
    names = []
    for figure in new.figures:
        before = old.figure(figure.name)
        if before is None or figure.family != "attainment" or not figure.text or not before.text:
            continue
        one, other = count(old, figure.group), count(new, figure.group)
        few = abs(one - other)
        if not one or not other or not 0 < few < SMALLEST:
            continue
        (many, more), (rest, fewer) = sorted(
            ((one, before.text), (other, figure.text)), reverse=True
        )
        possible = {a - b for a in met(more, many) for b in met(fewer, rest) if 0 <= a - b <= few}
        if len(possible) <= few:
            names.append(figure.name)
    return names


@cache
def three_releases() -> tuple[tuple[Content, ...], ...]:
    """Three releases of one cohort: pupils leave in the second, and others in the third."""
    pupils = part_of_england().pupils.filter(pl.col("P_INCL").cast(pl.String) == "201")
    sizes = pupils.group_by("URN").len().filter(pl.col("len") >= 15).sort("URN")
    first = [_of_school(pupils, urn)[0] for urn in sizes["URN"].gather_every(3)]
    second = [_of_school(pupils, urn)[1] for urn in sizes["URN"].gather_every(2)]
    found = [contents_of_a_part()[1]]
    for lines in (first, first + second):
        held = tuple(found)
        records = without_pupils(part_of_england(), lines)

        def before(kind: str, codes: Sequence[str]) -> Iterable[Content]:
            return [
                one
                for contents in held  # noqa: B023  # asked while the loop stands here
                for one in contents
                if one.kind == kind and one.code in codes
            ]

        found.append(tuple(made(records, before, stage="revised").contents))
    return tuple(found)


def _of_school(pupils: pl.DataFrame, urn: int) -> list[int]:
    return pupils.filter(pl.col("URN") == urn)["line"].sort().to_list()


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


def test_without_protection_groups_tell_of_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protecting, "given_away_within", lambda *_: frozenset())
    contents = made(part_of_england(), national=True).contents
    told = [learnt_of_groups(one) for one in suppressed(contents, "school")]
    assert sum(map(len, told)) > 100


def test_no_group_of_few_is_worked_out_from_all_pupils_and_the_other_groups() -> None:
    for contents in (contents_of_england()[1], *three_releases()):
        for content in suppressed(contents, "school", "la", "region", "national"):
            assert learnt_of_groups(content) == [], content.code


def test_no_two_of_three_releases_tell_of_a_few() -> None:
    releases = [
        {(one.kind, one.code): one for one in suppressed(contents, "school", "la", "region",
                                                         "national")}
        for contents in three_releases()
    ]  # fmt: skip
    pairs = [(0, 1), (1, 2), (0, 2)]
    compared = 0
    for old, new in pairs:
        for key, content in releases[new].items():
            compared += 1
            assert learnt_between(releases[old][key], content) == [], (old, new, key)
    assert compared > 250


def test_a_group_that_is_withheld_in_one_release_is_not_shown_by_another() -> None:
    """A reader of three releases puts together what each shows."""
    first, second, third = (
        {one.code: one for one in suppressed(contents, "school")} for contents in three_releases()
    )
    for code, content in third.items():
        same = [one for one in (first[code], second[code]) if _counts(one) == _counts(content)]
        together = {name: text for one in (*same, content) for name, text in known(one).items()}
        merged = replace(
            content,
            figures=tuple(
                replace(one, text=together.get(one.name, ""), state="shown")
                if one.name in together
                else one
                for one in content.figures
            ),
        )
        assert learnt_of_groups(merged) == [], code


def _counts(content: Content) -> list[int]:
    return [count(content, group) for group in COUNTS]


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
