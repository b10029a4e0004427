"""Pupil progress: the group's average taken off, and the minimum that raises extreme scores."""

from decimal import Decimal

import pytest
from engine_side import computed, one_school, worked
from msgspec.structs import replace as changed
from oracle_examples import KS1_OF_GROUP, YEAR, pupil, school

from keystage.core.errors import AbsentValueError
from keystage.measures.units import BILLION
from keystage.measures.wide import unrounded
from keystage.reports.disclosure import publish
from keystage.statute.loader import load_year
from keystage.statute.progress import MinimumOfGroup
from keystage.statute.year import Year

BELOW = {"READOUTCOME": "B", "READSCORE": None}


def with_minimum(group: int, reading: str) -> Year:
    """2022 with the reading minimum of one group replaced."""
    rules = YEAR.minimum_progress
    assert rules is not None
    minimum = tuple(
        MinimumOfGroup(
            group=item.group,
            reading=Decimal(reading) if item.group == group else item.reading,
            writing=item.writing,
            maths=item.maths,
        )
        for item in rules.minimum
    )
    return changed(YEAR, minimum_progress=changed(rules, minimum=minimum))


def test_progress_is_points_less_the_average_of_the_group() -> None:
    row = worked([pupil(READSCORE=109, MATSCORE=99, MATOUTCOME="NS")], YEAR)[0]
    assert row["prior_attainment_group"] == 16
    assert row["reading_national"] == 105_460_000_000
    assert row["reading_unadjusted"] == row["reading_progress"] == 3_540_000_000
    assert row["maths_progress"] == -5_190_000_000
    assert row["writing_progress"] == 1_430_000_000


@pytest.mark.parametrize(
    ("minimum", "progress"),
    # A pupil of group 16 with 90 points is 15.46 below the average.
    [("-15.4601", "-15.46"), ("-15.46", "-15.46"), ("-15.4599", "-15.4599"), ("-9", "-9")],
)
def test_a_score_at_its_minimum_stays_and_a_lower_one_is_raised(
    minimum: str, progress: str
) -> None:
    year = with_minimum(16, minimum)
    row = worked([pupil(READOUTCOME="NS", READSCORE=90)], year)[0]
    assert row["reading_unadjusted"] == -15_460_000_000
    assert row["reading_minimum"] == int(Decimal(minimum) * BILLION)
    assert row["reading_progress"] == int(Decimal(progress) * BILLION)


def test_no_minimum_raises_a_high_score() -> None:
    row = worked([pupil(**(KS1_OF_GROUP[8] | {"READSCORE": 120}))], YEAR)[0]
    assert row["reading_progress"] == row["reading_unadjusted"] == 32_850_000_000


@pytest.mark.parametrize("group", [3, 4, 7])
def test_groups_1_to_7_have_no_minimum(group: int) -> None:
    row = worked([pupil(**KS1_OF_GROUP[group], **BELOW, READTAOUTCOME="EM")], YEAR)[0]
    assert row["prior_attainment_group"] == group
    assert row["reading_minimum"] is None
    assert row["reading_progress"] == row["reading_unadjusted"] < 0


def test_a_subject_may_have_no_minimum_where_the_others_do() -> None:
    rules = YEAR.minimum_progress
    assert rules is not None
    only_reading = (MinimumOfGroup(group=16, reading=Decimal(-5)),)
    year = changed(YEAR, minimum_progress=changed(rules, minimum=only_reading))
    low = pupil(READOUTCOME="NS", READSCORE=80, MATOUTCOME="NS", MATSCORE=80)
    row = worked([low], year)[0]
    assert row["reading_progress"] == -5 * BILLION
    assert row["maths_minimum"] is None
    assert row["maths_progress"] == row["maths_unadjusted"] == -24_190_000_000


def test_the_school_prints_adjusted_and_unadjusted_scores() -> None:
    row = one_school([pupil(READOUTCOME="NS", READSCORE=80), pupil()], YEAR)
    # 80 is 25.46 below, raised to -15.2264; 105 is 0.46 below.
    assert (row["READPROG"], row["READPROG_UNADJUSTED"]) == (-78, -130)
    assert row["READCOV"] == 100


def test_pupils_without_key_stage_1_or_points_are_in_no_score() -> None:
    row = one_school(
        [
            pupil(),
            pupil(KS1READ=None),
            pupil(**BELOW),
            pupil(WRITTAOUTCOME=None),
            pupil(KS1MAT="M"),
        ],
        YEAR,
    )
    assert (row["READCOV"], row["WRITCOV"], row["MATCOV"]) == (40, 40, 60)
    assert row["TKS1AVERAGE"] == 80
    assert (row["TKS1GROUP_M"], row["TKS1GROUP_NA"], row["PTKS1GROUP_NA"]) == (3, 2, 40)
    assert row["PTKS1GROUP_M"] == 100


@pytest.mark.parametrize(
    ("number", "release", "says"),
    [
        (2019, "final", "[prior_attainment_groups], which is absent for 2019 final: the table of"),
        (2016, "final", "[prior_attainment_groups], which is absent for 2016 final"),
        (2026, "provisional", "prior_attainment_groups"),
    ],
)
def test_a_year_without_groups_says_what_is_missing(number: int, release: str, says: str) -> None:
    with pytest.raises(AbsentValueError) as caught:
        computed([pupil(KS1READ=None, KS1WRIT=None, KS1MAT=None)], [{"URN": 900001}],
                 load_year(number, release))  # fmt: skip
    assert says in str(caught.value)
    assert "--reference derived" in caught.value.todo


def test_a_year_whose_minimums_are_unknown_says_so() -> None:
    rules = load_year(2022, "final").minimum_progress
    year = changed(YEAR, minimum_progress=rules)
    with pytest.raises(AbsentValueError, match="minimum progress scores of 2022 provisional"):
        computed([pupil()], [{"URN": 900001}], year)


def test_a_year_that_has_no_minimums_raises_nobody() -> None:
    year = changed(YEAR, minimum_progress=load_year(2017, "final").minimum_progress)
    row = worked([pupil(READOUTCOME="NS", READSCORE=80)], year)[0]
    assert row["reading_progress"] == row["reading_unadjusted"] == -25_460_000_000


@pytest.mark.parametrize("absent", ["pupil_sd", "interval"])
def test_without_what_limits_need_there_are_scores_and_no_limits(absent: str) -> None:
    year = changed(YEAR, **{absent: None})
    made = computed([pupil()] * 6, [school()], year)
    row = unrounded(made.table).row(0, named=True)
    assert row["READPROG"] is not None
    assert (row["READPROG_LOWER"], row["READPROG_UPPER"], row["READPROG_DESCR"]) == (None,) * 3
    printed = publish(made.table, "school").frame.row(0, named=True)
    assert (printed["READPROG_LOWER"], printed["READPROG_DESCR"]) == ("NA", "NA")
