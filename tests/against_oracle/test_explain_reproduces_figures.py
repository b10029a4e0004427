"""The listed contributions of an explanation give back every figure, to full precision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import sqrt
from random import Random
from typing import Any

import polars as pl
import pytest
from agreement import year_of
from cohorts import make_cohort
from engine_side import Rows, computed
from invented_statute import INVENTED
from msgspec.structs import replace as changed

from keystage.measures import figures
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.compute import Computed
from keystage.measures.declare import Sum
from keystage.measures.explain import Explanation, explain
from keystage.measures.fields import Field, field_named, fields
from keystage.measures.gaps import comparators
from keystage.measures.wide import unrounded
from keystage.reports.disclosure import publish
from keystage.statute.year import Year

NEAR = 1e-9
PLACES = {"numerator", "denominator", "out"}


def at_hand(made: Computed) -> Computed:
    """The same with the working table computed once, for many explanations."""
    return replace(made, working=made.working.collect().lazy())


def assert_reproduced(made: Computed, chosen: Sequence[Field], schools: Sequence[int]) -> int:
    """Open every chosen field of every school; the answer is how many figures were reproduced."""
    table = made.table
    national = comparators(table)
    exact = {row["URN"]: row for row in unrounded(table, national).to_dicts() if row["URN"]}
    cells = {row["URN"]: row for row in publish(table, "school", national).frame.to_dicts()}
    parts = {group: {row["URN"]: row for row in rows_of(made, group)} for group in table.groups}
    found = 0
    for urn in schools:
        lines = made.working.filter(pl.col("URN") == urn).collect()["line"].sort()
        for field in chosen:
            opened = explain(made, field, urn)
            assert opened.pupils["line"].sort().equals(lines), "each pupil once"
            assert_places(opened)
            assert_parts(opened, field, parts[field.group][urn])
            assert_value(opened, field, exact[urn][field.name])
            cell = cells[urn].get(field.name)
            if cell is not None and cell not in {"SUPP", "LOWCOV", "NA", ""}:
                assert opened.printed == cell, (urn, field.name)
            found += 1
    return found


def rows_of(made: Computed, group: str) -> list[dict[str, Any]]:
    table = made.table
    frame = pl.concat([table.units.select("URN"), table.of_group(group)], how="horizontal")
    return frame.filter(pl.col("URN").is_not_null()).to_dicts()


def assert_places(opened: Explanation) -> None:
    pupils = opened.pupils
    assert set(pupils["place"]) <= PLACES
    outside = pupils.filter(pl.col("place") != "numerator")
    assert (outside["contribution"] == 0).all()
    assert pupils["reason"].str.contains(r"^The pupil .+\.$").all()
    assert not pupils["reason"].str.contains(r"[{}]|null|None").any()
    for reason in pupils.filter(pl.col("place") == "out")["reason"]:
        assert any(word in reason for word in (" not ", " no ", " left out ", " none ", "neither"))


def assert_parts(opened: Explanation, field: Field, row: Mapping[str, Any]) -> None:
    """The listed pupils are the numerator and denominator the tables are made of."""
    measure = field.measure
    total = int(opened.pupils["contribution"].sum())
    if measure is None:
        assert opened.numerator == total == row[ELIGIBLE.name]
        return
    per_one = measure.top.per_one if isinstance(measure.top, Sum) else 1
    assert opened.numerator == Fraction(int(row[measure.top.name]), per_one)
    assert total == row[measure.top.name]
    assert opened.denominator == row[measure.bottom.name]
    assert opened.denominator == (opened.pupils["place"] != "out").sum()


def assert_value(opened: Explanation, field: Field, exact: float | None) -> None:
    """The exact value gives the unrounded figure, whatever is made from it."""
    value = opened.value
    if field.kind in {"count", "share", "figure"}:
        assert (value is None) == (exact is None), field.name
        if value is not None and exact is not None:
            assert abs(float(value) - exact) < NEAR, field.name
    elif field.kind == "deviation" and exact is not None:
        per_one = figures.per_one(measured(field))
        of_pupils = [
            amount / per_one
            for amount, place in opened.pupils.select("contribution", "place").iter_rows()
            if place == "numerator"
        ]
        mean = sum(of_pupils) / len(of_pupils)
        squares = sum((one - mean) ** 2 for one in of_pupils)
        assert abs(sqrt(squares / (len(of_pupils) - 1)) - exact) < 1e-6
        assert f"{exact:.6f}" in opened.steps[-1]
    elif field.kind in {"lower", "upper"} and exact is not None:
        assert value is not None
        limits = next(step for step in opened.steps if step.startswith("The limits are"))
        assert f"{exact:.6f}" in limits


def measured(field: Field) -> Any:
    assert field.measure is not None
    return field.measure


@cache
def cohort_of(name: str, seed: int, schools: int, pupils: int) -> tuple[Computed, tuple[int, ...]]:
    year = year_of(name)
    made_pupils, made_schools = make_cohort(seed, schools, pupils, year)
    made = at_hand(computed(made_pupils, made_schools, year))
    return made, tuple(school["URN"] for school in made_schools)


def some_of(year: Year, seed: int, number: int) -> list[Field]:
    """A sample of fields that has every kind of the year in it."""
    random = Random(seed)  # noqa: S311  # a sample needs no cryptographic chance
    every = fields(year)
    kinds = {field.kind for field in every}
    of_each = [random.choice([one for one in every if one.kind == kind]) for kind in sorted(kinds)]
    return of_each + random.sample(every, number - len(of_each))


def test_every_field_of_2022_is_reproduced() -> None:
    made, schools = cohort_of("2022", 5, 2, 24)
    every = fields(made.table.year)
    assert {field.kind for field in every} == {
        "count", "share", "figure", "lower", "upper", "band", "deviation", "gap",
    }  # fmt: skip
    assert assert_reproduced(made, every, schools[:1]) == len(every) > 500


@pytest.mark.parametrize(("name", "seed"), [("2022", 11), ("2019", 12), ("2017", 13), ("2025", 14)])
def test_fields_of_other_cohorts_are_reproduced(name: str, seed: int) -> None:
    made, schools = cohort_of(name, seed, 3, 16)
    assert assert_reproduced(made, some_of(made.table.year, seed, 40), schools) == 120


def test_figures_under_a_derived_reference_are_reproduced() -> None:
    year = year_of("2022")
    rules = changed(year.reference_rules, smallest_estimated_group=25)
    pupils, schools = make_cohort(22, 10, 24, year)
    made = at_hand(
        computed(
            pupils,
            schools,
            changed(year, prior_attainment_groups=None, reference_rules=rules),
            derive_from=INVENTED,
        )
    )
    banding = made.table.year.banding
    assert banding is not None
    assert not banding.cuts_absent
    chosen = [
        *some_of(made.table.year, 3, 20),
        *(field for field in fields(made.table.year) if field.kind in {"gap", "band"}),
    ]
    assert_reproduced(made, chosen, [schools[0]["URN"]])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_contradictory_records_are_reproduced(seed: int) -> None:
    year = year_of("2022")
    pupils, schools = make_cohort(seed, 1, 8, year, contradictory=True)
    made = at_hand(computed(pupils, schools, year))
    assert_reproduced(made, some_of(year, seed, 24), [schools[0]["URN"]])


def test_a_changed_rule_changes_the_figure_and_its_explanation_together() -> None:
    year = year_of("2022")
    pupils, schools = make_cohort(5, 2, 24, year)
    easier = changed(year, key_stage_2=changed(year.key_stage_2, higher_score=103))
    urn = schools[0]["URN"]
    before, after = (
        explained(pupils, schools, rules, "PTREAD_HIGH_M", urn) for rules in (year, easier)
    )
    assert before.numerator < after.numerator
    assert before.denominator == after.denominator
    assert "the standard is 110" in " ".join(before.pupils["reason"])
    assert "the standard is 103" in " ".join(after.pupils["reason"])
    moved = before.pupils.join(after.pupils, on="line").filter(
        pl.col("place") != pl.col("place_right")
    )
    assert set(moved["place"]) == {"denominator"}
    assert set(moved["place_right"]) == {"numerator"}


def explained(pupils: Rows, schools: Rows, rules: Year, name: str, urn: int) -> Explanation:
    made = at_hand(computed(pupils, schools, rules))
    field = field_named(name, rules)
    assert_reproduced(made, [field], [urn])
    return explain(made, field, urn)


def test_a_minimum_that_is_taken_away_leaves_the_explanation_too() -> None:
    year = year_of("2022")
    table = year.minimum_progress
    assert table is not None
    pupil = {
        "URN": 900001, "P_INCL": "201", "KS1READ": "GDS", "KS1WRIT": "GDS", "KS1MAT": "GDS",
        "READOUTCOME": "B", "READTAOUTCOME": "PK3",
    }  # fmt: skip
    reasons = []
    for rules in (year, changed(year, minimum_progress=changed(table, minimum=()))):
        made = computed([pupil], [{"URN": 900001}], rules)
        opened = explain(made, field_named("READPROG", rules), 900001)
        reasons.append((opened.pupils["shown"].item(), opened.pupils["reason"].item()))
    plain = "The pupil has 70 points against 112.18, the national average of prior attainment "
    assert reasons == [
        ("-12.1759", f"{plain}group 19; -42.18 is below the minimum and counts as -12.1759."),
        ("-42.18", f"{plain}group 19."),
    ]
