"""Every field of every unit, twice: by the engine and by the plain-Python oracle."""

from collections.abc import Callable
from typing import Any

import pytest
from agreement import assert_agreement, assert_trusts_agree, year_of
from cohorts import make_cohort
from engine_side import computed
from hypothesis import HealthCheck, given, settings
from strategies import cohorts

COHORTS = settings(
    max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def agree(name: str) -> Callable[[tuple[list[dict[str, Any]], list[dict[str, Any]]]], None]:
    """A property of one year: any small cohort, with contradictory codes too."""

    @COHORTS
    @given(cohorts(year_of(name), most=30, largest=4, contradictory=True))
    def holds(cohort: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
        pupils, schools = cohort
        made = computed(pupils, schools, year_of(name))
        assert assert_agreement(made, pupils, schools) > 0
        if made.table.year.trusts is not None:
            assert_trusts_agree(made.table, pupils, schools)

    return holds


test_any_cohort_of_2022 = agree("2022")
test_any_cohort_of_2019_with_invented_groups = agree("2019")
test_any_cohort_of_2017_with_invented_groups = agree("2017")
test_any_cohort_of_2025_without_progress = agree("2025")


@pytest.mark.parametrize(
    ("name", "seed", "schools", "pupils", "rows_of_trusts"),
    [
        ("2022", 1, 10, 12, 3),
        ("2022", 2, 12, 10, 0),
        ("2022", 5, 50, 40, 6),
        ("2019", 3, 14, 16, 0),
        ("2017", 4, 14, 16, 0),
        ("2025", 6, 14, 16, 0),
    ],
)
def test_a_seeded_cohort(
    name: str, seed: int, schools: int, pupils: int, rows_of_trusts: int
) -> None:
    year = year_of(name)
    cohort = make_cohort(seed, schools, pupils, year)
    made = computed(*cohort, year)
    assert assert_agreement(made, *cohort) > 5_000
    if year.trusts is not None:
        assert assert_trusts_agree(made.table, *cohort) == rows_of_trusts


def test_the_flag_for_disadvantage_may_be_given_for_some_pupils_only() -> None:
    year = year_of("2022")
    pupils, schools = make_cohort(9, 4, 20, year)
    for place, pupil in enumerate(pupils):
        pupil["FSM6CLA1A"] = [None, "0", "1"][place % 3]
    assert assert_agreement(computed(pupils, schools, year), pupils, schools) > 0
