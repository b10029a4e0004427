"""What Spark makes of pupils in many parts is what the embedded engine makes of them in one."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cohorts import PUPIL_COLUMNS, SCHOOL_COLUMNS, csv_text, make_cohort
from msgspec.structs import replace as changed
from polars.testing import assert_frame_equal
from pyspark.sql import SparkSession

from keystage.core.errors import InputError
from keystage.flows.measures import Job, Summary, embedded, run
from keystage.flows.spark.engine import on_spark
from keystage.flows.spark.source import read
from keystage.flows.statute_from_pupils import statute_from_pupils
from keystage.statute.loader import load_year

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
    pytest.mark.slow,
]
Parquet = Callable[..., Path]
#: These say when, and how the file was named.
OWN = {"made_at", "inputs", "sources"}


def both(job: Job, spread: Path | None = None) -> tuple[Summary, Summary]:
    """The same job embedded and on Spark, where the pupils may be spread over a folder."""
    address = spread or job.pupils
    here = run(replace(job, out=job.out / "here"))
    there = run(replace(job, out=job.out / "there"), engine=partial(on_spark, str(address)))
    return here, there


def agree(job: Job, spread: Path | None = None) -> Summary:
    """See that both engines write and say the same, to the last digit; give what was said."""
    here, there = both(job, spread)
    files = sorted(path.relative_to(job.out / "here") for path in (job.out / "here").rglob("*.*"))
    assert [path.name for path in files if path.suffix == ".parquet"]
    for name in files:
        ours, theirs = job.out / "here" / name, job.out / "there" / name
        if name.suffix == ".parquet":
            parts = {"check_row_order": name.name != "parts.parquet"}
            assert_frame_equal(
                pl.read_parquet(ours), pl.read_parquet(theirs), check_exact=True, **parts
            )
        elif name.name == "metadata.json":
            told = [json.loads(path.read_text(encoding="utf-8")) for path in (ours, theirs)]
            assert told[0].keys() == told[1].keys()
            assert all(told[0][key] == told[1][key] for key in told[0].keys() - OWN)
        else:
            assert ours.read_bytes() == theirs.read_bytes(), name
    assert_frame_equal(here.findings.frame, there.findings.frame)
    assert_frame_equal(here.findings.counts, there.findings.counts)
    assert here.notes == there.notes
    return there


def test_invented_pupils_in_many_parts_give_the_same_files(
    spark: SparkSession, parquet: Parquet, invented: Path, tmp_path: Path
) -> None:
    pupils = parquet(pl.read_csv(invented / "pupils.csv", infer_schema=False))
    year = load_year(2022, "provisional")
    assert read(spark, str(pupils), year).rows.rdd.getNumPartitions() > 2
    job = Job(pupils=pupils, schools=invented / "schools.csv", year=year, out=tmp_path)
    said = agree(job)
    assert said.findings.warnings.height
    inputs: Any = said.metadata["inputs"]
    assert inputs["pupils"]["sha256"]


@pytest.mark.usefixtures("spark")
def test_a_reference_derived_from_a_folder_of_files_is_the_same(
    parquet: Parquet, tmp_path: Path
) -> None:
    year = load_year(2023, "final")
    year = changed(year, reference_rules=changed(year.reference_rules, smallest_estimated_group=5))
    made, in_schools = make_cohort(21, 30, 30, year)
    schools = tmp_path / "schools.csv"
    schools.write_text(csv_text(in_schools, SCHOOL_COLUMNS), encoding="utf-8")
    stacked = tmp_path / "pupils.csv"
    stacked.write_text(csv_text(made, PUPIL_COLUMNS), encoding="utf-8")
    pupils = pl.read_csv(stacked, infer_schema=False)
    whole = parquet(pupils, "whole.parquet")
    for at, start in enumerate(range(0, pupils.height, 250)):
        parquet(pupils.slice(start, 250), f"spread/part-{at:02}.parquet", rows=100)
    job = Job(pupils=whole, schools=schools, year=year, out=tmp_path, derived=True)
    said = agree(job, tmp_path / "spread")
    assert said.metadata["reference"] == "derived"


@pytest.mark.usefixtures("spark")
def test_a_column_that_only_a_later_file_has_is_read(
    parquet: Parquet, invented: Path, tmp_path: Path
) -> None:
    """The first file has no teacher assessments in reading; blank ones are the same."""
    pupils = pl.read_csv(invented / "pupils.csv", infer_schema=False)
    first, second = pupils.head(70), pupils.tail(-70)
    assert second["READTAOUTCOME"].drop_nulls().len()
    parquet(first.drop("READTAOUTCOME"), "spread/part-00.parquet")
    parquet(second, "spread/part-01.parquet")
    blank = first.with_columns(pl.lit(None, pl.String).alias("READTAOUTCOME"))
    job = Job(
        pupils=parquet(pl.concat([blank, second]), "stacked.parquet"),
        schools=invented / "schools.csv",
        year=load_year(2022, "provisional"),
        out=tmp_path,
    )
    agree(job, tmp_path / "spread")


@pytest.mark.usefixtures("spark")
def test_the_departments_own_working_and_a_partial_reference_are_told_alike(
    parquet: Parquet, invented: Path, tmp_path: Path
) -> None:
    """Eight pupils have an average the reference lacks; their working is not ours."""
    cohort, statute = invented / "cohort_2026.csv", tmp_path / "mine.toml"
    statute_from_pupils(cohort, load_year(2026, "provisional"), statute)
    year = load_year(2026, "provisional", statute)
    year = changed(year, pupil_sd=load_year(2019, "final").pupil_sd)
    pupils = pl.read_csv(cohort, infer_schema=False).with_row_index("at")
    other = {"KS1READ": "EXS", "KS1WRIT": "WTS", "KS1MAT": "WTS", "KS1AVERAGEPS": ""}
    pupils = pupils.with_columns(
        pl.when(pl.col("at") < 8).then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in other.items()
    ).drop("at")
    job = Job(pupils=parquet(pupils), schools=None, year=year, out=tmp_path)
    said = agree(job)
    assert said.differences.height
    assert any("7 pupils with a key stage 1 average" in note for note in said.notes)
    assert any("There is no school file" in note for note in said.notes)


@pytest.mark.usefixtures("spark")
def test_faults_that_only_the_whole_file_shows_are_found(
    parquet: Parquet, invented: Path, tmp_path: Path
) -> None:
    """One number in two files in two spellings, a school nobody knows, a score in words.

    One of the sixty pupils of the unknown school does not count.
    """
    pupils = pl.read_csv(invented / "pupils.csv", infer_schema=False).drop("KS1AVERAGEPS")
    again = pupils.head(1).with_columns(
        pl.col("UPN").str.to_lowercase(), pl.lit("forty").alias("READSCORE")
    )
    strangers = pupils.tail(60).with_columns(
        pl.lit("900777").alias("URN"), pl.format("{}9", pl.col("UPN").str.head(12)).alias("UPN")
    )
    faulty = pl.concat([pupils, again, strangers])
    for at, start in enumerate(range(0, faulty.height, 80)):
        parquet(faulty.slice(start, 80), f"spread/part-{at:02}.parquet", rows=20)
    job = Job(
        pupils=parquet(faulty, "spread.parquet"),
        schools=invented / "schools.csv",
        year=load_year(2022, "provisional"),
        out=tmp_path / "out",
    )
    said = []
    for engine in (embedded, partial(on_spark, str(tmp_path / "spread"))):
        with pytest.raises(InputError) as refused:
            run(job, engine=engine)
        said.append(str(refused.value).replace("spread.parquet", "spread"))
    said[1] = said[1].replace(" (3 files, in order of their names)", "")
    assert "PUP-103" in said[0]
    assert "900777 of 59 pupils" in said[0]
    assert said[0] == said[1]
    assert not (tmp_path / "out").exists()
