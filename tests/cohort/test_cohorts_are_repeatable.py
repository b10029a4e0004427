"""The same plan gives the same bytes, whoever makes it and in whatever company."""

import io
from collections.abc import Sequence

import polars as pl
import pytest

from keystage.cohort.authority import Authority
from keystage.cohort.make import make, sample_authority
from keystage.cohort.plan import Plan

FRAMES = ("schools", "pupils", "roll", "truth")


def in_bytes(made: Sequence[Authority]) -> list[bytes]:
    found = []
    for one in made:
        for name in FRAMES:
            frame: pl.DataFrame = getattr(one, name)
            file = io.BytesIO()
            frame.write_parquet(file)
            found.append(file.getvalue())
    return found


@pytest.mark.slow
def test_two_workers_make_the_same_bytes_as_one() -> None:
    plan = Plan(year=2022, release="provisional", seed=11, authorities=4)
    told: list[tuple[int, int]] = []
    alone = list(make(plan, progress=lambda done, total: told.append((done, total))))
    together = list(make(plan, workers=2))
    assert [one.number for one in together] == [one.number for one in alone]
    assert in_bytes(together) == in_bytes(alone)
    assert told[-1][0] == told[-1][1] == sum(one.schools.height for one in alone)
    assert len(told) == 4


def test_the_same_seed_gives_the_same_authority_and_another_seed_another(
    nowhere: Authority,
) -> None:
    again = sample_authority(2022, "provisional", seed=1)
    other = sample_authority(2022, "provisional", seed=2)
    assert in_bytes([again]) == in_bytes([nowhere])
    assert not other.pupils.equals(nowhere.pupils)


def test_a_year_is_not_the_year_before_with_other_codes() -> None:
    plans = [
        Plan(year=year, release=release, seed=1, schools=30, nowhere=True)  # type: ignore[arg-type]
        for year, release in ((2022, "provisional"), (2023, "final"))
    ]
    first, second = (next(make(plan)) for plan in plans)
    assert first.roll["surname"].to_list() != second.roll["surname"].to_list()
