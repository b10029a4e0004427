"""Where each pupil started and what each reached, beside the national average of the same start."""

from typing import Any

import polars as pl
import pytest

from keystage.core.errors import AbsentValueError
from keystage.core.subjects import Subject
from keystage.flows.figures.computed_again import computed_again
from keystage.flows.figures.scattered import Scattered, no_scatter, scattered
from keystage.flows.figures.school_pupils import schools_of
from keystage.flows.own_pupils import own_records
from keystage.measures.compute import Computed
from keystage.statute.loader import load_year
from keystage.statute.table import Release
from keystage.statute.year import Year

HERE = 900001
GUIDE = load_year(2022, "provisional")
_STARTED = {"KS1READ": "EXS", "KS1WRIT": "WTS", "KS1MAT": "GDS"}


def computed(year: Year, *more: dict[str, Any]) -> Computed:
    rows = [
        {
            "URN": HERE, "P_INCL": "201", "READOUTCOME": "AS", "READSCORE": 108,
            "MATOUTCOME": "AS", "MATSCORE": 104, "WRITTAOUTCOME": "EXS", **one,
        }
        for one in more
    ]  # fmt: skip
    (one,) = schools_of(own_records(rows, None, year, HERE))
    return computed_again(one, year).computed


@pytest.fixture(scope="module")
def drawn() -> Scattered:
    made = computed(GUIDE, _STARTED, {}, {**_STARTED, "P_INCL": "202"})
    return scattered(made, HERE, Subject.READING)


def test_a_pupil_stands_at_the_average_start_and_the_score(drawn: Scattered) -> None:
    (row,) = drawn.pupils.to_dicts()
    points = GUIDE.key_stage_1
    assert points is not None
    english = (points.points["EXS"] + points.points["WTS"]) / 2
    start = (english + points.points["GDS"]) / 2

    assert row["start"] == float(start)
    assert row["reached"] == 108
    (group,) = [one for one in drawn.steps if one.low <= start <= one.high]
    assert row["expected"] == pytest.approx(float(group.expected))


def test_who_has_no_start_or_is_counted_elsewhere_is_listed_with_the_reason(
    drawn: Scattered,
) -> None:
    reasons = drawn.out["reason"].to_list()

    assert drawn.pupils.height + drawn.out.height == 3
    assert any("202" in reason for reason in reasons)
    assert all(reason.startswith("The pupil ") for reason in reasons)


def test_the_steps_run_from_the_lowest_start_to_the_highest(drawn: Scattered) -> None:
    groups = GUIDE.prior_attainment_groups
    assert groups is not None
    assert len(drawn.steps) == len(groups.groups)
    lows = [one.low for one in drawn.steps]
    assert lows == sorted(lows)
    assert all(
        before.high == after.low
        for before, after in zip(drawn.steps, drawn.steps[1:], strict=False)
    )


@pytest.mark.parametrize(
    ("year", "release", "said"), [(2025, "final", "no key stage 1"), (2023, "final", "not found")]
)
def test_a_year_without_a_start_says_why(year: int, release: Release, said: str) -> None:
    other = load_year(year, release)
    assert said in no_scatter(other)
    with pytest.raises(AbsentValueError, match="prior attainment groups"):
        scattered(computed(other, {}), HERE, Subject.READING)


def test_a_year_with_a_start_has_no_excuse_and_only_tests_are_drawn() -> None:
    assert no_scatter(GUIDE) == ""
    with pytest.raises(ValueError, match="writing"):
        scattered(computed(GUIDE, _STARTED), HERE, Subject.WRITING)


def test_no_pupil_of_another_school_is_drawn(drawn: Scattered) -> None:
    none = scattered(computed(GUIDE, _STARTED), 900009, Subject.MATHS)
    assert none.pupils.is_empty()
    assert none.pupils.schema["start"] == pl.Float64
    assert drawn.subject is Subject.READING
