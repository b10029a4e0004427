"""Returns that are lawful, however unusual, are neither refused nor drowned in questions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from made_returns import COLLECTION, PLAIN, found_in, listed, returns, run, with_rows

from keystage.checks.returns.run import run_returns
from keystage.core.upn import make_upn
from keystage.records.returns import ReturnSet

Judgements = Mapping[str, object]
_ENGAGED = {"reading": "EM", "writing": "EM", "maths": "EM", "science": "HNM"}
_OTHER = PLAIN | {"science": "HNM"}


def every(status: str | None) -> dict[str, object]:
    """One registration for all tests."""
    return dict.fromkeys(("reading", "gps", "maths"), status)


def questions(some: ReturnSet, expected: pl.DataFrame | None = None) -> set[str]:
    """The codes of what is red or amber, but for the outcome."""
    found = run(some, expected).counts.filter(pl.col("severity").is_in(["red", "amber"]))
    return {code for code in found["code"] if code < "TA-9"}


@pytest.mark.parametrize(
    ("pupils", "registrations", "codes"),
    [
        pytest.param([_ENGAGED] * 12, [every("below")] * 12, set(), id="a special school"),
        pytest.param([_ENGAGED, _OTHER], [every("below"), {}], set(), id="an engaged pupil"),
        pytest.param([PLAIN] * 3, [{}] * 3, set(), id="a school of three alike"),
        pytest.param(
            [PLAIN | {"writing": "PK5"}, _OTHER], [{}, {}], {"TA-408"}, id="tests, and below them"
        ),
        pytest.param(
            [{"writing": "F", "science": "F"}, _OTHER], [every("future"), {}], set(), id="next year"
        ),
        pytest.param(
            [_OTHER | {"birth_date": date(2013, 10, 1)}, PLAIN | {"birth_date": date(2016, 8, 1)}],
            [{}, {}],
            set(),
            id="a year older and a year younger",
        ),
        pytest.param(
            [_OTHER | {"upn": make_upn(999, 301, 2025, 1, "A")}, PLAIN],
            [{}, {}],
            {"TA-206"},
            id="a temporary number",
        ),
        pytest.param(
            [_OTHER | {"surname": "O\N{RIGHT SINGLE QUOTATION MARK}Neill"}, PLAIN],
            [{"surname": "O'NEILL"}, {}],
            set(),
            id="an apostrophe of a word processor",
        ),
        pytest.param([_OTHER, PLAIN], [every(None)] * 2, set(), id="a list without registrations"),
    ],
)
def test_a_lawful_return_is_not_refused(
    pupils: list[Judgements], registrations: list[Judgements], codes: set[str]
) -> None:
    some = returns(*pupils)

    assert questions(some) <= codes
    assert questions(some, listed(some, *registrations)) == codes


def test_a_pupil_who_left_before_the_tests_may_be_left_out() -> None:
    some = returns(_OTHER, PLAIN)
    gone = {"upn": make_upn(999, 301, 2020, 50), "surname": "Gone", "left_on": date(2026, 3, 27)}
    future = gone | {"upn": make_upn(999, 301, 2020, 51), "left_on": None} | every("future")
    more = pl.concat([listed(some, {}, {}), listed(some, gone, future)])
    found = run(some, more)

    assert set(found.counts["code"]) == {"TA-309", "TA-314", "TA-901", "TA-904"}
    assert found.numbers.row(0) == ("9990301", 2, 2, 2, 0, 0, 0, True)


def test_a_school_whose_number_has_changed_is_asked_about_once() -> None:
    some = returns(*[_OTHER, PLAIN] * 3)
    before = listed(some, *[{"school": "9980301"}] * 6)

    found = run(some, before)
    assert questions(some, before) == {"TA-313"}
    assert found.counts.filter(code="TA-313")["count"].item() == 1


def test_another_file_of_the_list_is_asked_about_pupil_by_pupil() -> None:
    some = returns(_OTHER, PLAIN)

    assert found_in(some, listed(some, {}, {"upn": make_upn(999, 301, 2020, 50)}))["TA-303"] == 1


@pytest.mark.parametrize(
    ("changed", "result"),
    [
        pytest.param({"stage": "KS1"}, "EXS", id="an earlier stage"),
        pytest.param({"measure": None, "kind": None}, "EXS", id="what nobody knows"),
        pytest.param({"status": "T", "kind": None}, "GDS", id="a target beside the result"),
    ],
)
def test_only_results_of_the_return_are_given_twice(
    changed: dict[str, object], result: str
) -> None:
    some = returns(_OTHER, PLAIN)
    other = some.slots.filter(slot=1).with_columns(
        pl.lit(9, pl.UInt16).alias("slot"), *(pl.lit(v).alias(k) for k, v in changed.items())
    )
    beside = replace(some, slots=pl.concat([some.slots, other], how="vertical_relaxed"))
    twice = with_rows(beside, (0, 9, result), (0, 9, "WTS"), (0, 9, " "))

    assert not {"TA-414", "TA-423", "TA-420", "TA-301"} & set(found_in(twice))


def test_a_result_of_an_earlier_stage_may_be_blank_or_lack_a_part() -> None:
    some = returns(_OTHER, PLAIN)
    other = some.slots.filter(slot=1).with_columns(
        slot=pl.lit(9, pl.UInt16), stage=pl.lit("KS1"), qualifier=pl.lit(None, pl.String)
    )
    beside = with_rows(replace(some, slots=pl.concat([some.slots, other])), (0, 9, " "))

    assert not {"TA-420", "TA-428"} & set(found_in(beside))


def test_a_file_of_targets_only_is_said_to_be_that() -> None:
    some = with_rows(returns(_OTHER, PLAIN), status="T", kind=None)
    codes = set(found_in(some))

    assert "TA-422" in codes
    assert "TA-301" not in codes


@pytest.mark.parametrize("name", ["CTF.xml", "DfE_KS2_9990301_001.xml", "results (1).xml"])
def test_a_file_to_take_in_may_have_any_name(name: str) -> None:
    found = run_returns(returns(_OTHER, name=name), COLLECTION, channel="import")

    assert not {"TA-010", "TA-017", "TA-901", "TA-902"} & set(found.counts["code"])


@pytest.mark.parametrize(
    ("asks", "destination", "told"),
    [
        (None, "999", True),
        (frozenset({"999"}), "999", False),
        (frozenset({"999"}), "998", True),
        (frozenset({"998"}), "999", True),
        (frozenset({"999"}), "NAA", False),
    ],
)
def test_an_authority_may_ask_for_files_to_be_sent_to_it(
    asks: frozenset[str] | None, destination: str, *, told: bool
) -> None:
    name = f"9990301_CTF_{destination}LLLL_001.xml"
    some = returns(_OTHER, name=name, destination_la=destination)

    assert found_in(some, through_authority=asks).get("TA-011", 0) == told


def test_a_name_addressed_elsewhere_is_told_where_the_file_is_addressed_rightly() -> None:
    found = run(returns(_OTHER, name="9990301_CTF_9990302_001.xml"))

    assert found.frame.filter(code="TA-011")["field"].to_list() == ["File name"]


def test_a_file_addressed_to_nobody_is_told() -> None:
    found = run(returns(_OTHER, destination_la=None, destination_estab=None))

    assert found.frame.filter(code="TA-011")["field"].to_list() == ["DestSchool"]
