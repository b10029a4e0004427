"""Slips and contradictions of the 2022 technical guide, each handled and named.

The numbers are those of the list kept with the project's reference on the guide.
"""

from decimal import Decimal
from itertools import pairwise, product

import pytest

from keystage.core.subjects import IN_PROGRESS
from keystage.statute.loader import load_year
from keystage.statute.progress import MinimumProgress, PriorAttainmentGroups

YEAR = load_year(2022, "provisional")
assert YEAR.prior_attainment_groups is not None
assert YEAR.minimum_progress is not None
GROUPS: PriorAttainmentGroups = YEAR.prior_attainment_groups
RULES: MinimumProgress = YEAR.minimum_progress
BY_NUMBER = {group.group: group for group in GROUPS.groups}
MINIMUM = {item.group: item for item in RULES.minimum}
LOWEST = min(YEAR.key_stage_2.points.values())


def test_oddity_1_the_twentieth_row_of_a_table_of_nineteen_groups_is_ignored() -> None:
    assert [group.group for group in GROUPS.groups] == list(range(1, 20))
    assert [sd.group for sd in RULES.group_sd] == list(range(1, 19))


def test_oddity_2_group_19_has_the_later_tables_minimum_not_the_stale_one() -> None:
    assert MINIMUM[19].reading == Decimal("-12.1759")
    assert Decimal("-13.83") not in {item.reading for item in RULES.minimum}


def test_oddity_3_the_multiplier_has_four_decimals_and_times_the_printed_sd_gives_the_minimum() -> (
    None
):
    assert RULES.multiplier is not None
    assert RULES.multiplier.reading == Decimal("2.6226")
    compared = 0
    for sd in RULES.group_sd:
        assert sd.reading is not None
        if sd.group in MINIMUM:
            minimum = MINIMUM[sd.group].reading
            assert minimum is not None
            # A printed standard deviation is good to half its last place, so the product is too.
            slack = RULES.multiplier.reading * Decimal("0.0005") + Decimal("0.00005")
            assert abs(minimum + RULES.multiplier.reading * sd.reading) <= slack
            compared += 1
    assert compared == 11


def test_oddity_3_two_decimals_of_the_multiplier_would_not_give_the_minimum() -> None:
    spread, minimum = RULES.group_sd[7].reading, MINIMUM[8].reading
    assert spread is not None
    assert minimum is not None
    assert round(-Decimal("2.62") * spread, 2) != round(minimum, 2)


def test_oddity_4_the_share_caught_is_about_one_percent() -> None:
    assert RULES.share_percent == 1


def test_oddity_5_groups_1_to_7_have_no_minimum() -> None:
    assert sorted(MINIMUM) == list(range(8, 20))


def test_oddity_5_a_minimum_exists_exactly_where_a_pupil_can_fall_below_it() -> None:
    assert RULES.multiplier is not None
    for group, subject in product(GROUPS.groups, IN_PROGRESS):
        reach = LOWEST - getattr(group, subject)
        if group.group in MINIMUM:
            assert reach < getattr(MINIMUM[group.group], subject)
    for sd in RULES.group_sd:
        assert sd.reading is not None
        reach = LOWEST - BY_NUMBER[sd.group].reading
        assert (reach < -RULES.multiplier.reading * sd.reading) is (sd.group in MINIMUM)


def test_oddity_8_the_writing_average_of_group_13_is_kept_as_printed() -> None:
    assert str(BY_NUMBER[13].writing) == "95.8"
    others = {str(getattr(group, subject)) for group in GROUPS.groups for subject in IN_PROGRESS}
    assert all(len(value.split(".")[1]) == 2 for value in others - {"95.8"})


def test_oddity_9_the_lost_maths_rule_leaves_one_p_scale_and_no_guess() -> None:
    ks1 = YEAR.key_stage_1
    assert ks1 is not None
    assert "maths" in ks1.note
    assert ks1.own_p_scales == ("P4", "P5", "P6", "P7", "P8")
    assert set(ks1.own_p_scales) | set(ks1.english_p_scales) == set(ks1.p_scale)


def test_oddity_12_the_guides_tables_belong_to_the_provisional_release_only() -> None:
    final = load_year(2022, "final")
    assert final.prior_attainment_groups is None
    assert final.distribution is None
    assert final.minimum_progress is not None
    assert not final.minimum_progress.minimum
    assert final.pupil_sd is not None
    assert YEAR.pupil_sd is not None
    assert final.pupil_sd.reading.window == (Decimal("6.2891"), Decimal("6.2893"))
    assert YEAR.pupil_sd.reading.best == Decimal("6.2871")


