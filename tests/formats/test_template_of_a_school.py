"""A school's template: made with its pupils, read as it was made, refused as soon as it is not."""

import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.core.subjects import ASSESSED
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.reading import read_sheet
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.formats.sheets.template_cells import CODES, HIDDEN, JUDGEMENTS, Template, template_of
from keystage.formats.sheets.template_reading import read_template
from keystage.formats.sheets.template_writing import write_template
from keystage.records.returns import ReturnSet
from keystage.statute.collection_loader import load_collection

YEAR, SCHOOL = 2026, "9990301"
UPNS = ("A999030120001", "B999030120002", "")
PUPILS = pl.DataFrame(
    {
        "upn": UPNS,
        "surname": ["Ashby", "O'Brien-Núñez", "=1+1"],
        "forename": ["Mabel", "Aoife", "Chidi"],
        "birth_date": [date(2015, 1, 1), date(2015, 1, 2), None],
        "sex": ["F", "F", "M"],
        **{f"{subject}_asked": [subject != "reading", True, True] for subject in ASSESSED},
    }
)
MADE = Template(year=YEAR, school=SCHOOL, version=1, upns=UPNS)
Alter = Callable[[Any], object]


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return write_template(PUPILS, MADE, load_collection(YEAR))


def saved(workbook: bytes, alter: Alter, name: str = MADE.name) -> NamedBytes:
    """The workbook as somebody else's program saves it after a change."""
    book, out = openpyxl.load_workbook(BytesIO(workbook)), BytesIO()
    alter(book)
    book.save(out)
    return NamedBytes(name, out.getvalue())


def put(sheet: str, place: str, text: object) -> Alter:
    """Write into one cell."""

    def alter(book: Any) -> None:
        book[sheet][place] = text

    return alter


def read(file: NamedBytes, *, year: int = YEAR, school: str | None = SCHOOL) -> ReturnSet:
    return read_sheet(file, load_profile(), load_collection(year), school=school)


def test_the_file_is_named_by_school_and_version() -> None:
    twelfth = Template(year=YEAR, school=SCHOOL, version=12, upns=())

    assert twelfth.name == "KS2_9990301_012.xlsx"


def test_the_same_pupils_give_the_same_bytes(workbook: bytes) -> None:
    assert write_template(PUPILS, MADE, load_collection(YEAR)) == workbook


def test_its_lists_are_the_codes_of_the_year(workbook: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook))
    rules = {
        str(rule.sqref).partition(":")[0]: rule.formula1
        for rule in book[JUDGEMENTS].data_validations.dataValidation
    }
    collection = load_collection(YEAR)
    for column, subject in zip("GHIJ", ASSESSED, strict=True):
        place = rules[f"{column}2"].replace(f"{CODES}!", "").replace("$", "")
        listed = [row[0].value for row in book[CODES][place]]
        assert tuple(listed) == collection.codes(subject)


def test_headings_and_pupils_are_locked_and_judgements_are_not(workbook: bytes) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook))
    sheet = book[JUDGEMENTS]

    assert sheet.protection.sheet
    assert [sheet[place].protection.locked for place in ("A1", "B2", "C3")] == [True] * 3
    assert [sheet[place].protection.locked for place in ("G2", "J4", "B5")] == [False] * 3
    assert book[HIDDEN].sheet_state == "veryHidden"


def test_a_cell_that_asks_for_nothing_is_grey(workbook: bytes) -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook))[JUDGEMENTS]

    assert sheet["G2"].fill.fgColor.rgb == "FFE7E6E6"
    assert sheet["G3"].fill.fill_type is None


def test_a_filled_template_is_read_with_its_school(workbook: bytes) -> None:
    found = read(saved(workbook, put(JUDGEMENTS, "H2", "GDS")))

    assert found.faults.is_empty()
    assert found.files.select("source_la", "source_estab").row(0) == ("999", "0301")
    assert found.pupils["upn"].to_list() == [UPNS[0], UPNS[1], None]
    assert found.pupils["surname"].to_list() == PUPILS["surname"].to_list()
    assert found.pupils["birth_date"].to_list() == PUPILS["birth_date"].to_list()
    assert found.results.select("pupil", "result").rows() == [(0, "GDS")]


def test_a_late_pupil_may_be_added_below(workbook: bytes) -> None:
    def add(book: Any) -> None:
        late = (SCHOOL, "C999030120003", "Late", "Jo", date(2015, 3, 1), "M", None, "EXS", None, "")
        for column, value in enumerate(late, 1):
            book[JUDGEMENTS].cell(5, column, value)

    found = read(saved(workbook, add))

    assert found.faults.is_empty()
    assert found.pupils["upn"].to_list()[-1] == "C999030120003"


def drop(sheet: str) -> Alter:
    return lambda book: book.remove(book[sheet])


