"""A small cohort on disk, its paper trail, and the trail with mistakes: each made once."""

from pathlib import Path

import polars as pl
import pytest

from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.flows.cohort.faulting import write_faults
from keystage.flows.cohort.paper import write_paper
from keystage.flows.cohort.trail import open_trail
from keystage.flows.cohort.writing import write_cohort

PLAN = Plan(year=2022, release="provisional", seed=1, schools=60, nowhere=True)


@pytest.fixture(scope="package")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "cohort"
    write_cohort(make(PLAN), PLAN, folder, csv=False, replace=False)
    return folder


@pytest.fixture(scope="package")
def roll(cohort: Path) -> pl.DataFrame:
    return pl.read_parquet(cohort / "roll.parquet")


@pytest.fixture(scope="package")
def paper(cohort: Path) -> Path:
    folder = cohort.parent / "paper"
    write_paper(cohort, folder, results=True)
    return folder


@pytest.fixture(scope="package")
def faulty(paper: Path) -> Path:
    folder = paper.parent / "faulty"
    write_faults(open_trail(paper), folder, seed=17, rate=0.9)
    return folder
