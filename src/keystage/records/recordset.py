"""What a pupil file and a school file say, typed: the one thing that travels between the rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from keystage.records.schema import LINE, pupil_dtypes, school_dtypes

UNREADABLE: Mapping[str, pl.DataType] = {
    "table": pl.String(),
    "file": pl.String(),
    "line": pl.UInt32(),
    "column": pl.String(),
    "text": pl.String(),
    "reason": pl.String(),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordSet:
    """Pupils and schools as typed frames, with all that could not be read.

    Attributes:
        pupils: one row a pupil, every column of `schema.PUPILS`; ``line`` is the line of a CSV
            file (the heading is line 1) or the row of a Parquet file (from 1).
        schools: one row a school, every column of `schema.SCHOOLS`.
        unreadable: values that are null in the frames because their text has no meaning, with
            columns table, file, line, column, text, reason.
        missing: pupil columns that the file lacks.
        missing_schools: school columns that the file lacks.
        unknown: headings of the pupil file that no field has.
        files: the files read, by table.
        notes: sentences about how the files were read.
        whole: where ``pupils`` is only a part of the file, tables of the distinct values that
            some of its columns have in all of it (see `everywhere`).
    """

    pupils: pl.DataFrame
    schools: pl.DataFrame
    unreadable: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNREADABLE))
    missing: tuple[str, ...] = ()
    missing_schools: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    whole: tuple[pl.DataFrame, ...] = ()

    def everywhere(self, *columns: str) -> pl.DataFrame:
        """Every combination of values that pupil columns have in the whole file, at least once.

        A rule that compares a pupil with all others asks here, so that it also holds where
        ``pupils`` is a part of a file.
        """
        told = (table for table in self.whole if set(columns) <= set(table.columns))
        return next(told, self.pupils).select(columns)


def pupils_frame(
    rows: Sequence[Mapping[str, object]], codes: Mapping[str, Sequence[str]]
) -> pl.DataFrame:
    """A pupils table from Python rows, given a year's code lists by name.

    Columns that a row does not name are null; ``line`` counts rows from 2, as in a CSV file, unless
    a row gives its own.

    Raises:
        KeyError: a row names a column that there is none of.
        TypeError: a value does not fit its column.
        polars.exceptions.PolarsError: the same, for codes the list does not have.

    >>> pupils_frame([{"URN": 900001, "SEX": "F"}], {})["SEX"].item()
    'F'
    """
    return _frame([{LINE: at, **row} for at, row in enumerate(rows, 2)], pupil_dtypes(codes))


def schools_frame(
    rows: Sequence[Mapping[str, object]], codes: Mapping[str, Sequence[str]]
) -> pl.DataFrame:
    """A schools table from Python rows, given a year's code lists by name (see `pupils_frame`).

    >>> schools_frame([{"URN": 900001, "LEA": 999}], {})["LEA"].item()
    999
    """
    return _frame(rows, school_dtypes(codes))


def _frame(rows: Sequence[Mapping[str, object]], dtypes: dict[str, pl.DataType]) -> pl.DataFrame:
    strangers = sorted({name for row in rows for name in row} - dtypes.keys())
    if strangers:
        message = f"no column is called {', '.join(strangers)}"
        raise KeyError(message)
    return pl.DataFrame(
        [pl.Series(name, [row.get(name) for row in rows], dtype) for name, dtype in dtypes.items()]
    )
