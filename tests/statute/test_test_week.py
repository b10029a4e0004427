"""Test week of each year: whole, sourced, and refused where it does not fit the collection."""

from collections.abc import Callable
from pathlib import Path

import pytest

from keystage.core.errors import StatuteError, UsageError
from keystage.core.subjects import TESTED, Subject
from keystage.statute.assembly import tables_in
from keystage.statute.collection_loader import available_collections, load_collection
from keystage.statute.loader import YEARS
from keystage.statute.reading import read
from keystage.statute.register import TestRegister
from keystage.statute.register_loader import assemble_register, available_registers, load_register
from keystage.statute.season import Event

EVERY = available_registers()
SUPPLEMENT = """
[year]
id = 2026
[sources.own]
title = "The register as the portal shows it"
read_on = 2026-11-22
[declaration]
source = "own"
confidence = "B"
longest = 500
"""


def test_every_year_with_a_collection_has_its_test_week() -> None:
    assert available_collections() == EVERY


@pytest.mark.parametrize("year", EVERY)
def test_each_test_week_is_whole_and_each_source_is_used(year: int) -> None:
    found = load_register(year)
    assert found is load_register(year)
    assert {table.source for _, table in tables_in(found)} == found.sources.keys()
    assert {test: len(papers) for test, papers in found.tests()} == {
        Subject.READING: 1,
        Subject.GPS: 2,
        Subject.MATHS: 3,
    }
    events = {one.due for one in found.arrangements.sorts.values()} - {""}
    assert events <= {event.value for event in Event}
    assert {one.kind for one in found.arrangements.sorts.values()} == {
        "permission",
        "notice",
        "school",
        "consideration",
    }


@pytest.mark.parametrize("year", EVERY)
def test_every_registration_that_takes_no_test_says_a_code_by_itself_or_asks_for_none(
    year: int,
) -> None:
    found, codes = load_register(year), load_collection(year).registrations.codes
    implied = {key: found.implied(key) for key in codes}

    assert implied == {
        "registered": "",
        "below": "B",
        "left": "L",
        "future": "F",
        "previous": "P",
        "unregistered": "",
    }


def test_who_cannot_take_part_has_the_code_of_the_years_results() -> None:
    assert {"T", "U"} & load_register(2018).attendance.codes.keys() == {"T"}
    assert {"T", "U"} & load_register(2019).attendance.codes.keys() == {"U"}


@pytest.mark.parametrize("year", [2015, 2020, 2021, 2027])
def test_years_without_a_test_week_are_refused(year: int) -> None:
    with pytest.raises(UsageError, match=f"no test week of {year}"):
        load_register(year)


def test_a_supplement_replaces_a_table(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SUPPLEMENT, "utf-8")
    found = load_register(2026, path)

    assert found.declaration.longest == 500
    assert found.papers == load_register(2026).papers


def test_a_supplement_of_another_year_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(SUPPLEMENT, "utf-8")
    with pytest.raises(StatuteError, match="is for 2026, not for 2025"):
        load_register(2025, path)


def test_a_test_that_is_ordered_as_nothing_is_refused(tmp_path: Path) -> None:
    text = (YEARS / "2026" / "register.toml").read_text("utf-8")
    path = tmp_path / "register.toml"
    path.write_text(text.partition("[entry.materials]")[0] + "[entry.materials]\n", "utf-8")

    with pytest.raises(StatuteError, match="No test is ordered as anything"):
        assemble_register(read(path, "register.toml"), 2026)


def test_a_type_of_school_is_of_one_kind_or_of_none() -> None:
    entry = load_register(2026).entry
    assert entry is not None

    kinds = [entry.kind_of(code) for code in ("VA", "ACC", "IND", "NMSS", "")]

    assert [one and one.blocks for one in kinds] == [False, False, True, None, None]
    assert "entry" in load_register(2025).absent


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[str, str], StatuteError]:
    """How the test week of 2026 is refused once ``old`` stands for ``new`` in it."""

    def refuse(old: str, new: str) -> StatuteError:
        text = (YEARS / "2026" / "register.toml").read_text("utf-8")
        assert old in text, f"nothing to change: {old}"
        path = tmp_path / "register.toml"
        path.write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(StatuteError) as caught:
            assemble_register(read(path, "register.toml"), 2026)
        return caught.value

    return refuse


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("marks = 40", "marks = 41", "The papers of the maths test have 111 marks"),
        ('reading = { subject = "reading"', 'reading = { subject = "gps"', "reading test has no"),
        (
            'reading = { subject = "reading"',
            'reading = { subject = "science"',
            "no test in science",
        ),
        ('source = "insight_codes"', 'source = "nobody"', "The source nobody is not among"),
        ('registrations = ["below"]', 'registrations = ["under"]', "under is no registration"),
        ('implied_by = ["future"]', 'implied_by = ["later"]', "later is no registration"),
        ('implied_by = ["future"]', 'implied_by = ["left"]', "says two codes by itself"),
        ('outcome = "J"', 'outcome = "JJ"', "JJ is no code of results"),
        ('no_script = ["M"]', 'no_script = ["MM"]', "MM is no code of results"),
        ("script = true", 'script = true, outcome = "A"', "present has a script, and says"),
        ("script = true, ", "", "No code says that there is a script"),
        ('tests = ["gps"]', 'tests = ["writing"]', "There is no test in writing"),
        ("longest = 1000", "longest = 0", "The longest explanation has 0 characters"),
        ("[declaration]", "[declared]", "no statutory table [declared]"),
        ('types = ["IND"', 'types = ["VA", "IND"', "Schools of the type VA are of two kinds"),
        ("order = true, agreement = true, blocks", "blocks", "waits for nothing, and is kept"),
    ],
)
def test_a_test_week_that_does_not_fit_is_refused_where_it_does_not(
    refused: Callable[[str, str], StatuteError], old: str, new: str, sentence: str
) -> None:
    error = refused(old, new)

    assert sentence in error.what
    assert "register.toml" in error.where
    assert error.todo


def test_marks_that_are_not_known_are_no_fault(tmp_path: Path) -> None:
    text = (YEARS / "2026" / "register.toml").read_text("utf-8").replace(", marks = 40", "")
    path = tmp_path / "register.toml"
    path.write_text(text, "utf-8")
    found: TestRegister = assemble_register(read(path), 2026)

    assert found.papers.papers["maths_1"].marks is None
    assert [test for test, _ in found.tests()] == list(TESTED)
