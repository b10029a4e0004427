"""The third door of worked examples: a release of their pupils, its pages, files and packs."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from itertools import takewhile

from keystage.flows.figures.cells import declared
from keystage.flows.figures.contents import Content, Level
from keystage.flows.figures.protecting import REASON
from keystage.flows.figures.snapshot import snapshot
from keystage.flows.figures.states import state_of
from keystage.flows.figures_pack.pack import pack_of
from keystage.records.recordset import RecordSet
from keystage.statute.year import Year
from keystage.web.figures.cells import signed
from keystage.web.figures.files import file_of
from keystage.web.figures.parts import PARTS, sections_of

_MADE_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)


def agree(records: RecordSet, year: Year, rows: Sequence[Mapping[str, str]]) -> None:
    """What an example says is printed and published stands so in a release, to the character."""
    made = snapshot(records, year, stage=year.year.release, release="Example", made_at=_MADE_AT)
    levels: dict[str, Level] = {"printed": "complete", "published": "suppressed"}
    wanted = {
        (row.get("school") or "900001", level)
        for row in rows
        for column, level in levels.items()
        if column in row
    }
    schools = takewhile(lambda one: one.kind == "school", made.contents)
    doors = {
        (one.code, one.level): Doors.of(one) for one in schools if (one.code, one.level) in wanted
    }
    for row in rows:
        school = row.get("school") or "900001"
        for column, level in levels.items():
            found = doors.get((school, level))
            if column in row and found is not None:
                check(found, made.year, row["figure"], row[column].replace("(blank)", ""))


@dataclass(frozen=True)
class Doors:
    """A content, and what pages and files say of each of its figures."""

    content: Content
    pages: Mapping[str, list[str]]
    files: Mapping[str, list[str]]

    @classmethod
    def of(cls, content: Content) -> "Doors":
        """The doors of a content: every page, and the file of all that is on them."""
        pages: dict[str, list[str]] = defaultdict(list)
        files: dict[str, list[str]] = defaultdict(list)
        sections = [one for part in PARTS for one in sections_of(content, part)]
        for row in (row for one in sections for row in (*one.rows, *one.folded)):
            for cell in row.cells:
                pages[cell.name] += [cell.first, *cell.under]
        text = file_of(content, sections, "csv").decode("utf-8-sig")
        for line in csv.reader(StringIO(text)):
            files[line[1]] += line
        return cls(content, pages, files)


def check(doors: Doors, year: Year, name: str, said: str) -> None:
    """A printed or published cell beside the content, the pages, the files and the pack."""
    content, place = doors.content, places(year).get(name)
    if place is None:
        return
    figure = content.figure(place[0])
    assert figure is not None
    found = getattr(figure, place[1]) or ""
    state = state_of(said, year.suppression)
    if content.level == "suppressed" and REASON in figure.said:
        assert (found, state) == ("", "shown")
        return
    assert (name, found) == (name, said if state == "shown" else "")
    if name == "TELIG":
        assert content.pupils == said, "it stands above every page"
    elif found and place[1] != "band":
        assert any(signed(said) in text for text in doors.pages[figure.name]), name
        assert said in doors.files[figure.name], name
    if content.level == "suppressed":
        in_pack(content, year, figure.name)


def places(year: Year) -> dict[str, tuple[str, str]]:
    """Of each field of the department's tables the figure and the part of it that holds it."""
    found = {}
    for item in declared(year):
        found[item.name] = (item.name, "text")
        for field, part in ((item.lower, "lower"), (item.upper, "upper"), (item.band, "band")):
            if field:
                found[field] = (item.name, part)
    return found


def in_pack(content: Content, year: Year, name: str) -> None:
    """The pack for governors says the figure as the content does, or nothing of it."""
    figure = content.figure(name)
    assert figure is not None
    for table in pack_of(content, year.suppression.smallest_group).tables:
        for field, row in zip(table.figures, table.rows, strict=True):
            if field == name:
                assert (signed(figure.text) if figure.text else figure.said) in row
