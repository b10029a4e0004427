"""What an explanation says, as a headteacher would read it."""

from fractions import Fraction
from typing import Any

import pytest
from agreement import year_of
from engine_side import computed
from msgspec.structs import replace as changed

from keystage.core.errors import UsageError
from keystage.measures.explain import Explanation, explain
from keystage.measures.explain_words import as_text
from keystage.measures.fields import field_named
from keystage.statute.progress import Banding
from keystage.statute.year import Year

YEAR = year_of("2022")
PLAIN: dict[str, Any] = {
    "URN": 900001, "P_INCL": "201", "KS1READ": "EXS", "KS1WRIT": "EXS", "KS1MAT": "EXS",
    "READOUTCOME": "AS", "READSCORE": 105, "MATOUTCOME": "AS", "MATSCORE": 105,
    "WRITTAOUTCOME": "EXS", "SEX": "F", "FSM6_P": "0",
}  # fmt: skip


def opened(name: str, *pupils: dict[str, Any], year: Year = YEAR, **more: Any) -> Explanation:
    made = computed([PLAIN | pupil for pupil in pupils], [{"URN": 900001}], year, **more)
    return explain(made, field_named(name, year), 900001)


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("TELIG", ["the number of pupils at the end of key stage 2."]),
        ("TFSM6CLA1A", [
            "the number of pupils at the end of key stage 2, of the group Disadvantaged pupils."
        ]),
        ("PTFSM6CLA1A", [
            "the share of pupils at the end of key stage 2, of the group Disadvantaged pupils.",
            "It is a percentage of all pupils at the end of key stage 2.",
        ]),
        ("PTKS1GROUP_H", [
            "the share of pupils at the end of key stage 2, of the group High prior attainment.",
            ("It is a percentage of the pupils of the groups Low prior attainment, "
            "Middle prior attainment, High prior attainment."),
        ]),
        ("PTRWM_EXP_B", [
            ("the share of pupils reaching the expected standard in reading, writing and maths, of "
            "the group Boys."),
            ("It counts pupils who reached the expected standard in reading, writing and maths, as "
            "a percentage of pupils counted in reading, writing and maths combined."),
        ]),
        ("MATPROG", [
            "the progress score in maths.",
            ("It is made from pupils in the maths progress measure: the sum of their progress, "
            "divided by how many they are."),
        ]),
        ("MATPROG_LOWER", [
            "the lower confidence limit of the progress score in maths.",
            ("The score is made from pupils in the maths progress measure: the sum of their "
            "progress, divided by how many they are."),
        ]),
        ("DIFFN_MATPROG", [
            ("the gap from other pupils nationally to the school's disadvantaged pupils in the "
            "progress score in maths."),
            ("The school's figure is made from pupils in the maths progress measure: the sum of "
            "their progress, divided by how many they are."),
        ]),
    ],
)  # fmt: skip
def test_a_definition_says_what_is_counted_and_over_whom(name: str, definition: list[str]) -> None:
    found = opened(name, {}).definition
    assert found == (f"{name}: {definition[0]}", *definition[1:])


def test_one_pupil_and_several_are_told_apart() -> None:
    assert opened("TELIG", {}).steps == ("1 pupil.",)
    assert opened("TELIG", {}, {}).steps == ("2 pupils.",)
    assert opened("BELIG", {}).steps == ("0 pupils.",)


def test_a_share_and_a_score_show_their_sum() -> None:
    assert opened("PTRWM_EXP", {}, {}, {"MATOUTCOME": "NS", "MATSCORE": 99}).steps == (
        "2 × 100 / 3 = 66.666666666… (200/3).",
    )
    assert opened("READPROG", {}, {"READSCORE": 110}).steps == ("4.08 / 2 = 2.04.",)
    assert opened("READPROG", {"READSCORE": 101}).steps == ("-4.46 / 1 = -4.46.",)


def test_nobody_counted_gives_no_figure() -> None:
    found = opened("PTREAD_EXP_B", {})
    assert found.steps == ("Nobody is counted, so there is no figure.",)
    assert (found.value, found.printed, found.denominator) == (None, "", 0)


