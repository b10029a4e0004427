"""One sample of England and one authority that is nowhere, made once."""

from collections.abc import Sequence

import polars as pl
import pytest

from keystage.cohort.authority import Authority
from keystage.cohort.make import make, sample_authority
from keystage.cohort.plan import Plan


@pytest.fixture(scope="session")
def authorities() -> Sequence[Authority]:
    """Twelve authorities of 2022, whole: about a thousand schools."""
    return tuple(make(Plan(year=2022, release="provisional", seed=1, authorities=12)))


@pytest.fixture(scope="session")
def schools(authorities: Sequence[Authority]) -> pl.DataFrame:
    return pl.concat([one.schools for one in authorities])


@pytest.fixture(scope="session")
def pupils(authorities: Sequence[Authority]) -> pl.DataFrame:
    return pl.concat([one.pupils for one in authorities])


@pytest.fixture(scope="session")
def roll(authorities: Sequence[Authority]) -> pl.DataFrame:
    return pl.concat([one.roll for one in authorities])


@pytest.fixture(scope="session")
def truth(authorities: Sequence[Authority]) -> pl.DataFrame:
    return pl.concat([one.truth for one in authorities])


@pytest.fixture(scope="session")
def nowhere() -> Authority:
    return sample_authority(2022, "provisional", seed=1)
