"""Both sides of each edge a check has."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import polars as pl
import pytest

from keystage.checks.run import checks, run
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year
from keystage.statute.year import Year

Make = Callable[..., RecordSet]
Example = Callable[[str], tuple[RecordSet, Year]]

_BY_CODE = {one.code: one for one in checks()}


def found_by(code: str, records: RecordSet, year: Year) -> int:
    return int(run(records, year, only=[_BY_CODE[code]]).counts["count"].sum())


@pytest.mark.parametrize(
    ("code", "pupil", "fails"),
    [
        ("TST-101", {"READSCORE": 79}, True),
        ("TST-101", {"READSCORE": 80}, False),
        ("TST-101", {"READSCORE": 120}, False),
        ("TST-101", {"GPSSCORE": 121}, True),
        ("TST-101", {"READSCORE": None}, False),
        ("TST-101", {"READSCORE": 79, "P_INCL": "202"}, False),
        ("TST-102", {"READOUTCOME": "AS", "READSCORE": 99}, True),
        ("TST-102", {"READOUTCOME": "AS", "READSCORE": 100}, False),
        ("TST-102", {"READOUTCOME": "AS", "READSCORE": None}, False),
        ("TST-103", {"READOUTCOME": "NS", "READSCORE": 100}, True),
        ("TST-103", {"READOUTCOME": "NS", "READSCORE": 99}, False),
        ("TST-103", {"READOUTCOME": "N", "READSCORE": 100}, False),
        ("TST-104", {"READOUTCOME": "N", "READSCORE": 100}, True),
        ("TST-104", {"READOUTCOME": "A", "READSCORE": 100}, True),
        ("TST-104", {"READOUTCOME": "A", "READSCORE": None}, False),
        ("TST-104", {"READOUTCOME": "NS", "READSCORE": 90}, False),
        ("TST-105", {"GPSOUTCOME": None, "GPSSCORE": 100}, True),
        ("TST-105", {"GPSOUTCOME": None, "GPSSCORE": None}, False),
        ("TST-106", {"GPSOUTCOME": None, "GPSSCORE": None}, True),
        ("TST-106", {"GPSOUTCOME": "A", "GPSSCORE": None}, False),
        ("TST-107", {"MATOUTCOME": "Z", "MATSCORE": None}, True),
        ("TST-107", {"MATOUTCOME": "L", "MATSCORE": None}, False),
        ("TAS-102", {"SCITAOUTCOME": "Q"}, True),
        ("TAS-102", {"SCITAOUTCOME": "HNM"}, False),
        ("TAS-103", {"READOUTCOME": "B", "READSCORE": None}, True),
        ("TAS-103", {"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "A"}, True),
        ("TAS-103", {"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "EM"}, False),
        ("TAS-103", {"READOUTCOME": "A", "READSCORE": None}, False),
        ("TAS-104", {"MATTAOUTCOME": "PK1"}, True),
        ("TAS-104", {"MATTAOUTCOME": "PK1", "MATSCORE": None}, False),
        ("TAS-105", {"WRITTAOUTCOME": None}, True),
        ("KS1-101", {"KS1AVERAGEPS": 8.0}, False),
        ("KS1-101", {"KS1AVERAGEPS": 8.1}, True),
        ("KS1-101", {"KS1READ": "GDS", "KS1AVERAGEPS": 8.5}, False),
        ("KS1-101", {"KS1MAT": "BLW", "KS1MATPSCALE": "P1i", "KS1AVERAGEPS": 4.13}, False),
        ("KS1-101", {"KS1MAT": "BLW", "KS1MATPSCALE": "P1i", "KS1AVERAGEPS": 4.12}, False),
        ("KS1-101", {"KS1MAT": "BLW", "KS1MATPSCALE": "P1i", "KS1AVERAGEPS": 4.14}, True),
        ("KS1-101", {"KS1MAT": "BLW", "KS1MATPSCALE": "P1i", "KS1AVERAGEPS": 4.1}, False),
        ("KS1-101", {"KS1MAT": "BLW", "KS1AVERAGEPS": 5.5}, False),
        ("KS1-101", {"KS1READ": "BLW", "KS1READPSCALE": "P4", "KS1AVERAGEPS": 6.4375}, False),
        ("KS1-101", {"KS1READ": "BLW", "KS1READPSCALE": "P3i", "KS1AVERAGEPS": 6.75}, False),
        ("KS1-101", {"KS1READ": "BLW", "KS1ENGPSCALE": "P3i", "KS1AVERAGEPS": 6.3125}, False),
        ("KS1-101", {"KS1READ": "BLW", "KS1ENGPSCALE": "P3i", "KS1AVERAGEPS": 6.3126}, True),
        ("KS1-102", {"KS1AVERAGEPS": 0.25}, False),
        ("KS1-102", {"KS1AVERAGEPS": 0.19}, True),
        ("KS1-102", {"KS1AVERAGEPS": 10.0}, False),
        ("KS1-102", {"KS1AVERAGEPS": 10.06}, True),
        ("KS1-102", {"KS1AVERAGEPS": 7.44}, False),
        ("KS1-102", {"KS1AVERAGEPS": 7.45}, True),
        ("KS1-102", {"KS1AVERAGEPS": 7.4}, False),
        ("KS1-102", {"KS1AVERAGEPS": 7.438}, False),
        ("KS1-102", {"KS1AVERAGEPS": 7.436}, True),
        ("KS1-103", {"KS1AVERAGEPS": 7.4}, False),
        ("KS1-106", {"KS1MAT": None, "KS1AVERAGEPS": 8.0}, True),
        ("KS1-106", {"KS1AVERAGEPS": 8.0}, False),
        ("KS1-107", {"KS1READ": "BLW", "KS1ENGPSCALE": "P3ii"}, False),
        ("KS1-107", {"KS1READ": "BLW", "KS1ENGPSCALE": "P4"}, True),
        ("KS1-107", {"KS1WRIT": "BLW", "KS1WRITPSCALE": "P4"}, False),
        ("KS1-107", {"KS1MAT": "BLW", "KS1ENGPSCALE": "P3ii"}, True),
        ("KS1-108", {"KS1ENGPSCALE": "P3ii", "KS1WRIT": "BLW"}, False),
        ("KS1-108", {"KS1ENGPSCALE": "P3ii", "KS1MAT": "BLW"}, True),
        ("PUP-105", {"UPN": "A999000000001"}, False),
        ("PUP-106", {"URN": 900002}, True),
        ("PUP-106", {"URN": None}, False),
    ],
)
def test_the_edges_of_a_check(
    code: str, pupil: dict[str, object], records: Make, year: Year, *, fails: bool
) -> None:
    assert found_by(code, records(pupil), year) == fails


@pytest.mark.parametrize(
    ("results", "found"),
    [
        (("EXS", "EXS", "EXS"), 0),
        (("EXS", "EXS", None), 1),
        (("EXS", "A", "D"), 2),
        (("A", None, "D"), 0),
        ((None, None, None), 0),
    ],
)
def test_a_partial_set_of_results_is_noted_subject_by_subject(
    results: tuple[str | None, ...], found: int, records: Make, year: Year
) -> None:
    pupil = dict(zip(("KS1READ", "KS1WRIT", "KS1MAT"), results, strict=True))

    assert found_by("KS1-105", records(pupil), year) == found


def test_an_average_to_one_decimal_is_warned_of_only_where_it_is_used(
    records: Make, year: Year
) -> None:
    blank = {"KS1READ": None, "KS1WRIT": None, "KS1MAT": None}

    assert found_by("KS1-103", records(blank | {"KS1AVERAGEPS": 7.4}), year) == 1
    assert found_by("KS1-103", records(blank | {"KS1AVERAGEPS": 7.5}), year) == 0
    assert found_by("KS1-103", records(blank | {"KS1AVERAGEPS": 7.44}), year) == 0


def test_numbers_of_pupils_who_do_not_count_may_repeat_among_themselves(
    records: Make, year: Year
) -> None:
    out = {"P_INCL": "202", "UPN": "A999000000001"}

    assert run(records(out, out), year).counts.filter(code="PUP-103").is_empty()
    assert run(records(out, out), year).counts.filter(code="PUP-104").is_empty()


@pytest.mark.parametrize("other", ["a999000000001", " A999000000001 "])
def test_a_number_is_the_same_however_its_letters_are_written(
    other: str, records: Make, year: Year
) -> None:
    first = {"UPN": "A999000000001"}

    assert found_by("PUP-103", records(first, {"UPN": other}), year) == 2
    assert found_by("PUP-104", records(first, {"UPN": other, "P_INCL": "202"}), year) == 1


def test_a_group_that_is_not_given_is_told_where_the_file_has_the_column(
    records: Make, year: Year
) -> None:
    some = records({"SEX": "F", "NEWMOBILE": "0"}, {"SEX": None, "NEWMOBILE": None})
    lacking = replace(some, missing=("NEWMOBILE", "SENF", "EALGRP"))
    told = run(lacking, year, only=[_BY_CODE["PUP-108"]]).notes

    assert told["message"].item() == (
        "SEX is blank for 1 pupil at the end of key stage 2, counted in none of the groups made "
        "from it."
    )


@pytest.mark.parametrize(
    ("missing", "column", "pupils"),
    [
        ((), "FSM6CLA1A", 1),
        (("FSM6_P",), "FSM6CLA1A", 2),
        (("FSM6CLA1A",), "FSM6_P", 2),
        (("FSM6CLA1A", "FSM6_P"), None, 0),
    ],
)
def test_disadvantage_that_is_not_told_is_told_once(
    missing: tuple[str, ...], column: str | None, pupils: int, records: Make, year: Year
) -> None:
    some = records({"FSM6CLA1A": "1"}, {"FSM6_P": "0"}, {})
    changed = replace(some, missing=missing)
    told = run(changed, year, only=[_BY_CODE["PUP-109"]]).notes

    assert told["column"].to_list() == ([column] if column else [])
    assert all(f"{pupils} pupil" in message for message in told["message"])


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_a_name_a_spreadsheet_would_calculate_is_warned_of(first: str, year: Year) -> None:
    codes = code_lists(year)
    schools = [{"URN": 900001, "REGION": f"{first}1+1"}, {"URN": 900002, "TRUST_NAME": "A - B"}]
    records = RecordSet(pupils=pupils_frame([], codes), schools=schools_frame(schools, codes))

    told = run(records, year, only=[_BY_CODE["SCH-108"]]).warnings

    assert told["message"].item() == (
        f"REGION of the school 900001 is “{first}1+1”: a spreadsheet that opens the tables may "
        "take it for a formula."
    )


def test_a_school_number_is_compared_within_the_file_when_there_is_no_school_file(
    records: Make, year: Year
) -> None:
    alike = records({"LAESTAB": 9990001}, {"LAESTAB": 9990001}, {"LAESTAB": None})
    unlike = records({"LAESTAB": 9990001}, {"LAESTAB": 9990002}, {"LAESTAB": None})

    assert found_by("PUP-107", alike, year) == 0
    assert found_by("PUP-107", unlike, year) == 2


def test_a_value_that_cannot_be_read_is_not_said_to_be_blank_too(example: Example) -> None:
    read, year = example("fail/PUP-001")
    unread = read.unreadable.with_columns(column=pl.lit("URN"))
    no_school = read.pupils.with_columns(URN=pl.lit(None, pl.Int32))
    changed = replace(read, unreadable=unread, pupils=no_school)

    assert found_by("PUP-101", changed, year) == 1


def test_a_year_without_progress_asks_nothing_of_key_stage_1(records: Make) -> None:
    later = load_year(2024, "final")
    pupil = records({"KS1READ": None, "KS1AVERAGEPS": 99.0, "READOUTCOME": "B", "READSCORE": None})

    told = run(pupil, later).counts["code"].to_list()

    assert not [code for code in told if code.startswith("KS1") and code != "KS1-104"]
    assert "TAS-103" not in told


def test_a_baseline_with_no_code_below_its_standards_has_no_p_scales(
    records: Make, year: Year
) -> None:
    assert year.key_stage_1 is not None
    plain = msgspec.structs.replace(
        year.key_stage_1, below_code=None, below_without_p_scale=None, p_scale={}
    )
    changed = msgspec.structs.replace(year, key_stage_1=plain)
    pupil = records({"KS1READ": "BLW", "KS1ENGPSCALE": "P4", "KS1AVERAGEPS": 8.25})

    told = set(run(pupil, changed).counts["code"])

    assert told & {"KS1-102", "KS1-105", "KS1-106"} == {"KS1-102", "KS1-105", "KS1-106"}
    assert not told & {"KS1-107", "KS1-108"}


def test_columns_without_codes_give_no_points(year: Year) -> None:
    records = RecordSet(
        pupils=pupils_frame([{"KS1AVERAGEPS": 8.0}], {"inclusion": ("201",)}).with_columns(
            P_INCL=pl.lit("201", pl.Enum(["201"]))
        ),
        schools=schools_frame([], {}),
    )

    told = set(run(records, year).counts["code"])

    assert "KS1-104" in told
    assert not told & {"KS1-101", "KS1-102", "KS1-105", "KS1-106"}
