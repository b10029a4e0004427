"""A cohort beside published figures: what is compared, what must hold, and what is said."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.cohort.targets import targets
from keystage.core.errors import InputError
from keystage.flows.cohort import scorable
from keystage.flows.cohort.calibration import Calibration, calibrate
from keystage.flows.cohort.page import calibration_page, calibration_told, headline, notes
from keystage.flows.cohort.scorable import scored
from keystage.flows.cohort.writing import write_cohort
from keystage.statute.loader import available, load_year


@pytest.fixture(scope="module")
def done(of_columns: Path) -> Calibration:
    """Four authorities, scored with the published reference."""
    return calibrate(of_columns)


@pytest.fixture(scope="module")
def derived(of_columns: Path) -> Calibration:
    """The same, scored with a reference derived from them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scorable, "ENOUGH_SCHOOLS", 1)
        return calibrate(of_columns)


def test_every_target_is_compared(done: Calibration) -> None:
    assert done.figures["label"].to_list() == [target.label for target in targets().targets]
    assert done.compared + len(done.absent) == done.figures.height + done.coverage.height
    assert not done.derived
    assert not done.invariants.height


def test_steps_are_told(of_text: Path) -> None:
    told: list[str] = []
    calibrate(of_text, told.append)
    assert told == ["Reading and checking the files", "Computing the measures", "Comparing"]


def test_intervals_hold_the_truth_of_nearly_all_schools(done: Calibration) -> None:
    assert done.coverage["inside"].to_list() == [True, True, True]
    assert done.coverage["wanted"].round(2).unique().to_list() == [95.0]
    assert (done.coverage["schools"] > 100).all()


def test_intervals_about_a_wrong_truth_lie_outside(of_columns: Path, tmp_path: Path) -> None:
    folder = tmp_path / "wrong"
    shutil.copytree(of_columns, folder)
    truth = pl.read_parquet(folder / "truth.parquet")
    truth.with_columns(reading_effect=pl.col("reading_effect") + 3).write_parquet(
        folder / "truth.parquet"
    )
    assert calibrate(folder).coverage["inside"].to_list() == [False, True, True]


def test_a_derived_reference_has_the_mean_nought_and_catches_its_share(
    derived: Calibration,
) -> None:
    held = derived.invariants
    mean = held.filter(pl.col("label").str.starts_with("mean"))
    assert mean.height
    assert (mean["found"].abs() <= 1e-9).all()
    caught = held.filter(pl.col("label").str.starts_with("pupils"))
    assert caught.height == 3
    assert caught["found"].is_between(0, 1).all()
    bands = held.filter(pl.col("label").str.contains("well"))
    assert bands.height == 6
    assert bands["found"].is_between(5, 15).all()


def test_bands_are_among_the_figures_once_they_are_derived(
    done: Calibration, derived: Calibration
) -> None:
    assert sum("band" in label for label in done.absent) == 15
    assert not any("band" in label for label in derived.absent)


def test_only_england_in_the_year_of_the_figures_can_be_at_fault(done: Calibration) -> None:
    england = Plan(year=2022, release="provisional", seed=1)
    assert done.absent
    assert not done.faulty
    assert replace(done, plan=england).faulty
    assert not replace(done, plan=replace(england, year=2019)).faulty


def test_a_year_without_progress_is_compared_in_what_it_has(tmp_path: Path) -> None:
    plan = Plan(year=2024, release="final", seed=1, schools=10, nowhere=True)
    write_cohort(make(plan), plan, tmp_path, csv=False, replace=False)
    done = calibrate(tmp_path)
    assert not done.coverage.height
    assert done.figures.filter(pl.col("label").str.contains("expected standard in maths"))[
        "found"
    ].is_not_null()[0]
    assert any("so it may well differ" in note for note in notes(done))
    assert any("2024 has no measures of progress" in note for note in notes(done))
    assert calibration_page(done).topics


