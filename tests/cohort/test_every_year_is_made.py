"""Cohorts of every year have that year's codes and pass that year's checks."""

import polars as pl
import pytest

from keystage.checks.registry import Severity
from keystage.checks.run import run
from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.cohort.summers import summers
from keystage.core.subjects import ASSESSED
from keystage.records.recordset import RecordSet
from keystage.records.schema import PUPILS, SCHOOLS
from keystage.statute.collection_loader import load_collection
from keystage.statute.loader import available, load_year

YEARS = sorted({year for year, _ in available()})


def test_every_statutory_year_can_be_made() -> None:
    assert sorted(map(int, summers().years)) == YEARS


@pytest.mark.parametrize("year", YEARS)
def test_a_cohort_passes_the_checks_of_its_year(year: int) -> None:
    release = next(found for known, found in available() if known == year)
    plan = Plan(year=year, release=release, seed=year, schools=120, nowhere=True)
    made = next(make(plan))
    assert made.schools.columns == [column.name for column in SCHOOLS]
    assert made.pupils.columns == ["line", *(column.name for column in PUPILS)]
    statute = load_year(year, release)
    findings = run(RecordSet(pupils=made.pupils, schools=made.schools), statute)
    errors = findings.frame.filter(pl.col("severity") == str(Severity.ERROR))
    assert errors["message"].to_list() == []
    below = made.pupils["READTAOUTCOME"].drop_nulls().cast(pl.String)
    assert set(below) <= set(statute.below_test_outcomes.codes)
    assert below.len() > 20


@pytest.mark.parametrize("year", [2016, 2018, 2019, 2024, 2026])
def test_returns_have_the_codes_of_the_collection(year: int) -> None:
    release = next(found for known, found in available() if known == year)
    plan = Plan(year=year, release=release, seed=year, schools=60, nowhere=True)
    roll = next(make(plan)).roll
    collection = load_collection(year)
    for subject in ASSESSED:
        found = set(roll[f"ta_{subject}"].drop_nulls())
        assert found
        assert found <= set(collection.judgements.of(subject)), subject
    assert set(roll["reading"]) <= set(collection.registrations.codes)


@pytest.mark.parametrize("year", [2024, 2025])
def test_years_without_key_stage_1_have_no_results_of_it(year: int) -> None:
    plan = Plan(year=year, release="final", seed=1, schools=20, nowhere=True)
    made = next(make(plan))
    assert made.pupils["KS1READ"].null_count() == made.pupils.height
    assert made.pupils["KS1AVERAGEPS"].null_count() == made.pupils.height


def test_before_2019_reading_and_maths_are_judged_for_everyone() -> None:
    plan = Plan(year=2018, release="final", seed=1, schools=20, nowhere=True)
    roll = next(make(plan)).roll.filter(pl.col("reading") == "registered")
    assert set(roll["ta_reading"]) == {"EXS", "HNM"}
