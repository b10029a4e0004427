"""The record of one pupil: every value with its source, to read and to take elsewhere."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import page
import pytest

from keystage.core.errors import UsageError
from keystage.reports.parents.record import Kept, PupilRecord, record_csv, record_pdf

MADE_ON = date(2025, 7, 1)
SURNAME = Kept(
    section="Identity",
    what="Surname",
    value="Ashdown",
    source="9990301_CTF_9990301_001.xml",
    by="A. Office",
    at="3 March 2025, 10:12",
)
RECORD = PupilRecord(
    pupil="Mabel Ashdown",
    school="Storybook Lane Primary School",
    values=[
        SURNAME,
        replace(SURNAME, section="Judgements", what="Writing", value="EXS", source="Mark sheet"),
        replace(SURNAME, what="Former surname", value=None),
    ],
)


def rows(record: PupilRecord) -> list[list[str]]:
    return list(csv.reader(io.StringIO(record_csv(record).decode("utf-8-sig"))))


def test_the_record_tells_each_value_and_where_it_is_from(
    pages_of: Callable[[bytes], list[str]],
) -> None:
    content = record_pdf(RECORD, made_on=MADE_ON)
    assert page.validate_pdf_bytes(content).is_compliant
    text = " ".join(pages_of(content))
    assert "3 values are kept of this pupil. Made on 1 July 2025." in text
    assert "What Value Source By whom When Surname Ashdown" in text
    assert "Former surname blank" in text
    assert "Writing EXS Mark sheet A. Office" in text
    assert text.index("Former surname") < text.index("Judgements")
    assert content == record_pdf(RECORD, made_on=MADE_ON)
    assert b"/Title(Record of one pupil: Storybook Lane Primary School)" in content


def test_a_long_value_of_one_word_stays_within_its_column() -> None:
    long = replace(RECORD, values=[replace(SURNAME, value="x" * 400)])
    assert page.validate_pdf_bytes(record_pdf(long, made_on=MADE_ON)).is_compliant


def test_the_record_as_csv_has_a_row_a_value_in_the_order_given() -> None:
    heading, *values = rows(RECORD)
    assert heading == ["Section", "What", "Value", "Source", "By whom", "When"]
    assert [row[1:3] for row in values] == [
        ["Surname", "Ashdown"], ["Writing", "EXS"], ["Former surname", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@a", "'=1", "\tx"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(value: str) -> None:
    assert rows(replace(RECORD, values=[replace(SURNAME, value=value)]))[1][2] == f"'{value}"


@pytest.mark.parametrize("value", ['a "b", c', "two\nlines", "Ñ 日本 😀", "it's", ""])
def test_any_other_value_stands_in_the_csv_as_it_is_kept(value: str) -> None:
    assert rows(replace(RECORD, values=[replace(SURNAME, value=value)]))[1][2] == value


def test_a_pupil_of_whom_nothing_is_kept_has_no_record() -> None:
    with pytest.raises(UsageError, match="Nothing is kept"):
        record_pdf(replace(RECORD, values=[]), made_on=MADE_ON)
