"""keystage cohort make and report: what a person sees, and what is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Run = Callable[..., Any]
HOW = ("--year", "2022", "--seed", "1")
SMALL = (*HOW, "--schools", "8", "--nowhere")


@pytest.fixture
def cohort(run: Run, tmp_path: Path) -> Path:
    """A small cohort, made by the command."""
    folder = tmp_path / "cohort"
    assert run("cohort", "make", *SMALL, "-o", folder).code == 0
    return folder


def test_a_cohort_is_made_and_computed(run: Run, cohort: Path, tmp_path: Path) -> None:
    schools = pl.read_parquet(cohort / "schools.parquet")
    assert schools.height == 8
    ran = run(
        "measures",
        cohort / "pupils.parquet",
        "--schools",
        cohort / "schools.parquet",
        "--year",
        2022,
        "--release",
        "provisional",
        "-o",
        tmp_path / "out",
    )
    assert ran.code == 0, ran.err
    assert "8 schools" in ran.out


def test_what_was_made_is_said(run: Run, tmp_path: Path) -> None:
    ran = run("cohort", "make", *SMALL, "-o", tmp_path / "a", "--csv")
    assert "of 8 schools, 2022 provisional, seed 1. Nobody in it exists." in ran.out
    assert f"Written to {tmp_path / 'a'}." in ran.out
    told = json.loads(run("cohort", "make", *SMALL, "-o", tmp_path / "b", "--json").out)
    assert told["schools"] == 8
    assert told == json.loads((tmp_path / "b" / "metadata.json").read_text())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "How much of England is not said"),
        (("--schools", "3", "--national"), "or said twice"),
        (("--schools", "3", "--las", "2"), "or said twice"),
        (("--nowhere", "--las", "2"), "needs a number of schools"),
        (("--schools", "0"), "A cohort of 0 schools cannot be made"),
        (("--las", "9999"), "A cohort of 9999 authorities cannot be made"),
        (("--schools", "3", "--seed", "-1"), "The seed -1 is below 0"),
        (("--schools", "3", "--year", "1999"), "1999"),
    ],
)
def test_what_cannot_be_made_is_refused(
    run: Run, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    ran = run("cohort", "make", *HOW, "-o", tmp_path / "out", *options)
    assert ran.code == 2
    assert message in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("left_out", ["--year", "--seed", "-o"])
def test_nothing_is_made_by_default(run: Run, tmp_path: Path, left_out: str) -> None:
    given = {"--year": "2022", "--seed": "1", "-o": str(tmp_path / "out")}
    del given[left_out]
    ran = run("cohort", "make", "--schools", 3, *(item for pair in given.items() for item in pair))
    assert ran.code == 2
    assert left_out in ran.err


def test_a_full_folder_is_written_over_only_on_request(run: Run, cohort: Path) -> None:
    again = ("cohort", "make", *SMALL, "-o", cohort)
    ran = run(*again)
    assert ran.code == 3
    assert "The folder is not empty. Choose another, or add --replace" in ran.err
    assert run(*again, "--replace").code == 0


def test_a_place_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        ran = run("cohort", "make", *SMALL, "-o", place)
        assert ran.code == 3
        assert "keystage: " in ran.err


def test_without_numpy_it_is_said_what_to_install(
    run: Run, cohort: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.flows.cohort.installed.find_spec", lambda _: None)
    for arguments in (("make", *SMALL, "-o", cohort), ("report", cohort, "--json")):
        ran = run("cohort", *arguments)
        assert ran.code == 2
        assert "pip install 'keystage[cohort]'" in ran.err


def test_help_needs_no_engine() -> None:
    code = (
        "import sys\nsys.argv = ['keystage', 'cohort', '--help']\n"
        "from keystage.cli import main\n"
        "try: main.run()\nexcept SystemExit: pass\n"
        "sys.exit(bool({'numpy', 'polars', 'rich.progress'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603  # this interpreter
    assert done.returncode == 0, done.stderr
    assert b"make" in done.stdout


def test_a_report_is_written_and_said(run: Run, cohort: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    ran = run("cohort", "report", cohort, "-o", page)
    assert ran.code == 0, ran.err
    assert "figures" in ran.out
    assert "This cohort is a part of England" in ran.out
    assert "<svg" in page.read_text()
    ran = run("cohort", "report", cohort, "-o", page)
    assert ran.code == 3
    assert "--replace" in ran.err
    assert run("cohort", "report", cohort, "-o", page, "--replace").code == 0


def test_a_report_is_printed_for_machines(run: Run, cohort: Path) -> None:
    told = json.loads(run("cohort", "report", cohort, "--json").out)
    assert told["schools"] == 8
    assert told["reference"] == "published"


def test_a_report_of_nothing_or_to_nowhere_is_refused(
    run: Run, cohort: Path, tmp_path: Path
) -> None:
    ran = run("cohort", "report", tmp_path / "none", "--json")
    assert ran.code == 3
    assert "not a folder of an invented cohort" in ran.err
    ran = run("cohort", "report", cohort)
    assert ran.code == 2
    assert "Nothing is to be written" in ran.err


def test_an_england_that_does_not_look_like_it_ends_with_its_own_code(
    run: Run, cohort: Path, tmp_path: Path
) -> None:
    path = cohort / "metadata.json"
    told = json.loads(path.read_text())
    told["plan"] |= {"schools": None, "nowhere": False}
    path.write_text(json.dumps(told))
    ran = run("cohort", "report", cohort, "-o", tmp_path / "report.html")
    assert ran.code == 6
    assert "the cohort does not look like England" in ran.err
    assert (tmp_path / "report.html").exists()
