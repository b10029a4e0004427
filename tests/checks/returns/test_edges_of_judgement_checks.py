"""Both sides of edges of judgements, that no example stands at."""

from datetime import date

import polars as pl
import pytest
from made_returns import (
    COLLECTION,
    PLAIN,
    found_in,
    listed,
    returns,
    run,
    sentences,
    with_rows,
)

from keystage.checks.returns.coded import coded, decoded
from keystage.records.returns import ReturnSet
from keystage.statute.collection_loader import load_collection


@pytest.mark.parametrize(
    ("count", "code", "found"),
    [(9, "TA-411", False), (10, "TA-411", True)],
)
def test_one_value_for_all_is_odd_from_a_number_on(count: int, code: str, *, found: bool) -> None:
    assert (code in found_in(returns(*([PLAIN] * count)))) == found


@pytest.mark.parametrize(
    ("absent", "of", "found"), [(1, 5, False), (2, 20, False), (2, 19, True), (3, 20, True)]
)
def test_many_without_a_judgement_are_asked_about(absent: int, of: int, *, found: bool) -> None:
    pupils = [PLAIN | {"science": "A"}] * absent + [PLAIN] * (of - absent)

    assert ("TA-413" in found_in(returns(*pupils))) == found


@pytest.mark.parametrize(
    ("judgements", "codes"),
    [
        ({"writing": "GDS", "science": "HNM"}, {"TA-408"}),
        ({"writing": "PK1", "science": "A"}, {"TA-408"}),
        ({"writing": "PK1", "science": "HNM"}, set()),
        ({"writing": "L", "science": "A"}, {"TA-409"}),
        ({"writing": "A", "science": "P"}, {"TA-409"}),
        ({"writing": "F", "science": "P"}, {"TA-409"}),
        ({"writing": "L", "science": "L"}, set()),
        ({"writing": "L"}, {"TA-403"}),
        ({"writing": None, "science": " "}, {"TA-403"}),
        ({"reading": "PK1", "writing": "EXS", "science": "EXS"}, {"TA-407"}),
        ({"reading": "PK1", "writing": "WTS", "science": "EXS"}, set()),
        ({"reading": "EM", "writing": "WTS", "science": "EXS"}, {"TA-406"}),
        ({"reading": "EM", "maths": "A", "writing": "EM", "science": "HNM"}, set()),
        ({"reading": "HNM", "writing": "WTS", "science": "EXS"}, {"TA-419"}),
    ],
)
def test_judgements_of_one_pupil_beside_each_other(
    judgements: dict[str, object], codes: set[str]
) -> None:
    asked = {"TA-403", "TA-406", "TA-407", "TA-408", "TA-409", "TA-419", "TA-401"}

    assert set(found_in(returns(judgements, PLAIN))) & asked == codes


@pytest.mark.parametrize(
    ("registered", "judgements", "codes"),
    [
        ({"reading": "below"}, PLAIN, {"TA-404", "TA-407"}),
        ({"reading": "below"}, {"reading": "PK6", "writing": "WTS", "science": "HNM"}, set()),
        ({"maths": "below"}, PLAIN | {"maths": "PK6"}, set()),
        ({"gps": "below"}, PLAIN, set()),
        ({"maths": "below"}, PLAIN | {"reading": "PK6", "maths": "PK6"}, {"TA-405", "TA-407"}),
        (dict.fromkeys(("reading", "gps", "maths"), "unregistered"), {}, set()),
        (dict.fromkeys(("reading", "gps", "maths"), "left"), PLAIN, {"TA-304"}),
        (dict.fromkeys(("reading", "gps", "maths"), "future"), PLAIN, {"TA-312"}),
        (dict.fromkeys(("reading", "gps", "maths"), "future"), {}, {"TA-403"}),
        (
            dict.fromkeys(("reading", "gps", "maths"), "previous"),
            {"writing": "P", "science": "P"},
            set(),
        ),
        ({}, {"writing": "L", "science": "L"}, {"TA-426"}),
        ({}, {"writing": "A", "science": "EXS"}, {"TA-410"}),
        ({"gps": "below"}, {"writing": "A", "science": "EXS"}, set()),
        ({"left_on": date(2026, 5, 20)}, {"writing": "L", "science": "L"}, {"TA-311"}),
        ({"left_on": date(2026, 5, 20)}, PLAIN, set()),
        ({"on_register": False}, PLAIN, {"TA-310"}),
        ({"on_register": None}, PLAIN, set()),
        (dict.fromkeys(("reading", "gps", "maths")), PLAIN, set()),
    ],
)
def test_judgements_beside_the_registration(
    registered: dict[str, object], judgements: dict[str, object], codes: set[str]
) -> None:
    some = returns(PLAIN | {"science": "HNM"}, judgements)
    found = found_in(some, listed(some, {}, registered))

    assert {code for code in found if code < "TA-9" and code != "TA-309"} == codes


