"""Trust measures by the engine: who is in, join dates to the day, weights, and intervals."""

from datetime import date
from typing import Any

import pytest
from engine_side import computed
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school

from keystage.core.errors import AbsentValueError
from keystage.measures.table import MeasureTable
from keystage.measures.trusts import trust_measures, trust_schools
from keystage.statute.loader import load_year

IN_THREE, IN_FOUR = date(2019, 9, 13), date(2018, 9, 13)


def member(place: int, joined: date | None = IN_THREE, **known: object) -> dict[str, Any]:
    return school(900001 + place, TRUST_UID="T1", TRUST_NAME="Invented Trust",
                  DATE_JOINED_TRUST=joined) | known  # fmt: skip


def table_of(schools: list[dict[str, Any]], *pupils: dict[str, Any]) -> MeasureTable:
    return computed(pupils or one_each(schools), schools, YEAR).table


def one_each(schools: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [pupil(URN=one["URN"]) for one in schools]


@pytest.mark.parametrize(
    ("joined", "weight"),
    [
        (date(2019, 9, 15), None),
        (date(2019, 9, 14), None),
        (date(2019, 9, 13), 3),
        (date(2018, 9, 15), 3),
        (date(2018, 9, 14), 3),
        (date(2018, 9, 13), 4),
        (date(2017, 9, 13), 4),
        (date(2003, 1, 1), 4),
    ],
)
def test_the_weight_of_a_school_by_the_day_it_joined(joined: date, weight: int | None) -> None:
    row = trust_schools(table_of([member(0, joined)])).row(0, named=True)
    assert row["weight"] == weight
    late = row["reason"] == "did not join the trust before 14 September 2019"
    assert late == (weight is None)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"NFTYPE": "CYS", "RECTYPE": 2}, "is not a state-funded mainstream school"),
        ({"NFTYPE": "PRU", "RECTYPE": 1}, "is not a state-funded mainstream school"),
        ({"NFTYPE": "APA", "RECTYPE": 1}, "is not a state-funded mainstream school"),
        ({"NFTYPE": "IND", "RECTYPE": 1}, "is not a state-funded mainstream school"),
        ({"NFTYPE": None, "RECTYPE": None}, "is not a state-funded mainstream school"),
        ({"NFTYPE": None, "RECTYPE": 1}, ""),
        ({"DATE_JOINED_TRUST": None}, "has no date of joining the trust"),
        ({"DATE_JOINED_TRUST": date(2021, 1, 1)},
         "did not join the trust before 14 September 2019"),
    ],
)  # fmt: skip
def test_why_a_school_is_left_out(known: dict[str, Any], reason: str) -> None:
    schools = [member(0, **known), member(1), member(2), member(3)]
    rows = trust_schools(table_of(schools)).to_dicts()
    assert [row["reason"] for row in rows] == [reason, "", "", ""]
    assert [row["in_measures"] for row in rows] == [not reason, True, True, True]


def test_a_school_without_pupils_at_the_end_of_the_key_stage_is_left_out() -> None:
    schools = [member(0), member(1), member(2), member(3)]
    pupils = [*one_each(schools[1:]), pupil(URN=900001, P_INCL="202")]
    rows = trust_schools(table_of(schools, *pupils))
    assert rows["reason"][0] == "has no pupil at the end of key stage 2"
    assert trust_measures(table_of(schools, *pupils))["schools"].to_list() == [3, 3, 3]


def test_a_trust_of_two_eligible_schools_has_no_measures() -> None:
    schools = [member(0), member(1), member(2, date(2020, 1, 1))]
    rows = trust_schools(table_of(schools))
    assert rows["in_measures"].sum() == 0
    assert rows["reason"][0] == "is one of 2 eligible schools of the trust; 3 are needed"
    assert rows["reason"][2] == "did not join the trust before 14 September 2019"
    assert trust_measures(table_of(schools)).is_empty()


def test_schools_outside_trusts_are_not_listed() -> None:
    assert trust_schools(table_of([school()])).is_empty()


