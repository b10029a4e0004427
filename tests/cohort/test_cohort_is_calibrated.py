"""A made country looks like the published tables, and its reference keeps the guide's promises."""

from datetime import date

import polars as pl
import pytest

from keystage.checks.registry import Severity
from keystage.checks.run import run
from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.cohort.targets import compare, targets
from keystage.core.subjects import IN_PROGRESS
from keystage.flows.cohort.figures import figures_to_compare
from keystage.measures.compute import Computed, compute
from keystage.records.recordset import RecordSet
from keystage.statute.loader import load_year
from keystage.statute.table import Source

pytestmark = pytest.mark.slow

SCHOOLS = 1_500
YEAR = load_year(2022, "provisional")
Made = tuple[RecordSet, pl.DataFrame, Computed]


@pytest.fixture(scope="module")
def made() -> Made:
    """A tenth of England, computed with a reference derived from it."""
    chunks = list(make(Plan(year=2022, release="provisional", seed=1, schools=SCHOOLS)))
    records = RecordSet(
        pupils=pl.concat([one.pupils for one in chunks]).with_columns(
            pl.int_range(2, pl.len() + 2, dtype=pl.UInt32).alias("line")
        ),
        schools=pl.concat([one.schools for one in chunks]),
    )
    truth = pl.concat([one.truth for one in chunks])
    source = Source(title="An invented cohort", read_on=date(2026, 11, 22))
    return records, truth, compute(records, YEAR, derive_from=source, national=True)


def test_every_published_figure_is_met_within_its_tolerance(made: Made) -> None:
    records, _, computed = made
    found = compare(figures_to_compare(computed.table), records.schools.height)
    outside = found.filter(~pl.col("inside").fill_null(value=False))
    assert outside.select("label", "published", "tolerance", "found").rows() == []
    assert found.height == len(targets().targets)


def test_a_national_cohort_was_inside_every_tolerance() -> None:
    assert [
        target.label
        for target in targets().targets
        if target.reached is None or abs(target.reached - target.published) > target.tolerance
    ] == []


def test_no_check_finds_an_error(made: Made) -> None:
    records, _, _ = made
    findings = run(records, YEAR)
    errors = findings.frame.filter(pl.col("severity") == str(Severity.ERROR))
    assert errors["message"].to_list() == []


def test_unadjusted_progress_of_mainstream_pupils_is_nought(made: Made) -> None:
    _, _, computed = made
    mainstream = computed.table.of_group("all").filter(computed.table.units["kind"] == "mainstream")
    for subject in IN_PROGRESS:
        total = mainstream[f"{subject}_progress_unadjusted_sum"].item()
        pupils = mainstream[f"{subject}_progress_pupils"].item()
        assert abs(total / pupils) < 2, "billionths of a point"


def test_the_derived_deviations_are_near_the_published_ones(made: Made) -> None:
    _, _, computed = made
    derived, published = computed.table.year.pupil_sd, YEAR.pupil_sd
    assert derived is not None
    assert published is not None
    for subject in IN_PROGRESS:
        found, wanted = (float(getattr(table, subject).best) for table in (derived, published))
        assert found == pytest.approx(wanted, abs=0.25)


def test_about_one_pupil_in_a_hundred_is_at_a_minimum(made: Made) -> None:
    """In writing one step of points holds many pupils, so that fewer than a hundredth may fit."""
    _, _, computed = made
    for subject in IN_PROGRESS:
        progress = computed.working.select(
            (pl.col(f"{subject}_progress") > pl.col(f"{subject}_unadjusted")).mean()
        )
        assert 0.004 < progress.collect().item() < 0.013


def test_intervals_cover_what_is_to_be_expected_of_schools(made: Made) -> None:
    """At 1,500 schools the share covered has a standard error of 0.56 points."""
    _, truth, computed = made
    parts = pl.concat(
        [computed.table.units_of("school").select("URN"), computed.table.of_group("all", "school")],
        how="horizontal",
    ).join(truth, on="URN")
    schools = parts.filter(pl.col("kind").is_in(["mainstream", "middle"]))
    deviations = computed.table.year.pupil_sd
    assert deviations is not None
    for subject in IN_PROGRESS:
        pupils = pl.col(f"{subject}_progress_pupils")
        score = pl.col(f"{subject}_progress_sum") / pupils / 1e9
        half = 1.96 * float(getattr(deviations, subject).best) / pupils.cast(pl.Float64).sqrt()
        covered = schools.filter(pupils > 0).select(
            ((score - pl.col(f"{subject}_effect")).abs() <= half).mean()
        )
        assert 0.932 < covered.item() < 0.968


def test_with_the_published_reference_progress_is_near_nought_too(made: Made) -> None:
    records, _, _ = made
    computed = compute(records, YEAR, national=True)
    mainstream = computed.table.of_group("all").filter(computed.table.units["kind"] == "mainstream")
    for subject in IN_PROGRESS:
        total = mainstream[f"{subject}_progress_unadjusted_sum"].item()
        pupils = mainstream[f"{subject}_progress_pupils"].item()
        assert abs(total / pupils / 1e9) < 0.3
