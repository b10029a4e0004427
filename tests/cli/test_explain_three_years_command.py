"""keystage explain of three-year figures: earlier folders, their pupil files, refusals."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

INVENTED = Path(__file__).parents[2] / "data" / "invented"
COHORT = INVENTED / "cohort_2026.csv"

Run = Callable[..., Any]


class Years(NamedTuple):
    """The folders of two earlier runs, the pupil files they read, and this year's command."""

    folders: tuple[Path, Path]
    files: tuple[Path, Path]
    shared: tuple[object, ...]

    @property
    def earlier(self) -> tuple[object, ...]:
        return ("--earlier", self.folders[0], "--earlier", self.folders[1])


@pytest.fixture
def years(run: Run, tmp_path: Path) -> Years:
    """School 900007 in three years: 20 of its pupils in 2024, 22 in 2025 and all in 2026."""
    files, folders = [], []
    for year, pupils in ((2024, 20), (2025, 22)):
        files.append(tmp_path / f"{year}.csv")
        folders.append(tmp_path / str(year))
        pl.read_csv(COHORT, infer_schema=False).head(pupils).write_csv(files[-1])
        ran = run("measures", files[-1], "--year", year, "--release", "final", "-o", folders[-1])
        assert ran.code == 0, ran.err
    statute = tmp_path / "2026.toml"
    of_2026 = ("--year", 2026, "--release", "provisional")
    assert run("years", "from-pupil-file", COHORT, *of_2026, "-o", statute).code == 0
    shared = (COHORT, *of_2026, "--statute", statute)
    return Years((folders[0], folders[1]), (files[0], files[1]), shared)


def asked(years: Years, figure: str, school: int = 900007) -> tuple[object, ...]:
    return ("explain", *years.shared, "--school", school, "--figure", figure)


def test_each_year_and_the_pool_are_shown_and_unlisted_pupils_named(
    run: Run, years: Years, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    code, told, _ = run(*asked(years, "ptrwm_exp_3yr"), *years.earlier)
    assert code == 0
    assert told.startswith("PTRWM_EXP_3YR: the share of pupils reaching the expected standard in")
    assert "The school's pupils of 2024, 2025, 2026 are taken together." in told
    assert "Pupils of school 900007 in 2026" in told
    assert "Pupils of school 900007 in 2025" not in told
    assert "The pupils of 2024 and 2025 are not listed: give the files they are in" in told
    assert told.splitlines()[-7:] == [
        "2024: 9 / 19.",
        "2025: 10 / 21.",
        "2026: 13 / 25.",
        "Together: 32 / 65.",
        "32 × 100 / 65 = 49.230769230… (640/13).",
        "PTRWM_EXP_3YR prints as 49%.",
        "The published table shows the same.",
    ]


def test_pupils_of_every_year_are_listed_from_the_files_in_any_order(
    run: Run, years: Years
) -> None:
    both = [word for file in reversed(years.files) for word in ("--earlier-pupils", file)]
    code, told, _ = run(*asked(years, "READ_AVERAGE_3YR"), *years.earlier, *both, "--json")
    assert code == 0
    found = json.loads(told)
    assert [cohort["year"] for cohort in found["cohorts"]] == [2024, 2025, 2026]
    assert [len(cohort["pupils"]) for cohort in found["cohorts"]] == [20, 22, 26]
    listed = [pupil for cohort in found["cohorts"] for pupil in cohort["pupils"]]
    assert sum(pupil["contribution"] for pupil in listed) == int(found["numerator"])
    assert sum(pupil["place"] != "out" for pupil in listed) == found["denominator"]
    assert found["printed"] == found["published"]
    one = run(*asked(years, "READ_AVERAGE_3YR"), *years.earlier, *both[:2])
    assert "Pupils of school 900007 in 2025" in one.out
    assert "The pupils of 2024 are not listed" in one.out


def test_what_does_not_go_with_earlier_cohorts_is_refused(run: Run, years: Years) -> None:
    missing = years.folders[0] / "pupils.csv"
    refusals: list[tuple[tuple[object, ...], int, str]] = [
        (asked(years, "TELIG_3YR"), 2, "TELIG_3YR is made from three cohorts, and there is one."),
        ((*asked(years, "TELIG_3YR"), *years.earlier[:2]), 2, "need two earlier cohorts."),
        ((*asked(years, "TELIG"), *years.earlier), 2, "TELIG is not made from earlier cohorts."),
        ((*asked(years, "TELIG"), "--earlier-pupils", COHORT), 2, "not made from earlier cohorts"),
        ((*asked(years, "READPROG_3YR"), *years.earlier), 2, "no three-year figure called"),
        ((*asked(years, "TELIG_3YR", 900009), *years.earlier), 2, "school with URN 900009"),
        (
            (*asked(years, "TELIG_3YR"), *years.earlier, "--earlier-pupils", COHORT),
            3,
            f"{COHORT}: None of the earlier cohorts was made from this file.",
        ),
        (
            (*asked(years, "TELIG_3YR"), *years.earlier, "--earlier-pupils", missing),
            3,
            f"{missing}: There is no such file.",
        ),
        (
            ("explain", *years.shared, "--pupil", "A1", *years.earlier),
            2,
            "--pupil goes without --school and --figure, and without earlier cohorts.",
        ),
    ]  # fmt: skip
    for arguments, code, sentence in refusals:
        ended, told, errors = run(*arguments)
        assert (ended, told) == (code, ""), arguments
        assert sentence in errors


def test_a_folder_that_does_not_name_its_pupil_file_still_gives_its_sums(
    run: Run, years: Years
) -> None:
    for folder in years.folders:
        path = folder / "metadata.json"
        told = json.loads(path.read_text(encoding="utf-8")) | {"inputs": ["pupils.csv"]}
        path.write_text(json.dumps(told), encoding="utf-8")
    code, out, _ = run(*asked(years, "TELIG_3YR"), *years.earlier)
    assert code == 0
    assert "Together: 65 pupils." in out
    named = run(*asked(years, "TELIG_3YR"), *years.earlier, "--earlier-pupils", years.files[0])
    assert named.code == 3
    assert "None of the earlier cohorts was made from this file." in named.err
