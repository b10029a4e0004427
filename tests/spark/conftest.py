"""Spark in this machine with two workers, and pupils cut in many parts."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Timer

import polars as pl
import pytest
from pyspark.sql import SparkSession

from keystage.flows.spark.session import session

#: A step of these tests takes seconds; one that waits for ever is stopped.
PATIENCE = 240
SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.files.maxPartitionBytes": "8192",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


@pytest.fixture(scope="session")
def started() -> Iterator[SparkSession]:
    """A session with two workers, chosen as a user chooses it, started once for all tests."""
    chosen = [f"--conf {name}={value}" for name, value in SETTINGS.items()]
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("COVERAGE_PROCESS")]:
            patch.delenv(name)  # the workers are not measured
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYSPARK_SUBMIT_ARGS", f"--master local[2] {' '.join(chosen)} pyspark-shell")
        with session() as spark:
            spark.sparkContext.setLogLevel("OFF")
            yield spark
    gc.collect()  # what Python holds of Java is let go of while sockets are open


@pytest.fixture
def spark(started: SparkSession) -> Iterator[SparkSession]:
    """The session, with patience for one test."""
    stop = Timer(PATIENCE, started.sparkContext.cancelAllJobs)
    stop.start()
    yield started
    stop.cancel()


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of pupils as Parquet, in groups of so many that are read apart."""

    def write(frame: pl.DataFrame, name: str = "pupils.parquet", rows: int = 40) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(path, row_group_size=rows)
        return path

    return write


@pytest.fixture
def invented() -> Path:
    """The folder of invented pupils."""
    return Path(__file__).parents[2] / "data" / "invented"


@pytest.fixture
def text() -> Callable[[Path, Mapping[str, str]], pl.DataFrame]:
    """Read a CSV file as text, with other values for some columns."""

    def read(path: Path, cells: Mapping[str, str]) -> pl.DataFrame:
        return pl.read_csv(path, infer_schema=False).with_columns(
            pl.lit(value).alias(name) for name, value in cells.items()
        )

    return read
