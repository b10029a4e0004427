"""Parquet files: columns of any sensible type, as they are."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from keystage.core.errors import InputError
from keystage.formats.files import broken_parquet


def read_schema(path: Path) -> pl.Schema:
    """Names and types of the columns.

    Raises:
        InputError: the file is damaged.
    """
    try:
        return _scan(path).collect_schema()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise broken_parquet(path) from error


def read_columns(path: Path, fields: Mapping[str, str], schema: pl.Schema) -> pl.LazyFrame:
    """The wanted columns by our name, from their names in the file.

    Raises:
        InputError: a column holds lists, records, bytes or lengths of time.
    """
    refuse_unreadable(path, {heading: schema[heading] for heading in fields.values()})
    return _scan(path).select(pl.col(heading).alias(name) for name, heading in fields.items())


def refuse_unreadable(path: Path, columns: Mapping[str, pl.DataType]) -> None:
    """Refuse columns, by heading, whose type no text, number or date comes from.

    Raises:
        InputError: a column holds lists, records, bytes or lengths of time.
    """
    for heading, dtype in columns.items():
        if dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Object | pl.Duration):
            raise InputError(
                f"The column holds {dtype}, not text, numbers or dates.",
                where=f"{path}, column {heading}",
                todo="Write it as text.",
            )


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)
