"""What is true of every cohort: order, sums, denominators, limits, and pupils who do not count."""

from dataclasses import replace
from random import Random
from typing import Any

import polars as pl
from engine_side import Rows, computed, printed, units_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_examples import YEAR
from polars.testing import assert_frame_equal
from strategies import cohorts

from keystage.measures.catalogue import ELIGIBLE, measures
from keystage.measures.compute import Computed
from keystage.measures.declare import Count
from keystage.measures.fields import GAPS, fields
from keystage.measures.gaps import comparators
from keystage.measures.parts import parts_of, squares_name
from keystage.measures.pooled import pooled
from keystage.measures.table import MeasureTable
from keystage.measures.trusts import trust_measures
from keystage.measures.wide import unrounded

Cohort = tuple[list[dict[str, Any]], list[dict[str, Any]]]
COHORTS = cohorts(YEAR, most=25, largest=4, contradictory=True)
PROPERTY = settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
DECLARED = measures(progress=True)


def made(pupils: Rows, schools: Rows) -> Computed:
    return computed(pupils, schools, YEAR)


def wide(table: MeasureTable) -> pl.DataFrame:
    return unrounded(table, comparators(replace(table, national=True)))


@PROPERTY
@given(COHORTS, st.randoms(use_true_random=False))
def test_the_order_of_pupils_and_of_schools_changes_nothing(cohort: Cohort, chance: Random) -> None:
    pupils, schools = cohort
    before, shuffled = made(pupils, schools), list(pupils)
    chance.shuffle(shuffled)
    after = made(shuffled, list(reversed(schools)))
    assert_frame_equal(before.table.units, after.table.units)
    assert_frame_equal(before.table.parts, after.table.parts)
    assert_frame_equal(wide(before.table), wide(after.table), check_exact=True)
    assert_frame_equal(trust_measures(before.table), trust_measures(after.table), check_exact=True)


@PROPERTY
@given(COHORTS)
def test_every_level_is_the_sum_of_its_schools(cohort: Cohort) -> None:
    table = made(*cohort).table
    funded = pl.col("state_funded")
    for group in ("all", "disadvantaged", "low"):
        rows = pl.concat([table.units, table.of_group(group)], how="horizontal")
        parts = table.of_group(group).columns
        schools = rows.filter(level="school")
        for level, column in (("la", "LEA"), ("region", "REGION")):
            of_level = rows.filter(level=level).select(column, *parts).sort(column)
            summed = (
                schools.filter("in_area").group_by(column).agg(pl.col(parts).sum()).sort(column)
            )
            assert_frame_equal(of_level, summed.select(column, *parts), check_dtypes=False)
        trusts = rows.filter(level="trust").select("TRUST_UID", *parts).sort("TRUST_UID")
        members = schools.filter(pl.col("TRUST_UID").is_not_null())
        summed = members.group_by("TRUST_UID").agg(pl.col(parts).sum()).sort("TRUST_UID")
        assert_frame_equal(trusts, summed.select("TRUST_UID", *parts), check_dtypes=False)
        for kind, chosen in (
            ("everyone", pl.lit(value=True)), ("state_funded", funded),
            ("mainstream", pl.col("mainstream")),
        ):  # fmt: skip
            nation = rows.filter(level="national", kind=kind).select(parts)
            expected = schools.filter(chosen).select(pl.col(parts).sum())
            if nation.is_empty():
                assert expected.row(0) == (0,) * len(parts)
            else:
                assert nation.row(0) == expected.row(0)


@PROPERTY
@given(COHORTS, st.randoms(use_true_random=False))
def test_a_school_split_over_two_files_adds_up(cohort: Cohort, chance: Random) -> None:
    pupils, schools = cohort
    here = [chance.random() < 0.5 for _ in pupils]
    first = made([one for one, is_here in zip(pupils, here, strict=True) if is_here] or pupils[:1],
                 schools)  # fmt: skip
    kept = {id(pupil) for pupil, is_here in zip(pupils, here, strict=True) if is_here}
    rest = [pupil for pupil in pupils if id(pupil) not in (kept or {id(pupils[0])})]
    if not rest:
        return
    together = pl.concat([first.parts, made(rest, schools).parts])
    names = [name for name in together.columns if name not in {"URN", "group"}]
    summed = together.group_by("URN", "group").agg(pl.col(names).sum())
    keys = ["URN", "group"]
    assert_frame_equal(summed.sort(keys), made(pupils, schools).parts.sort(keys))


@PROPERTY
@given(COHORTS)
def test_pooling_a_cohort_with_nothing_earlier_gives_the_cohort(cohort: Cohort) -> None:
    here = made(*cohort)
    schools = here.table.units.filter(level="school")
    table = pooled(here.table, here.parts, [here.parts.clear()], schools)
    names = [name for name in table.parts.columns if name in here.table.parts.columns]
    assert_frame_equal(
        table.of_group("all").select(names), here.table.of_group("all").select(names)
    )


