"""Pupils of a file are found on the expected list exactly: by school and number, and only so."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_returns import COLLECTION, PLAIN, found_in, listed, returns, run

from keystage.checks.returns import linked
from keystage.core.upn import make_upn
from keystage.records.returns import ReturnSet

_OTHER = PLAIN | {"science": "HNM"}
_NUMBERS = ("expected", "in_file", "complete", "incomplete", "missing", "unexpected")


@pytest.fixture
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every UPN of every school has the same number, as if all of them collided."""

    def nought(upn: pl.Expr, _school: pl.Expr) -> pl.Expr:
        return pl.when(upn.is_not_null()).then(pl.lit(0, pl.UInt64))

    monkeypatch.setattr(linked, "_key", nought)


def a_school() -> tuple[ReturnSet, pl.DataFrame]:
    """Pupils found, missing, unexpected, without a number, and found by a former number."""
    former = make_upn(999, 301, 2020, 60)
    some = returns(
        PLAIN,
        _OTHER,
        _OTHER | {"upn": None},
        _OTHER | {"upn": "of no form"},
        PLAIN | {"upn": make_upn(999, 301, 2020, 61), "former_upn": former},
        PLAIN | {"upn": make_upn(999, 301, 2020, 62)},
    )
    missing = {"upn": make_upn(999, 301, 2020, 70), "surname": "Missing"}
    return some, listed(some, {}, {}, missing, {}, {"upn": former}, {"school": "9990302"})


def test_pupils_are_found_by_number() -> None:
    some, expected = a_school()
    found = run(some, expected)

    assert dict(zip(_NUMBERS, found.numbers.row(0)[1:], strict=False)) == {
        "expected": 5, "in_file": 6, "complete": 4, "incomplete": 0, "missing": 1, "unexpected": 2,
    }  # fmt: skip
    assert found.frame.filter(code="TA-302")["upn"].to_list() == [make_upn(999, 301, 2020, 70)]
    assert found.frame.filter(code="TA-303")["pupil"].to_list() == [2, 5]
    assert found.frame.filter(code="TA-215")["pupil"].to_list() == [4]


@pytest.mark.usefixtures("alike")
def test_numbers_that_collide_put_nobody_to_another() -> None:
    some, expected = a_school()
    found = run(some, expected)

    assert found.numbers.row(0)[1:7] == (5, 6, 4, 0, 1, 2)
    assert found.frame.filter(code="TA-303")["pupil"].to_list() == [2, 5]
    assert found.frame.filter(code="TA-302")["upn"].to_list() == [make_upn(999, 301, 2020, 70)]
    assert "TA-207" not in set(found.counts["code"])


@pytest.mark.usefixtures("alike")
def test_one_pupil_and_one_expected_whose_numbers_collide_are_not_the_same() -> None:
    some = returns(PLAIN)

    found = found_in(some, listed(some, {"upn": make_upn(999, 301, 2020, 70)}))
    assert found["TA-302"] == found["TA-303"] == 1


def test_a_number_of_another_school_is_not_this_schools() -> None:
    some = returns(PLAIN, _OTHER)
    expected = listed(some, {}, {"school": "9990302"})

    assert found_in(some, expected)["TA-303"] == 1


def test_a_pupil_who_is_on_the_list_twice_is_found_once_by_a_former_number_too() -> None:
    former = make_upn(999, 301, 2020, 60)
    some = returns(PLAIN, _OTHER | {"former_upn": former})
    twice = listed(some, {}, {"upn": former})

    found = run(some, pl.concat([twice, twice]))
    assert found.numbers.row(0)[1:7] == (2, 2, 2, 0, 0, 0)


def test_a_former_number_hides_nobody_who_shares_a_number() -> None:
    upn, former = make_upn(999, 301, 2020, 5), make_upn(999, 301, 2020, 60)
    some = returns(PLAIN | {"upn": upn, "former_upn": former}, _OTHER | {"upn": upn})

    assert found_in(some, listed(some, {"upn": former}, {"school": "9990302"}))["TA-207"] == 2


def test_pupils_in_another_order_than_their_numbers_keep_their_judgements() -> None:
    some = returns({"writing": "XX", "science": "EXS"}, PLAIN, {"writing": "EXS"})
    turned = replace(some, pupils=some.pupils.reverse())

    for one in (some, turned):
        found = run(one, listed(one, {}, {}, {}))
        assert found.frame.filter(code="TA-403")["pupil"].to_list() == [2]


@settings(max_examples=40, deadline=None)
@given(
    there=st.lists(st.booleans(), min_size=1, max_size=8),
    status=st.lists(st.sampled_from([None, *COLLECTION.registrations.codes]), min_size=8),
    blank=st.lists(st.booleans(), min_size=8),
    on_list=st.lists(st.booleans(), min_size=8),
)
def test_those_expected_are_complete_incomplete_or_missing(
    there: list[bool], status: list[str | None], blank: list[bool], on_list: list[bool]
) -> None:
    made = returns(*({} if empty else PLAIN for empty, _ in zip(blank, there, strict=False)))
    changes = [dict.fromkeys(("reading", "gps", "maths"), one) for one in status[: len(there)]]
    expected = listed(made, *changes).filter(pl.Series(on_list[: len(there)]))
    some = replace(made, pupils=made.pupils.filter(pl.Series(there)))
    found = run(some, expected)
    numbers = dict(zip(_NUMBERS, found.numbers.row(0)[1:], strict=False))

    assert numbers["in_file"] == sum(there)
    assert numbers["expected"] == sum(numbers[name] for name in _NUMBERS[2:5])
    assert numbers["in_file"] == sum(
        numbers[name] for name in ("complete", "incomplete", "unexpected")
    )
    counts = found_in(some, expected)
    assert numbers["missing"] == counts.get("TA-302", 0) + counts.get("TA-305", 0)
    if expected.height:
        assert numbers["unexpected"] == counts.get("TA-303", 0)
