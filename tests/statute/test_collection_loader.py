"""Collections: every year is there, whole, and says what a school may send."""

from datetime import date
from pathlib import Path

import pytest

from keystage.core.errors import StatuteError, UsageError
from keystage.core.subjects import ASSESSED, TESTED, Subject
from keystage.statute.assembly import tables_in, tables_of
from keystage.statute.collection import Collection
from keystage.statute.collection_loader import (
    assemble_collection,
    available_collections,
    load_collection,
)
from keystage.statute.loader import YEARS, load_year, releases_of
from keystage.statute.reading import Document

READING, WRITING, MATHS, SCIENCE = ASSESSED
PRE_KEY_STAGE = ("PK6", "PK5", "PK4", "PK3", "PK2", "PK1")
EVERY = available_collections()


def test_every_year_with_assessments_has_a_collection() -> None:
    assert EVERY == (2016, 2017, 2018, 2019, 2022, 2023, 2024, 2025, 2026)


def test_p_scales_were_sent_until_they_ended() -> None:
    assert "P1i" in load_collection(2019).p_scale_codes
    assert load_collection(2022).p_scale_codes == ()


@pytest.mark.parametrize("year", EVERY)
def test_each_collection_is_whole_and_each_table_has_a_source(year: int) -> None:
    found = load_collection(year)
    assert found is load_collection(year)
    assert found.name == str(year)
    given = dict(tables_in(found))
    assert given.keys() | found.absent.keys() == tables_of(Collection).keys()
    assert all(item.absent for item in found.absent.values())
    assert {table.source for table in given.values()} == found.sources.keys()


@pytest.mark.parametrize("year", EVERY)
def test_no_collection_leans_on_another_years_file(year: int) -> None:
    text = (YEARS / str(year) / "collection.toml").read_text("utf-8")
    assert f"[year]\nid = {year}\n" in text


@pytest.mark.parametrize("year", [2015, 2020, 2021, 2027])
def test_years_without_a_collection_are_refused_with_the_years_there_are(year: int) -> None:
    with pytest.raises(UsageError, match=f"no collection of {year}.*2016, 2017") as caught:
        load_collection(year)
    assert "2020 and 2021" in caught.value.todo


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_codes_of_recent_years_are_those_of_the_list_of_2024(year: int) -> None:
    found = load_collection(year)
    assert found.codes(READING) == found.codes(MATHS) == (*PRE_KEY_STAGE, "EM", "A")
    assert found.codes(WRITING) == ("GDS", "EXS", "WTS", *PRE_KEY_STAGE, "EM", "A", "L", "F", "P")
    assert found.codes(SCIENCE) == ("EXS", "HNM", "A", "L", "F", "P")
    assert not any(
        item.undocumented for subject in ASSESSED for item in found.judgements.of(subject).values()
    )


def test_codes_are_told_apart_by_what_they_say() -> None:
    found = load_collection(2026)
    assert found.codes(WRITING, "standard") == ("GDS", "EXS", "WTS")
    assert found.codes(WRITING, "below", "engagement") == (*PRE_KEY_STAGE, "EM")
    assert found.codes(SCIENCE, "not_assessed", "elsewhere") == ("A", "L", "F", "P")


@pytest.mark.parametrize(
    ("code", "subjects", "first", "last"),
    [
        ("GDS", {WRITING}, 2016, 2026),
        ("WTS", {WRITING}, 2016, 2026),
        ("EXS", {READING, WRITING, MATHS, SCIENCE}, 2016, 2018),
        ("EXS", {WRITING, SCIENCE}, 2019, 2026),
        ("HNM", {READING, MATHS, SCIENCE}, 2016, 2018),
        ("HNM", {SCIENCE}, 2019, 2026),
        ("PKG", {READING, WRITING, MATHS}, 2016, 2018),
        ("PKF", set(), 2019, 2026),
        ("PK1", set(), 2016, 2018),
        ("PK6", {READING, WRITING, MATHS}, 2019, 2026),
        ("BLW", {READING, WRITING, MATHS}, 2019, 2019),
        ("BLW", set(), 2022, 2026),
        ("EM", set(), 2016, 2019),
        ("EM", {READING, WRITING, MATHS}, 2022, 2026),
        ("A", {READING, WRITING, MATHS, SCIENCE}, 2016, 2026),
        ("D", {READING, WRITING, MATHS, SCIENCE}, 2016, 2022),
        ("D", set(), 2023, 2026),
        ("Q", set(), 2016, 2026),
    ],
)
def test_each_code_is_of_its_subjects_in_its_years(
    code: str, subjects: set[Subject], first: int, last: int
) -> None:
    for year in [year for year in EVERY if first <= year <= last]:
        found = load_collection(year)
        assert {item for item in ASSESSED if code in found.codes(item)} == subjects, year


def test_a_code_nobody_is_sure_of_says_so() -> None:
    found = load_collection(2022)
    assert "not confirmed" in found.judgements.of(WRITING)["D"].undocumented
    assert "not confirmed" in found.judgements.of(READING)["L"].undocumented
    assert not found.judgements.of(WRITING)["L"].undocumented
    assert load_collection(2016).judgements.of(SCIENCE)["BLW"].confidence == "C"