@PROPERTY
@given(COHORTS)
def test_no_pupil_is_in_two_groups_of_one_breakdown_and_all_are_in_the_whole(
    cohort: Cohort,
) -> None:
    table = made(*cohort).table
    whole = table.of_group("all")
    breakdowns: dict[str, list[str]] = {}
    for name, group in YEAR.pupil_groups.groups.items():
        if len(group.values) == 1:
            breakdowns.setdefault(group.column, []).append(name)
    for column, names in breakdowns.items():
        for part in whole.columns:
            if part.endswith(("_sum", "_squares")):
                continue
            of_groups = sum((table.of_group(name)[part].cast(pl.Int64) for name in names),
                            start=pl.zeros(whole.height, dtype=pl.Int64, eager=True))  # fmt: skip
            assert (of_groups <= whole[part].cast(pl.Int64)).all(), (column, part)
            if column == "PRIOR":
                assert (of_groups == whole[part].cast(pl.Int64)).all(), part


@PROPERTY
@given(COHORTS)
def test_shares_lie_between_0_and_100_and_scores_within_their_limits(cohort: Cohort) -> None:
    table = made(*cohort).table
    frame = wide(table)
    for field in fields(YEAR):
        column = frame[field.name].drop_nulls()
        percent = field.measure is not None and field.measure.unit == "percent"
        if field.kind == "share" or (percent and field.kind != "gap"):
            assert column.is_between(0, 100).all(), field.name
        if field.kind == "figure" and field.measure and field.measure.progress:
            assert (frame[f"{field.name}_LOWER"] <= frame[field.name]).all()
            assert (frame[field.name] <= frame[f"{field.name}_UPPER"]).all()
            assert (frame[f"{field.name}_UNADJUSTED"] <= frame[field.name]).all()
            assert frame[f"{field.name}_SD"].drop_nulls().ge(0).all()
        if field.kind == "figure" and field.measure and field.measure.unit == "score":
            assert column.is_between(80, 120).all(), field.name


@PROPERTY
@given(COHORTS)
def test_printed_limits_hold_the_printed_score(cohort: Cohort) -> None:
    table = made(*cohort).table
    for unit, row in printed(table, {}).items():
        for field, score in row.items():
            if f"{field}_LOWER" in row and score is not None:
                assert row[f"{field}_LOWER"] <= score <= row[f"{field}_UPPER"], (unit, field)


@PROPERTY
@given(COHORTS, COHORTS, st.sampled_from(["202", "203", None]))
def test_a_pupil_who_does_not_count_changes_nothing(
    cohort: Cohort, others: Cohort, code: str | None
) -> None:
    pupils, schools = cohort
    urns = [one["URN"] for one in schools]
    added = [
        one | {"P_INCL": code, "URN": urns[place % len(urns)]}
        for place, one in enumerate(others[0])
    ]
    before, after = made(pupils, schools), made([*pupils, *added], schools)
    assert_frame_equal(before.table.parts, after.table.parts)
    assert_frame_equal(before.table.units, after.table.units)


@PROPERTY
@given(COHORTS)
def test_a_gap_is_the_printed_figure_less_the_printed_national_one(cohort: Cohort) -> None:
    table = replace(made(*cohort).table, national=True)
    national = comparators(table)
    rows = printed(table, national)
    nation = rows.get(("NATIONAL", "state_funded"))
    for printed_row in rows.values():
        row: dict[str, int | None] = {**printed_row}
        for measure in DECLARED:
            if measure.name not in GAPS:
                continue
            own = row[measure.field.format(group="_FSM6CLA1A")]
            other = None
            if nation is not None:
                other = nation[measure.field.format(group="_NotFSM6CLA1A")]
            gap = None if own is None or other is None else own - other
            assert row[GAPS[measure.name]] == gap


@PROPERTY
@given(COHORTS)
def test_every_part_is_whole_and_no_top_exceeds_its_bottom(cohort: Cohort) -> None:
    table = made(*cohort).table
    assert all(dtype.is_integer() for dtype in table.parts.dtypes)
    assert table.parts.null_count().sum_horizontal().item() == 0
    for measure in DECLARED:
        if isinstance(measure.top, Count):
            assert (table.parts[measure.top.name] <= table.parts[measure.bottom.name]).all()
        assert (table.parts[measure.bottom.name] <= table.parts[ELIGIBLE.name]).all()
    squares = {squares_name(measure.subject or "") for measure in DECLARED if measure.progress}
    assert set(table.parts.columns) == set(parts_of(DECLARED)) | squares


@PROPERTY
@given(COHORTS)
def test_units_have_one_row_each_and_schools_without_pupils_are_kept(cohort: Cohort) -> None:
    pupils, schools = cohort
    table = made(pupils, schools).table
    names = units_of(table)
    assert len(set(names)) == len(names) == table.units.height
    assert {urn for level, urn in names if level == "SCHOOL"} == {one["URN"] for one in schools}
    assert table.parts.height == len(names) * len(table.groups)
