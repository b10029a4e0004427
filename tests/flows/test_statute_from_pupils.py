"""A statute file from a pupil file: what is counted and what is still absent."""

from pathlib import Path

import polars as pl
import pytest

from keystage.core.errors import UsageError
from keystage.flows.statute_from_pupils import statute_from_pupils
from keystage.statute.loader import load_year

COHORT = Path(__file__).parents[2] / "data" / "invented" / "cohort_2026.csv"


def test_what_was_read_is_counted(tmp_path: Path) -> None:
    found = statute_from_pupils(COHORT, load_year(2026, "provisional"), tmp_path / "mine.toml")
    assert (found.groups, found.minimums) == (7, 1)
    assert found.still_absent == {"pupil_sd": "the standard deviations of 2026 were not found"}


def test_the_file_is_its_own_source(tmp_path: Path) -> None:
    statute_from_pupils(COHORT, load_year(2026, "provisional"), tmp_path / "mine.toml")
    year = load_year(2026, "provisional", tmp_path / "mine.toml")
    groups = year.prior_attainment_groups
    assert groups is not None
    assert "(cohort_2026.csv)" in year.sources[groups.source].title
    assert groups.note == (
        "Read for 2026 provisional; ranges are those of the file's own pupils. Groups other than "
        "8, 13, 15, 16, 17, 18, 20 are not in the file."
    )


def test_writing_points_are_left_out_when_a_judgement_was_not_seen(tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    frame = pl.read_csv(COHORT, infer_schema=False)
    frame.filter(pl.col("WRITTAOUTCOME") != "GDS").write_csv(path)
    found = statute_from_pupils(path, load_year(2026, "provisional"), tmp_path / "mine.toml")
    assert found.still_absent["writing_points"] == (
        "they were left out, as the file shows no points of GDS"
    )
    assert load_year(2026, "provisional", tmp_path / "mine.toml").writing_points is None


def test_minimums_that_the_file_cannot_show_are_said(tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    frame = pl.read_csv(COHORT, infer_schema=False)
    frame.drop(name for name in frame.columns if "EM_ADJUSTED" in name).write_csv(path)
    found = statute_from_pupils(path, load_year(2026, "provisional"), tmp_path / "mine.toml")
    assert found.minimums == 0
    assert found.still_absent["minimum_progress"].startswith("the pupil file has no values of")
    minimums = load_year(2026, "provisional", tmp_path / "mine.toml").minimum_progress
    assert minimums is not None
    assert (minimums.partial, minimums.values_absent) == (
        False, found.still_absent["minimum_progress"],
    )  # fmt: skip


def test_a_year_without_progress_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="2025 final has no progress measures"):
        statute_from_pupils(COHORT, load_year(2025, "final"), tmp_path / "mine.toml")
    assert list(tmp_path.iterdir()) == []
