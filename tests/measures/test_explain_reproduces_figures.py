"""The listed contributions of an explanation give back every figure, to full precision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from fractions import Fraction
from math import sqrt
from random import Random
from typing import Any

import polars as pl
import pytest
from agreement import year_of
from cohorts import make_cohort
from engine_side import computed
from hypothesis import HealthCheck, given, settings
from invented_statute import INVENTED
from msgspec.structs import replace as changed
from strategies import cohorts

from keystage.measures import figures
from keystage.measures.catalogue import ELIGIBLE
from keystage.measures.compute import Computed
from keystage.measures.declare import Sum
from keystage.measures.explain import Explanation, explain
from keystage.measures.fields import Field, field_named, fields
from keystage.measures.gaps import comparators
from keystage.measures.printing import printed_text
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
    parts = {
        group: {row["URN"]: row for row in rows_of(made, group)} for group in table.groups
    }
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
        assert f"{exact:.6f}"[:-2] in opened.steps[-1]
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


def test_every_field_of_2022_is_reproduced() -> None:
    made, schools = cohort_of("2022", 5, 2, 24)
    every = fields(made.table.year)
    assert assert_reproduced(made, every, schools) == 2 * len(every) > 1000
    assert {field.kind for field in every} == {
        "count", "share", "figure", "lower", "upper", "band", "deviation", "gap",
    }  # fmt: skip
