"""Every kind of seeded mistake is found by the checks, and nothing is found where there is none."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from keystage.cli.main import app
from keystage.cohort.fault_kinds import kinds
from keystage.core.errors import InputError, UsageError
from keystage.flows.cohort.faulting import SWAPPED, write_faults
from keystage.flows.cohort.paper import write_paper
from keystage.flows.cohort.scoring import Score, score
from keystage.flows.cohort.trail import open_trail
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.results import results_of_tests
from keystage.statute.collection_loader import load_collection


@pytest.fixture(scope="module")
def done(faulty: Path) -> Score:
    return score(open_trail(faulty))


@pytest.mark.parametrize("kind", [name for name in kinds() if name != SWAPPED])
def test_every_mistake_of_a_kind_is_found(done: Score, kind: str) -> None:
    row = done.kinds.row(by_predicate=pl.col("kind") == kind, named=True)

    assert row["seeded"] > 0
    assert row["found"] == row["seeded"]


def test_schools_without_a_mistake_have_no_red_finding(done: Score) -> None:
    assert done.clean > 0
    assert done.count("red") == 0


def test_swapped_scripts_are_found_in_pairs_and_never_told_as_red(
    done: Score, faulty: Path, cohort: Path
) -> None:
    row = done.kinds.row(by_predicate=pl.col("kind") == SWAPPED, named=True)
    better = score(open_trail(faulty), cohort=cohort).kinds.filter(kind=SWAPPED)
    told = done.alarms.filter(code="RES-101")

    assert row["seeded"] % 2 == row["found"] % 2 == 0
    assert 0 < row["found"] < row["seeded"]
    assert better["found"].item() >= row["found"]
    assert set(told["severity"]) <= {"amber"}
    assert set(done.missed["kind"]) == {SWAPPED}


def test_a_trail_without_results_files_is_scored_without_swapped_scripts(
    cohort: Path, tmp_path: Path
) -> None:
    write_paper(cohort, tmp_path / "paper")
    write_faults(open_trail(tmp_path / "paper"), tmp_path / "faulty", seed=5, rate=0.9)
    done = score(open_trail(tmp_path / "faulty"))
    assert SWAPPED not in done.kinds["kind"]
    assert done.found == done.seeded > 0


def test_swapped_scripts_are_those_of_the_other_pupil(paper: Path, faulty: Path) -> None:
    answers = pl.read_parquet(faulty / "answers.parquet").filter(kind="swapped_scripts")
    upn, other, school = answers.select("upn", "upn_in_file", "school").row(0)
    name = f"results/999/{school}_KS2_{school}_001.xml"

    def results(folder: Path, pupil: str) -> list[tuple[object, ...]]:
        profile = load_profile(None)
        read = read_returns([folder / name], profile)
        found = results_of_tests(read, load_collection(2022), profile).results
        return found.filter(upn=pupil).sort("subject").select("mark", "score", "outcome").rows()

    assert results(faulty, upn) == results(paper, other)
    assert results(faulty, other) == results(paper, upn)


def test_a_mistake_that_is_not_told_is_missed(faulty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "faulty"
    folder.mkdir()
    for path in faulty.iterdir():
        (folder / path.name).symlink_to(path)
    key = folder / "answers.parquet"
    answers = pl.read_parquet(key)
    key.unlink()
    never = pl.lit(["TA-001"]).alias("tells")
    answers.filter(kind="missed").with_columns(never).write_parquet(key)

    done = score(open_trail(folder))

    assert done.found == 0
    assert done.seeded == done.missed.height > 0
    assert done.count("red") > 0


def test_a_rate_that_is_no_share_is_refused(paper: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="share of schools"):
        write_faults(open_trail(paper), tmp_path / "out", seed=1, rate=20.0)


def test_a_trail_without_an_answer_key_is_refused(paper: Path) -> None:
    with pytest.raises(InputError, match="no answer key"):
        score(open_trail(paper))


def test_the_commands_tell_what_was_made_and_found(cohort: Path, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["cohort", *words], catch_exceptions=False)
        assert result.exit_code == 0
        return result.output

    trail, faulty = str(tmp_path / "trail"), str(tmp_path / "faulty")
    assert "60 schools" in run("paper", str(cohort), "-o", trail)
    assert "mistakes in" in run("faults", trail, "-o", faulty, "--seed", "1", "--rate", "0.5")
    told = json.loads(run("score", faulty, "--json"))
    assert told["found"] == told["seeded"] > 0  # no results files, so no swapped scripts
    assert told["false_alarms_red"] == 0
    assert "False alarms: 0 red findings" in run("score", faulty)