def test_a_year_without_trust_rules_says_so() -> None:
    year = load_year(2025, "final")
    blank = {"KS1READ": None, "KS1WRIT": None, "KS1MAT": None}
    table = computed([pupil(**blank)], [school()], year).table
    for ask in (trust_schools, trust_measures):
        with pytest.raises(AbsentValueError, match=r"A trust measure needs the table \[trusts\]"):
            ask(table)


def weighed() -> MeasureTable:
    """Three schools: 2 pupils in 4 years, 1 and 4 in 3; reading 3, 0 and -2 from the average."""
    schools = [member(0, IN_FOUR), member(1), member(2)]
    pupils = [
        *[pupil(URN=900001, READSCORE=108)] * 2,
        pupil(URN=900002, FSM6_P="1"),
        *[pupil(URN=900003, READSCORE=103)] * 3,
        pupil(URN=900003, READSCORE=None, READOUTCOME="A", FSM6_P="1"),
    ]
    return table_of(schools, *pupils)


def test_progress_is_weighted_by_all_pupils_and_not_by_those_in_the_measure() -> None:
    row = trust_measures(weighed()).filter(group="all").row(0, named=True)
    scores = [2.54, -0.46, -2.46]
    weights = [4 * 2, 3 * 1, 3 * 4]
    expected = sum(s * w for s, w in zip(scores, weights, strict=True)) / sum(weights)
    assert row["reading_progress"] == pytest.approx(expected, abs=1e-12)
    assert row["reading_progress_unweighted"] == pytest.approx((2.54 * 2 - 0.46 - 2.46 * 4) / 7)
    assert row["reading_progress_pupils"] == 6
    assert (row["schools"], row["schools_3"], row["schools_4"], row["pupils"]) == (3, 2, 1, 7)


def test_the_interval_rests_on_the_effective_number_of_pupils() -> None:
    row = trust_measures(weighed()).filter(group="all").row(0, named=True)
    effective = (8 + 3 + 12) ** 2 / (4 * 8 + 3 * 3 + 3 * 12)
    half = 1.96 * 6.2871 / effective**0.5
    assert row["reading_progress_upper"] - row["reading_progress"] == pytest.approx(half)
    assert row["reading_progress"] - row["reading_progress_lower"] == pytest.approx(half)


def test_equal_weights_give_the_number_of_pupils() -> None:
    schools = [member(0), member(1), member(2)]
    pupils = [pupil(URN=900001 + place % 3) for place in range(16)]
    row = trust_measures(table_of(schools, *pupils)).filter(group="all").row(0, named=True)
    half = 1.96 * 6.2871 / 16**0.5
    assert row["reading_progress_upper"] - row["reading_progress"] == pytest.approx(half)
    assert row["reading_progress"] == pytest.approx(row["reading_progress_unweighted"])


def test_a_group_of_a_trust_without_pupils_has_no_figures() -> None:
    schools = [member(0), member(1), member(2)]
    rows = trust_measures(table_of(schools))
    row = rows.filter(group="disadvantaged").row(0, named=True)
    assert row["pupils"] == 0
    figures = [name for name in row if name.startswith(("rwm", "reading", "writing", "maths"))]
    assert {row[name] for name in figures} == {None, 0}
    assert row["reading_progress_pupils"] == 0
    assert row["reading_progress_lower"] is None


def test_a_school_without_anybody_in_a_subject_has_no_weight_in_it() -> None:
    schools = [member(0), member(1), member(2)]
    pupils = [
        *[pupil(URN=900001, WRITTAOUTCOME=None)] * 9,
        pupil(URN=900002),
        pupil(URN=900003, WRITTAOUTCOME="GDS"),
    ]
    row = trust_measures(table_of(schools, *pupils)).filter(group="all").row(0, named=True)
    assert row["writing_progress"] == pytest.approx((1.43 + 11.43) / 2)
    assert row["rwm_expected"] == pytest.approx(200 / 11)


def test_a_cap_of_three_years_gives_every_school_the_same_weight() -> None:
    assert YEAR.trusts is not None
    year = changed(YEAR, trusts=changed(YEAR.trusts, weight_cap=3))
    schools = [member(0, IN_FOUR), member(1), member(2)]
    rows = trust_schools(computed(one_each(schools), schools, year).table)
    assert rows["weight"].to_list() == [3, 3, 3]
