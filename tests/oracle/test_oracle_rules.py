"""The oracle's rules: codes, denominators, groups, gaps, and the reference made from pupils."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from cohorts import PUPIL_COLUMNS, csv_text, make_cohort
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_exact import root
from oracle_examples import (
    KS1_OF_GROUP,
    PUBLISHED,
    YEAR,
    measured,
    parts,
    pupil,
    school,
)
from oracle_pupil import average_points, band_of, group_of, included, judge
from oracle_reference import cut_offs, derive_reference, lowest_points, published_reference
from oracle_types import PROGRESS
from strategies import cohorts

from keystage.statute.loader import available, load_year
from keystage.statute.table import Release
from oracle import SUFFIXES, band_number, measure


@pytest.mark.parametrize(
    ("results", "points", "group", "band"),
    [
        ({}, "8", 16, "M"),
        ({"KS1READ": "A"}, None, None, "NA"),
        ({"KS1MAT": None}, None, None, "NA"),
        ({"KS1MAT": None, "KS1AVERAGEPS": 8.5}, None, None, "NA"),
        ({"KS1READ": None, "KS1WRIT": None, "KS1MAT": None, "KS1AVERAGEPS": 8.5}, "8.5", 17, "H"),
        ({"KS1READ": None, "KS1WRIT": None, "KS1MAT": None}, None, None, "NA"),
        (KS1_OF_GROUP[7] | {"KS1ENGPSCALE": "P2i"}, "1.875", 2, "L"),
        (KS1_OF_GROUP[7] | {"KS1READPSCALE": "P2i", "KS1MATPSCALE": "P1i"}, "1.625", 1, "L"),
        (KS1_OF_GROUP[3] | {"KS1ENGPSCALE": "P2i"}, "2", 3, "L"),
    ],
)
def test_key_stage_1_points(
    results: dict[str, object], points: str | None, group: int | None, band: str
) -> None:
    found = average_points(pupil(**results), YEAR)
    assert found == (None if points is None else Fraction(points))
    assert (group_of(found, YEAR), band_of(found, YEAR)) == (group, band)


@pytest.mark.parametrize(
    ("result", "points", "counted", "expected", "higher", "average"),
    [
        ({"READSCORE": 110}, 110, True, True, True, 110),
        ({"READSCORE": None}, None, True, True, False, None),
        ({"READOUTCOME": "NS", "READSCORE": 99}, 99, True, False, False, 99),
        ({"READOUTCOME": "NS", "READSCORE": None}, 79, True, False, False, None),
        ({"READOUTCOME": "NS", "READSCORE": None, "READTAOUTCOME": "PK4"},
         73, True, False, False, None),
        ({"READOUTCOME": "B", "READSCORE": None, "READTAOUTCOME": "EM"},
         60, True, False, False, None),
        ({"READOUTCOME": "B", "READSCORE": None}, None, True, False, False, None),
        ({"READOUTCOME": "A", "READSCORE": None}, None, True, False, False, None),
        ({"READOUTCOME": "M", "READSCORE": None}, None, False, False, False, None),
        ({"READOUTCOME": "L", "READSCORE": None}, None, False, False, False, None),
    ],
)  # fmt: skip
def test_reading_outcomes(
    result: dict[str, object],
    points: int | None,
    counted: bool,  # noqa: FBT001  # a parameter of the table above
    expected: bool,  # noqa: FBT001  # same
    higher: bool,  # noqa: FBT001  # same
    average: int | None,
) -> None:
    test = judge(pupil(**result), YEAR, PUBLISHED).tests["reading"]
    assert test.points == points
    assert (test.counted, test.expected, test.higher) == (counted, expected, higher)
    assert test.in_average == average


def test_the_combined_measure_leaves_out_lost_scripts_only() -> None:
    row = measured(
        pupil(),
        pupil(MATOUTCOME="M", MATSCORE=None),
        pupil(GPSOUTCOME="M", GPSSCORE=None),
        pupil(MATOUTCOME="A", MATSCORE=None),
        pupil(WRITTAOUTCOME=None),
    )
    assert parts(row["PTRWM_EXP"]) == (2, 4)
    assert parts(row["PTMAT_EXP"]) == (3, 4)
    assert parts(row["PTGPS_EXP"]) == (4, 4)
    assert parts(row["PTWRITTA_EXP"]) == (4, 5)
    assert row["PTMAT_AT"].units == 20
    assert (row["MATCOV"].units, row["WRITCOV"].units) == (60, 80)


def test_half_the_scripts_lost_withholds_the_subject_and_no_other() -> None:
    lost = pupil(MATOUTCOME="M", MATSCORE=None)
    kept = pupil(MATOUTCOME="AS", MATSCORE=None)
    row = measured(pupil(), pupil(), pupil(), lost, lost, kept)
    assert row["MAT_LOST_SUPPRESSED"].units == 1
    assert row["READ_LOST_SUPPRESSED"].units == 0
    assert measured(pupil(), pupil(), lost)["MAT_LOST_SUPPRESSED"].units == 0


def test_discounted_pupils_are_in_nothing() -> None:
    assert measured(pupil(), pupil(P_INCL="202"), pupil(P_INCL="203")) == measured(pupil())
    assert not included(pupil(P_INCL="203"), YEAR)


def test_the_pupil_groups_are_those_of_the_dossier() -> None:
    everyone = measured(
        pupil(SEX="M", SENF="E", EALGRP="2", FSM6_P="1", NEWMOBILE="1", FSM6CLA1A="0"),
        pupil(SENF="K", EALGRP="3", FSM6_P="1"),
        pupil(KS1READ=None),
    )
    numbers = {
        "TELIG": 3, "BELIG": 1, "GELIG": 2, "TSENELE": 1, "TSENELK": 1, "TSENELEK": 2,
        "TEALGRP1": 1, "TEALGRP2": 1, "TEALGRP3": 1, "TMOBN": 2, "TFSM6CLA1A": 1,
        "TNotFSM6CLA1A": 2, "TKS1GROUP_L": 0, "TKS1GROUP_M": 2, "TKS1GROUP_NA": 1,
        "PTKS1GROUP_M": 100, "PTKS1GROUP_NA": 33,
    }  # fmt: skip
    assert {name: everyone[name].units for name in numbers} == numbers
    of_groups = {part.suffix for part in YEAR.pupil_groups.groups.values()}
    assert of_groups <= set(SUFFIXES)
    assert {one for one in SUFFIXES if f"PTRWM_EXP{one}" not in everyone} == set()


def test_bands_follow_printed_values_and_a_limit_of_zero_is_average() -> None:
    cuts = (Fraction("3.1"), Fraction("-2.9"))
    rows = [(31, 1), (30, 1), (40, 0), (-29, -55), (-28, -55), (-40, -80)]
    uppers = [61, 59, 80, -3, -1, 0]
    found = [
        band_number(score, lower, upper, cuts, 1)
        for (score, lower), upper in zip(rows, uppers, strict=True)
    ]
    assert found == [1, 2, 3, 5, 4, 3]


def test_gaps_are_made_from_printed_figures() -> None:
    pupils = [
        *[pupil(FSM6_P="1", READSCORE=105)] * 2, pupil(FSM6_P="1", WRITTAOUTCOME="WTS"),
        *[pupil()] * 3, *[pupil(WRITTAOUTCOME="WTS")] * 3,
    ]  # fmt: skip
    row = measured(*pupils)
    assert row["DIFFN_RWM_EXP"].units == 67 - 50
    assert row["DIFFN_READPROG"].printed == Decimal("0.0")


def test_cut_offs_are_nearest_ranks_from_both_ends() -> None:
    assert cut_offs(list(range(1, 21)), Fraction(10)) == (19, 2)
    assert cut_offs([5], Fraction(10)) == (5, 5)


def test_a_derived_reference_keeps_its_promises() -> None:
    pupils, schools = make_cohort(7, 30, 40, YEAR)
    reference = derive_reference(pupils, schools, YEAR)
    national = measure(pupils, schools, YEAR, reference)["NATIONAL", "mainstream"]
    rule = YEAR.minimum_progress
    assert rule is not None
    assert rule.share_percent is not None
    base = {one["URN"] for one in schools if one["RECTYPE"] == 1}
    judged = [judge(one, YEAR, reference) for one in pupils if included(one, YEAR)]
    for subject, field in (("reading", "READPROG"), ("writing", "WRITPROG"), ("maths", "MATPROG")):
        assert national[f"{field}_UNADJUSTED"].value == 0
        inside = [one for one in judged if one.urn in base and subject in one.unadjusted]
        k, spreads = reference["multiplier"][subject], reference["group_sd"][subject]
        scores = [
            (one.unadjusted[subject], -k * spreads[one.group or 0])
            for one in inside
            if (one.group or 0) in spreads
        ]
        slack = Fraction(1, 10**30)
        below = sum(score < lowest - slack for score, lowest in scores)
        at_most = sum(score <= lowest + slack for score, lowest in scores)
        assert 100 * below <= rule.share_percent * len(inside) < 100 * at_most
        for group, lowest in reference["minimums"][subject].items():
            reach = lowest_points(subject, YEAR) - reference["averages"][subject][group]
            assert reach < lowest


def test_a_derived_reference_of_one_group_by_hand() -> None:
    scores = [100] * 99 + [108] * 99 + [80, 84]
    found = derive_reference([pupil(READSCORE=s) for s in scores], [school()], YEAR)
    mean = Fraction(sum(scores), 200)
    spread = sum(((s - mean) ** 2 for s in scores), Fraction(0)) / 199
    assert found["averages"]["reading"] == {16: mean}
    assert found["group_sd"]["reading"] == {16: root(spread)}
    assert abs(found["multiplier"]["reading"] - root((mean - 100) ** 2 / spread)) < 1e-30
    assert abs(found["minimums"]["reading"][16] - (100 - mean)) < 1e-30
    assert float(found["sd"]["reading"]) == pytest.approx(4.0, abs=0.05)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(cohorts(YEAR, most=30))
def test_schools_add_up_to_the_nation_and_minimums_only_raise(
    cohort: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    pupils, schools = cohort
    found = measure(pupils, schools, YEAR, PUBLISHED)
    total: Counter[str] = Counter()
    for unit, row in found.items():
        if unit[0] == "SCHOOL":
            total["TELIG"] += row["TELIG"].units or 0
            total["PTRWM_EXP"] += int(row["PTRWM_EXP"].bottom)
        for subject in PROGRESS:
            name = {"reading": "READPROG", "writing": "WRITPROG", "maths": "MATPROG"}[subject]
            adjusted, plain = row[name].value, row[f"{name}_UNADJUSTED"].value
            assert (adjusted is None) == (plain is None)
            assert adjusted is None or plain is None or adjusted >= plain
    assert found["NATIONAL", "all"]["TELIG"].units == total["TELIG"]
    assert found["NATIONAL", "all"]["PTRWM_EXP"].bottom == total["PTRWM_EXP"]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 100))
def test_a_seed_always_makes_the_same_cohort(seed: int) -> None:
    pupils, schools = make_cohort(seed, 3, 5, YEAR)
    assert (pupils, schools) == make_cohort(seed, 3, 5, YEAR)
    assert len({one["UPN"] for one in pupils}) == 15
    assert csv_text(pupils, PUPIL_COLUMNS).count("\n") == 16


@pytest.mark.parametrize(("number", "release"), available())
def test_every_year_can_be_measured(number: int, release: Release) -> None:
    year = load_year(number, release)
    pupils, schools = make_cohort(11, 4, 8, year, contradictory=True)
    for reference in (None, published_reference(year), derive_reference(pupils, schools, year)):
        row = measure(pupils, schools, year, reference)["NATIONAL", "all"]
        counted = sum(included(one, year) for one in pupils)
        assert row["TELIG"].units == counted
        if reference is None or year.key_stage_1 is None:
            assert row["READPROG"].value is None


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(cohorts(YEAR, most=20, contradictory=True))
def test_contradictory_codes_are_measured_too(
    cohort: tuple[list[dict[str, Any]], list[dict[str, Any]]],
) -> None:
    for row in measure(*cohort, YEAR, PUBLISHED).values():
        shares = [one for field, one in row.items() if field.startswith("PT")]
        assert all(one.value is None or 0 <= one.value <= 100 for one in shares)
