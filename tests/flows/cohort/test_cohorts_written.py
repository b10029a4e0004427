"""A cohort on disk: what measures takes, marked as synthetic, the same bytes every time."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from keystage.checks.run import run as run_checks
from keystage.cohort.authority import ROLL, TRUTH, Authority
from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.core.errors import InputError
from keystage.flows.cohort.writing import workers_for, write_cohort
from keystage.flows.measures import Job, run
from keystage.formats.tables import read_records
from keystage.statute.loader import load_year

NOWHERE = Plan(year=2022, release="provisional", seed=1, schools=40, nowhere=True)
FOUR = Plan(year=2022, release="provisional", seed=1, authorities=4)
YEAR = load_year(2022, "provisional")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_pupils_are_read_back_as_they_were_made(of_text: Path, of_columns: Path) -> None:
    for folder, plan, kind in ((of_text, NOWHERE, "csv"), (of_columns, FOUR, "parquet")):
        made = list(make(plan))
        records = read_records(folder / f"pupils.{kind}", folder / f"schools.{kind}", YEAR)
        pupils = pl.concat([one.pupils for one in made])
        assert records.pupils.drop("line").equals(pupils.drop("line"))
        assert records.schools.equals(pl.concat([one.schools for one in made]))
        assert not records.unreadable.height
        assert not records.unknown


def test_checks_find_no_error_in_either_form(of_text: Path, of_columns: Path) -> None:
    for folder, kind in ((of_text, "csv"), (of_columns, "parquet")):
        records = read_records(folder / f"pupils.{kind}", folder / f"schools.{kind}", YEAR)
        findings = run_checks(records, YEAR, listed=3)
        findings.raise_if_errors()
        assert records.pupils.height > 1000


def test_the_files_run_through_measures_with_a_derived_reference(
    of_columns: Path, tmp_path: Path
) -> None:
    job = Job(
        pupils=of_columns / "pupils.parquet",
        schools=of_columns / "schools.parquet",
        year=YEAR,
        out=tmp_path / "out",
        derived=True,
        national=True,
    )
    told = run(job).metadata
    assert told["pupils"] == json.loads((of_columns / "metadata.json").read_text())["pupils"]
    assert (tmp_path / "out" / "school.csv").exists()


def test_too_few_marks_are_written_as_the_code_for_no_score(of_text: Path) -> None:
    written = pl.read_csv(of_text / "pupils.csv", infer_schema=False)
    few = written.filter(READOUTCOME="NS")
    assert (few["READSCORE"] == "N").any()
    assert few["READSCORE"].is_not_null().all()
    assert set(written.filter(READSCORE="N")["READOUTCOME"]) == {"NS"}


def test_roll_and_truth_have_their_columns_for_every_school(of_columns: Path) -> None:
    roll, truth = (pl.read_parquet(of_columns / f"{name}.parquet") for name in ("roll", "truth"))
    assert dict(roll.schema) == dict(ROLL)
    assert dict(truth.schema) == dict(TRUTH)
    assert set(roll["URN"]) <= set(truth["URN"])


def test_every_file_says_that_it_is_synthetic(of_text: Path, of_columns: Path) -> None:
    for path in [*of_text.glob("*.parquet"), *of_columns.glob("*.parquet")]:
        assert "No pupil" in pl.read_parquet_metadata(path)["keystage.synthetic"]
    for folder in (of_text, of_columns):
        assert "No pupil" in json.loads((folder / "metadata.json").read_text())["synthetic"]
    assert pl.read_csv(of_text / "pupils.csv", columns=["URN"])["URN"].min() == 900000
    schools = pl.read_csv(of_text / "schools.csv")
    assert schools["SCHNAME"].str.ends_with("(invented)").all()


def test_metadata_tell_the_plan_and_the_hash_of_every_file(of_columns: Path) -> None:
    told = json.loads((of_columns / "metadata.json").read_text())
    assert told["plan"]["seed"] == 1
    assert told["plan"]["authorities"] == 4
    assert told["invented_mark_tables"]
    hashes = {item["file"]: item["sha256"] for item in told["files"]}
    content = bytes_of(of_columns)
    assert hashes == {
        name: sha256(text).hexdigest() for name, text in content.items() if name in hashes
    }
    assert {*hashes, "metadata.json"} == set(content)


@pytest.mark.slow
@pytest.mark.parametrize("csv", [False, True])
def test_bytes_are_the_same_however_many_workers(*, csv: bool, tmp_path: Path) -> None:
    plan = Plan(year=2022, release="provisional", seed=3, schools=12)
    for workers in (1, 2):
        made = make(plan, workers=workers)
        write_cohort(made, plan, tmp_path / str(workers), csv=csv, replace=False)
    assert bytes_of(tmp_path / "1") == bytes_of(tmp_path / "2")


def test_files_of_an_earlier_run_give_way_and_others_stay(tmp_path: Path) -> None:
    plan = Plan(year=2022, release="provisional", seed=1, schools=2, nowhere=True)
    write_cohort(make(plan), plan, tmp_path, csv=True, replace=False)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="The folder is not empty"):
        write_cohort(make(plan), plan, tmp_path, csv=False, replace=False)
    write_cohort(make(plan), plan, tmp_path, csv=False, replace=True)
    assert set(bytes_of(tmp_path)) == {
        *(f"{name}.parquet" for name in ("pupils", "roll", "schools", "truth")),
        "metadata.json",
        "notes.txt",
    }


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    plan = Plan(year=2022, release="provisional", seed=1, schools=4, nowhere=True)

    def broken() -> Iterator[Authority]:
        yield from make(plan)
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="No space left"):
        write_cohort(broken(), plan, tmp_path / "out", csv=False, replace=False)
    assert not list(tmp_path.iterdir())


def test_processes_are_started_for_large_cohorts_only() -> None:
    def plan(schools: int | None, authorities: int | None = None) -> Plan:
        return Plan(
            year=2022, release="provisional", seed=1, schools=schools, authorities=authorities
        )

    assert workers_for(plan(2000)) == workers_for(plan(None, 1)) == 1
    assert workers_for(plan(None)) == workers_for(plan(2001)) >= 1
