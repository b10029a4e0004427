"""What cannot be run on Spark is refused in a sentence."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from keystage.core.errors import InputError
from keystage.flows.measures import Job, run
from keystage.flows.spark.engine import on_spark
from keystage.statute.loader import load_year

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1", "localhost"]),
    pytest.mark.slow,
    pytest.mark.usefixtures("spark"),
]


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[Path], str]:
    """The sentence with which pupils are refused."""

    def sentence(pupils: Path) -> str:
        year = load_year(2022, "provisional")
        job = Job(pupils=pupils, schools=None, year=year, out=tmp_path / "out")
        with pytest.raises(InputError) as error:
            run(job, engine=partial(on_spark, str(pupils)))
        assert not (tmp_path / "out").exists()
        return str(error.value)

    return sentence


def test_a_csv_file_is_left_to_the_embedded_engine(
    refused: Callable[[Path], str], invented: Path
) -> None:
    assert "Leave out --engine spark" in refused(invented / "pupils.csv")


def test_pupils_who_are_nowhere_are_refused(refused: Callable[[Path], str], tmp_path: Path) -> None:
    assert "There is no such file" in refused(tmp_path / "nowhere.parquet")


def test_a_folder_without_parquet_files_is_refused(
    refused: Callable[[Path], str], tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "There are no Parquet files here" in refused(empty)


def test_a_damaged_file_in_a_folder_is_refused(
    refused: Callable[[Path], str], tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / "part.parquet").write_bytes(b"PAR1 and nothing more PAR1")
    assert "part.parquet: This Parquet file is damaged or was cut short" in refused(folder)


def test_a_file_without_pupils_is_refused(
    refused: Callable[[Path], str], parquet: Callable[..., Path], invented: Path
) -> None:
    nobody = pl.read_csv(invented / "pupils.csv", infer_schema=False).clear()
    assert "no records" in refused(parquet(nobody))


def test_a_column_that_is_missing_or_there_twice_is_refused(
    refused: Callable[[Path], str], parquet: Callable[..., Path], invented: Path
) -> None:
    pupils = pl.read_csv(invented / "pupils.csv", infer_schema=False)
    assert "P_INCL, needed for" in refused(parquet(pupils.drop("PINCL_Flag")))
    twice = pupils.with_columns(pl.col("Sex").alias("sex"))
    assert "sex" in refused(parquet(twice)).lower()


def test_files_whose_columns_differ_in_type_are_refused_by_the_name_of_the_column(
    refused: Callable[[Path], str], parquet: Callable[..., Path], invented: Path, tmp_path: Path
) -> None:
    pupils = pl.read_csv(invented / "pupils.csv", infer_schema=False)
    parquet(pupils.head(70).cast({"URN": pl.Int64}), "spread/part-00.parquet")
    parquet(pupils.tail(-70), "spread/part-01.parquet")
    said = refused(tmp_path / "spread")
    assert "URN is BIGINT in some of the files and STRING in others." in said
    assert "damaged" not in said


def test_a_column_of_lists_is_refused(
    refused: Callable[[Path], str], parquet: Callable[..., Path], invented: Path
) -> None:
    pupils = pl.read_csv(invented / "pupils.csv", infer_schema=False)
    assert "The column holds List(" in refused(parquet(pupils.with_columns(pl.concat_list("Sex"))))


def test_brackets_and_stars_in_a_name_are_no_pattern(
    refused: Callable[[Path], str], parquet: Callable[..., Path], invented: Path
) -> None:
    pupils = pl.read_csv(invented / "pupils.csv", infer_schema=False)
    parquet(pupils, "pupils 1.parquet")
    named = parquet(pupils.drop("PINCL_Flag"), "pupils [1]*.parquet")
    assert "P_INCL, needed for" in refused(named)
