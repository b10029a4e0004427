"""Earlier cohorts: of the two years before, of any release, and what they lack is said."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from keystage.core.errors import InputError, UsageError
from keystage.flows.earlier import EarlierCohort, absent_schools, earlier_cohorts
from keystage.measures.pooled import pooled_columns
from keystage.statute.loader import load_year

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A folder an earlier run could have written."""

    def make(year: int, release: str = "final", *, urns: tuple[int, ...] = (900001,)) -> Path:
        place = tmp_path / f"{year} {release}"
        (place / "analyst").mkdir(parents=True)
        metadata = json.dumps({"year": year, "release": release})
        (place / "metadata.json").write_text(metadata, encoding="utf-8")
        counts = dict.fromkeys(pooled_columns(load_year(year, "final")), pl.lit(0))
        parts = pl.DataFrame({"URN": urns}).with_columns(**counts | {"URN": pl.col("URN")})
        parts.write_parquet(place / "analyst" / "parts.parquet")
        return place

    return make


def test_the_two_years_before_are_taken_in_any_order_and_release(folder: Folder) -> None:
    year = load_year(2019, "final")
    found = earlier_cohorts([folder(2018, "revised"), folder(2017)], year)
    assert [(cohort.year, cohort.release) for cohort in found] == [
        (2018, "revised"), (2017, "final"),
    ]  # fmt: skip
    assert earlier_cohorts([], year) == []


@pytest.mark.parametrize(
    ("years", "told"),
    [
        ((2016, 2017), "2016 and 2017"),
        ((2018, 2016), "2016 and 2018"),
        ((2018, 2019), "2018 and 2019"),
        ((2018, 2022), "2018 and 2022"),
    ],
)
def test_other_years_are_refused_and_those_needed_are_named(
    years: tuple[int, int], told: str, folder: Folder
) -> None:
    with pytest.raises(UsageError) as refused:
        earlier_cohorts([folder(year) for year in years], load_year(2019, "final"))
    assert refused.value.what == f"The earlier cohorts are of {told}."
    assert refused.value.todo.startswith("Give those of 2017 and 2018:")


def test_one_year_twice_is_refused(folder: Folder) -> None:
    both = [folder(2018), folder(2018, "revised")]
    with pytest.raises(UsageError, match="are of 2018 and 2018"):
        earlier_cohorts(both, load_year(2019, "final"))


def test_parts_that_lack_a_column_are_no_cohort(folder: Folder) -> None:
    place = folder(2018) / "analyst" / "parts.parquet"
    pl.read_parquet(place).drop("eligible").write_parquet(place)
    with pytest.raises(InputError, match="holds no earlier cohort"):
        earlier_cohorts([folder(2017), place.parent.parent], load_year(2019, "final"))


def test_metadata_without_a_release_is_no_cohort(folder: Folder) -> None:
    place = folder(2018)
    (place / "metadata.json").write_text('{"year": 2018}', encoding="utf-8")
    with pytest.raises(InputError, match="holds no earlier cohort"):
        earlier_cohorts([place, place], load_year(2019, "final"))


def test_schools_that_an_earlier_cohort_lacks_are_counted() -> None:
    def cohort(year: int, *urns: int) -> EarlierCohort:
        return EarlierCohort(year, "final", pl.DataFrame({"URN": urns}), Path("parts.parquet"))

    now = pl.DataFrame({"URN": [900001, 900001, 900002, 900003]})
    lack = "which their three-year measures therefore lack."
    assert absent_schools(now, [cohort(2018, 900001, 900002), cohort(2017, 900001, 900009)]) == [
        f"2 schools of this year had no pupils in the cohort of 2017, {lack}",
        f"1 school of this year had no pupils in the cohort of 2018, {lack}",
    ]
    assert absent_schools(now, [cohort(2018, 900001, 900002, 900003)]) == []
    assert absent_schools(now, []) == []
