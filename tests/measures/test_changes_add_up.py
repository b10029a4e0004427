"""The effects of pupils on a change of releases add up to it, exactly, for every figure."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from cohorts import make_cohort
from engine_side import Rows, computed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as changed
from oracle_examples import YEAR, pupil, school_b
from second_release import other_reference, other_rules, second_release
from strategies import cohorts

from keystage.core.errors import AbsentValueError
from keystage.measures.changes.comparing import Change, Changes, changes
from keystage.measures.changes.figures import exact
from keystage.measures.compute import Computed
from keystage.measures.explain import explain
from keystage.statute.loader import load_year
from keystage.statute.year import Year

SCHOOL = [{"URN": 900001, "LEA": 999, "RECTYPE": 1}]
HERE = 900001


def at_hand(made: Computed) -> Computed:
    return replace(made, working=made.working.collect().lazy())


def compared(old: Rows, new: Rows, rules: Year = YEAR, **more: Any) -> Changes:
    first, last = (
        at_hand(computed(rows, SCHOOL, year)) for rows, year in ((old, YEAR), (new, rules))
    )
    return changes(first, last, **more)


def assert_adds_up(one: Change) -> None:
    """The sum is the change, each effect has two parts and a reason, and none is told twice."""
    known = one.old is not None and one.new is not None
    assert (one.change is not None) == known
    for effect in one.effects:
        assert effect.reasons, (one.field.name, effect)
        assert (effect.effect is not None) == known
    if known:
        assert one.change == _sum(effect.effect for effect in one.effects)
        for effect in one.effects:
            assert effect.effect == _sum([effect.of_pupil, effect.of_rules])
    told = [(effect.old_line, effect.new_line) for effect in one.effects]
    assert len(set(told)) == len(told)


def _sum(amounts: Any) -> Fraction:
    return sum(amounts, start=Fraction(0))


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    cohorts(YEAR, most=14, largest=2, contradictory=True),
    st.integers(0, 10**6),
    st.sampled_from([lambda year: year, other_reference, other_rules]),
)
def test_effects_sum_to_the_change_of_every_field(
    cohort: tuple[Rows, Rows], seed: int, rules: Callable[[Year], Year]
) -> None:
    pupils, schools = cohort
    later = second_release([dict(one) for one in pupils], Random(seed))  # noqa: S311  # a test
    old = at_hand(computed(pupils, schools, YEAR))
    new = at_hand(computed(later, schools, rules(YEAR)))
    found = changes(old, new)
    for school in {one["URN"] for one in [*pupils, *later]}:
        for one in found.of_school(school):
            assert_adds_up(one)


def test_figures_and_pupils_are_those_of_the_explanations() -> None:
    pupils, schools = make_cohort(5, 2, 20, YEAR)
    later = second_release(pupils, Random(2))  # noqa: S311  # a test
    old, new = (at_hand(computed(rows, schools, YEAR)) for rows in (pupils, later))
    found = changes(old, new, school=900000)
    for one in list(found.of_school(900000))[::9]:
        before, after = (explain(made, one.field, 900000) for made in (old, new))
        assert (one.old, one.new) == (before.value, after.value), one.field.name
        lines = {effect.old_line for effect in one.effects} - {None}
        assert lines <= set(before.pupils["line"].to_list())


def test_a_comparison_of_one_school_is_that_of_all() -> None:
    pupils, schools = make_cohort(7, 3, 12, YEAR)
    later = second_release(pupils, Random(3))  # noqa: S311  # a test
    old, new = (at_hand(computed(rows, schools, YEAR)) for rows in (pupils, later))
    every = changes(old, new, names=["PTRWM_EXP", "READPROG", "TELIG", "PTKS1GROUP_L"])
    assert [one.name for one in every.fields] == ["TELIG", "PTKS1GROUP_L", "PTRWM_EXP", "READPROG"]
    one = changes(old, new, school=900001)
    for field in every.fields:
        assert every.of(900001, field.name) == one.of(900001, field.name)


def test_a_pupil_taken_out_of_school_b_is_the_whole_change() -> None:
    nine = [{**one, "UPN": f"X{999000000000 + at}"} for at, one in enumerate(school_b())]
    one = compared(nine, nine[:4] + nine[5:]).of(HERE, "READPROG")
    assert (one.old, one.new) == (Fraction("-23.1645") / 9, Fraction("3.7741") / 8)
    (effect,) = one.effects
    assert effect.old_line == 6
    assert effect.new_line is None
    assert [reason.name for reason in effect.reasons] == ["removal"]
    old = Fraction("-23.1645") / 9
    assert effect.effect == (Fraction("26.9386") + old) / 8 == one.change
    assert effect.of_rules == 0
    assert effect.columns == ()


def test_a_pupil_of_whom_nothing_changed_has_no_effect() -> None:
    nine = [{**one, "UPN": f"X{999000000000 + at}"} for at, one in enumerate(school_b())]
    found = compared(nine, list(reversed(nine)))
    assert found.effects.is_empty()
    assert all(one.same and one.change in {0, None} for one in found.of_school(HERE))


@pytest.mark.parametrize(("old", "new"), [((), ("F",)), (("F",), ())])
def test_from_or_to_no_figure_is_no_change_of_a_number(old: Any, new: Any) -> None:
    boy = pupil(SEX="M", UPN="X1")
    before, after = ([boy, *(pupil(SEX=sex, UPN="X2") for sex in sexes)] for sexes in (old, new))
    one = compared(before, after).of(HERE, "PTREAD_EXP_G")
    assert {one.old, one.new} == {None, Fraction(100)}
    assert one.change is None
    assert not one.same
    (effect,) = one.effects
    assert (effect.effect, effect.of_pupil, effect.of_rules) == (None, None, None)
    assert [reason.name for reason in effect.reasons] == ["addition" if new else "removal"]


def test_a_figure_whose_column_came_with_the_newer_file_is_from_no_figure() -> None:
    one = pupil(UPN="X1", FSM6_P=None)
    old = at_hand(computed([one], SCHOOL, YEAR, missing=["FSM6_P", "FSM6CLA1A"]))
    new = at_hand(computed([{**one, "FSM6_P": "1"}], SCHOOL, YEAR))
    found = changes(old, new).of(HERE, "TFSM6CLA1A")
    assert (found.old, found.new, found.change) == (None, Fraction(1), None)
    assert found.effects[0].columns == (("FSM6_P", None, "1"), ("FSM6CLA1A", "0", "1"))
    share = changes(old, new).of(HERE, "TELIG")
    assert share.old == share.new == 1
    assert share.effects == ()


def test_the_parts_of_pupil_and_reference_add_up() -> None:
    low = pupil(
        UPN="X1", READSCORE=97, READOUTCOME="NS", KS1READ="GDS", KS1WRIT="GDS", KS1MAT="GDS"
    )
    late = {**low, "READSCORE": 101, "READOUTCOME": "AS"}
    one = compared([low], [late], other_reference(YEAR)).of(HERE, "READPROG_UNADJUSTED")
    (effect,) = one.effects
    assert effect.of_pupil == 4
    assert effect.of_rules == Fraction("-0.0301")
    assert one.change == effect.effect == Fraction("3.9699")
    assert [reason.name for reason in effect.reasons] == [
        "score_changed", "outcome_changed", "reference_changed",
    ]  # fmt: skip


def test_another_reference_moves_unchanged_pupils_and_nothing_but_progress() -> None:
    found = compared([pupil(UPN="X1")], [pupil(UPN="X1")], other_reference(YEAR))
    moved = {one.field.name for one in found.of_school(HERE) if one.change}
    assert "READPROG" in moved
    assert all(name.startswith(("READPROG", "MATPROG")) for name in moved)
    for one in found.of_school(HERE, ["READPROG", "MATPROG_G"]):
        (effect,) = one.effects
        assert effect.of_pupil == 0
        assert effect.columns == ()
        assert [reason.name for reason in effect.reasons] == ["reference_changed"]


def test_a_year_without_progress_has_nothing_to_compare_it_with() -> None:
    without = changed(YEAR, year=changed(YEAR.year, progress=False))
    found = compared([pupil(UPN="X1")], [pupil(UPN="X1", READSCORE=112)], without)
    progress = found.of(HERE, "READPROG")
    assert progress.old is not None
    assert (progress.new, progress.change) == (None, None)
    assert found.of(HERE, "PTREAD_HIGH").change == 100
    back = changes(
        at_hand(computed([pupil(UPN="X1")], SCHOOL, without)),
        at_hand(computed([pupil(UPN="X1")], SCHOOL, YEAR)),
    )
    assert back.of(HERE, "READPROG").old is None
    assert back.of(HERE, "PTREAD_HIGH").change == 0


def test_years_without_progress_are_compared_too() -> None:
    year = load_year(2025, "final")
    pupils, schools = make_cohort(4, 1, 9, year)
    old, new = (
        at_hand(computed(rows, schools, year))
        for rows in (pupils, second_release(pupils, Random(4)))  # noqa: S311  # a test
    )
    found = list(changes(old, new).of_school(900000))
    assert any(one.change for one in found)
    assert not any("PROG" in one.field.name for one in found)
    for one in found:
        assert_adds_up(one)


def test_what_was_not_compared_is_refused() -> None:
    found = compared([pupil(UPN="X1")], [pupil(UPN="X1")], names=["READPROG"])
    with pytest.raises(KeyError, match="PTRWM_EXP of 900001"):
        found.of(HERE, "PTRWM_EXP")


def test_an_older_year_that_cannot_score_the_newer_pupils_says_so() -> None:
    old = at_hand(computed([pupil(UPN="X1")], SCHOOL, YEAR))
    broken = replace(
        old, table=replace(old.table, year=changed(YEAR, prior_attainment_groups=None))
    )
    new = at_hand(computed([pupil(UPN="X1")], SCHOOL, YEAR))
    with pytest.raises(AbsentValueError, match="prior_attainment_groups"):
        changes(broken, new)


def test_a_number_of_pupils_has_no_denominator() -> None:
    found = compared([pupil(UPN="X1")], [pupil(UPN="X2")])
    one = found.of(HERE, "TELIG")
    assert one.old == one.new == 1
    assert one.change == 0
    assert [effect.effect for effect in one.effects] == [-1, 1]
    assert exact(one.field, 3, None) == 3
