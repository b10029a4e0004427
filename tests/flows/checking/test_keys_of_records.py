"""What records of a school go by in requests."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as some

from keystage.flows.checking.book import RuleBook
from keystage.flows.checking.records import facts_of, lines_of, upn_of, with_keys


def keyed(upns: list[str | None]) -> dict[str, int]:
    frame = pl.DataFrame({"line": range(2, 2 + len(upns)), "UPN": upns}, schema_overrides={
        "line": pl.UInt32, "UPN": pl.String,
    })  # fmt: skip
    return lines_of(with_keys(frame))


def test_a_record_goes_by_its_number_where_it_alone_has_it() -> None:
    found = keyed([" a1 ", "B2", "b2", "", None, "C3"])
    assert list(found) == ["A1", "line 3", "line 4", "line 5", "line 6", "C3"]
    assert [upn_of(key) for key in found] == ["A1", "", "", "", "", "C3"]


@given(some.lists(some.none() | some.text(alphabet="aA b1", max_size=3), max_size=8))
def test_no_two_records_go_by_the_same_key(upns: list[str | None]) -> None:
    found = keyed(upns)
    assert sorted(found.values()) == list(range(2, 2 + len(upns)))


def test_facts_are_the_columns_that_the_rules_look_at(book: RuleBook) -> None:
    assert facts_of(book, {"EALGRP": "2", "SEX": "F"}) == {"EALGRP": "2"}
    assert facts_of(book, {"EALGRP": None}) == {"EALGRP": None}
