"""Pupil files and school files as records: the doors of this room.

Fields are those of the department's checking exercise file and of its published school tables.
Names, dates of birth and whatever else no measure needs are never read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from keystage.formats.columnar import read_columns, read_schema
from keystage.formats.delimited import read_heading, read_text
from keystage.formats.files import kind_of
from keystage.formats.headings import match, refuse_missing
from keystage.formats.typed import Raw, make_typed
from keystage.records.column import Column
from keystage.records.record_type import ESTABLISHMENTS, SCHOOL_RECORDS, RecordType
from keystage.records.recordset import UNREADABLE, RecordSet
from keystage.records.schema import (
    ESTAB,
    KEY_STAGE_1_AVERAGE,
    KEY_STAGE_1_RESULTS,
    LINE,
    PUPIL_FIELDS_NOT_READ,
    PUPILS,
    SCHOOLS,
    school_dtypes,
)
from keystage.statute.code_lists import code_lists
from keystage.statute.year import Year


@dataclass(frozen=True, kw_only=True, eq=False)
class TableRead:
    """One table as read from one file; the parts are those of `RecordSet`."""

    frame: pl.DataFrame
    unreadable: pl.DataFrame
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Headed:
    """Positions of the columns to read, by name, with the rest as in `RecordSet`."""

    fields: Mapping[str, int]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: tuple[str, ...]


def read_records(pupils_path: Path, schools_path: Path | None, year: Year) -> RecordSet:
    """Read a pupil file and, if there is one, a school file.

    Without a school file each URN of the pupil file is a school, with the LAESTAB and LEA the
    pupils have and nothing else.

    Raises:
        InputError: a file cannot be read, or lacks a column it must have; naming the place.
    """
    return with_schools(read_pupils(pupils_path, year), pupils_path, schools_path, year)


def with_schools(
    pupils: TableRead, pupils_path: Path, schools_path: Path | None, year: Year
) -> RecordSet:
    """Put pupils that were read together with the schools of a file, or with those they name.

    Raises:
        InputError: the school file cannot be read, or lacks a column it must have.
    """
    if schools_path is None:
        schools, files = _named_by(pupils.frame, year), {"pupils": pupils_path}
    else:
        schools = read_schools(schools_path, year)
        files = {"pupils": pupils_path, "schools": schools_path}
    return RecordSet(
        pupils=pupils.frame,
        schools=schools.frame,
        unreadable=pl.concat([pupils.unreadable, schools.unreadable]),
        missing=pupils.missing,
        missing_schools=schools.missing,
        unknown=pupils.unknown,
        files=files,
        notes=pupils.notes + schools.notes,
    )


def read_pupils(path: Path, year: Year) -> TableRead:
    """Read a pupil file, CSV or Parquet: every column of `records.schema.PUPILS`, typed.

    Key stage 1 results or their average are required when the year has progress measures.

    Raises:
        InputError: the file cannot be read, or lacks a column it must have.
    """
    return _read(path, _wanted_of_pupils(year), year)


def pupil_columns(path: Path, headings: Sequence[str], year: Year) -> Headed:
    """Which columns of a pupil table are which, where something else reads its rows.

    Args:
        path: where the table is, for errors.
        headings: the headings in the table's order, trimmed.
        year: the statutory year.

    Raises:
        InputError: the table lacks a column it must have, or has one twice.
    """
    return _headed(path, headings, _wanted_of_pupils(year), year)


def typed_pupils(rows: pl.DataFrame, path: Path, year: Year) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Type rows of a pupil table that something else has read.

    Args:
        rows: the columns of `pupil_columns` as they were found, by our names, and ``line``.
        path: where the table is, for what cannot be read.
        year: the statutory year.

    Returns:
        The pupils and the values without meaning, as in `RecordSet`.

    Raises:
        InputError: there is no row.
    """
    wanted = _wanted_of_pupils(year)
    raw = Raw(
        path=path,
        table=wanted.table,
        frame=rows.drop(LINE).lazy(),
        first_line=0,
        lines=rows[LINE].cast(pl.UInt32),
    )
    return make_typed(raw, wanted.columns, code_lists(year), wanted.blanks)