def test_limits_show_their_width_and_how_they_are_printed() -> None:
    found = opened("READPROG_UPPER", {}, {})
    assert found.steps == (
        "-0.92 / 2 = -0.46.",
        "Half the interval is 1.96 × 6.2871 / √2 = 8.713476.",
        "6.2871 is the national standard deviation of pupil progress in the subject.",
        "The limits are -9.173476 and 8.253476.",
        "Each limit is rounded by itself.",
    )
    assert found.printed == "8.3"
    year = year_of("2017")
    pupil = {"KS1READ": "2B", "KS1WRIT": "2B", "KS1MAT": "2B"}
    assert "half-width is taken from" in opened("READPROG_UPPER", pupil, year=year).steps[-1]


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        (None, "There is no band: no cut-offs."),
        ("absent", "There is no band: the cut-offs were not found."),
        ("percentile_bands", "The band is decided on the printed score alone."),
        ("five_bands", "a limit of exactly 0 is average."),
    ],
)
def test_a_band_says_how_it_is_decided(scheme: str | None, sentence: str) -> None:
    banding = {
        None: None,
        "absent": Banding(
            source="", confidence="C", scheme="five_bands", labels=(), cuts_absent="the cut-offs "
            "were not found",
        ),
        "percentile_bands": Banding(
            source="", confidence="C", scheme="percentile_bands", labels=("a", "b"),
            edges={"reading": (), "writing": (), "maths": ()},
        ),
        "five_bands": year_of("2018").banding,
    }[scheme]  # fmt: skip
    absent = {**YEAR.absent, "banding": year_of("2022").absent["pupil_sd_statistics"]}
    year = changed(YEAR, banding=banding, absent=absent)
    found = opened("READPROG_DESCR", {}, {}, year=year).steps[-1]
    if scheme is None:
        assert found.startswith("There is no band: no provisional statistics")
    else:
        assert found.endswith(sentence)


@pytest.mark.parametrize("absent", ["pupil_sd", "interval"])
def test_limits_nobody_can_make_are_said_to_be_absent(absent: str) -> None:
    steps = opened("READPROG_LOWER", {}, {}, year=changed(YEAR, **{absent: None})).steps
    assert steps[-1] == (
        "The national standard deviation of pupil progress is not published for 2022 provisional: "
        "no limits and no band."
    )


def test_a_gap_names_the_national_figure_or_says_there_is_none() -> None:
    none = opened("DIFFN_RWM_EXP", {"FSM6_P": "1"})
    assert none.steps[-1] == (
        "The year gives no national figure of other pupils to compare with, so no gap."
    )
    assert none.printed == ""
    national = YEAR.national_figures
    assert national is not None
    values = {**national.values, "PTRWM_EXP_NotFSM6CLA1A": national.values["PTRWM_EXP"]}
    year = changed(YEAR, national_figures=changed(national, values=values))
    found = opened("DIFFN_RWM_EXP", {"FSM6_P": "1"}, year=year)
    assert found.steps[-1].endswith("the printed national one of other pupils, 59.")
    assert found.printed == "41"


def test_a_deviation_is_of_the_pupils_listed() -> None:
    assert opened("READPROG_SD", {}, {"READSCORE": 107}).steps[-1] == (
        "The standard deviation of the progress listed here, with one pupil fewer in the divisor, "
        "is 1.414214."
    )
    found = opened("READPROG_SD", {})
    assert found.steps[-1] == "A single pupil has no standard deviation."
    assert found.printed == ""


def test_a_column_the_file_lacks_makes_a_figure_unknown_not_nought() -> None:
    found = opened("PTGPS_EXP", {}, missing=["GPSOUTCOME", "GPSSCORE"])
    assert found.steps == (
        "The pupil file lacks a column that the figure needs, so it is not known.",
    )
    assert (found.value, found.printed) == (None, "")


