"""What records of a school go by in requests."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as some

from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.records import (
    facts_of,
    keys_again,
    lines_of,
    upn_of,
    with_keys,
)


def keyed(upns: list[str | None]) -> dict[str, int]:
    frame = pl.DataFrame({"line": range(2, 2 + len(upns)), "UPN": upns}, schema_overrides={
        "line": pl.UInt32, "UPN": pl.String,
    })  # fmt: skip
    return lines_of(with_keys(frame))


def test_a_record_goes_by_its_number_where_it_alone_has_it() -> None:
    found = keyed([" a1 ", "B2", "b2", "", None, "C3"])
    assert list(found) == ["A1", "line 3", "line 4", "line 5", "line 6", "C3"]
    assert [upn_of(key) for key in found] == ["A1", "", "", "", "", "C3"]
    assert list(keyed(["A" * 40, "A" * 41])) == ["A" * 40, "line 3"]


@given(some.lists(some.none() | some.text(alphabet="aA b1", max_size=3), max_size=8))
def test_no_two_records_go_by_the_same_key(upns: list[str | None]) -> None:
    found = keyed(upns)
    assert sorted(found.values()) == list(range(2, 2 + len(upns)))


def test_facts_are_the_columns_that_the_rules_look_at(book: RuleBook) -> None:
    assert facts_of(book, {"EALGRP": "2", "SEX": "F"}) == {"EALGRP": "2"}
    assert facts_of(book, {"EALGRP": None}) == {"EALGRP": None}


def school(*rows: tuple[str | None, int]) -> pl.DataFrame:
    """Pupils with a number and a score, in lines from 2 on."""
    return pl.DataFrame(
        [(line, *row) for line, row in enumerate(rows, 2)],
        schema={"line": pl.UInt32, "UPN": pl.String, "READSCORE": pl.Int16},
        orient="row",
    )


THEN = school(("A1", 100), ("B2", 101), ("B2", 102), (None, 103))


def test_a_record_without_a_number_of_its_own_is_found_again_as_it_was() -> None:
    now = school((None, 103), ("C3", 99), ("B2", 102), ("A1", 80))

    assert keys_again(["A1", "line 4", "line 5"], THEN, now) == {
        "A1": "A1", "line 4": "B2", "line 5": "line 2",
    }  # fmt: skip


def test_a_record_that_is_another_by_then_is_not_found_again() -> None:
    now = school((None, 104), ("B2", 101))
    assert keys_again(["line 5"], THEN, now) is None
    assert keys_again(["line 9"], THEN, now) is None


def test_of_records_that_are_all_the_same_each_is_found_once() -> None:
    twins = school(("B2", 101), ("B2", 101))
    found = keys_again(["line 2", "line 3"], twins, twins)
    assert found is not None
    assert set(found.values()) == {"line 2", "line 3"}
    assert keys_again(["line 2", "line 3"], twins, twins[:1]) is None
