"""The expected list, however its columns stand and its registrations are spelt."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from keystage.core.errors import InputError
from keystage.formats.expected import read_expected
from keystage.records.returns import EXPECTED, UNREADABLE
from keystage.statute.collection_loader import available_collections, load_collection

COLLECTION = load_collection(2026)
HEADING = (
    "School number,UPN,Surname,Forename,Date of birth,Sex,Reading status,GPS status,Maths status,"
    "On register,Left on"
)
PUPIL = "9990301,Q999030120001,Ashdown,Mabel,03/11/2014,F,Registered,Registered,Below,Yes,"


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str) -> Path:
        path = tmp_path / "expected.csv"
        path.write_text("\n".join(lines), "utf-8")
        return path

    return write


def test_a_list_gives_the_frame_of_expected_pupils(listed: Callable[..., Path]) -> None:
    frame, unreadable = read_expected(listed(HEADING, PUPIL), COLLECTION)

    assert frame.schema == pl.Schema(EXPECTED)
    assert unreadable.schema == pl.Schema(UNREADABLE)
    assert unreadable.is_empty()
    assert frame.row(0, named=True) == {
        "line": 2, "school": "9990301", "upn": "Q999030120001", "surname": "Ashdown",
        "forename": "Mabel", "birth_date": date(2014, 11, 3), "sex": "F", "reading": "registered",
        "gps": "registered", "maths": "below", "on_register": True, "left_on": None,
    }  # fmt: skip


def test_columns_go_by_their_headings(listed: Callable[..., Path]) -> None:
    names, values = HEADING.split(","), PUPIL.split(",")
    backwards = [",".join(reversed(names)), ",".join(reversed(values))]

    frame, _ = read_expected(listed("Expected pupils 2026", *backwards), COLLECTION)

    same, _ = read_expected(listed(HEADING, PUPIL), COLLECTION)
    assert frame.drop("line").equals(same.drop("line"))
    assert frame["line"].to_list() == [3]


@pytest.mark.parametrize("year", available_collections())
def test_every_spelling_of_every_registration_is_read(
    year: int, listed: Callable[..., Path]
) -> None:
    collection = load_collection(year)
    spellings = collection.registrations.by_spelling()
    lines = [PUPIL.replace("Below", spelling.upper()) for spelling in spellings]

    frame, unreadable = read_expected(listed(HEADING, *lines), collection)

    assert frame["maths"].to_list() == list(spellings.values())
    assert unreadable.is_empty()


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [("Yes", True), ("y", True), ("TRUE", True), ("1", True), ("no", False), ("N", False),
     ("0", False), ("", None)],
)  # fmt: skip
def test_the_register_is_answered_in_the_usual_words(
    answer: str, *, meaning: bool | None, listed: Callable[..., Path]
) -> None:
    frame, unreadable = read_expected(listed(HEADING, PUPIL.replace("Yes", answer)), COLLECTION)

    assert frame["on_register"].to_list() == [meaning]
    assert unreadable.is_empty()


def test_what_has_no_meaning_is_kept_with_its_place(listed: Callable[..., Path]) -> None:
    frame, unreadable = read_expected(
        listed(HEADING, "Storybook,Q1,A,B,tomorrow,F,maybe,,Below,perhaps,31/02/2026"), COLLECTION
    )

    assert (
        frame.select("school", "birth_date", "reading", "gps", "on_register", "left_on").row(0)
        == (None,) * 6
    )
    assert {row[:2] for row in unreadable.select("field", "text", "line").rows()} == {
        ("School number", "Storybook"),
        ("Date of birth", "tomorrow"),
        ("Reading status", "maybe"),
        ("On register", "perhaps"),
        ("Left on", "31/02/2026"),
    }
    assert unreadable["line"].unique().to_list() == [2]
    registered = unreadable.filter(pl.col("field") == "Reading status")["reason"].item()
    assert registered.startswith("a registration of 2026 is one of Registered, ")


def test_a_blank_registration_is_not_known(listed: Callable[..., Path]) -> None:
    frame, unreadable = read_expected(listed(HEADING, PUPIL.replace("Below", "")), COLLECTION)

    assert frame["maths"].to_list() == [None]
    assert unreadable.is_empty()


def test_register_and_leaving_date_may_be_absent(listed: Callable[..., Path]) -> None:
    names, values = (line.split(",")[:9] for line in (HEADING, PUPIL))

    frame, _ = read_expected(listed(",".join(names), ",".join(values)), COLLECTION)

    assert frame.select("on_register", "left_on").row(0) == (None, None)


def test_missing_columns_are_named(listed: Callable[..., Path]) -> None:
    path = listed("UPN,Surname,Forename,Sex", "x")

    with pytest.raises(InputError) as raised:
        read_expected(path, COLLECTION)
    assert raised.value.what == (
        "5 columns are missing: School number; Date of birth; Reading status; GPS status; "
        "Maths status."
    )
    assert raised.value.where == f"{path}, line 1"


def test_a_workbook_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(HEADING.split(","))
    book.worksheets[0].append(
        [9990301, "Q1", "A", "B", date(2014, 11, 3), "F", "R", "R", "=A1", True, date(2026, 5, 20)]
    )
    book.save(tmp_path / "expected.xlsx")

    frame, unreadable = read_expected(tmp_path / "expected.xlsx", COLLECTION)

    assert frame.select("school", "birth_date", "reading", "on_register", "left_on").row(0) == (
        "9990301", date(2014, 11, 3), "registered", True, date(2026, 5, 20),
    )  # fmt: skip
    assert unreadable.select("line", "field", "text").rows() == [(2, "column I", "=A1")]
