"""Two cohorts, written once: one of CSV files, one of Parquet files."""

from pathlib import Path

import pytest

from keystage.cohort.make import make
from keystage.cohort.plan import Plan
from keystage.flows.cohort.writing import write_cohort

NOWHERE = Plan(year=2022, release="provisional", seed=1, schools=40, nowhere=True)
FOUR = Plan(year=2022, release="provisional", seed=1, authorities=4)


@pytest.fixture(scope="session")
def of_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort of one authority, its pupils and schools as CSV."""
    folder = tmp_path_factory.mktemp("cohorts") / "text"
    write_cohort(make(NOWHERE), NOWHERE, folder, csv=True, replace=False)
    return folder


@pytest.fixture(scope="session")
def of_columns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort of four authorities, Parquet throughout."""
    folder = tmp_path_factory.mktemp("cohorts") / "columns"
    write_cohort(make(FOUR), FOUR, folder, csv=False, replace=False)
    return folder
