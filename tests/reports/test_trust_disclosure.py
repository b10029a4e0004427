"""Published trust measures: figures to one decimal, and what is withheld."""

from datetime import date
from functools import cache
from typing import Any

import pytest
from engine_side import computed
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school

from keystage.core.errors import AbsentValueError
from keystage.measures.table import MeasureTable
from keystage.reports.trust_disclosure import publish_trusts
from keystage.statute.loader import load_year
from keystage.statute.year import Year

POOR = {"FSM6_P": "1"}
NO_SCORE: dict[str, Any] = {"READOUTCOME": "A", "READSCORE": None}
LOST: dict[str, Any] = {"READOUTCOME": "M", "READSCORE": None}
Pupils = list[dict[str, Any]]


def many(number: int, **known: object) -> Pupils:
    return [pupil(**known)] * number


#: Three schools a trust: the pupils of each.
TRUSTS: dict[str, list[Pupils]] = {
    "large": [[*many(6, **POOR), *many(6)]] * 3,
    "one small school": [[*many(6, **POOR), *many(6)], many(4, **POOR), many(9)],
    "two small schools": [[*many(6, **POOR), *many(6)], many(4, **POOR), many(3, **POOR)],
    "nobody poor": [many(6), many(7), many(8)],
    "five poor": [[*many(3, **POOR), *many(6)], [*many(2, **POOR), *many(6)], many(6)],
    "few scores": [[*many(n), *many(6, **NO_SCORE)] for n in (2, 2, 1)],
    "no scores": [many(7, **NO_SCORE)] * 3,
    "one school with few scores": [many(12), many(12), [*many(4), *many(16, **NO_SCORE)]],
    "one school with low coverage": [many(12), many(12), [*many(8), *many(12, **NO_SCORE)]],
    "one school with lost scripts": [many(12), many(12), [*many(10), *many(10, **LOST)]],
    "few poor in two schools": [
        [*many(6, **POOR), *many(6)],
        [*many(2, **POOR), *many(7)],
        [*many(3, **POOR), *many(8)],
    ],
    "few scores in two schools": [
        many(12),
        [*many(2), *many(7, **NO_SCORE)],
        [*many(3), *many(8, **NO_SCORE)],
    ],
    "half met": [[*many(5), *many(5, WRITTAOUTCOME="WTS")], many(9), many(8)],
}


def table_of(year: Year = YEAR) -> MeasureTable:
    schools: list[dict[str, Any]] = []
    pupils: Pupils = []
    for trust, members in TRUSTS.items():
        for place, some in enumerate(members):
            urn = 900001 + len(schools)
            joined = date(2018, 9, 1) if place == 0 else date(2019, 9, 1)
            schools.append(
                school(urn, TRUST_UID=trust, TRUST_NAME=f"{trust} trust", DATE_JOINED_TRUST=joined)
            )
            pupils += [one | {"URN": urn} for one in some]
    schools.append(school(900900, TRUST_UID="too small", DATE_JOINED_TRUST=date(2015, 1, 1)))
    pupils += many(9, URN=900900)
    return computed(pupils, schools, year).table


@cache
def rows(*, banded: bool = False) -> dict[str, dict[str, Any]]:
    year = changed(YEAR, banding=load_year(2019, "final").banding) if banded else YEAR
    frame = publish_trusts(table_of(year)).frame
    return {row["TRUST_UID"]: row for row in frame.to_dicts()}


def test_trusts_are_in_order_and_only_those_with_measures() -> None:
    assert list(rows()) == sorted(TRUSTS)
    assert publish_trusts(table_of()).level == "trust"


def test_figures_have_one_decimal_and_weights_are_counted() -> None:
    row = rows()["half met"]
    # 5 of 10 four times, 9 of 9 and 8 of 8 three times: 71 of 91, and 22 of 27 unweighted.
    assert (row["PRWM_EXP_WGTAVG"], row["PRWM_EXP_AVG"]) == ("78.0%", "81.5%")
    assert row["READ_PROGSCORE_EM_ADJ_WGTAVG"] == "-0.5"
    assert (row["NUMINST_MATPTINC"], row["NUMINST_3_MATPTINC"], row["NUMINST_4PLUS_MATPTINC"]) == (
        "3", "2", "1",
    )  # fmt: skip
    assert (row["TELIG_MATPTINC"], row["TRUST_NAME"]) == ("27", "half met trust")


def test_the_schools_of_a_trust_are_listed() -> None:
    assert rows()["large"]["INSTITUTIONS_MATPTINC"] == "900001;900002;900003"


