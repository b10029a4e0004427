"""The oracle itself is proved by the worked examples of the 2022 technical guide."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from oracle_exact import ratio, root, rounded, variance
from oracle_examples import PUBLISHED, YEAR, measured, parts, pupil, school_b, trust
from oracle_pupil import judge
from oracle_trust import effective_number, weighted_score, years_in_trust

from oracle import half_width, measure_trusts


def test_halves_leave_zero_and_nothing_prints_as_minus_zero() -> None:
    assert [rounded(Fraction(n, 2), 0) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]
    assert rounded(Fraction(-1, 100), 1) == 0
    assert ratio(Fraction(-1), 100, 1).printed == Decimal("0.0")
    assert ratio(1, 0, 1).printed is None
    assert ratio(1, 200, 0, 100).units == 1


def test_roots_are_exact_where_they_can_be() -> None:
    assert root(Fraction(49, 4)) == Fraction(7, 2)
    assert abs(root(Fraction(2)) ** 2 - 2) < Fraction(1, 10**39)
    assert variance([(Fraction(1), 1), (Fraction(3), 1)]) == 2
    assert variance([(Fraction(1), 1)]) is None


def test_jamie_has_8_5_points_group_17_and_1_64_in_maths() -> None:
    jamie = pupil(KS1WRIT="WTS", KS1MAT="GDS", MATSCORE=109)
    judged = judge(jamie, YEAR, PUBLISHED)
    assert judged.average_points == Fraction("8.5")
    assert (judged.group, judged.band) == (17, "H")
    assert judged.adjusted["maths"] == Fraction("1.64")


def test_sixty_pupils_of_jamies_group_make_the_school_of_the_guide() -> None:
    jamie = pupil(KS1WRIT="WTS", KS1MAT="GDS")
    row = measured(*[jamie | {"MATSCORE": 110}] * 34, *[jamie | {"MATSCORE": 109}] * 26)
    assert row["MATPROG"].top == Fraction("132.40")
    assert row["MATPROG"].value == Fraction("132.40") / 60
    assert row["MATPROG"].printed == Decimal("2.2")
    assert ratio(row["MATPROG"].top, 60, 2).printed == Decimal("2.21")
    upper, lower = row["MATPROG_UPPER"].value, row["MATPROG_LOWER"].value
    assert upper is not None
    assert lower is not None
    assert float(upper - lower) / 2 == pytest.approx(1.4800, abs=5e-5)


def test_school_b_is_raised_by_two_minimums() -> None:
    pupils = [judge(one, YEAR, PUBLISHED) for one in school_b()]
    assert [one.group for one in pupils] == [4, 7, 11, 3, 8, 15, 19, 8, 15]
    assert [float(one.unadjusted["reading"]) for one in pupils] == [
        -4.02, 13.34, 4.86, -3.64, -27.15, 3.28, -15.18, 1.85, 0.28,
    ]  # fmt: skip
    row = measured(*school_b())
    assert row["READPROG_UNADJUSTED"].value == Fraction("-26.38") / 9
    assert float(row["READPROG_UNADJUSTED"].value or 0) == pytest.approx(-2.9311111, abs=1e-7)
    assert row["READPROG"].value == Fraction("-23.1645") / 9
    assert float(row["READPROG"].value or 0) == pytest.approx(-2.5738333, abs=1e-7)
    assert row["READPROG"].printed == Decimal("-2.6")
    assert half_width(Fraction("6.2871"), 9, Fraction("1.96")) == Fraction("4.107572")


def test_minimums_of_two_decimals_or_the_stale_row_19_would_move_school_b() -> None:
    total = Fraction("-26.38") + Fraction("27.15") + Fraction("15.18")
    assert ratio(total - Fraction("26.94") - Fraction("12.18"), 9, 6).units == -2574444
    stale = ratio(total - Fraction("26.9386") - Fraction("13.83"), 9, 6)
    assert stale.units == -2757622
    assert PUBLISHED["minimums"]["reading"][19] == Fraction("-12.1759")


def test_trust_progress_is_minus_0_2_and_the_traps_are_not() -> None:
    scores = [Fraction(text) for text in ("2.5", "-2.5", "3.3", "-1.5", "-1.5")]
    pupils, years = [52, 34, 28, 48, 60], [3, 4, 4, 3, 5]
    capped = [
        (min(4, year), number, score)
        for year, number, score in zip(years, pupils, scores, strict=True)
    ]
    uncapped = list(zip(years, pupils, scores, strict=True))
    plain = [(1, number, score) for _, number, score in capped]
    assert weighted_score(capped) == Fraction("-156.4") / 788
    assert rounded(weighted_score(capped) or Fraction(0), 1) == -2
    assert float(weighted_score(uncapped) or 0) == pytest.approx(-0.2906, abs=5e-5)
    assert float(weighted_score(plain) or 0) == pytest.approx(-0.1108, abs=5e-5)
    assert float(effective_number(capped)) == pytest.approx(217.7, abs=0.05)
    assert effective_number(plain) == 222


def test_trust_attainment_is_weighted_by_years_up_to_four() -> None:
    found = measure_trusts(
        *trust([25, 59, 50, 22, 90], [17, 31, 39, 7, 79], [5, 3, 4, 3, 3]), YEAR, PUBLISHED
    )
    row = found["TRUST", "T1"]
    assert parts(row["PTRWM_EXP"]) == (575, 813)
    assert row["PTRWM_EXP_UNWEIGHTED"].value == Fraction(17300, 246)
    assert ratio(575, 813, 1, 100).printed == Decimal("70.7")
    assert ratio(173, 246, 1, 100).printed == Decimal("70.3")
    assert (row["NUMINST"].units, row["TELIG"].units) == (5, 246)


def test_trust_attainment_of_disadvantaged_pupils() -> None:
    numbers = trust([17, 21, 26, 19, 15], [8, 7, 13, 12, 6], [3, 3, 4, 3, 5], FSM6_P="1")
    row = measure_trusts(*numbers, YEAR, PUBLISHED)["TRUST", "T1"]
    weighted, plain = row["PTRWM_EXP_FSM6CLA1A"], row["PTRWM_EXP_FSM6CLA1A_UNWEIGHTED"]
    assert parts(weighted) == (157, 335)
    assert ratio(weighted.top, weighted.bottom, 1, 100).printed == Decimal("46.9")
    assert ratio(plain.top, plain.bottom, 1, 100).printed == Decimal("46.9")
    assert row["PTRWM_EXP_NotFSM6CLA1A"].printed is None


def test_a_school_joins_a_trusts_measures_before_14_september_2019() -> None:
    days = (date(2018, 9, 13), date(2018, 9, 14), date(2019, 9, 13), date(2019, 9, 14))
    assert [years_in_trust(day, YEAR) for day in days] == [4, 3, 3, 2]
    assert years_in_trust(date(2001, 1, 1), YEAR) == 4
    pupils, schools = trust([5, 5], [2, 2], [3, 3])
    assert measure_trusts(pupils, schools, YEAR, PUBLISHED) == {}
