"""keystage explain: a figure opened for people and for machines, and what cannot be asked."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

INVENTED = Path(__file__).parents[2] / "data" / "invented"
PUPILS, SCHOOLS = INVENTED / "pupils.csv", INVENTED / "schools.csv"
SHARED = (PUPILS, "--schools", SCHOOLS, "--year", "2022", "--release", "provisional")

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_a_progress_score_is_opened_down_to_its_pupils(run: Run) -> None:
    code, told, _ = run("explain", *SHARED, "--school", 900003, "--figure", "readprog")
    assert code == 0
    assert told.startswith("READPROG: the progress score in reading.\n")
    assert "Source: Primary school accountability in 2022: technical guide" in told
    assert "-42.18 is below the minimum and counts as -12.1759." in told
    assert "(reading EXS, writing EXS, maths D)" in told
    assert "56.4841 / 29 = 1.947727586… (564841/290000)." in told
    assert "READPROG prints as 1.9." in told
    assert told.rstrip().endswith("The published table shows the same.")


@pytest.mark.parametrize(
    ("school", "figure", "last"),
    [
        (900005, "PTRWM_EXP", "The published table shows SUPP instead: the figure is withheld"),
        (900003, "PTRWM_EXP_FSM6CLA1A", "shows SUPP instead: the figure is withheld there."),
        (900003, "READPROG_DESCR", "There is no figure, so the published table shows NA."),
        (900003, "READPROG_SD", "READPROG_SD is for analysts; no published table carries it."),
        (900006, "READ_AVERAGE", "There is no figure, so the published table shows a blank."),
        (900001, "TELIG", "The published table shows the same."),
    ],
)
def test_what_the_published_table_shows_is_said(
    school: int, figure: str, last: str, run: Run
) -> None:
    code, told, _ = run("explain", *SHARED, "--school", school, "--figure", figure)
    assert code == 0
    assert last in told.splitlines()[-1]
    assert "prints as nothing" not in told


def test_a_figure_as_json_adds_up(run: Run) -> None:
    code, told, _ = run("explain", *SHARED, "--school", 900001, "--figure", "WRITPROG", "--json")
    assert code == 0
    found = json.loads(told)
    shown = [Fraction(pupil["shown"].split("…")[0]) for pupil in found["pupils"]]
    assert sum(shown) == Fraction(found["numerator"])
    assert Fraction(found["exact"]) == Fraction(found["numerator"]) / found["denominator"]
    assert found["printed"] == found["published"]
    assert len(found["pupils"]) == 38
    assert {pupil["place"] for pupil in found["pupils"]} == {"numerator", "out"}


def test_nobody_in_is_null_in_json(run: Run) -> None:
    code, told, _ = run("explain", *SHARED, "--school", 900006, "--figure", "MAT_AVERAGE", "--json")
    found = json.loads(told)
    assert (code, found["value"], found["exact"], found["denominator"]) == (0, None, None, 0)


def test_a_pupil_is_opened_from_key_stage_1_to_progress(run: Run) -> None:
    code, told, _ = run("explain", *SHARED, "--pupil", "u999010315073")
    assert code == 0
    assert told.startswith("Pupil U999010315073, line 103, school 900003\n")
    assert "  That is prior attainment group 19: exactly 10 points.\n  Reading\n" in told
    assert "so the pupil's progress counts as -12.1759." in told


def test_a_pupil_in_two_schools_is_opened_twice(run: Run) -> None:
    code, told, _ = run("explain", *SHARED, "--pupil", "R998010215072", "--json")
    assert code == 0
    here, there = json.loads(told)
    assert (here["school"], there["school"]) == (900002, 900004)
    assert there["subjects"] == []
    assert here["subjects"][0]["subject"] == "reading"
    assert here["average"] == "8.5"


def test_a_derived_reference_can_be_explained(run: Run) -> None:
    code, _, errors = run("explain", *SHARED, "--pupil", "R998010215072", "--reference", "derived")
    assert code == 3
    assert "No pupil is in prior attainment group" in errors


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        ((), 2, "There is nothing to explain. Give --school and --figure, or --pupil."),
        (("--school", "900001"), 2, "--school needs --figure."),
        (("--figure", "READPROG"), 2, "--figure needs --school."),
        (("--figure", "READPROG", "--pupil", "A1"), 2, "--pupil goes without --school and"),
        (("--school", "900009", "--figure", "READPROG"), 2, "school with URN 900009"),
        (("--school", "900001", "--figure", "READPROGS"), 2, "Fields that begin alike: READPROG,"),
        (("--school", "900001", "--figure", "ZEBRA"), 2, "Try READPROG, PTRWM_EXP"),
        (("--pupil", "A999000000001"), 2, "No pupil of the file has the UPN A999000000001."),
    ],
)
def test_what_cannot_be_asked_is_said(
    more: tuple[str, ...], code: int, sentence: str, run: Run
) -> None:
    ended, told, errors = run("explain", *SHARED, *more)
    assert (ended, told) == (code, "")
    assert sentence in errors


def test_a_file_with_an_error_is_not_explained(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    frame = pl.read_csv(PUPILS, infer_schema=False)
    frame.with_columns(READSCORE=pl.lit("121")).write_csv(path)
    code, told, errors = run(
        "explain", path, "--year", 2022, "--release", "provisional", "--pupil", "A1"
    )
    assert (code, told) == (3, "")
    assert f"{path}, line 2, column READSCORE" in errors
