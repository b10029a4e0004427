"""keystage years from-pupil-file: the department's own working, read, proved and compared."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from keystage.statute.loader import load_year

COHORT = Path(__file__).parents[2] / "data" / "invented" / "cohort_2026.csv"
YEAR = ("--year", "2026", "--release", "provisional")
DEVIATIONS = """
[pupil_sd]
source = "department_pupil_file"
confidence = "C"
note = "Invented for a test."
reading = { value = 6.5 }
writing = { value = 6.1 }
maths = { value = 6.0 }
"""
#: The two deliberate differences of the invented file, as its README lists them.
ANSWERS = [
    (7, "P999010719020", "READPROGSCORE_EM_ADJUSTED", "3.9", "4.9"),
    (13, "D999010719021", "INWRITPROG", "0", "1"),
]

Run = Callable[..., Any]


def test_the_groups_of_a_file_are_written_and_load_again(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    code, told, _ = run("years", "from-pupil-file", COHORT, *YEAR, "-o", out)
    assert code == 0
    assert f"7 prior attainment groups and 1 minimum score written to {out}." in told
    assert "Measures also need [pupil_sd], which the pupil file does not show" in told
    assert f"--year 2026 --release provisional --statute {out}" in told
    year = load_year(2026, "provisional", out)
    groups = year.prior_attainment_groups
    minimums = year.minimum_progress
    points = year.writing_points
    assert groups is not None
    assert groups.partial
    assert [group.group for group in groups.groups] == [8, 13, 15, 16, 17, 18, 20]
    assert groups.groups[4].reading == Decimal("105.1")
    assert minimums is not None
    assert [(item.group, item.reading, item.maths) for item in minimums.minimum] == [
        (17, Decimal("-15.22"), None)
    ]
    assert points is not None
    assert points.points == {"WTS": 91, "EXS": 103, "GDS": 113}
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_the_same_file_scored_with_it_differs_where_it_was_made_to(
    run: Run, tmp_path: Path
) -> None:
    statute, out = tmp_path / "mine.toml", tmp_path / "out"
    run("years", "from-pupil-file", COHORT, *YEAR, "-o", statute)
    with statute.open("a", encoding="utf-8") as file:
        file.write(DEVIATIONS)
    code, told, errors = run("measures", COHORT, *YEAR, "--statute", statute, "-o", out)
    assert code == 0, errors
    assert "The department's own working differs for 2 pupils" in told
    found = pl.read_parquet(out / "analyst" / "differences.parquet")
    rows = found.select("line", "UPN", "field", "in_file", "keystage").rows()
    assert rows == ANSWERS


def test_a_file_that_agrees_has_no_list_of_differences(run: Run, tmp_path: Path) -> None:
    statute, out, agreeing = (tmp_path / name for name in ("mine.toml", "out", "agreeing.csv"))
    edited(agreeing, {(7, "READPROGSCORE_EM_ADJUSTED"): "4.90", (13, "INWRITPROG"): "1"})
    run("years", "from-pupil-file", agreeing, *YEAR, "-o", statute)
    with statute.open("a", encoding="utf-8") as file:
        file.write(DEVIATIONS)
    code, told, errors = run("measures", agreeing, *YEAR, "--statute", statute, "-o", out)
    assert code == 0, errors
    assert "working differs" not in told
    assert not (out / "analyst" / "differences.parquet").exists()


def edited(path: Path, cells: dict[tuple[int, str], str]) -> None:
    """Write the invented cohort with some cells changed; lines are those of the file."""
    rows = pl.read_csv(COHORT, infer_schema=False).to_dicts()
    for (line, column), text in cells.items():
        rows[line - 2][column] = text
    pl.DataFrame(rows, infer_schema_length=None).write_csv(path)


def line_of(group: str, skip: int = 0) -> int:
    groups = pl.read_csv(COHORT, infer_schema=False)["KS1AVERAGE_GRP_P"].to_list()
    return [place + 2 for place, found in enumerate(groups) if found == group][skip]


@pytest.mark.parametrize(
    ("cell", "text", "place", "sentence"),
    [
        ("KS2READPRED_EM", "105.2", "column KS2READPRED_EM",
         "Pupils with KS1AVERAGE_GRP_P 17 have different values, 105.1 and 105.2."),
        ("KS1AVERAGE_GRP_P", "18", "column KS2READPRED_EM", "KS1AVERAGE_GRP_P 18"),
        ("KS2WRITSCORE", "99", "column KS2WRITSCORE", "Pupils with WRITTAOUTCOME"),
    ],
)  # fmt: skip
def test_working_that_contradicts_itself_is_refused_with_its_lines(
    cell: str, text: str, place: str, sentence: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "spoilt.csv"
    line = line_of("17", skip=3)
    edited(path, {(line, cell): text})
    code, told, errors = run("years", "from-pupil-file", path, *YEAR, "-o", tmp_path / "mine.toml")
    assert (code, told) == (3, "")
    assert f"keystage: {path}, lines " in errors
    assert f" and {line}, " in errors or f" {line} and " in errors
    assert place in errors
    assert sentence in errors
    assert [found.name for found in tmp_path.iterdir()] == ["spoilt.csv"]


def test_groups_that_overlap_are_refused_before_anything_is_written(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "spoilt.csv"
    low, high = line_of("16"), line_of("18")
    results = {(low, f"KS1{name}"): "GDS" for name in ("READ", "WRIT", "MAT")}
    edited(path, results | {(low, "KS1AVERAGEPS"): "10"})
    code, told, errors = run("years", "from-pupil-file", path, *YEAR, "-o", tmp_path / "mine.toml")
    assert (code, told) == (3, "")
    assert errors.startswith(f"keystage: {path}: The department's working in the file does not")
    assert low < high or high
    assert [found.name for found in tmp_path.iterdir()] == ["spoilt.csv"]


@pytest.mark.parametrize("form", ["blank", "absent"])
def test_a_file_without_working_is_said(form: str, run: Run, tmp_path: Path) -> None:
    frame = pl.read_csv(COHORT, infer_schema=False)
    working = [name for name in frame.columns if name.endswith(("_P", "PRED_EM"))]
    working.remove("FSM6_P")
    path = tmp_path / "plain.csv"
    (frame.drop(working) if form == "absent" else frame.with_columns(
        pl.lit("").alias(name) for name in working
    )).write_csv(path)  # fmt: skip
    code, told, errors = run("years", "from-pupil-file", path, *YEAR, "-o", tmp_path / "mine.toml")
    assert (code, told) == (3, "")
    assert errors.startswith(f"keystage: {path}: The pupil file does not carry the department's")
    assert "KS1AVERAGE_GRP_P and KS2READPRED_EM" in errors
    assert not (tmp_path / "mine.toml").exists()


def test_a_year_without_progress_has_nothing_to_read(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    code, _, errors = run("years", "from-pupil-file", COHORT, "--year", 2025, "--release", "final",
                          "-o", out)  # fmt: skip
    assert code == 2
    assert "2025 final has no progress measures. Choose a year that has them." in errors


def test_a_place_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    taken = tmp_path / "file"
    taken.write_text("mine", encoding="utf-8")
    code, _, errors = run("years", "from-pupil-file", COHORT, *YEAR, "-o", taken / "mine.toml")
    assert code == 3
    assert "The file cannot be written" in errors
