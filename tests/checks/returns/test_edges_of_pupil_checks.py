"""Both sides of edges of who a pupil is, that no example stands at."""

from datetime import date

import polars as pl
import pytest
from made_returns import (
    PLAIN,
    found_in,
    listed,
    returns,
)

from keystage.checks.returns.upns import parts, sound
from keystage.core.upn import fault_of, make_upn
from keystage.records.returns import ReturnSet
from keystage.statute.authorities import load_authorities

_FAULTS = {
    "length": "length",
    "digits": "digits",
    "last": "last",
    "check_letter": "check_letter",
    "authority": "authority",
    "first": "check_letter",
}


@pytest.mark.parametrize(
    "upn",
    [
        "A999030120001", "B801200005001", "R201100018042", "T20110001804V", "P823299911021",
        "D823299911022", "R674123101121", "H801200001001", "Q207000016049", "A+99030120001",
        "a999030120001", "A99903012000I", "A9990301200O1", "D99929992500A", "É999030120001",
        "A999030120001 ", "A99903012000", "I999030120001", "A99903012000é",
        "A999\N{ARABIC-INDIC DIGIT ZERO}30120001",
        make_upn(2, 301, 2020, 1), make_upn(777, 301, 2020, 1), make_upn(1, 0, 2000, 0), " ", "",
    ],
)  # fmt: skip
def test_numbers_are_judged_alike_one_by_one_and_by_the_column(upn: str) -> None:
    issuing = load_authorities().issuing
    known = upn[1:4] in issuing
    judged = pl.DataFrame({"upn": [upn]}).with_columns(**parts("upn", issuing)).row(0, named=True)
    fault = fault_of(upn)

    if sound(pl.Series([upn]), issuing).item():
        assert fault is None
        assert known
    if not upn.strip():
        assert judged["missing"]
    elif fault is None:
        wrong = {name for name in _FAULTS.values() if judged[name]}
        assert wrong == (set() if known else {"authority"})
    else:
        assert judged[_FAULTS[fault]]


def test_an_expected_list_with_a_pupil_twice_counts_the_pupil_once() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM"})
    once = listed(some, {}, {})

    assert found_in(some, pl.concat([once, once])) == found_in(some, once)


def test_expected_pupils_without_a_number_are_missing() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM"})

    found = found_in(some, listed(some, {"upn": None}, {}))

    assert found["TA-302"] == found["TA-303"] == 1


def test_a_former_number_counts_only_where_the_present_one_is_not_expected() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM", "former_upn": make_upn(999, 301, 2020, 0)})

    assert "TA-215" not in found_in(some, listed(some, {}, {}))


def test_a_former_number_finds_a_pupil_without_a_present_one() -> None:
    former = make_upn(999, 301, 2020, 9)
    some = returns(PLAIN, PLAIN | {"science": "HNM", "upn": None, "former_upn": former})

    found = found_in(some, listed(some, {}, {"upn": former}))

    assert {"TA-215", "TA-201"} <= set(found)
    assert not {"TA-302", "TA-303"} & set(found)


def test_pupils_who_share_a_number_are_told_each_expected_or_not() -> None:
    upn = make_upn(999, 301, 2020, 0)
    some = returns(PLAIN, PLAIN | {"upn": upn, "science": "HNM"})

    assert found_in(some)["TA-207"] == 2
    assert found_in(some, listed(some, {}, {}).head(1))["TA-207"] == 2


def test_a_pupil_of_two_schools_shares_a_number_with_nobody() -> None:
    some = returns(PLAIN, PLAIN | {"science": "HNM", "upn": make_upn(999, 301, 2020, 0), "file": 1})
    second = some.files.with_columns(
        file=pl.lit(1, pl.UInt32),
        source_estab=pl.lit("0302"),
        name=pl.lit("9990302_CTF_NAALLLL_001.xml"),
    )
    results = some.results.with_columns(file=(pl.col("pupil")).cast(pl.UInt32))
    both = ReturnSet(
        files=pl.concat([some.files, second]),
        pupils=some.pupils,
        results=results,
        slots=some.slots,
    )

    assert "TA-207" not in found_in(both)


def test_names_of_twins_are_not_the_same_person() -> None:
    twin = {"surname": "Same", "birth_date": date(2015, 3, 1)}
    some = returns(
        PLAIN | twin | {"forename": "Ann"}, PLAIN | {"science": "HNM", "forename": "Eve"} | twin
    )

    assert "TA-214" not in found_in(some)


def test_persons_without_a_date_of_birth_are_not_said_to_be_the_same() -> None:
    blank: dict[str, object] = {"surname": "Same", "forename": "Name", "birth_date": None}
    found = found_in(returns(PLAIN | blank, PLAIN | {"science": "HNM"} | blank))

    assert "TA-214" not in found
    assert found["TA-210"] == 2


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ana-María O'Brien", False),
        ("Łukasz", False),
        ("Anna2", False),
        ("Анна", True),
        ("Anna@", True),
        ("A" * 128, False),
    ],
)
def test_characters_of_names(name: str, *, found: bool) -> None:
    some = found_in(returns(PLAIN | {"forename": name}))

    assert ("TA-217" in some) == found
    assert "TA-209" not in some


@pytest.mark.parametrize("name", ["A" * 129, " ", None])
def test_names_that_are_blank_or_too_long(name: str | None) -> None:
    some = found_in(returns(PLAIN | {"forename": name}))

    assert "TA-209" in some
    assert "TA-217" not in some