def read_schools(path: Path, year: Year) -> TableRead:
    """Read a school file, CSV or Parquet: every column of `records.schema.SCHOOLS`, typed.

    Rows of authorities and of the nation, as published tables have them, are left out and said in
    the notes. LAESTAB is made of LEA and ESTAB, and RECTYPE of NFTYPE, where they are blank. Spaces
    within the name of a region count as one.

    Raises:
        InputError: the file cannot be read, or lacks a column it must have.
    """
    read = _read(path, _Wanted("schools", (*SCHOOLS, ESTAB), (), {}), year)
    frame = read.frame.with_columns(
        pl.col("LAESTAB").fill_null(pl.col("LEA") * ESTABLISHMENTS + pl.col("ESTAB")),
        pl.col("RECTYPE").fill_null(_record_type(year)),
        pl.col("REGION").str.replace_all(r"\s+", " "),
    )
    is_school = pl.col("RECTYPE").is_in(SCHOOL_RECORDS).fill_null(True)
    others = frame.filter(~is_school)["line"]
    rows = "1 row" if others.len() == 1 else f"{others.len()} rows"
    said = f"Left out of the school file: {rows} whose RECTYPE is not a school's."
    return replace(
        read,
        frame=frame.filter(is_school).select(column.name for column in SCHOOLS),
        unreadable=read.unreadable.filter(~pl.col("line").is_in(others.implode())),
        missing=tuple(name for name in read.missing if name != ESTAB.name),
        notes=(*read.notes, said) if others.len() else read.notes,
    )


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to read of a table, and which texts mean no value."""

    table: str
    columns: Sequence[Column]
    not_read: Collection[str]
    blanks: Mapping[str, str]
    key_stage_1: bool = False


def _read(path: Path, wanted: _Wanted, year: Year) -> TableRead:
    parquet = kind_of(path) == "parquet"
    if parquet:
        schema, heading_lines = read_schema(path), 0
        headings = tuple(name.strip() for name in schema.names())
    else:
        headings, heading_lines = read_heading(path)
    headed = _headed(path, headings, wanted, year)
    lines = None
    if parquet:
        names = schema.names()
        fields = {name: names[at] for name, at in headed.fields.items()}
        frame = read_columns(path, fields, schema)
    else:
        frame, lines = read_text(path, headed.fields, len(headings), heading_lines)
    raw = Raw(
        path=path,
        table=wanted.table,
        frame=frame,
        first_line=heading_lines + 1,
        lines=lines,
        columnar=parquet,
    )
    typed, unreadable = make_typed(raw, wanted.columns, code_lists(year), wanted.blanks)
    return TableRead(
        frame=typed,
        unreadable=unreadable,
        missing=headed.missing,
        unknown=headed.unknown,
        notes=headed.notes,
    )


def _wanted_of_pupils(year: Year) -> _Wanted:
    scores = (column.name for column in PUPILS if column.name.endswith("SCORE"))
    blanks = dict.fromkeys(scores, year.key_stage_2.no_score)
    either = year.year.progress and year.key_stage_1 is not None
    return _Wanted("pupils", PUPILS, PUPIL_FIELDS_NOT_READ, blanks, key_stage_1=either)


def _headed(path: Path, headings: Sequence[str], wanted: _Wanted, year: Year) -> Headed:
    """Which columns are which, without those that the year has no codes for."""
    matched = match(path, headings, wanted.columns, wanted.not_read)
    refuse_missing(path, headings, _refused(wanted, matched.found))
    codes = code_lists(year)
    unused = [
        column.name
        for column in wanted.columns
        if column.kind == "code" and column.name in matched.found and not column.values(codes)
    ]
    return Headed(
        fields={name: at for name, at in matched.found.items() if name not in unused},
        missing=matched.missing,
        unknown=matched.unknown,
        notes=(f"Not read, as {year.name} has no codes for them: {', '.join(unused)}.",)
        if unused
        else (),
    )


def _refused(wanted: _Wanted, found: Collection[str]) -> list[tuple[str, str]]:
    """What the file lacks and must have, each with what it is needed for."""
    refused = [
        (column.name, column.needed_for)
        for column in wanted.columns
        if column.required and column.name not in found
    ]
    results = [name for name in KEY_STAGE_1_RESULTS if name not in found]
    if wanted.key_stage_1 and results and KEY_STAGE_1_AVERAGE not in found:
        named = f"{' and '.join(results)} (or {KEY_STAGE_1_AVERAGE} in their place)"
        refused.append((named, "prior attainment and pupil progress"))
    return refused


def _record_type(year: Year) -> pl.Expr:
    """The record type that a school type implies; none for other than mainstream and special."""
    kinds = {
        code: RecordType.MAINSTREAM if kind.mainstream else RecordType.SPECIAL
        for code, kind in year.school_types.types.items()
        if kind.state_funded and not kind.alternative_provision
    }
    return (
        pl.col("NFTYPE").cast(pl.String).replace_strict(kinds, default=None, return_dtype=pl.Int8)
    )


def _named_by(pupils: pl.DataFrame, year: Year) -> TableRead:
    """One school for each URN of the pupils, with the LAESTAB its pupils agree on."""
    numbers = pl.col("LAESTAB").drop_nulls()
    agreed = pl.when(numbers.n_unique() == 1).then(numbers.first())
    schools = (
        pupils.select("URN", "LAESTAB")
        .drop_nulls("URN")
        .group_by("URN")
        .agg(LAESTAB=agreed)
        .sort("URN")
        .with_columns(LEA=pl.col("LAESTAB") // ESTABLISHMENTS)
    )
    note = (
        "There is no school file: the schools are those that pupils name, so there are no "
        "authority, region or trust rows."
    )
    return TableRead(
        frame=schools.select(
            pl.col(name) if name in schools.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in school_dtypes(code_lists(year)).items()
        ),
        unreadable=pl.DataFrame(schema=UNREADABLE),
        missing=tuple(column.name for column in SCHOOLS if column.name != "URN"),
        unknown=(),
        notes=(note,),
    )
