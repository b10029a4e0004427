"""keystage measures: what a person sees, what is written, and what is refused."""

import csv
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cohorts import PUPIL_COLUMNS, SCHOOL_COLUMNS, csv_text, make_cohort
from typer.testing import CliRunner

import keystage
from keystage.cli import main
from keystage.formats.tables import read_records
from keystage.measures.compute import compute
from keystage.measures.fields import fields
from keystage.measures.gaps import comparators
from keystage.measures.wide import unrounded
from keystage.statute.loader import load_year

INVENTED = Path(__file__).parents[2] / "data" / "invented"
PUPILS, SCHOOLS = INVENTED / "pupils.csv", INVENTED / "schools.csv"
YEAR = ("--year", "2022", "--release", "provisional")
LEVELS = ("school", "la", "region", "trust", "national")


Run = Callable[..., Any]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The outputs of the invented trust, and what was printed."""
    out = tmp_path_factory.mktemp("trust") / "out"
    ran = CliRunner().invoke(
        main.app,
        ["measures", str(PUPILS), "--schools", str(SCHOOLS), *YEAR, "-o", str(out)],
        env={"COLUMNS": "80"},
    )
    assert ran.exit_code == 0, ran.output
    return out, ran.output


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files_of(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_table_is_written(written: tuple[Path, str]) -> None:
    out, _ = written
    analyst = {f"analyst/{level}.parquet" for level in LEVELS}
    assert files_of(out) == {
        *(f"{level}.csv" for level in LEVELS),
        *analyst,
        "analyst/parts.parquet",
        "analyst/findings.json",
        "analyst/trust_schools.parquet",
        "metadata.json",
    }
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_the_summary_is_readable_on_a_narrow_screen(written: tuple[Path, str]) -> None:
    _, told = written
    assert "148 pupils of 6 schools, 2022 provisional, published reference." in told
    assert "2 warnings:" in told
    assert "-4.9 to -0.5" in told
    assert "SUPP" in told
    assert "…" not in told
    headlines = told.split("Headline measures")[1].split("Written to")[0]
    assert max(map(len, headlines.splitlines())) <= 80


def test_a_wide_screen_shows_limits_beside_scores(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    ran = run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "out")
    assert ran.code == 0
    assert "-2.7 (-4.9 to -0.5)" in ran.out
    assert ran.err == ""


def test_published_tables_have_the_fields_of_the_department(written: tuple[Path, str]) -> None:
    out, _ = written
    published = [field.name for field in fields(load_year(2022, "provisional")) if field.published]
    with (out / "school.csv").open(encoding="utf-8") as file:
        headings = next(csv.reader(file))
    assert [name for name in headings if name in set(published)] == published
    assert {"URN", "LAESTAB", "SCHNAME", "READPROG", "READPROG_LOWER", "READPROG_UPPER",
            "READPROG_DESCR", "READCOV", "PTRWM_EXP", "READ_AVERAGE",
            "PTRWM_EXP_FSM6CLA1A"} <= set(headings)  # fmt: skip


def test_small_numbers_are_withheld_from_published_tables_only(written: tuple[Path, str]) -> None:
    out, _ = written
    small = next(row for row in rows_of(out / "school.csv") if row["URN"] == "900005")
    shown = {name: cell for name, cell in small.items() if any(map(str.isdigit, cell))}
    assert shown.keys() <= {"RECTYPE", "LEA", "LAESTAB", "URN", "TELIG"}
    assert small["PTRWM_EXP"] == small["READPROG"] == small["BELIG"] == "SUPP"
    few = next(row for row in rows_of(out / "school.csv") if row["URN"] == "900003")
    assert few["PTRWM_EXP_FSM6CLA1A"] == few["PTRWM_EXP_NotFSM6CLA1A"] == "SUPP"
    assert few["PTRWM_EXP"].endswith("%")
    analyst = pl.read_parquet(out / "analyst" / "school.parquet")
    assert analyst.filter(URN=900005)["PTRWM_EXP"].item() is not None


def test_the_trust_is_eligible_and_its_members_are_explained(written: tuple[Path, str]) -> None:
    out, _ = written
    (trust,) = rows_of(out / "trust.csv")
    assert trust["TRUST_NAME"] == "The Nowhere Trust"
    assert trust["INSTITUTIONS_MATPTINC"] == "900001;900002;900003;900004"
    assert (trust["NUMINST_3_MATPTINC"], trust["NUMINST_4PLUS_MATPTINC"]) == ("2", "2")
    assert trust["PRWM_EXP_WGTAVG"].endswith("%")
    assert trust["PRWM_EXP_WGTAVG_FSM6CLA1A"] == "SUPPMAT"
    members = pl.read_parquet(out / "analyst" / "trust_schools.parquet")
    reasons = dict(members.select("URN", "reason").iter_rows())
    assert reasons[900005] == "did not join the trust before 14 September 2019"
    assert reasons[900006] == "is not a state-funded mainstream school"


def test_metadata_says_what_everything_was_made_from(written: tuple[Path, str]) -> None:
    out, _ = written
    metadata = json.loads((out / "metadata.json").read_text(encoding="utf-8"))
    assert metadata["keystage"] == keystage.__version__
    assert metadata["polars"] == pl.__version__
    assert (metadata["year"], metadata["release"]) == (2022, "provisional")
    assert (metadata["pupils"], metadata["schools"]) == (148, 6)
    assert metadata["statute"]["prior_attainment_groups"] == {
        "source": "guide_2022", "confidence": "A",
    }  # fmt: skip
    assert "technical guide" in metadata["sources"]["guide_2022"]
    assert "pupil_sd_statistics" in metadata["absent"]
    for name, path in (("pupils", PUPILS), ("schools", SCHOOLS)):
        assert metadata["inputs"][name] == {
            "file": path.name, "sha256": sha256(path.read_bytes()).hexdigest(),
        }  # fmt: skip
    assert "not suppressed" in metadata["not_for_publication"]
    assert {"school.csv", "analyst/parts.parquet"} <= set(metadata["tables"])
    told = json.loads((out / "analyst" / "findings.json").read_text(encoding="utf-8"))
    severities = {row["code"]: row["severity"] for row in told["findings"]}
    assert {code for code, of in severities.items() if of == "warning"} == {"PUP-104", "TAS-105"}
    assert "error" not in severities.values()


def test_analysts_tables_are_what_the_library_computes(written: tuple[Path, str]) -> None:
    out, _ = written
    year = load_year(2022, "provisional")
    table = compute(read_records(PUPILS, SCHOOLS, year), year).table
    frame = unrounded(table, comparators(table))
    for level in LEVELS:
        expected = frame.filter(pl.col("level") == level)
        assert pl.read_parquet(out / "analyst" / f"{level}.parquet").equals(expected)


def headings_in_capitals(text: str) -> str:
    """The other spelling of every heading that has one."""
    first, rest = text.split("\n", 1)
    other = {"PINCL_Flag": "P_INCL", "Sex": "SEX", "SEN": "SENF", "ETHNICITY": "ETHNIC"}
    return ",".join(other.get(name, name) for name in first.split(",")) + "\n" + rest


def columns_turned_round(text: str) -> str:
    rows = list(csv.reader(text.splitlines()))
    return "".join(",".join(reversed(row)) + "\n" for row in rows)


@pytest.mark.parametrize("form", ["capitals", "turned", "parquet"])
def test_the_form_of_the_file_makes_no_difference(
    form: str, written: tuple[Path, str], run: Run, tmp_path: Path
) -> None:
    out, _ = written
    text = PUPILS.read_text(encoding="utf-8")
    path = tmp_path / ("pupils.parquet" if form == "parquet" else "pupils.csv")
    match form:
        case "capitals":
            path.write_text(headings_in_capitals(text), encoding="utf-8")
        case "turned":
            path.write_text(columns_turned_round(text), encoding="utf-8")
        case _:
            pl.read_csv(PUPILS, infer_schema=False).write_parquet(path)
    ran = run("measures", path, "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "out")
    assert ran.code == 0, ran.err
    for level in LEVELS:
        name = f"{level}.csv"
        assert (tmp_path / "out" / name).read_bytes() == (out / name).read_bytes()
        ours, theirs = (
            pl.read_parquet(folder / "analyst" / f"{level}.parquet")
            for folder in (tmp_path / "out", out)
        )
        assert ours.equals(theirs)


@pytest.mark.parametrize(
    ("outputs", "present", "absent"),
    [("published", "school.csv", "analyst"), ("analyst", "analyst", "school.csv")],
)
def test_only_the_wanted_outputs_are_written(
    outputs: str, present: str, absent: str, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", out, "--outputs", outputs)
    assert ran.code == 0
    assert (out / present).exists()
    assert not (out / absent).exists()
    assert ("Headline measures" in ran.out) == (outputs == "published")


def test_the_summary_as_json_is_json_and_nothing_else(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", out, "--json")
    made_from = json.loads((out / "metadata.json").read_text(encoding="utf-8"))
    found = json.loads((out / "analyst" / "findings.json").read_text(encoding="utf-8"))
    told = json.loads(ran.out)
    assert {key: told[key] for key in found} == found
    assert {key: told[key] for key in made_from if key != "made_at"} == {
        key: value for key, value in made_from.items() if key != "made_at"
    }


def test_a_second_run_leaves_nothing_of_the_first_and_all_of_the_users(
    run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", out)
    (out / "mine.txt").write_text("keep", encoding="utf-8")
    run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", out, "--outputs", "analyst")
    assert not (out / "trust.csv").exists()
    assert (out / "analyst" / "trust.parquet").exists()
    assert (out / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_averages_alone_are_enough_and_are_said(run: Run, tmp_path: Path) -> None:
    kept = pl.read_csv(PUPILS, infer_schema=False).filter(pl.col("KS1READ") != "BLW")
    path = tmp_path / "averages.csv"
    kept.drop("KS1READ", "KS1WRIT", "KS1MAT").write_csv(path)
    ran = run("measures", path, "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "out")
    assert ran.code == 0
    assert "has no KS1READ or KS1WRIT or KS1MAT" not in ran.out
    notes = json.loads((tmp_path / "out" / "analyst" / "findings.json").read_text(encoding="utf-8"))
    assert any(row["code"] == "KS1-104" for row in notes["findings"])
    kept.write_csv(tmp_path / "both.csv")
    run("measures", tmp_path / "both.csv", "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "both")
    name = "school.csv"
    assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "both" / name).read_bytes()


def test_columns_nobody_knows_and_columns_that_lack_are_said(run: Run, tmp_path: Path) -> None:
    frame = pl.read_csv(PUPILS, infer_schema=False)
    path = tmp_path / "pupils.csv"
    lacking = frame.drop("NEWMOBILE", "GPSOUTCOME", "KS1ENGPSCALE", "KS1AVERAGEPS")
    lacking.with_columns(HOUSE=pl.lit("Badger")).write_csv(path)
    ran = run("measures", path, "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "out")
    assert ran.code == 0
    assert "The pupil file has a column that no measure needs: HOUSE." in ran.out
    assert "The pupil file has no NEWMOBILE, needed for the breakdown by mobility." in ran.out
    assert "has no GPSOUTCOME, needed for attainment in grammar" in ran.out
    assert "KS1ENGPSCALE" in ran.out
    assert "FSM6CLA1A" not in ran.out
    frame.drop("KS1ENGPSCALE").filter(pl.col("KS1READ") != "BLW").write_csv(path)
    ran = run("measures", path, "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "out")
    assert "KS1ENGPSCALE" not in ran.out


def test_a_year_without_progress_needs_no_key_stage_1(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pupils.csv"
    frame = pl.read_csv(PUPILS, infer_schema=False)
    frame.drop(name for name in frame.columns if name.startswith("KS1")).write_csv(path)
    out = tmp_path / "out"
    ran = run("measures", path, "--schools", SCHOOLS, "--year", 2025, "--release", "final",
              "-o", out)  # fmt: skip
    assert ran.code == 0, ran.err
    assert "Reading" not in ran.out
    assert "There are no trust measures" in ran.out
    assert "KS1" not in ran.out
    headings = rows_of(out / "school.csv")[0].keys()
    assert not [name for name in headings if "PROG" in name or name.startswith("TKS1")]
    assert not (out / "trust.csv").exists()


def test_three_years_are_pooled_from_the_folders_of_two_earlier_runs(
    run: Run, tmp_path: Path
) -> None:
    cohort = INVENTED / "cohort_2026.csv"
    earlier = []
    for year in (2024, 2025):
        out = tmp_path / str(year)
        ran = run("measures", cohort, "--year", year, "--release", "final", "-o", out)
        assert ran.code == 0, ran.err
        earlier += ["--earlier", out]
    statute = tmp_path / "2026.toml"
    of_2026 = ("--year", 2026, "--release", "provisional")
    assert run("years", "from-pupil-file", cohort, *of_2026, "-o", statute).code == 0
    with statute.open("a", encoding="utf-8") as file:
        file.write(DEVIATIONS)
    out = tmp_path / "2026"
    last = ("measures", cohort, *of_2026, "--statute", statute, "-o", out)
    assert run(*last, *earlier).code == 0
    (row,) = rows_of(out / "school.csv")
    assert row["TELIG_3YR"] == str(3 * int(row["TELIG"]))
    assert row["PTRWM_EXP_3YR"] == row["PTRWM_EXP"] != "SUPP"
    assert row["READ_AVERAGE_3YR"] == row["READ_AVERAGE"]
    metadata = json.loads((out / "metadata.json").read_text(encoding="utf-8"))
    assert metadata["inputs"]["statute"] == {
        "file": "2026.toml", "sha256": sha256(statute.read_bytes()).hexdigest(),
    }  # fmt: skip
    parts = [tmp_path / name / "analyst" / "parts.parquet" for name in ("2024", "2025")]
    assert metadata["earlier"] == [
        {"year": year, "release": "final", "file": "parts.parquet",
         "sha256": sha256(path.read_bytes()).hexdigest()}
        for year, path in zip((2024, 2025), parts, strict=True)
    ]  # fmt: skip
    one = run(*last, *earlier[:2])
    assert one.code == 2
    assert "Three-year measures need two earlier cohorts. Give --earlier twice" in one.err
    twice = run(*last, *earlier[:2], *earlier[:2])
    assert twice.code == 2
    assert "The earlier cohorts are of 2024 and 2024. Give those of 2024 and 2025" in twice.err
    neither = run(*last, *earlier[:2], "--earlier", tmp_path)
    assert neither.code == 3
    assert "This folder holds no earlier cohort." in neither.err


DEVIATIONS = """
[pupil_sd]
source = "department_pupil_file"
confidence = "C"
note = "Invented for a test."
reading = { value = 6.5 }
writing = { value = 6.1 }
maths = { value = 6.0 }
"""


SMALL_GROUPS = """
[year]
id = 2023
release = "final"