def test_progress_in_writing_is_left_out_of_years_without_its_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scorable, "ENOUGH_SCHOOLS", 1)
    plan = Plan(year=2019, release="final", seed=1, authorities=4)
    write_cohort(make(plan), plan, tmp_path, csv=False, replace=False)
    done = calibrate(tmp_path)
    told = pl.col("found").is_not_null()
    rows = pl.concat(
        [one.filter(told).select("label") for one in (done.figures, done.invariants, done.coverage)]
    )["label"]
    progress = rows.filter(rows.str.contains("progress|band|minimum|intervals|average in"))
    assert progress.filter(progress.str.contains("writing")).to_list() == []
    assert progress.filter(progress.str.contains("maths")).len() > 20
    assert any("points of writing judgements of 2019 are not known" in one for one in notes(done))
    assert not done.faulty


@pytest.mark.parametrize(
    ("year", "schools", "sentences"),
    [
        (2019, 60, ["60 schools are too few"]),
        (2017, 5_000, ["2017 has no minimum scores", "writing judgements of 2017"]),
        (2026, 5_000, ["2026 has no bands", "writing judgements of 2026"]),
        (2025, 5_000, ["2025 has no measures of progress"]),
        (2022, 60, ["from 1,000 schools on"]),
        (2023, 5_000, []),
    ],
)
def test_what_a_year_or_size_cannot_tell_is_said(
    year: int, schools: int, sentences: list[str]
) -> None:
    release = next(found for known, found in available() if known == year)
    how = scored(load_year(year, release), schools)
    assert len(how.withheld) == len(sentences)
    for said, sentence in zip(how.withheld, sentences, strict=True):
        assert sentence in said
    assert bool(how.progress) == (
        "no measures" not in str(sentences) and "few" not in str(sentences)
    )


def test_a_small_cohort_of_a_year_without_a_reference_is_compared_in_attainment(
    tmp_path: Path,
) -> None:
    plan = Plan(year=2018, release="final", seed=1, schools=12, nowhere=True)
    write_cohort(make(plan), plan, tmp_path, csv=False, replace=False)
    done = calibrate(tmp_path)
    assert done.compared > 20
    assert not any(
        "progress" in row["label"] for row in done.figures.drop_nulls("found").to_dicts()
    )


def test_the_page_tells_every_figure_once(done: Calibration, derived: Calibration) -> None:
    for one in (done, derived):
        page = calibration_page(one)
        figures = [figure for topic in page.topics for figure in topic.figures]
        assert len(figures) == one.compared + len(one.absent)
        assert len({topic.id for topic in page.topics}) == len(page.topics)
        assert all(topic.title != "Other figures" for topic in page.topics)


def test_the_headline_and_verdict_follow_what_was_found(done: Calibration) -> None:
    off = done.figures.with_columns(inside=pl.when(pl.int_range(pl.len()) > 0).then(statement=True))
    two = done.figures.with_columns(inside=pl.int_range(pl.len()) > 1)
    fine = replace(done, figures=off)
    assert headline(fine).startswith("All ")
    assert calibration_page(fine).verdict == "green"
    wrong = replace(done, figures=two)
    assert headline(wrong).startswith("2 of ")
    assert calibration_page(wrong).verdict == "amber"
    england = replace(wrong, plan=Plan(year=2022, release="provisional", seed=1))
    assert calibration_page(england).verdict == "red"
    assert "--national" in calibration_page(england).made_with


def test_machines_are_told_the_same(done: Calibration) -> None:
    told = json.loads(json.dumps(calibration_told(done)))
    assert told["compared"] == done.compared
    assert len(told["figures"]) == done.figures.height
    assert told["synthetic"] is True


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("metadata.json", "not JSON", "not a folder of an invented cohort"),
        ("metadata.json", "[]", "not a folder of an invented cohort"),
        ("metadata.json", '{"synthetic": "", "plan": 3}', "The plan cannot be read"),
        ("metadata.json", '{"synthetic": "", "plan": {"colour": 3}}', "The plan cannot be read"),
        ("truth.parquet", "not Parquet", "The truth about the schools cannot be read"),
    ],
)
def test_a_damaged_folder_is_refused(
    of_text: Path, tmp_path: Path, name: str, content: str, message: str
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(of_text, folder)
    (folder / name).write_text(content)
    with pytest.raises(InputError, match=message):
        calibrate(folder)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a folder of an invented cohort"):
        calibrate(tmp_path)
