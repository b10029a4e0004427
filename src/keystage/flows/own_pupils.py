"""One school's pupils as records, from rows or a frame: nothing is read from a file."""

from collections.abc import Mapping, Sequence

import polars as pl

from keystage.core.errors import InputError
from keystage.measures.explain import no_pupil_at
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.records.schema import LINE, PUPILS, SCHOOLS, pupil_dtypes
from keystage.statute.code_lists import code_lists
from keystage.statute.year import Year

Rows = Sequence[Mapping[str, object]]


def own_records(
    pupils: pl.DataFrame | Rows, schools: pl.DataFrame | None, year: Year, urn: int
) -> RecordSet:
    """The school's pupils with every column, and what was not given.

    Args:
        pupils: pupils in the columns of a pupil file, as a typed frame or as rows; columns may be
            left out. Pupils of other schools are not taken.
        schools: schools in the columns of a school file, or None.
        year: the statutory year.
        urn: the school.

    Raises:
        InputError: a column is missing, or a value does not fit.
        UsageError: no pupil is of the school.
    """
    codes = code_lists(year)
    try:
        frame = pupils if isinstance(pupils, pl.DataFrame) else pupils_frame(pupils, codes)
        given = set(frame.columns) if isinstance(pupils, pl.DataFrame) else _named(pupils)
        _refuse_missing(given)
        whole = _whole(frame, codes).filter(pl.col("URN") == urn)
    except (KeyError, TypeError, OverflowError, pl.exceptions.PolarsError) as error:
        told = error.args[0] if error.args else error
        raise InputError(
            f"The pupils do not fit the pupil file of {year.name}: {told}",
            todo="Give the columns and codes of the pupil file of that year.",
        ) from error
    if whole.is_empty():
        raise no_pupil_at(urn)
    named = pl.DataFrame() if schools is None else schools.filter(pl.col("URN") == urn)
    return RecordSet(
        pupils=whole,
        schools=schools_frame([{"URN": urn}], codes) if named.is_empty() else named,
        missing=tuple(column.name for column in PUPILS if column.name not in given),
        missing_schools=tuple(column.name for column in SCHOOLS if column.name != "URN")
        if named.is_empty()
        else (),
    )


def _named(rows: Rows) -> set[str]:
    return {name for row in rows for name in row}


def _refuse_missing(given: set[str]) -> None:
    for column in PUPILS:
        if column.required and column.name not in given:
            raise InputError(
                f"The column {column.name} is missing; it is needed for {column.needed_for}.",
                where="the pupils of the school",
                todo="Add it; it may be blank.",
            )


def _whole(frame: pl.DataFrame, codes: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Every column of a pupil file, with its type; those not given are null."""
    if LINE not in frame.columns:
        frame = frame.with_row_index(LINE, offset=1)
    return frame.select(
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in pupil_dtypes(codes).items()
    )
