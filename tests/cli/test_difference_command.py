"""keystage difference: what changed between two releases, for people and machines."""

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

INVENTED = Path(__file__).parents[2] / "data" / "invented"
PUPILS, SCHOOLS = INVENTED / "pupils.csv", INVENTED / "schools.csv"
RELEASES = ("--year", 2022, "--old-release", "provisional", "--new-release", "provisional")

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def wide_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented pupils with a changed score, and a pupil gone."""
    frame = pl.read_csv(PUPILS, infer_schema=False)
    here = (pl.col("UPN") == "K998010115025").fill_null(value=False)
    path = tmp_path_factory.mktemp("later") / "pupils.csv"
    frame.with_columns(
        READSCORE=pl.when(here).then(pl.lit("101")).otherwise("READSCORE"),
        READOUTCOME=pl.when(here).then(pl.lit("AS")).otherwise("READOUTCOME"),
    ).filter((pl.col("UPN") != "F998010115032").fill_null(value=True)).write_csv(path)
    return path


def test_a_figure_is_opened_down_to_the_pupils_who_move_it(run: Run, later: Path) -> None:
    code, told, _ = run(
        "difference", PUPILS, later, *RELEASES, "--school", 900001, "--figure", "readprog",
        "--old-schools", SCHOOLS, "--new-schools", SCHOOLS,
    )  # fmt: skip
    assert code == 0
    assert "School 900001: 2022 provisional and 2022 provisional" in told
    assert "0.7 → 0.8" in told
    assert (
        "changed mark or score; outcome changed (READOUTCOME NS → AS, READSCORE 96 → 101)" in told
    )
    assert "pupil removed" in told
    assert "The effects add up to the change: 0.090606031… (285409/3150000)." in told


def test_a_school_shows_the_figures_that_differ_only(run: Run, later: Path) -> None:
    code, told, _ = run("difference", PUPILS, later, *RELEASES, "--school", 900001)
    assert code == 0
    assert "READ_AVERAGE" in told
    assert "K998010115025" not in told
    code, told, _ = run("difference", PUPILS, PUPILS, *RELEASES, "--school", 900001)
    assert (code, told) == (
        0, "School 900001: 2022 provisional and 2022 provisional: no figure differs.\n",
    )  # fmt: skip


def test_a_school_as_json_adds_up(run: Run, later: Path, tmp_path: Path) -> None:
    out = tmp_path / "changes.parquet"
    ask = ("--school", 900001, "--figure", "READPROG", "--json", "--out", out)
    code, told, _ = run("difference", PUPILS, later, *RELEASES, *ask)
    assert code == 0
    assert pl.read_parquet(out).height == 1
    found = json.loads(told)
    assert (found["old"], found["pupils_known"]) == ("2022 provisional", True)
    (figure,) = found["figures"]
    assert sum(Fraction(one["effect"]) for one in figure["pupils"]) == Fraction(figure["change"])
    assert Fraction(figure["new"]) - Fraction(figure["old"]) == Fraction(figure["change"])
    assert figure["pupils"][0]["columns"][1] == {
        "column": "READSCORE", "old": "96", "new": "101",
    }  # fmt: skip
    assert figure["pupils"][1]["new_line"] is None


def test_all_schools_are_counted_and_written(run: Run, later: Path, tmp_path: Path) -> None:
    out = tmp_path / "changes.parquet"
    code, told, _ = run("difference", PUPILS, later, *RELEASES, "--out", out)
    assert code == 0
    assert "figures of 6 schools differ." in told.replace("\n", " ")
    assert "(--out writes every one)" in told
    assert "It is not for publication" in told
    made = pl.read_parquet(out)
    assert made.filter(URN=900001, field="READ_AVERAGE")["reasons"].item().to_list() == [
        "removal", "score_changed", "outcome_changed",
    ]  # fmt: skip


def test_one_figure_of_all_schools_is_listed(run: Run, later: Path) -> None:
    code, told, _ = run("difference", PUPILS, later, *RELEASES, "--figure", "TELIG")
    assert code == 0
    assert "1 of 6 figures of 6 schools differ." in told
    assert "more (--out" not in told


def test_folders_say_that_they_hold_no_pupils(run: Run, later: Path, tmp_path: Path) -> None:
    for name, file in (("old", PUPILS), ("new", later)):
        shared = ("--schools", SCHOOLS, "--year", 2022, "--release", "provisional")
        assert run("measures", file, *shared, "-o", tmp_path / name).code == 0
    told = run("difference", tmp_path / "old", tmp_path / "new", "--year", 2022, "--school", 900001,
               "--figure", "READPROG").out  # fmt: skip
    assert "0.7 → 0.8" in told
    assert "A folder holds no pupils: give both pupil files" in told
    assert "add up" not in told


def test_a_cell_that_is_withheld_later_and_a_figure_that_is_gone_are_said(
    run: Run, tmp_path: Path
) -> None:
    frame = pl.read_csv(PUPILS, infer_schema=False)
    path = tmp_path / "few.csv"
    place = pl.int_range(pl.len()).over("URN")
    frame.filter((pl.col("URN") != "900001") | (place < 3)).with_columns(
        READOUTCOME=pl.when(URN="900001").then(pl.lit("A")).otherwise("READOUTCOME"),
        READSCORE=pl.when(URN="900001").then(None).otherwise("READSCORE"),
    ).write_csv(path)
    ask = (*RELEASES, "--school", 900001, "--figure", "READ_AVERAGE")
    told = run("difference", PUPILS, path, *ask).out
    assert "There is no figure in the newer release, so there is no change of a number" in told
    assert "shows the figure in the older release and withholds it in the newer one." in told
    told = run("difference", path, PUPILS, *ask).out
    assert "There is no figure in the older release" in told


@pytest.mark.parametrize(
    ("more", "code", "sentence"),
    [
        (("--year", 2022), 2, "It is not said which release"),
        (("--year", 2021), 2, "There is no statutory year 2021."),
        ((*RELEASES, "--school", 900009), 2, "has no pupil at the school with URN 900009."),
        ((*RELEASES, "--figure", "ZEBRA"), 2, "Try READPROG, PTRWM_EXP"),
        ((*RELEASES, "--figure", "READPROG_DESCR"), 2, "is made from another figure"),
        ((*RELEASES, "--json"), 2, "JSON is written of one school. Give --school"),
        ((*RELEASES, "--out", INVENTED), 3, "The output is a folder, not a file."),
        ((*RELEASES, "--out", PUPILS / "x"), 3, "The file cannot be written"),
        (("--year", 2022, "--old-release", "provisional", "--new-release", "final"), 5,
         "[prior_attainment_groups], which is absent for 2022 final"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_said(
    more: tuple[object, ...], code: int, sentence: str, run: Run
) -> None:
    ended, told, errors = run("difference", PUPILS, PUPILS, *more)
    assert (ended, told) == (code, "")
    assert sentence in errors


def test_what_is_no_release_is_refused(run: Run, tmp_path: Path) -> None:
    ended, told, errors = run("difference", tmp_path, PUPILS, "--year", 2022)
    assert (ended, told) == (3, "")
    assert f"{tmp_path}: This folder holds no figures. Name a pupil file" in errors
    ended, _, errors = run("difference", tmp_path / "none.csv", PUPILS, *RELEASES)
    assert ended == 3
    assert "none.csv" in errors
    ended, _, errors = run("difference", tmp_path / "none", PUPILS, "--year", 2022)
    assert ended == 3, "that there is nothing comes before what release it is of"
    assert f"{tmp_path / 'none'}: There is no such file or folder." in errors