@pytest.mark.parametrize(
    ("year", "code", "ended", "instead"),
    [
        (2026, "BLW", 2019, ""),
        (2026, "PKF", 2018, ""),
        (2026, "D", 2022, ""),
        (2026, "P4", 2019, "EM"),
        (2026, "4", 2015, ""),
        (2019, "PKG", 2018, ""),
    ],
)
def test_codes_of_earlier_years_say_when_they_ended(
    year: int, code: str, ended: int, instead: str
) -> None:
    found = load_collection(year).withdrawn.codes[code]
    assert (found.last_year, found.instead) == (ended, instead)
    assert found.meaning


def test_an_old_code_may_have_ended_in_some_subjects_only() -> None:
    withdrawn = load_collection(2026).withdrawn
    assert "HNM" in withdrawn.of(READING)
    assert "HNM" not in withdrawn.of(SCIENCE)
    assert "P3II" in withdrawn.of(MATHS), "compared in capitals"


def test_what_is_due_follows_from_the_registration() -> None:
    found = load_collection(2026)
    assert found.due("registered", READING) == ()
    assert found.due("below", READING) == (*PRE_KEY_STAGE, "EM", "A")
    assert found.due("below", SCIENCE) == ("EXS", "HNM", "A")
    assert found.due("registered", WRITING)[:3] == ("GDS", "EXS", "WTS")
    for code, stands in (("left", "L"), ("future", "F"), ("previous", "P")):
        assert [found.due(code, item) for item in ASSESSED] == [(), (stands,), (), (stands,)]
    assert not any(found.due("unregistered", item) for item in ASSESSED)
    assert found.requirements.decided_by.of(MATHS) == (MATHS,)
    assert set(found.requirements.decided_by.of(SCIENCE)) == set(TESTED)


def test_until_2018_every_pupil_was_judged_in_every_subject() -> None:
    for year in (2016, 2017, 2018):
        found = load_collection(year)
        assert all(found.due("registered", item) for item in ASSESSED)
        assert [found.due("left", item) for item in ASSESSED] == [("L",)] * 4


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Registered", "registered"),
        (" working BELOW ", "below"),
        ("b", "below"),
        ("FUTURE", "future"),
        ("left", "left"),
        ("p", "previous"),
        ("Unregistered", "unregistered"),
        ("", None),
        ("gone", None),
    ],
)
def test_registrations_are_read_in_capitals_or_not(text: str, code: str | None) -> None:
    assert load_collection(2026).registrations.read(text) == code


def test_dates_version_and_cohort_are_those_of_the_year() -> None:
    found = load_collection(2026)
    assert (found.format.version, found.format.previous) == ("25.0", "24.0")
    assert (found.cohort.born_from, found.cohort.born_to) == (date(2014, 9, 1), date(2015, 8, 31))
    assert found.test_week is not None
    assert found.test_week.last == date(2026, 5, 14)
    assert found.window is not None
    assert (found.window.opens, found.window.closes) == (date(2026, 5, 18), date(2026, 6, 26))
    closed = load_collection(2025).window
    assert closed is not None
    assert (closed.opens, closed.closes) == (None, date(2025, 6, 27))
    assert closed.opens_unknown


@pytest.mark.parametrize("year", EVERY)
def test_the_scale_and_the_test_codes_agree_with_the_rules_of_the_measures(year: int) -> None:
    found, rules = load_collection(year), load_year(year, releases_of(year)[-1])
    scale = rules.key_stage_2
    assert (found.scale.lowest, found.scale.expected, found.scale.higher, found.scale.highest) == (
        scale.lowest_score,
        scale.expected_score,
        scale.higher_score,
        scale.highest_score,
    )
    assert rules.test_outcomes.codes.keys() <= found.test_codes.codes.keys()
    assert [found.marks.of(item) for item in TESTED] == [50, 110, 70]


SUPPLEMENT = """
[year]
id = 2026

[sources.results]
title = "The tables that came with the results"
read_on = 2026-07-16

[marks]
source = "results"
confidence = "A"
reading = 3
gps = 2
maths = 4

[conversion]
source = "results"
confidence = "A"
reading = [[2, 99], [3, 120]]
gps = [[0, 80], [1, 80], [2, 120]]
maths = [[4, 120]]
"""


def test_a_supplement_gives_what_was_absent(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SUPPLEMENT, "utf-8")
    found = load_collection(2026, path)
    assert found.conversion is not None
    assert found.conversion.of(READING) == ((2, 99), (3, 120))
    assert "conversion" not in found.absent
    assert found.sources["results"].title.startswith("The tables")
    assert load_collection(2026).conversion is None


def test_a_supplement_of_another_year_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(SUPPLEMENT.replace("id = 2026", "id = 2025"), "utf-8")
    with pytest.raises(StatuteError, match="is for 2025, not for 2026") as caught:
        load_collection(2026, path)
    assert caught.value.where == f"{path}, table [year], line 3"


def test_a_table_that_is_missing_is_named() -> None:
    text = "[year]\nid = 2026\nlabel = '2025/26'\n"
    document = Document("mine.toml", text, {"year": {"id": 2026, "label": "2025/26"}})
    with pytest.raises(StatuteError, match=r"academic_year. is neither given nor absent"):
        assemble_collection(document, 2026)


def test_the_conversion_of_2024_is_known_for_grammar_alone() -> None:
    found = load_collection(2024)
    assert found.conversion is not None
    scores = dict(found.conversion.of(Subject.GPS))
    assert (min(scores), scores[35], scores[53], scores[found.marks.gps]) == (3, 100, 110, 120)
    assert found.conversion.of(READING) == ()
