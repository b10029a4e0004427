"""The guide's worked examples through the engine, and the wrong roads that come near them."""

from decimal import Decimal

import pytest
from engine_side import computed, one_school, printed, worked
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school_b

from keystage.measures.table import MeasureTable
from keystage.measures.wide import unrounded
from keystage.statute.progress import MinimumOfGroup
from keystage.statute.year import Year

SCHOOL = [{"URN": 900001, "LEA": 999, "RECTYPE": 1}]


def table_of_b(year: Year = YEAR) -> MeasureTable:
    return computed(school_b(), SCHOOL, year).table


def exact(field: str, year: Year = YEAR) -> float:
    value: float = unrounded(table_of_b(year))[field][0]
    return value


def with_minimums(**by_group: str) -> Year:
    """2022 with reading minimums replaced, by group: g8, g19 and so on."""
    rules = YEAR.minimum_progress
    assert rules is not None
    return changed(
        YEAR,
        minimum_progress=changed(
            rules,
            minimum=tuple(
                MinimumOfGroup(
                    group=item.group,
                    reading=Decimal(by_group.get(f"g{item.group}", str(item.reading))),
                    writing=item.writing,
                    maths=item.maths,
                )
                for item in rules.minimum
            ),
        ),
    )


def test_jamie_has_8_5_points_group_17_and_1_64_in_maths() -> None:
    row = worked([pupil(KS1WRIT="WTS", KS1MAT="GDS", MATSCORE=109)], YEAR)[0]
    assert (row["ks1_average"], row["prior_attainment_group"]) == (136, 17)
    assert row["maths_progress"] == 1_640_000_000


def test_sixty_pupils_of_jamies_group_make_2_2_plus_or_minus_1_48() -> None:
    jamie = pupil(KS1WRIT="WTS", KS1MAT="GDS")
    pupils = [*[jamie | {"MATSCORE": 110}] * 34, *[jamie | {"MATSCORE": 109}] * 26]
    table = computed(pupils, SCHOOL, YEAR).table
    row = unrounded(table).row(0, named=True)
    assert row["MATPROG"] == pytest.approx(132.40 / 60, abs=1e-12)
    assert row["MATPROG_UPPER"] - row["MATPROG"] == pytest.approx(1.4800, abs=5e-5)
    assert printed(table, {})["SCHOOL", 900001]["MATPROG"] == 22
    two = changed(YEAR, rounding=changed(YEAR.rounding, progress=2))
    assert one_school(pupils, two)["MATPROG"] == 221


def test_school_b_before_and_after_the_minimums() -> None:
    assert exact("READPROG_UNADJUSTED") == pytest.approx(-26.38 / 9, abs=1e-12)
    assert exact("READPROG") == pytest.approx(-23.1645 / 9, abs=1e-12)
    half = exact("READPROG_UPPER") - exact("READPROG")
    assert half == pytest.approx(4.1076, abs=5e-5)
    row = printed(table_of_b(), {})["SCHOOL", 900001]
    assert (row["READPROG"], row["READPROG_UNADJUSTED"]) == (-26, -29)
    two = changed(YEAR, rounding=changed(YEAR.rounding, progress=2))
    assert one_school(school_b(), two)["READPROG"] == -257


def test_two_pupils_of_school_b_are_raised_and_no_other() -> None:
    rows = worked(school_b(), YEAR)
    assert [row["reading_progress"] != row["reading_unadjusted"] for row in rows] == [
        False, False, False, False, True, False, True, False, False,
    ]  # fmt: skip
    assert [row["prior_attainment_group"] for row in rows] == [4, 7, 11, 3, 8, 15, 19, 8, 15]


def test_minimums_of_two_decimals_are_another_score() -> None:
    """-26.94 and -12.18 in place of -26.9386 and -12.1759."""
    coarse = with_minimums(g8="-26.94", g19="-12.18")
    assert exact("READPROG", coarse) == pytest.approx(-23.17 / 9, abs=1e-12)
    assert exact("READPROG", coarse) != pytest.approx(exact("READPROG"), abs=1e-5)


def test_the_stale_row_19_is_another_score() -> None:
    """The guide's first table still has -13.83 for a group 19 of another year."""
    stale = with_minimums(g19="-13.83")
    assert exact("READPROG", stale) == pytest.approx(-24.8186 / 9, abs=1e-12)
    assert one_school(school_b(), stale)["READPROG"] == -28


def test_the_multiplier_printed_with_two_decimals_is_not_the_one_that_was_used() -> None:
    """The heading says -2.62; the thresholds are -2.6226 times the deviation of the group."""
    rules = YEAR.minimum_progress
    assert rules is not None
    assert rules.multiplier is not None
    deviations = {item.group: item.reading for item in rules.group_sd}
    for item in rules.minimum[:-1]:
        deviation = deviations[item.group]
        assert deviation is not None
        assert item.reading is not None
        assert abs(-rules.multiplier.reading * deviation - item.reading) < Decimal("0.002")
        assert abs(Decimal("-2.62") * deviation - item.reading) > Decimal("0.01")


def test_school_b_is_too_wide_to_be_banded_off_the_average() -> None:
    row = printed(table_of_b(), {})["SCHOOL", 900001]
    assert row["READPROG_LOWER"] == -67
    assert row["READPROG_UPPER"] == 15