def test_limits_are_printed_beside_scores() -> None:
    row = rows()["large"]
    # 36 pupils in years 4, 3 and 3: an effective number of 35.3, so 2.1 either way.
    assert (row["READ_PROGSCORE_ADJ_LOWER"], row["READ_PROGSCORE_ADJ_UPPER"]) == ("-2.5", "1.6")


@pytest.mark.parametrize(
    ("trust", "poor", "rich"),
    [
        ("large", "100.0%", "100.0%"),
        ("one small school", "SUPPMAT", "SUPPMAT"),
        ("two small schools", "100.0%", "100.0%"),
        ("nobody poor", "NELIG", "100.0%"),
        ("five poor", "SUPP", "SUPPMAT"),
        ("few poor in two schools", "SUPPMAT", "SUPPMAT"),
    ],
)
def test_a_group_of_a_trust_is_withheld_when_small_or_when_one_school_is(
    trust: str, poor: str, rich: str
) -> None:
    row = rows()[trust]
    assert row["PRWM_EXP_WGTAVG_FSM6CLA1A"] == poor
    assert row["PRWM_EXP_WGTAVG_NOTFSM6CLA1A"] == rich
    progress = row["READ_PROGSCORE_EM_ADJ_WGTAVG_FSM6CLA1A"]
    assert (progress == poor) == (poor != "100.0%")


def test_progress_of_few_pupils_is_withheld_though_attainment_is_not() -> None:
    row = rows()["few scores"]
    assert row["READ_PROGSCORE_EM_ADJ_WGTAVG"] == "SUPP"
    assert row["READ_PROGSCORE_ADJ_LOWER"] == "SUPP"
    assert row["MAT_PROGSCORE_EM_ADJ_WGTAVG"] != "SUPP"


def test_scores_of_a_few_in_two_schools_are_not_had_by_taking_the_others_away() -> None:
    row = rows()["few scores in two schools"]
    assert row["READ_PROGSCORE_EM_ADJ_WGTAVG"] == "SUPPMAT"
    assert row["MAT_PROGSCORE_EM_ADJ_WGTAVG"] not in {"SUPP", "SUPPMAT"}


def test_progress_of_nobody_is_not_printed() -> None:
    row = rows()["no scores"]
    assert row["READ_PROGSCORE_EM_ADJ_WGTAVG"] == "NA"
    assert row["PRWM_EXP_WGTAVG"] == "0.0%"


def test_bands_are_printed_where_the_year_has_cut_offs() -> None:
    assert not any("BANDING" in name for name in rows()["large"])
    row = rows(banded=True)["large"]
    assert row["READ_PROGSCORE_BANDING"] == "3"
    assert row["READ_PROGSCORE_BANDING_FSM6CLA1A"] == "3"
    assert rows(banded=True)["nobody poor"]["MAT_PROGSCORE_BANDING_FSM6CLA1A"] == "NELIG"


def test_a_year_without_trust_rules_has_no_trust_measures() -> None:
    year = changed(YEAR, trusts=None)
    table = computed(many(7), [school()], year).table
    with pytest.raises(AbsentValueError, match="A trust measure needs the table"):
        publish_trusts(table)


def test_a_file_without_trusts_publishes_no_row() -> None:
    assert publish_trusts(computed(many(7), [school()], YEAR).table).frame.is_empty()


@pytest.mark.parametrize("why", ["few scores", "low coverage", "lost scripts"])
def test_progress_withheld_for_one_school_is_withheld_for_its_trust(why: str) -> None:
    """The other schools' scores and the trust's would give that school's away."""
    row = rows()[f"one school with {why}"]
    reading = [row[f"READ_PROGSCORE_{name}"] for name in ("EM_ADJ_WGTAVG", "ADJ_LOWER")]
    assert reading == ["SUPPMAT", "SUPPMAT"]
    assert row["MAT_PROGSCORE_EM_ADJ_WGTAVG"] not in {"SUPP", "SUPPMAT", "NA"}
    assert row["PRWM_EXP_WGTAVG"].endswith("%")


def test_an_unweighted_figure_is_no_second_equation_for_withheld_schools() -> None:
    row = rows()["two small schools"]
    assert (row["PRWM_EXP_WGTAVG_FSM6CLA1A"], row["PRWM_EXP_AVG_FSM6CLA1A"]) == (
        "100.0%", "SUPPMAT",
    )  # fmt: skip
    assert rows()["large"]["PRWM_EXP_AVG_FSM6CLA1A"] == "100.0%"
