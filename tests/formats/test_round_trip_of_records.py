"""Written and read back is the same, however the file is written."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from keystage.formats.tables import read_pupils
from keystage.records.column import Column
from keystage.records.recordset import pupils_frame
from keystage.records.schema import PUPILS
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year

_YEAR = load_year(2022, "provisional")
_CODES = code_lists(_YEAR)
_QUOTING: tuple[Literal[0, 1, 2], ...] = (
    csv.QUOTE_MINIMAL,
    csv.QUOTE_ALL,
    csv.QUOTE_NONNUMERIC,
)
_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), max_size=12
)


def values_of(column: Column) -> st.SearchStrategy[object]:
    match column.kind:
        case "code":
            return st.sampled_from([None, *column.values(_CODES)])
        case "whole":
            limit = 2 ** (column.width - 1)
            return st.none() | st.integers(1 if column.positive else -limit, limit - 1)
        case "number":
            return st.none() | st.floats(allow_nan=False, allow_infinity=False)
        case _:
            return _TEXT.map(lambda text: text.strip() or None)


_ROWS = st.lists(
    st.fixed_dictionaries({column.name: values_of(column) for column in PUPILS}).map(
        lambda row: row | {"URN": row["URN"] or 900001}
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(
    _ROWS,
    st.sampled_from(_QUOTING),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["", "\n", "\n\n"]),
)
def test_csv_written_and_read_back_is_the_same(
    rows: list[dict[str, object]], quoting: Literal[0, 1, 2], line_end: str, mark: str, after: str
) -> None:
    frame = pupils_frame(rows, _CODES)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pupils.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            file.write(mark)
            writer = csv.writer(file, quoting=quoting, lineterminator=line_end)
            writer.writerow(frame.columns[1:])
            for row in frame.rows():
                writer.writerow("" if cell is None else cell for cell in row[1:])
            file.write(after)

        read = read_pupils(path, _YEAR)

    assert_frame_equal(read.frame, frame)
    assert read.unreadable.is_empty()


@settings(max_examples=40, deadline=None)
@given(rows=_ROWS, as_text=st.booleans())
def test_parquet_written_and_read_back_is_the_same(
    *, rows: list[dict[str, object]], as_text: bool
) -> None:
    frame = pupils_frame(rows, _CODES)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pupils.parquet"
        written = frame.drop("line")
        (written.cast(pl.String) if as_text else written).write_parquet(path)

        read = read_pupils(path, _YEAR)

    assert_frame_equal(read.frame.drop("line"), frame.drop("line"))
    assert read.frame["line"].to_list() == list(range(1, frame.height + 1))
    assert read.unreadable.is_empty()
