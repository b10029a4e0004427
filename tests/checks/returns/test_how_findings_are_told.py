"""How findings are listed and counted, and what stands in their sentences."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from made_returns import (
    COLLECTION,
    PLAIN,
    frame,
    returns,
)

from keystage.checks.returns.findings import ReturnFindings
from keystage.checks.returns.registry import ReturnCheck
from keystage.checks.returns.run import return_checks, run_returns
from keystage.checks.returns.setting import setting_of
from keystage.records.circumstances import Circumstances
from keystage.records.returns import FILES, PUPILS, RESULTS, SLOTS, UNREADABLE, ReturnSet
from keystage.statute.collection_loader import load_collection

Look = Callable[..., ReturnFindings]


def test_an_empty_reading_has_an_outcome_and_nothing_else() -> None:
    nothing = ReturnSet(
        files=frame([], FILES),
        pupils=frame([], PUPILS),
        results=frame([], RESULTS),
        slots=frame([], SLOTS),
    )

    found = run_returns(nothing, COLLECTION, channel="gateway")

    assert found.frame["code"].to_list() == ["TA-901"]
    assert found.numbers.is_empty()


def test_findings_are_listed_up_to_a_limit_and_counted_beyond() -> None:
    some = returns(*([{"writing": "XX", "science": None, "upn": None, "sex": None}] * 5))
    found = run_returns(some, COLLECTION, channel="preflight", listed=2)

    for code, lines in (("TA-401", [100, 101]), ("TA-403", [100, 101]), ("TA-212", [10, 11])):
        assert found.frame.filter(code=code)["line"].to_list() == lines
        assert found.counts.filter(code=code)["count"].to_list() == [5]
    assert found.count(found.verdict) == found.counts.filter(severity="red")["count"].sum()


def test_an_unreadable_date_of_birth_of_a_sheet_is_told_once() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM", "birth_date": None})
    unread = frame(
        [
            {"file": 0, "pupil": 1, "line": 11, "field": "Date of birth", "text": "spring"},
            {"file": 0, "pupil": None, "line": 3, "field": "AcademicYear", "text": "MMXXV"},
        ],
        UNREADABLE,
    )
    sheet = ReturnSet(
        files=some.files.with_columns(academic_year=pl.lit(None, pl.Int16)),
        pupils=some.pupils,
        results=some.results,
        slots=some.slots,
        unreadable=unread,
    )
    found = run_returns(sheet, COLLECTION, channel="preflight")

    assert found.frame.filter(code="TA-210")["message"].item().endswith("future: spring.")
    assert found.frame.filter(code="TA-018")["field"].to_list() == ["AcademicYear"]


def test_no_name_of_a_pupil_stands_in_a_sentence(look: Look, examples: Path) -> None:
    names = ("Ashdown", "Mabel", "Birchall", "Tomas", "Cawley", "Priya", "Farrell", "Eccles")
    for folder in sorted((examples / "fail").iterdir()):
        found = look(folder)
        text = " ".join([*found.frame["message"], *found.frame["todo"]])
        assert not any(name in text for name in names), folder.name


@pytest.mark.parametrize("one", return_checks(), ids=lambda one: one.code)
def test_every_rule_asks_of_columns_so_that_each_row_counts(one: ReturnCheck) -> None:
    day = date(2026, 7, 1)
    known = Circumstances(today=day, own_school="9990301", through_authority=frozenset({"999"}))
    collection = load_collection(2018)
    for column in one.fields.values():
        fails = one.fails(column, setting_of(collection, known))
        assert fails is None or fails.meta.root_names()


def test_settings_are_alike_for_one_collection_and_the_same_circumstances() -> None:
    one, other = load_collection(2026), load_collection(2025)
    today = Circumstances(today=date(2026, 6, 1))

    assert setting_of(one, today) == setting_of(one, today)
    assert setting_of(one, today) != setting_of(other, today)
    assert setting_of(one, today) != setting_of(one, Circumstances())


def test_the_rules_of_a_run_are_kept_for_the_next_school() -> None:
    collection, day = load_collection(2026), date(2026, 6, 1)
    authorities = [frozenset({"999"}), frozenset[str](), None]
    settings = {
        setting_of(collection, Circumstances(today=day, own_school=school, through_authority=asks))
        for school in ("9990301", "9990302", None)
        for asks in authorities
    }

    assert len(settings) == 1
