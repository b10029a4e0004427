"""What is no mark sheet is refused, and told why."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from sheets_of_tests import COLLECTION, HEADING, PROFILE, PUPIL, fault, read

from keystage.formats.ctf.given import NamedBytes
from keystage.formats.sheets.headings import read_table, sheets
from keystage.formats.sheets.reading import read_sheet
from keystage.formats.sheets.refusal import SheetRefusedError


def test_a_sheet_of_two_schools_is_refused(sheet: Callable[..., Path]) -> None:
    path = sheet(f"DfE number,{HEADING}", f"9990301,{PUPIL}", f"9990302,{PUPIL}")

    assert fault(path) == (
        "two_schools", None, "The sheet has pupils of 2 schools: 9990301, 9990302."
    )  # fmt: skip


def test_a_heading_there_twice_is_refused_with_both_places(sheet: Callable[..., Path]) -> None:
    found = fault(sheet("title", f"{HEADING},Writing\u00a0TA", f"{PUPIL},GDS"))

    assert found == (
        "not_the_template",
        2,
        "Two columns are the same: Writing (column 6) and Writing TA (column 8).",
    )


@pytest.mark.parametrize(
    ("heading", "says"),
    [
        ("UPN,Forename,Date of birth,Sex,Writing", "A column is missing: Surname."),
        (
            "UPN,Surname,Forename,Date of birth,Sex",
            "A column is missing: Reading or Writing or Maths or Science.",
        ),
        ("UPN,Surname,Writing", "3 columns are missing: Forename; Date of birth; Sex."),
    ],
)
def test_missing_columns_are_named(heading: str, says: str, sheet: Callable[..., Path]) -> None:
    assert fault(sheet(heading, "x")) == ("too_few_columns", 1, says)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"%PDF-1.7", "wrong_type"),
        (b"<?xml version='1.0'?><CTfile/>", "wrong_type"),
        (b"PAR1....PAR1", "damaged"),
        (b"\x1f\x8b\x08", "wrong_type"),
        (b"\x89PNG\r\n", "wrong_type"),
        (b"UPN,Surname\x00,\x81\x8d", "wrong_type"),
        (b"UPN,Surname\nQ1,\0\n", "wrong_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "wrong_type"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b'UPN,Surname\n"Q1,never closed\n', "damaged"),
        (b"1,2\n3,4\n", "not_the_template"),
        (b"\xff\xfeU", "not_the_template"),
    ],
)
def test_what_is_no_sheet_is_refused_by_what_it_is(data: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_bytes(data)

    found = fault(path)

    assert found[0] == kind
    assert found[2].endswith(".")


def test_a_sheet_that_is_not_there_or_too_big_is_refused(
    tmp_path: Path, sheet: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fault(tmp_path / "none.csv")[0] == "transfer"
    assert fault(tmp_path)[0] == "transfer"
    monkeypatch.setattr("keystage.formats.sheets.grid._LARGEST", 10)
    assert fault(sheet(HEADING, PUPIL))[0] == "too_big"


def test_a_refusal_says_where_and_what_to_do(sheet: Callable[..., Path]) -> None:
    path = sheet("title", "UPN,Writing")

    with pytest.raises(SheetRefusedError) as raised:
        read_table(path, sheets().mark_sheet)
    assert raised.value.where == f"{path}, line 2"
    assert raised.value.todo == "Add what is missing, or choose the right file."


@pytest.mark.parametrize(
    ("line", "lines"),
    [("x" + "," * 2**14, 1), ("x" + "," * 9000, 200), ("x" + ";" * 2**14, 1)],
)
def test_a_row_without_end_of_columns_is_refused(
    sheet: Callable[..., Path], line: str, lines: int
) -> None:
    path = sheet(HEADING, PUPIL, line, *["x"] * lines)

    told, at, what = fault(path)
    assert (told, at) == ("too_big", 3)
    assert "far more than the pupils need" in what


def test_a_long_row_in_a_small_sheet_is_read(sheet: Callable[..., Path]) -> None:
    assert read(sheet("A school" + "," * 2000, HEADING, PUPIL)).pupils.height == 1


def test_bytes_too_many_for_a_sheet_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keystage.formats.sheets.grid._LARGEST", 10)

    found = read_sheet(NamedBytes("marks.csv", HEADING.encode()), PROFILE, COLLECTION)

    assert found.faults["fault"].to_list() == ["too_big"]


def test_a_small_file_of_parquet_with_rows_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.formats.sheets.grid._UNPACKED", 1000)
    path = tmp_path / "marks.parquet"
    pl.DataFrame({"UPN": ["x"] * 501, "Writing": ["EXS"] * 501}).write_parquet(path)

    assert path.stat().st_size < 1000 * 2
    assert fault(path)[0] == "too_big"