def test_a_p_scale_stands_beside_a_judgement_and_is_no_second_one() -> None:
    year = load_collection(2018)
    below = {"writing": "BLW", "science": "HNM", "reading": "HNM", "maths": "HNM"}
    some = returns(below, year=2018, version="17.0", academic_year=2017)
    scale = some.results.filter(pl.col("result") == "BLW").with_columns(result=pl.lit("P4"))
    beside = ReturnSet(
        files=some.files,
        pupils=some.pupils.with_columns(sex_element=pl.lit("Gender")),
        results=pl.concat([some.results, scale]),
        slots=some.slots,
    )

    assert "TA-402" in found_in(some, collection=year)
    assert not {"TA-402", "TA-414", "TA-423", "TA-401"} & set(found_in(beside, collection=year))


@pytest.mark.parametrize(
    ("year", "subjects"),
    [(2018, "reading, writing, maths and science"), (2019, "writing and science")],
)
def test_a_pupil_who_left_has_the_code_in_the_subjects_of_the_year(
    year: int, subjects: str
) -> None:
    some = returns({"writing": "EXS", "science": "EXS"}, year=year)
    expected = listed(some, {"left_on": date(year, 1, 10)})
    (said, _) = sentences(run(some, expected, load_collection(year)), "TA-304")

    assert f"Record L in {subjects}, and in no other subject." in said


def p_scale(result: str) -> list[str]:
    """What is said of how a P scale beside a judgement is written."""
    below: dict[str, object] = {"writing": "BLW", "science": "HNM"}
    some = with_rows(returns(below, year=2018), (0, 1, result))
    return sentences(run(some, None, load_collection(2018)), "TA-418")


def test_a_p_scale_with_its_small_letters_is_written_as_its_code_is() -> None:
    assert p_scale("P3i") == []


@pytest.mark.parametrize("written", ["P3I", "p3i", " P3i"])
def test_a_p_scale_in_other_letters_is_read_as_the_lists_write_it(written: str) -> None:
    (said,) = p_scale(written)

    assert said.startswith(f"“{written}” was read as P3i.")
    assert "P3I" not in said.replace(written, "")


def test_two_p_scales_are_told_as_the_lists_write_them() -> None:
    below: dict[str, object] = {"writing": "BLW", "science": "HNM"}
    some = with_rows(returns(below, year=2018), (0, 1, "P3i"), (0, 1, "P2ii"))
    (said,) = sentences(run(some, None, load_collection(2018)), "TA-414")

    assert "P3i and P2ii" in said


def test_of_two_judgements_the_first_that_is_not_blank_counts() -> None:
    some = returns({"writing": " ", "science": "EXS"})
    more = some.results.filter(pl.col("slot") == 1)
    twice = ReturnSet(
        files=some.files,
        pupils=some.pupils,
        results=pl.concat(
            [
                some.results,
                more.with_columns(result=pl.lit("WTS")),
                more.with_columns(result=pl.lit("GDS")),
            ]
        ),
        slots=some.slots,
    )
    judged = coded(twice, COLLECTION)

    codes = judged.combinations.select(decoded("combination", judged.codes))
    assert codes["writing"].to_list() == ["WTS"]
    assert codes["science"].to_list() == ["EXS"]
    assert judged.given_twice
