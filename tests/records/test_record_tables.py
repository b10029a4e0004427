"""The tables' columns, and record sets made from Python rows."""

import csv
from pathlib import Path

import polars as pl
import pytest

from keystage.records.column import Column
from keystage.records.recordset import RecordSet, pupils_frame, schools_frame
from keystage.records.schema import (
    ESTAB,
    PUPIL_FIELDS_NOT_READ,
    PUPILS,
    SCHOOLS,
    pupil_dtypes,
    school_dtypes,
)

_CODES = {"key_stage_1": ("EXS", "BLW"), "school_types": ("CY",)}
_EVERY = (*PUPILS, *SCHOOLS, ESTAB)


def test_a_pupils_frame_has_every_column_typed() -> None:
    frame = pupils_frame([{"URN": 900001, "KS1READ": "EXS", "READSCORE": 100}], _CODES)

    assert frame.schema == pl.Schema(pupil_dtypes(_CODES))
    assert frame.select("line", "URN", "KS1READ", "READSCORE", "UPN").row(0) == (
        2,
        900001,
        "EXS",
        100,
        None,
    )


def test_lines_of_rows_count_as_in_a_file_unless_given() -> None:
    assert pupils_frame([{}, {"line": 9}, {}], {})["line"].to_list() == [2, 9, 4]


def test_a_schools_frame_has_every_column_typed() -> None:
    frame = schools_frame([{"URN": 900001, "NFTYPE": "CY"}], _CODES)

    assert frame.schema == pl.Schema(school_dtypes(_CODES))


def test_a_frame_of_no_rows_has_its_columns_too() -> None:
    assert pupils_frame([], _CODES).schema == pl.Schema(pupil_dtypes(_CODES))


def test_a_name_no_column_has_is_refused() -> None:
    with pytest.raises(KeyError, match="no column is called READ_SCORE"):
        pupils_frame([{"READ_SCORE": 100}], {})


def test_a_code_the_year_does_not_have_is_refused() -> None:
    with pytest.raises(pl.exceptions.PolarsError):
        pupils_frame([{"KS1READ": "GDS"}], _CODES)


def test_a_record_set_begins_with_nothing_unreadable() -> None:
    records = RecordSet(pupils=pupils_frame([], {}), schools=schools_frame([], {}))

    assert records.unreadable.columns == ["table", "file", "line", "column", "text", "reason"]
    assert records.unreadable.is_empty()


@pytest.mark.parametrize("column", _EVERY, ids=lambda column: column.name)
def test_every_column_says_what_it_means_and_is_for(column: Column) -> None:
    assert column.meaning
    assert column.needed_for
    assert (column.kind == "code") == bool(column.codes or column.code_list)


def test_no_heading_belongs_to_two_columns_of_a_table() -> None:
    for table in (PUPILS, (*SCHOOLS, ESTAB)):
        headings = [heading for column in table for heading in column.headings]
        assert len(headings) == len(set(headings))


def test_every_field_of_the_checking_exercise_file_is_known_in_both_spellings() -> None:
    known = {heading for column in PUPILS for heading in column.headings} | {*PUPIL_FIELDS_NOT_READ}
    listing = Path(__file__).parent / "checking_exercise_fields.csv"
    with listing.open(newline="", encoding="utf-8") as file:
        fields = list(csv.DictReader(file))

    assert len(fields) == 55
    assert {row["field"].upper() for row in fields} <= known
    assert {row["supplier_header"].upper() for row in fields} <= known