def test_reasons_name_the_group_and_the_value_that_decided() -> None:
    assert reason("PTRWM_EXP_L", {}) == (
        "The pupil does not belong to the group Low prior attainment (prior attainment M)."
    )
    assert reason("BELIG", {"SEX": None}) == (
        "The pupil does not belong to the group Boys (SEX blank)."
    )
    assert reason("PTKS1GROUP_L", dict.fromkeys(("KS1READ", "KS1WRIT", "KS1MAT"))) == (
        "The pupil belongs to none of the groups Low prior attainment, Middle prior attainment, "
        "High prior attainment (prior attainment NA)."
    )
    assert reason("READPROG", {"P_INCL": "202"}) == (
        "The pupil is not counted at the end of key stage 2 (inclusion code 202)."
    )
    assert reason("PTREAD_EXP", {"READOUTCOME": "M", "READSCORE": None}) == (
        "The pupil is left out of reading percentages (outcome M, score none)."
    )
    assert reason("READPROG_UNADJUSTED", {}) == (
        "The pupil has 105 points against 105.46, the national average of prior attainment "
        "group 16."
    )


def test_a_figure_of_three_subjects_says_of_each_what_it_decided() -> None:
    reading = "in reading (outcome AS, score 105; the standard is 100)"
    writing = "in writing (teacher assessment EXS)"
    maths = "met the expected standard in maths (outcome AS, score 105; the standard is 100)"
    assert reason("PTRWM_EXP", {}) == (
        f"The pupil met the expected standard {reading}, met the expected standard {writing} and "
        f"{maths}."
    )
    low = {"READSCORE": 99, "READOUTCOME": "NS", "WRITTAOUTCOME": "WTS"}
    assert reason("PTRWM_EXP", low) == (
        "The pupil did not meet the expected standard in reading (outcome NS, score 99; the "
        "standard is 100), did not meet the expected standard in writing (teacher assessment WTS) "
        f"and {maths}."
    )
    assert reason("PTRWM_HIGH_B", {"SEX": "M", "READSCORE": 110}) == (
        "The pupil reached the higher standard in reading (outcome AS, score 110; the standard is "
        "110), is not working at greater depth in writing (teacher assessment EXS) and did not "
        "reach the higher standard in maths (outcome AS, score 105; the standard is 110)."
    )


def test_who_is_left_out_of_a_figure_of_three_subjects_is_told_for_which_of_them() -> None:
    without = {"READOUTCOME": "M", "READSCORE": None}
    reading = "is left out of reading percentages (outcome M, score none)"
    assert reason("PTRWM_EXP", without) == f"The pupil {reading}."
    assert reason("PTRWM_EXP", without | {"MATOUTCOME": "M", "MATSCORE": None}) == (
        f"The pupil {reading} and is left out of maths percentages (outcome M, score none)."
    )
    assert reason("PTRWM_EXP", without | {"P_INCL": "202"}) == (
        "The pupil is not counted at the end of key stage 2 (inclusion code 202)."
    )
    assert reason("PTRWM_EXP_B", without) == (
        "The pupil does not belong to the group Boys (SEX F)."
    )


def reason(name: str, pupil: dict[str, Any]) -> str:
    found: str = opened(name, pupil).pupils["reason"].item()
    return found


def test_a_school_that_is_not_there_is_said() -> None:
    made = computed([PLAIN], [{"URN": 900001}], YEAR)
    with pytest.raises(UsageError, match="No pupil of the file is at the school with URN 900009"):
        explain(made, field_named("READPROG", YEAR), 900009)


def test_fields_that_begin_alike_are_named() -> None:
    with pytest.raises(UsageError, match="no figure called READPROGRESS") as caught:
        field_named("READPROGRESS", YEAR)
    assert "READPROG, READPROG_LOWER" in caught.value.todo
    with pytest.raises(UsageError, match="no figure called ZEBRA") as caught:
        field_named("ZEBRA", YEAR)
    assert caught.value.todo == "Try READPROG, PTRWM_EXP or READ_AVERAGE."
    assert field_named(" ptrwm_exp ", YEAR).name == "PTRWM_EXP"


def test_a_small_negative_number_keeps_its_sign() -> None:
    assert as_text(Fraction(-1, 3 * 10**9)).startswith("-0.000000000…")
