"""Small invented files."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sheets_of_tests import Book

from keystage.statute.loader import load_year
from keystage.statute.year import Year

HEADING = (
    "URN,UPN,P_INCL,KS1READ,KS1WRIT,KS1MAT,READOUTCOME,READSCORE,MATOUTCOME,MATSCORE,WRITTAOUTCOME"
)
RECORD = "900001,A999000000001,201,EXS,EXS,EXS,AS,105,NS,95,EXS"


@pytest.fixture(scope="session")
def year() -> Year:
    return load_year(2022, "provisional")


@pytest.fixture
def pupil_file(tmp_path: Path) -> Callable[..., Path]:
    """A pupil file of plain records, or with the lines given in their place."""

    def write(*records: str, heading: str = HEADING, encoding: str = "utf-8") -> Path:
        path = tmp_path / "pupils.csv"
        text = "\n".join((heading, *(records or (RECORD,)))) + "\n"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture(scope="session")
def plain() -> str:
    """One pupil's record, in the order of the fixture's heading."""
    return RECORD


@pytest.fixture(scope="session")
def heading() -> str:
    """The heading of the fixture's files."""
    return HEADING


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """A CSV file of lines, or of bytes."""

    def write(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
        path = tmp_path / "marks.csv"
        path.write_bytes("".join(line + end for line in lines).encode(encoding))
        return path

    return write


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A workbook of rows, the first cell of which is B3."""

    def write(rows: list[list[object]]) -> Path:
        workbook = openpyxl.Workbook()
        for at, row in enumerate(rows, 3):
            for place, value in enumerate(row, 2):
                workbook.worksheets[0].cell(at, place, value)
        path = tmp_path / "marks.xlsx"
        workbook.save(path)
        return path

    return write