def test_oddity_13_there_is_no_floor_after_2018() -> None:
    assert YEAR.floor is not None
    assert not YEAR.floor.applies


def test_oddity_16_the_distribution_covers_every_printed_score_once() -> None:
    assert YEAR.distribution is not None
    rows = YEAR.distribution.rows
    assert sum(row.percent for row in rows) == 100
    for subject in IN_PROGRESS:
        for better, worse in pairwise(getattr(row, subject) for row in rows):
            assert better.low - worse.high == Decimal("0.1")


@pytest.mark.parametrize(
    ("points", "group"),
    [
        ("0.25", 1), ("1.75", 2), ("3.4375", 7), ("3.5", 8), ("4", 8), ("4.0625", 9), ("4.9375", 9),
        ("5", 10), ("5.0625", 11), ("6", 12), ("6.5", 13), ("7", 14), ("7.5", 15), ("8", 16),
        ("8.5", 17), ("9", 17), ("9.4375", 17), ("9.5", 18), ("9.9375", 18), ("10", 19),
    ],
)  # fmt: skip
def test_oddity_17_each_average_is_in_one_group_at_closed_and_open_edges(
    points: str, group: int
) -> None:
    held = [item.group for item in GROUPS.groups if item.holds(Decimal(points))]
    assert held == [group]


def test_oddity_18_missing_is_accepted_in_teacher_assessment_and_said_to_be_undocumented() -> None:
    for rules in (YEAR.writing_outcomes, YEAR.science_outcomes):
        assert rules.codes["M"].assumed
        assert "not documented" in rules.codes["M"].undocumented
        assert rules.codes["M"].rate == rules.blank.rate == "counted"


def test_oddity_19_the_date_of_joining_is_the_years_own() -> None:
    assert YEAR.trusts is not None
    assert YEAR.trusts.joined_before.isoformat() == "2019-09-14"
    assert load_year(2023, "final").trusts is None


def test_codes_nobody_defines_are_refused_rather_than_guessed() -> None:
    for code in "SXZ":
        rule = YEAR.test_outcomes.codes[code]
        assert rule.undocumented
        assert not rule.assumed


@pytest.mark.parametrize(
    ("year", "points"), [(2016, None), (2017, 79), (2018, 79), (2019, 79), (2022, 79)]
)
def test_points_without_a_score_date_from_2017(year: int, points: int | None) -> None:
    release = "provisional" if year == 2022 else "final"
    assert load_year(year, release).key_stage_2.points_without_score == points


@pytest.mark.parametrize(
    ("year", "code", "points"),
    [
        (2016, "P8", 70), (2017, "P8", 69), (2018, "P1i", 59), (2018, "BLW", 71), (2019, "BLW", 62),
        (2019, "PK1", 64), (2016, "PKF", 73),
    ],
)  # fmt: skip
def test_points_below_the_scale_are_the_years_own(year: int, code: str, points: int) -> None:
    assert load_year(year, "final").key_stage_2.points[code] == points


def test_the_printing_of_intervals_differs_between_years() -> None:
    printing = {}
    for year in (2016, 2017, 2018, 2019):
        interval = load_year(year, "final").interval
        assert interval is not None
        assert interval.critical_value == Decimal("1.96")
        printing[year] = interval.printing
    assert printing == {
        2016: "score_and_half_width",
        2017: "score_and_half_width",
        2018: "score_and_half_width",
        2019: "each_limit",
    }


def test_the_partner_of_an_empty_group_is_shown_until_2018_and_withheld_from_2019() -> None:
    partner = {
        year: load_year(year, "final").suppression.empty_pair_partner for year in (2018, 2019)
    }
    assert partner == {2018: "shown", 2019: "suppressed"}


def test_the_standards_of_a_year_are_windows_where_only_windows_are_known() -> None:
    year = load_year(2017, "final")
    assert year.pupil_sd is not None
    assert year.pupil_sd.reading.window == (Decimal("6.2269"), Decimal("6.2300"))
    assert year.pupil_sd_statistics is not None
    assert year.banding is not None
    assert year.banding.reading is not None
    assert year.banding.reading.high.window == (Decimal("3.4"), Decimal("3.5"))
