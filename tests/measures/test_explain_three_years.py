"""Three-year figures opened: what each cohort adds, and pupils who give the figure back."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from agreement import year_of
from cohorts import make_cohort
from engine_side import Rows, computed
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school
from strategies import cohorts

from keystage.core.errors import InputError, UsageError
from keystage.measures.compute import Computed
from keystage.measures.explain import CohortOfPool, Explanation
from keystage.measures.explain_pooled import CohortBefore, explain_pooled
from keystage.measures.fields import Field
from keystage.measures.pooled import pooled, pooled_field_named, pooled_fields
from keystage.measures.table import MeasureTable
from keystage.measures.wide import unrounded
from keystage.reports.disclosure import publish

NEAR = 1e-9
CODES = {"SUPP", ""}
MISSED: dict[str, Any] = {"WRITTAOUTCOME": "WTS"}
BELOW: dict[str, Any] = {"READOUTCOME": "B", "READSCORE": None}
Cohort = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def pool_of(now: Computed, before: Mapping[int, Computed]) -> MeasureTable:
    schools = now.table.units_of("school")
    return pooled(now.table, now.parts, [made.parts for made in before.values()], schools)


def cohorts_before(before: Mapping[int, Computed], *, listed: bool = True) -> list[CohortBefore]:
    return [
        CohortBefore(year, made.parts, (made.working, made.table.year) if listed else None)
        for year, made in before.items()
    ]


def assert_reproduced(now: Computed, before: Mapping[int, Computed]) -> int:
    """Open every three-year field of every school; the answer is how many were published."""
    pool, shown = pool_of(now, before), 0
    exact = {row["URN"]: row for row in unrounded(now.table, None, pool).to_dicts()}
    cells = {row["URN"]: row for row in publish(now.table, "school", None, pool).frame.to_dicts()}
    year = now.table.year
    working = {year.year.id: now.working, **{at: made.working for at, made in before.items()}}
    for urn in now.table.units_of("school")["URN"]:
        lines = {
            at: frame.filter(pl.col("URN") == urn).collect()["line"].sort()
            for at, frame in working.items()
        }
        for field in pooled_fields(year):
            opened = explain_pooled(now, pool, cohorts_before(before), field, urn)
            assert [cohort.year for cohort in opened.cohorts] == sorted(working)
            for cohort in opened.cohorts:
                assert cohort.pupils is not None
                assert cohort.pupils["line"].sort().equals(lines[cohort.year]), "each pupil once"
                assert_sums(cohort, cohort.pupils)
            assert_value(opened, exact[urn][field.name])
            sums_alone = cohorts_before(before, listed=False)
            assert_same_figure(opened, explain_pooled(now, pool, sums_alone, field, urn))
            if cells[urn][field.name] not in CODES:
                assert opened.printed == cells[urn][field.name]
                shown += 1
    return shown


def assert_sums(cohort: CohortOfPool, pupils: pl.DataFrame) -> None:
    """The pupils of a cohort are its numerator and denominator (a score is held in whole marks)."""
    assert cohort.numerator == int(pupils["contribution"].sum())
    if cohort.denominator is not None:
        assert cohort.denominator == (pupils["place"] != "out").sum()


def assert_value(opened: Explanation, exact: float | None) -> None:
    """The cohorts add up to the exact figure, and it is the one the tables are made of."""
    assert opened.numerator == sum(cohort.numerator for cohort in opened.cohorts)
    if opened.denominator is not None:
        assert opened.denominator == sum(cohort.denominator or 0 for cohort in opened.cohorts)
    assert (opened.value is None) == (exact is None)
    if opened.value is not None and exact is not None:
        assert abs(float(opened.value) - exact) < NEAR


def assert_same_figure(one: Explanation, other: Explanation) -> None:
    for name in ("definition", "numerator", "denominator", "value", "steps", "printed"):
        assert getattr(one, name) == getattr(other, name)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("2022", {2020: "2022", 2021: "2022"}),
        ("2019", {2017: "2017", 2018: "2019"}),
        ("2025", {2023: "2022", 2024: "2024"}),
    ],
)
def test_three_year_fields_are_reproduced(now: str, before: Mapping[int, str]) -> None:
    def make(seed: int, name: str, schools: int) -> Computed:
        year = year_of(name)
        return computed(*make_cohort(seed, schools, 14, year), year)

    earlier = {at: make(at, name, 3) for at, name in before.items()}
    assert assert_reproduced(make(31, now, 4), earlier) > 10


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(*[cohorts(YEAR, most=8, largest=2, contradictory=True)] * 3)
def test_any_three_cohorts_are_reproduced(now: Cohort, last: Cohort, first: Cohort) -> None:
    assert_reproduced(
        computed(*now, YEAR), {2020: computed(*first, YEAR), 2021: computed(*last, YEAR)}
    )


def many(number: int, **known: Any) -> Rows:
    return [pupil(**known)] * number


def opened(name: str, now: Rows, first: Rows, last: Rows, *, printed: bool = False) -> Explanation:
    year = YEAR
    if printed:
        year = changed(year, suppression=changed(year.suppression, zero_three_year="printed"))
    made = computed(now, [school()], year)
    before = {2020: computed(first, [school()], YEAR), 2021: computed(last, [school()], YEAR)}
    return explain_pooled(made, pool_of(made, before), cohorts_before(before), three_year(name),
                          900001)  # fmt: skip


def three_year(name: str) -> Field:
    field = pooled_field_named(name, YEAR)
    assert field is not None
    return field


def test_a_share_shows_each_cohort_and_the_pool() -> None:
    """1 of 2, 9 of 10 and 0 of 4."""
    found = opened(
        "PTRWM_EXP_3YR",
        [*many(1), *many(1, **MISSED)],
        [*many(9), *many(1, **MISSED)],
        many(4, **MISSED),
    )
    assert found.steps == (
        "2020: 9 / 10.",
        "2021: 0 / 4.",
        "2022: 1 / 2.",
        "Together: 10 / 16.",
        "10 × 100 / 16 = 62.5.",
    )
    assert (found.value, found.printed, found.pupils.height) == (Fraction("62.5"), "63%", 2)
    assert found.definition[-1] == "The school's pupils of 2020, 2021, 2022 are taken together."


def test_pupils_are_counted_year_by_year() -> None:
    found = opened("telig_3yr", many(1), many(2), [])
    assert found.steps == ("2020: 2 pupils.", "2021: 0 pupils.", "2022: 1 pupil.",
                           "Together: 3 pupils.")  # fmt: skip
    assert (found.denominator, found.printed) == (None, "3")


def test_a_cohort_nobody_of_whom_is_counted_adds_nothing() -> None:
    found = opened("READ_AVERAGE_3YR", many(2), many(1, **BELOW), many(1, READSCORE=108))
    assert found.steps == (
        "2020: nobody is counted.",
        "2021: 108 / 1.",
        "2022: 210 / 2.",
        "Together: 318 / 3.",
        "318 / 3 = 106.",
    )


def test_three_years_with_nobody_counted_have_no_figure() -> None:
    found = opened("READ_AVERAGE_3YR", many(1, **BELOW), [], many(1, **BELOW))
    assert found.steps[2:] == (
        "2022: nobody is counted.",
        "Nobody is counted, so there is no figure.",
    )
    assert (found.value, found.printed) == (None, "")


def test_a_share_nobody_reaches_is_nought_and_said_to_be_left_blank() -> None:
    rows = [many(2, **MISSED)] * 3
    found = opened("PTRWM_EXP_3YR", *rows)
    assert (found.value, found.printed) == (Fraction(0), "0%")
    assert found.steps[-1] == (
        "Published tables leave a three-year percentage that no pupil reaches blank."
    )
    assert opened("PTRWM_EXP_3YR", *rows, printed=True).steps[-1] == "0 × 100 / 6 = 0."


def test_a_school_without_pupils_this_year_has_those_of_the_years_before() -> None:
    now = computed(many(1), [school(), school(900002)], YEAR)
    before = {
        2020: computed(many(3, URN=900002), [school(900002)], YEAR),
        2021: computed(many(1), [school()], YEAR),
    }
    pool, cohorts_then = pool_of(now, before), cohorts_before(before)
    found = explain_pooled(now, pool, cohorts_then, three_year("TELIG_3YR"), 900002)
    assert (found.numerator, found.pupils.height) == (Fraction(3), 0)
    with pytest.raises(UsageError, match="No pupil of the file is at the school with URN 900009"):
        explain_pooled(now, pool, cohorts_then, three_year("TELIG_3YR"), 900009)


def test_pupils_who_do_not_add_up_to_their_cohort_are_refused() -> None:
    now, other = computed(many(1), [school()], YEAR), computed(many(2), [school()], YEAR)
    before = {2020: now, 2021: now}
    wrong = [CohortBefore(year, now.parts, (other.working, YEAR)) for year in before]
    with pytest.raises(InputError, match=r"pupils of 2020 do not add up .* TELIG_3YR of school"):
        explain_pooled(now, pool_of(now, before), wrong, three_year("TELIG_3YR"), 900001)


def test_a_name_is_of_a_three_year_figure_or_of_another() -> None:
    assert [field.name for field in pooled_fields(YEAR)] == [
        "TELIG_3YR", "PTRWM_EXP_3YR", "PTRWM_HIGH_3YR", "READ_AVERAGE_3YR", "MAT_AVERAGE_3YR",
    ]  # fmt: skip
    assert three_year(" mat_average_3yr ").name == "MAT_AVERAGE_3YR"
    assert pooled_field_named("MAT_AVERAGE", YEAR) is None
    with pytest.raises(UsageError, match="no three-year figure called READPROG_3YR") as refused:
        pooled_field_named("READPROG_3YR", YEAR)
    assert "TELIG_3YR, PTRWM_EXP_3YR" in refused.value.todo
