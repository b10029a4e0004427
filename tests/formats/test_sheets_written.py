"""Sheets to hand round: nothing in them runs, and what is read back is what was written."""

import math
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from polars.testing import assert_frame_equal

from keystage.core.errors import InputError, UsageError
from keystage.formats.sheets.grid import csv_grids
from keystage.formats.sheets.workbook import workbook_grids
from keystage.formats.sheets.writing import write_sheet

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''-2", "="]
FRAME = pl.DataFrame(
    {
        "UPN": ["Q999030120001", None, "=1+1"],
        "score": [105, None, 80],
        "share": [0.5, None, -1.0],
        "born": [date(2014, 11, 3), None, date(2015, 8, 31)],
        "there": [True, None, False],
    }
)


def cells_of(path: Path) -> list[tuple[Any, ...]]:
    """The cells of a workbook, as another library reads them."""
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def read_back(path: Path) -> pl.DataFrame:
    """The rows below the heading as text, without line numbers."""
    data = path.read_bytes()
    grids = csv_grids(data, path) if path.suffix == ".csv" else workbook_grids(data, path)
    rows = next(iter(grids)).frame.drop("line")
    return rows.slice(1).rename(dict(zip(rows.columns, rows.row(0), strict=True)))


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"

    write_sheet(FRAME, path, title="Marks")

    assert cells_of(path) == [
        ("UPN", "score", "share", "born", "there"),
        ("Q999030120001", 105, 0.5, datetime(2014, 11, 3), True),  # noqa: DTZ001  # a date
        (None, None, None, None, None),
        ("=1+1", 80, -1, datetime(2015, 8, 31), False),  # noqa: DTZ001  # a date
    ]
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.title == "Marks"
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert sheet["A4"].data_type == "s"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_csv_begins_like_a_formula(text: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    frame = pl.DataFrame({text: [text, "plain"]})

    write_sheet(frame, path)

    content = path.read_bytes().decode("utf-8-sig")
    assert content.replace('"', "").startswith("'")
    assert_frame_equal(read_back(path), frame)


@pytest.mark.parametrize("text", ["-1.2", "+9", "-15"])
def test_a_number_with_its_sign_stays_as_it_is_printed(text: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_sheet(pl.DataFrame({"Score": [text]}), path)
    assert path.read_text(encoding="utf-8-sig").splitlines()[1] == text


def test_csv_is_for_excel_to_open_with_every_accent(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"

    write_sheet(pl.DataFrame({"name": ["Siân", 'a "b", c', None]}), path)

    assert path.read_bytes() == b'\xef\xbb\xbfname\nSi\xc3\xa2n\n"a ""b"", c"\n\n'


def test_numbers_are_not_neutralised(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"

    write_sheet(FRAME, path)

    assert "80,-1.0,2015-08-31,false" in path.read_text("utf-8-sig")


def test_parquet_keeps_the_table_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "out.PARQUET"

    write_sheet(FRAME, path)

    assert_frame_equal(pl.read_parquet(path), FRAME)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_the_same_table_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    first, second = (tmp_path / f"{name}.{ending}" for name in ("first", "second"))

    write_sheet(FRAME, first)
    write_sheet(FRAME, second)

    assert first.read_bytes() == second.read_bytes()


CELL = st.none() | st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff"), min_size=1),
    st.sampled_from(FORMULAS),
)


def _not_lost(text: str | None) -> bool:
    """Whether a spreadsheet tells the text from an empty cell, and keeps its line ends."""
    return text is None or (bool(text.strip()) and "\r" not in text)


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(CELL, CELL), max_size=6))
def test_what_is_written_as_csv_is_read_back(rows: list[tuple[str | None, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out.csv"
        write_sheet(frame, path)
        read = read_back(path)
    assert_frame_equal(read, frame.with_columns(pl.all().fill_null("")))


@settings(deadline=None, max_examples=80)
@given(st.lists(st.tuples(CELL.filter(_not_lost), CELL.filter(_not_lost)), max_size=6))
def test_what_is_written_as_a_workbook_is_read_back_by_two_readers(
    rows: list[tuple[str | None, str | None]],
) -> None:
    rows.append(("last", "last"))
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String}, orient="row")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        write_sheet(frame, path)
        ours, theirs = read_back(path), cells_of(path)
    assert_frame_equal(ours, frame)
    assert [tuple(cell and unescape(cell) for cell in row) for row in theirs[1:]] == rows


def test_a_table_too_large_for_a_workbook_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.formats.sheets.writing._ROWS", 3)

    with pytest.raises(InputError, match="The table has 3 rows; a workbook holds 2"):
        write_sheet(FRAME, tmp_path / "out.xlsx")


def test_a_text_too_long_for_a_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="A text has 32,768 characters") as raised:
        write_sheet(pl.DataFrame({"a": ["x" * 32_768]}), tmp_path / "out.xlsx")
    assert raised.value.todo == "Write CSV or Parquet instead."


@pytest.mark.parametrize("name", ["out.xls", "out", "out.csv.gz"])
def test_an_unknown_ending_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"Choose one of \.csv, \.xlsx, \.ods, \.parquet"):
        write_sheet(FRAME, tmp_path / name)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_file_that_cannot_be_written_is_said(ending: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_sheet(FRAME, tmp_path / "no such folder" / f"out.{ending}")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_table_without_rows_is_its_heading(ending: str, tmp_path: Path) -> None:
    write_sheet(FRAME.clear(), tmp_path / f"out.{ending}")

    assert (tmp_path / f"out.{ending}").stat().st_size


def test_odd_numbers_and_moments_have_a_cell_each(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    moment = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)
    frame = pl.DataFrame({"n": [math.nan, math.inf, 1.5], "at": [moment] * 3})

    write_sheet(frame, path)

    assert [row[0] for row in cells_of(path)] == ["n", "nan", "inf", 1.5]
    assert cells_of(path)[1][1] == moment.replace(tzinfo=None)