def swap(book: Any) -> None:
    """Two pupils change places, as sorting one column does."""
    sheet = book[JUDGEMENTS]
    sheet["B2"], sheet["B3"] = sheet["B3"].value, sheet["B2"].value


def rename(book: Any) -> None:
    book[JUDGEMENTS].title = "Sheet1"


@pytest.mark.parametrize(
    ("alter", "line", "says"),
    [
        (put(JUDGEMENTS, "G1", "Writing"), 1, "column 7 was “Reading” and is “Writing”"),
        (put(JUDGEMENTS, "H1", None), 1, "column 8 was “Writing” and is empty"),
        (put(JUDGEMENTS, "K1", "Note"), 1, "a column more than the 10"),
        (lambda book: book[JUDGEMENTS].insert_rows(1), 1, "column 1 was “School number”"),
        (lambda book: book[JUDGEMENTS].delete_cols(7), 1, "column 7 was “Reading”"),
        (lambda book: book[JUDGEMENTS].delete_rows(2), 2, "Row 2 is not the pupil"),
        (swap, 2, "put in another order"),
        (put(JUDGEMENTS, "A3", "9990302"), 3, "Row 3 is not the pupil"),
        (rename, None, "renamed or taken out"),
        (drop(JUDGEMENTS), None, "renamed or taken out"),
        (drop(HIDDEN), None, "hidden cells by which the template is known were taken out"),
        (put(HIDDEN, "B1", "one"), None, "hidden cells by which the template is known were chang"),
        (put(HIDDEN, "B2", "2025"), None, "were changed"),
        (put(HIDDEN, "B3", "9990302"), None, "were changed"),
        (put(HIDDEN, "B4", "²"), None, "were changed"),
        (put(HIDDEN, "A40", "pupil"), None, "were changed"),
        (lambda book: book[HIDDEN].delete_rows(1, 99), None, "were changed"),
    ],
)
def test_an_altered_template_is_refused(
    workbook: bytes, alter: Alter, line: int | None, says: str
) -> None:
    found = read(saved(workbook, alter))

    assert found.pupils.is_empty()
    fault, where, reason = found.faults.select("fault", "line", "reason").row(0)
    assert (fault, where) == ("not_the_template", line)
    assert says in reason
    assert UPNS[0] not in reason


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"year": 2025}, "It is the template of 2025, and this return is of 2026."),
        ({"school": "9990302"}, "It was made for school 9990302, and this is school 9990301."),
        ({"layout": 2}, "It was made by another version of this program."),
    ],
)
def test_a_template_of_another_year_or_school_is_refused(change: dict[str, Any], says: str) -> None:
    facts: dict[str, Any] = {"year": YEAR, "school": SCHOOL, "version": 1, "upns": UPNS}
    facts |= change
    other = Template(**facts)
    content = write_template(PUPILS, other, load_collection(YEAR))

    found = read(NamedBytes("copy.xlsx", content))

    assert found.faults.select("fault", "reason").rows() == [("not_the_template", says)]


def test_whose_return_it_is_need_not_be_known(workbook: bytes) -> None:
    found = read(NamedBytes("copy.xlsx", workbook), school=None)

    assert found.faults.is_empty()


def test_a_damaged_template_is_refused_as_a_damaged_workbook(workbook: bytes) -> None:
    for content in (workbook[: len(workbook) // 2], without(workbook, "xl/worksheets/sheet3.xml")):
        found = read(NamedBytes("copy.xlsx", content))
        assert found.faults["fault"].to_list() == ["damaged"]


def without(workbook: bytes, name: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(workbook)) as given_, zipfile.ZipFile(out, "w") as kept:
        for member in given_.namelist():
            if member != name:
                kept.writestr(member, given_.read(member))
    return out.getvalue()


def test_a_mark_sheet_that_is_no_template_is_read_as_ever(workbook: bytes) -> None:
    plain = saved(workbook, drop(HIDDEN), name="Year 6.xlsx")

    assert read_template(plain, year=YEAR, school=SCHOOL) is None
    assert read(plain).faults.is_empty()


def test_what_is_no_workbook_is_no_template() -> None:
    assert read_template(NamedBytes(MADE.name, b"UPN,Writing\n"), year=YEAR) is None


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=13), max_size=4), st.integers(0, 9), st.text(max_size=8))
def test_hidden_cells_give_the_template_back_and_no_other(
    upns: list[str], at: int, text: str
) -> None:
    made = Template(year=YEAR, school=SCHOOL, version=1, upns=tuple(upns))
    cells = made.cells()

    assert template_of(cells) == made
    what, held = cells[at]
    if held != text:
        cells[at] = (what, text)
        assert template_of(cells) is None


def test_an_altered_template_tells_where_to_begin_again(workbook: bytes) -> None:
    file = saved(workbook, put(JUDGEMENTS, "G1", "Science"))

    with pytest.raises(SheetRefusedError, match="Make a new template"):
        read_template(file, year=YEAR, school=SCHOOL)