[sources.test]
title = "Invented for a test"
read_on = 2026-01-01

[reference_rules]
source = "test"
confidence = "C"
averages_from = "mainstream"
standard_deviation_from = "state_funded"
cuts_from = "mainstream"
cut_percent = 10
distribution_percents = [5, 20, 15, 20, 15, 20, 5]
smallest_estimated_group = 120
"""


def test_a_derived_reference_scores_other_files_to_the_same_figures(
    run: Run, tmp_path: Path
) -> None:
    made, in_schools = make_cohort(21, 30, 30, load_year(2023, "final"))
    pupils, schools, rules = (tmp_path / name for name in ("p.csv", "s.csv", "rules.toml"))
    pupils.write_text(csv_text(made, PUPIL_COLUMNS), encoding="utf-8")
    schools.write_text(csv_text(in_schools, SCHOOL_COLUMNS), encoding="utf-8")
    rules.write_text(SMALL_GROUPS, encoding="utf-8")
    first, second = tmp_path / "derived", tmp_path / "again"
    shared = ("measures", pupils, "--schools", schools, "--year", 2023, "--release", "final")
    derived = run(*shared, "--statute", rules, "--reference", "derived", "-o", first)
    assert derived.code == 0, derived.err
    assert "derived reference" in derived.out
    again = run(*shared, "--statute", first / "reference.toml", "-o", second)
    assert again.code == 0, again.err
    for level in LEVELS:
        ours, theirs = (
            pl.read_parquet(folder / "analyst" / f"{level}.parquet") for folder in (first, second)
        )
        # Only the nation's name and the gaps from it know that the file was national.
        known = [name for name in ours.columns if not name.startswith("DIFFN") and name != "name"]
        assert ours.select(known).equals(theirs.select(known)), level
    metadata = json.loads((first / "metadata.json").read_text(encoding="utf-8"))
    assert metadata["reference"] == "derived"
    assert metadata["statute"]["pupil_sd"]["source"] == "pupil_file"
