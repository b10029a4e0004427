"""A pupil table as Spark reads it: Parquet files, wherever Spark can reach them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from py4j.protocol import Py4JJavaError
from pyspark.errors import AnalysisException, PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from keystage.core.errors import InputError
from keystage.flows.metadata import file_told
from keystage.formats.columnar import refuse_unreadable
from keystage.formats.files import broken_parquet, kind_of
from keystage.formats.tables import Headed, pupil_columns
from keystage.records.schema import LINE
from keystage.statute.year import Year

_FILE, _ROW, _SIZE = "file_path", "row_index", "file_size"
_COUNT, _FIRST = "pupils", "first"
_NAMED = re.compile(r"reading file (?:file:)?(\S+?)\.? ")
_PATTERN = re.compile(r"([\[\]{}*?\\])")
#: A column and its type, as Spark writes them in ``STRUCT<URN: INT, UPN: STRING>``.
_COLUMN = re.compile(r"(?:STRUCT<|, )([^:<>]+): ([A-Z_]+)")


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """A pupil table that Spark reads.

    Attributes:
        address: where it is, as it was given.
        rows: the columns of the file that are read, by our names, and ``line``: the row of the
            file, or of all files one below the other in order of their names, from 1.
        columns: which columns there are.
        files: how many files there are.
        pupils: how many rows there are.
        told: what the metadata say of the files.
        whole: the distinct values of some columns in all of it, in the file's types, by our names.
    """

    address: str
    rows: DataFrame
    columns: Headed
    files: int
    pupils: int
    told: Mapping[str, object]
    whole: tuple[pl.DataFrame, ...]

    @property
    def place(self) -> Path:
        """The address, for sentences."""
        return Path(self.address)

    @property
    def in_order(self) -> Path:
        """The address, for sentences that name a line, which counts through all files."""
        if self.files == 1:
            return self.place
        return Path(f"{self.address} ({self.files} files, in order of their names)")


def read(
    spark: SparkSession, address: str, year: Year, whole: Sequence[Sequence[str]] = ()
) -> Source:
    """Look at a Parquet file, or a directory of them.

    Args:
        spark: the session.
        address: a path, or an address that Spark knows (hdfs://, abfss://, s3a://).
        year: the statutory year.
        whole: columns whose values in the whole file are wanted.

    Raises:
        InputError: there are no such files, they cannot be read, hold no pupils, or lack a column.
    """
    place = Path(address)
    with reading(place):
        # Without it the columns are those of one file, and what only others have is lost.
        table = spark.read.parquet(_for_spark(address), mergeSchema=True)
        columns = pupil_columns(place, tuple(name.strip() for name in table.columns), year)
        kinds = pl.DataFrame(pl.from_arrow(table.limit(0).toArrow())).schema
        headings = {name: table.columns[at] for name, at in columns.fields.items()}
        refuse_unreadable(place, {heading: kinds[heading] for heading in headings.values()})
        wanted = (table[f"`{heading}`"].alias(name) for name, heading in headings.items())
        rows = table.select(*wanted, *(f"_metadata.{name}" for name in (_FILE, _ROW, _SIZE)))
        files = _files(rows)
        pupils = int(files[_COUNT].sum())
        if not pupils:
            raise InputError(
                "The file has a heading and no records.", where=address, todo="Export it again."
            )
        return Source(
            address=address,
            rows=_with_lines(rows, spark, files),
            columns=columns,
            files=files.height,
            pupils=pupils,
            told=_told(place, files),
            whole=tuple(_values(rows, names) for names in whole),
        )


@contextmanager
def reading(place: Path) -> Iterator[None]:
    """Say in a sentence what Spark says of files that it cannot read.

    Raises:
        InputError: there are no such files, one is damaged or of another kind, or a column is not
            of the same type in all of them.
    """
    try:
        yield
    except (PySparkException, Py4JJavaError) as error:
        said = str(error)
        if "[PATH_NOT_FOUND]" in said:
            raise InputError(
                "There is no such file.", where=str(place), todo="Check its name and folder."
            ) from error
        if "[UNABLE_TO_INFER_SCHEMA]" in said:
            raise InputError(
                "There are no Parquet files here.", where=str(place), todo="Name another folder."
            ) from error
        if "[CANNOT_MERGE_SCHEMAS]" in said:
            raise _differing(place, said) from error
        if "[FAILED_READ_FILE" in said:
            named = _NAMED.search(said)
            raise broken_parquet(Path(named[1]) if named else place) from error
        if isinstance(error, AnalysisException):
            raise InputError(
                f"Spark cannot read this. {said.partition(' SQLSTATE')[0]}",
                where=str(place),
                todo="Correct the files.",
            ) from error
        raise


def _differing(place: Path, said: str) -> InputError:
    """What to say of files whose columns have different types."""
    types: dict[str, list[str]] = {}
    for name, dtype in _COLUMN.findall(said):
        types.setdefault(name, []).append(dtype)
    name, found = next(
        ((name, found) for name, found in types.items() if len(set(found)) > 1),
        ("A column", ["one type", "another"]),
    )
    return InputError(
        f"{name} is {found[0]} in some of the files and {found[1]} in others.",
        where=str(place),
        todo="Write it in all files in the same way, best as text.",
    )


def _for_spark(address: str) -> str:
    """The address as Spark takes it: a local one in full, its brackets and stars as they stand.

    Raises:
        InputError: a local file is no Parquet file.
    """
    path = Path(address)
    if path.is_file() and kind_of(path) == "csv":
        raise InputError(
            "This is a CSV file, and the Spark engine reads Parquet.",
            where=address,
            todo="Leave out --engine spark, or write the file as Parquet.",
        )
    return "file://" + _PATTERN.sub(r"\\\1", str(path.resolve())) if path.exists() else address


def _files(rows: DataFrame) -> pl.DataFrame:
    """The files in order of their names: file_path, file_size, pupils, and the rows before."""
    counted = rows.groupBy(_FILE, _SIZE).agg(sf.count("*").alias(_COUNT))
    files = pl.DataFrame(pl.from_arrow(counted.toArrow())).sort(_FILE)
    return files.with_columns((pl.col(_COUNT).cum_sum() - pl.col(_COUNT)).alias(_FIRST))


def _values(rows: DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The distinct values of those of some columns that the file has."""
    found = [name for name in names if name in rows.columns]
    if not found:
        return pl.DataFrame()
    return pl.DataFrame(pl.from_arrow(rows.select(*found).distinct().toArrow()))


def _with_lines(rows: DataFrame, spark: SparkSession, files: pl.DataFrame) -> DataFrame:
    """The rows with ``line`` in place of the file and the row of the file."""
    first = spark.createDataFrame(files.select(_FILE, _FIRST).to_arrow())
    line = (sf.col(_ROW) + sf.col(_FIRST) + 1).alias(LINE)
    kept = [name for name in rows.columns if name not in {_ROW, _FILE, _SIZE}]
    return rows.join(sf.broadcast(first), on=_FILE).select(line, *kept)


def _told(place: Path, files: pl.DataFrame) -> dict[str, object]:
    """What the metadata say: the digest of one local file, otherwise names and sizes."""
    if place.is_file():
        return file_told(place)
    names = files[_FILE].str.split("/").list.last()
    return {"file": place.name, "bytes_of_files": dict(zip(names, files[_SIZE], strict=True))}
