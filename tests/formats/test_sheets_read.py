"""Mark sheets as people make them: any order, spelling, encoding and place of the heading."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.formats.sheets.headings import read_table, sheets
from keystage.formats.sheets.reading import headings_not_read, read_sheet
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.formats.sheets.values import as_date
from keystage.records.returns import FILES, PUPILS, RESULTS, SLOTS, ReturnSet, judgements
from keystage.statute.collection_loader import load_collection

COLLECTION = load_collection(2026)
PROFILE = load_profile()
HEADING = "UPN,Surname,Forename,Date of birth,Sex,Writing,Science"
PUPIL = "Q999030120001,Ashdown,Mabel,03/11/2014,F,EXS,HNM"
Book = Callable[[list[list[object]]], Path]


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


def read(path: Path, *, judgements_only: bool = False) -> ReturnSet:
    return read_sheet(path, PROFILE, COLLECTION, judgements_only=judgements_only)


def fault(path: Path, *, judgements_only: bool = False) -> tuple[str, int | None, str]:
    """The fault of a sheet that is refused, its line and its sentence."""
    found = read(path, judgements_only=judgements_only)
    assert found.pupils.is_empty()
    assert found.results.is_empty()
    assert found.files["name"].to_list() == [path.name]
    return found.faults.select("fault", "line", "reason").row(0)


def test_a_mark_sheet_gives_the_frames_of_a_return(sheet: Callable[..., Path]) -> None:
    found = read(sheet(HEADING, PUPIL))

    assert found.pupils.schema == pl.Schema(PUPILS)
    assert found.pupils.row(0, named=True) == {
        "file": 0, "pupil": 0, "line": 2, "upn": "Q999030120001", "surname": "Ashdown",
        "forename": "Mabel", "birth_date": date(2014, 11, 3), "sex": "F", "sex_element": "Sex",
        "former_upn": None, "left_on": None,
    }  # fmt: skip
    assert found.results.schema == pl.Schema(RESULTS)
    assert found.slots.schema == pl.Schema(SLOTS)
    assert found.files.schema == pl.Schema(FILES)
    assert judgements(found, 2026).rows() == [(0, None, "EXS", None, "HNM")]
    assert found.faults.is_empty()
    assert found.unreadable.is_empty()


def test_the_slots_of_a_sheet_are_those_of_a_transfer_file(sheet: Callable[..., Path]) -> None:
    slots = read(sheet(HEADING, PUPIL)).slots

    assert PROFILE.classify(slots).equals(slots)
    assert slots["measure"].to_list() == ["reading", "writing", "maths", "science"]
    assert slots["year"].unique().to_list() == [2026]


def test_columns_go_by_their_headings_in_any_order_and_spelling(
    sheet: Callable[..., Path],
) -> None:
    found = read(
        sheet(
            "KS2 Science (TA),first name,GENDER,Comments,D.O.B.,Pupil Number,Last  Name,wri_ta",
            "EXS,Mabel,F,=1+1,2014-11-03,Q999030120001,Ashdown,GDS",
        )
    )

    assert judgements(found, 2026).rows() == [(0, None, "GDS", None, "EXS")]
    assert found.pupils["surname"].to_list() == ["Ashdown"]


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(7)), st.sampled_from(",;\t|"), st.integers(0, 3))
def test_the_order_of_columns_never_matters(order: list[int], separator: str, titles: int) -> None:
    lines = [[line.split(",")[at] for at in order] for line in (HEADING, PUPIL)]
    text = "\n" * titles + "\n".join(separator.join(line) for line in lines)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "marks.csv"
        path.write_text(text, "utf-8")
        found = read(path)

    assert judgements(found, 2026).rows() == [(0, None, "EXS", None, "HNM")]
    assert found.pupils.select(
        "line", "upn", "surname", "forename", "birth_date", "sex"
    ).rows() == [(titles + 2, "Q999030120001", "Ashdown", "Mabel", date(2014, 11, 3), "F")]


def test_a_heading_is_found_below_titles_and_rows_keep_their_lines(
    sheet: Callable[..., Path],
) -> None:
    found = read(
        sheet("Storybook Lane Primary School", '"Class 6A', 'Teacher assessment"', "", HEADING,
              PUPIL, ",,,,,,", PUPIL, ",,,,,,", "")
    )  # fmt: skip

    assert found.pupils["line"].to_list() == [6, 8]
    assert found.results["line"].to_list() == [6, 6, 8, 8]


def test_a_heading_printed_again_on_the_next_page_is_no_pupil(sheet: Callable[..., Path]) -> None:
    assert read(sheet(HEADING, PUPIL, HEADING, PUPIL)).pupils["line"].to_list() == [2, 4]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_is_read_in_every_usual_form(
    separator: str, encoding: str, end: str, sheet: Callable[..., Path]
) -> None:
    lines = [HEADING, PUPIL.replace("Mabel", "Siân")]

    found = read(
        sheet(*(line.replace(",", separator) for line in lines), encoding=encoding, end=end)
    )

    assert found.pupils["forename"].to_list() == ["Siân"]
    assert found.pupils["birth_date"].to_list() == [date(2014, 11, 3)]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8-sig", []), ("cp1252", ["Windows-1252"]), ("utf-16", ["UTF-16"])],
)
def test_an_unusual_encoding_is_said(
    encoding: str, said: list[str], sheet: Callable[..., Path]
) -> None:
    found = read(sheet(HEADING, PUPIL.replace("Mabel", "Siân"), encoding=encoding))

    sentences = [f"The text was read as {name}." for name in said]
    assert found.faults.select("fault", "reason").rows() == [
        ("repaired", each) for each in sentences
    ]


@pytest.mark.parametrize(
    ("count", "says"),
    [(1, "Blanks around the text of 1 cell were left out."),
     (2, "Blanks around the text of 2 cells were left out.")],
)  # fmt: skip
def test_blanks_around_values_are_left_out_and_said(
    count: int, says: str, sheet: Callable[..., Path]
) -> None:
    found = read(
        sheet(HEADING, PUPIL.replace("Ashdown", " Ashdown\u00a0"), *[PUPIL + " "] * (count - 1))
    )

    assert found.pupils["surname"].to_list() == ["Ashdown"] * count
    assert found.faults.select("fault", "reason").rows() == [("repaired", says)]


def test_blank_judgements_are_no_results(sheet: Callable[..., Path]) -> None:
    found = read(sheet(HEADING, PUPIL.replace("EXS,HNM", "  ,")))

    assert found.results.is_empty()
    assert found.pupils.height == 1


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("20/01/2015", date(2015, 1, 20)),
        ("2/1/2015", date(2015, 1, 2)),
        ("2015-01-20", date(2015, 1, 20)),
        ("2015-01-20 00:00:00", date(2015, 1, 20)),
        ("2015-01-20T09:30", date(2015, 1, 20)),
        ("20-01-2015", date(2015, 1, 20)),
        ("20.01.2015", date(2015, 1, 20)),
        ("20 Jan 2015", date(2015, 1, 20)),
        ("20-Jan-2015", date(2015, 1, 20)),
        ("20 January 2015", date(2015, 1, 20)),
        ("42024", date(2015, 1, 20)),
        ("42024.0", date(2015, 1, 20)),
        ("01/20/2015", None),
        ("29/02/2015", None),
        ("20/01/15", None),
        ("2015", None),
        ("20150120", None),
        ("Year 6", None),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, day: date | None) -> None:
    found = pl.DataFrame({"text": [written]}).select(as_date(pl.col("text")))

    assert found.item() == day


def test_a_date_that_is_none_is_kept_with_its_place(sheet: Callable[..., Path]) -> None:
    found = read(sheet(HEADING, PUPIL, PUPIL.replace("03/11/2014", "11/23/2014")))

    assert found.pupils["birth_date"].to_list() == [date(2014, 11, 3), None]
    assert found.unreadable.select("pupil", "line", "field", "text").rows() == [
        (1, 3, "Date of birth", "11/23/2014")
    ]


def test_a_leaving_date_and_a_former_number_are_read(sheet: Callable[..., Path]) -> None:
    found = read(
        sheet(f"{HEADING},Former UPN,Leaving date", f"{PUPIL},A1,20/05/2026", f"{PUPIL},,then")
    )

    assert found.pupils.select("former_upn", "left_on").rows() == [
        ("A1", date(2026, 5, 20)),
        (None, None),
    ]
    assert found.unreadable["field"].to_list() == ["Leaving date"]


@pytest.mark.parametrize(
    ("numbers", "school"),
    [
        (("9990301", "999/0301"), ("999", "0301")),
        (("999 0301", ""), ("999", "0301")),
        (("", ""), (None, None)),
        (("Storybook Lane", ""), (None, None)),
    ],
)
def test_the_school_is_that_of_its_column(
    numbers: tuple[str, str], school: tuple[str | None, str | None], sheet: Callable[..., Path]
) -> None:
    found = read(sheet(f"DfE number,{HEADING}", *(f"{number},{PUPIL}" for number in numbers)))

    assert found.files.select("source_la", "source_estab").row(0) == school


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


def test_judgements_alone_need_only_the_number_and_a_subject(sheet: Callable[..., Path]) -> None:
    path = sheet("Maths,UPN", "PK5,Q999030120001")

    found = read(path, judgements_only=True)

    assert judgements(found, 2026).rows() == [(0, None, None, "PK5", None)]
    assert found.pupils.select("surname", "birth_date", "sex_element").row(0) == (None, None, None)
    assert fault(path)[0] == "too_few_columns"
    assert fault(sheet("Maths,Name", "PK5,x"), judgements_only=True)[0] == "not_the_template"


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


CELLS: list[list[object]] = [
    ["Storybook Lane"],
    [],
    [*HEADING.split(",")],
    ["Q999030120001", "Ashdown", "Mabel", date(2014, 11, 3), "F", "EXS", "HNM"],
    [],
    [999030120001, "Eccles", "Ruby-May", "03/11/2014", "F", None, " exs "],
]


def test_a_workbook_is_read_like_csv(book: Book) -> None:
    found = read(book(CELLS))

    assert found.pupils["line"].to_list() == [6, 8]
    assert found.pupils["upn"].to_list() == ["Q999030120001", "999030120001"]
    assert found.pupils["birth_date"].to_list() == [date(2014, 11, 3)] * 2
    assert judgements(found, 2026).rows() == [
        (0, None, "EXS", None, "HNM"),
        (1, None, None, None, "EXS"),
    ]


def test_hidden_and_merged_cells_are_read_and_hidden_sheets_are_not(book: Book) -> None:
    path = book(CELLS)
    workbook = openpyxl.load_workbook(path)
    visible = workbook.worksheets[0]
    visible.merge_cells("B3:H3")
    visible.column_dimensions["D"].hidden = True
    visible.row_dimensions[6].hidden = True
    hidden = workbook.create_sheet("old")
    hidden.sheet_state = "hidden"
    hidden.append(HEADING.split(","))
    workbook.create_sheet("notes").append(["Read me"])
    workbook.save(path)

    found = read(path)

    assert found.pupils["forename"].to_list() == ["Mabel", "Ruby-May"]


def test_two_sheets_that_could_be_meant_are_refused(book: Book) -> None:
    path = book(CELLS)
    workbook = openpyxl.load_workbook(path)
    workbook.copy_worksheet(workbook.worksheets[0])
    workbook.save(path)

    assert fault(path) == (
        "not_the_template", None, "More than one sheet could be meant: Sheet and Sheet Copy."
    )  # fmt: skip


def test_cells_that_show_an_error_or_no_value_are_kept_with_their_place(book: Book) -> None:
    pupil: list[object] = ["Q1", "A", "B", None, "F", "=C4", "#N/A", "note"]
    rows: list[list[object]] = [*CELLS[:2], [*CELLS[2], "=A1"], CELLS[3], ["=1/0", "#REF!"], pupil]

    found = read(book(rows))

    assert found.unreadable.select("line", "field", "text").rows() == [
        (8, "column G", "=C4"),
        (8, "column H", "#N/A"),
    ]


@pytest.mark.parametrize(("kind", "lost"), [(b"", 1), (b' t="str"', 0)])
def test_a_formula_that_gave_an_empty_text_is_blank(kind: bytes, lost: int, book: Book) -> None:
    path = book([*CELLS[:3], ["Q1", "A", "B", None, "F", "=C4", "EXS"]])
    _rewritten(path, b'r="G6"><f>', b'r="G6"' + kind + b"><f>")

    assert read(path).unreadable.height == lost


def _rewritten(path: Path, *pairs: bytes) -> Path:
    """A workbook with text replaced in its sheets."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        parts = {
            name: data.replace(old, new) if "worksheets" in name else data
            for name, data in parts.items()
        }
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "too_big"),
        (b'<row r="9999999"><c><v>1</v></c></row>', "too_big"),
        (b'<row r="1048576">' + b"<c><v>1</v></c>" * 9 + b"</row>", "too_big"),
        (b'<row r="1040000"/>' + b"<row/>" * 9000 + b'<row><c r="H"><v>1</v></c></row>', "too_big"),
        (b'<row r="4294967295"><c r="A4294967295"><v>1</v></c></row>', "damaged"),
        (b'<row r="1"><c r="a1"><v>1</v></c></row>', "damaged"),
        (b"<row", "damaged"),
    ],
)
def test_a_sheet_that_claims_to_be_endless_is_refused(row: bytes, kind: str, book: Book) -> None:
    assert fault(_rewritten(book(CELLS), b"</sheetData>", row + b"</sheetData>"))[0] == kind


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


def test_the_sheets_of_a_workbook_count_together(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for title in ("One", "Two", "Three"):
        workbook.create_sheet(title).cell(2**20, 4, "far away")
    path = tmp_path / "marks.xlsx"
    workbook.save(path)

    assert fault(path)[0] == "too_big"


def test_a_part_that_goes_on_behind_the_size_it_states_is_refused(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read is never more than what the archive owns up to."""
    path, name = book(CELLS), "xl/worksheets/sheet1.xml"
    read_to: list[int] = []

    def read(data: bytes) -> None:
        read_to.append(len(data))
        pytest.fail("it was read")

    monkeypatch.setattr("fastexcel.read_excel", read)
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data + b" " * 2**20 if part == name else data)
    raw, stated = bytearray(path.read_bytes()), 100
    whole = len(parts[name]) + 2**20
    path.write_bytes(raw.replace(struct.pack("<L", whole), struct.pack("<L", stated)))

    assert fault(path)[0] == "damaged"
    assert read_to == []


def test_two_sheets_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "marks.xlsx"
    workbook = openpyxl.Workbook()
    workbook.create_sheet("Other")
    workbook.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'"Other"', b'"Sheet"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)

    assert fault(path)[0] == "damaged"


def test_a_workbook_that_unpacks_too_large_is_refused(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.formats.sheets.workbook._UNPACKED", 100)

    assert fault(book(CELLS))[0] == "too_big"


def test_an_archive_and_a_workbook_without_its_parts_are_refused(
    tmp_path: Path, book: Book
) -> None:
    path = tmp_path / "other.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "b")
    assert fault(path)[0] == "wrong_type"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert fault(path)[0] == "damaged"
    cut = book(CELLS).read_bytes()
    path.write_bytes(cut[: len(cut) // 2])
    assert fault(path)[0] == "damaged"


def test_a_sheet_named_by_its_full_path_in_the_workbook_is_found(book: Book) -> None:
    path = book(CELLS)
    data = BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(data, "w") as out:
        for name in archive.namelist():
            text = archive.read(name)
            if name.endswith("workbook.xml.rels"):
                text = text.replace(b'Target="/xl/', b'Target="')
            out.writestr(name, text)
    path.write_bytes(data.getvalue())

    assert read(path).pupils.height == 2


@pytest.mark.parametrize("name", ["marks.csv", "sent.zip/marks.csv"])
def test_bytes_with_a_name_are_read_like_the_file(name: str, sheet: Callable[..., Path]) -> None:
    path = sheet(HEADING, PUPIL)
    given = NamedBytes(name, path.read_bytes())

    found, file = read_sheet(given, PROFILE, COLLECTION), read(path)

    assert found.files["name"].to_list() == [name]
    assert found.files.drop("name").equals(file.files.drop("name"))
    assert found.pupils.equals(file.pupils)
    assert found.results.equals(file.results)
    refused = read_sheet(NamedBytes(name, b" "), PROFILE, COLLECTION)
    assert refused.faults.select("fault", "reason").row(0) == ("empty", "The file is empty.")
    assert refused.files["name"].to_list() == [name]


def test_bytes_too_many_for_a_sheet_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keystage.formats.sheets.grid._LARGEST", 10)

    found = read_sheet(NamedBytes("marks.csv", HEADING.encode()), PROFILE, COLLECTION)

    assert found.faults["fault"].to_list() == ["too_big"]


def test_sexes_are_codes_whatever_their_spelling_and_others_stay(
    sheet: Callable[..., Path],
) -> None:
    pupils = [PUPIL.replace(",F,", f",{sex},") for sex in ("f", "FEMALE", "Male", "X", "")]

    assert read(sheet(HEADING, *pupils)).pupils["sex"].to_list() == ["F", "F", "M", "X", None]


def test_headings_that_are_not_read_are_told_by_whether_they_speak_of_a_subject(
    sheet: Callable[..., Path],
) -> None:
    path = sheet(f"{HEADING},Class,KS1 Reading level,,Readiness", f"{PUPIL},6A,2,,yes")

    assert headings_not_read(path) == (("KS1 Reading level",), ("Class", "Readiness"))
    assert headings_not_read(sheet(HEADING, PUPIL)) == ((), ())


def test_a_small_file_of_parquet_with_rows_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.formats.sheets.grid._UNPACKED", 1000)
    path = tmp_path / "marks.parquet"
    pl.DataFrame({"UPN": ["x"] * 501, "Writing": ["EXS"] * 501}).write_parquet(path)

    assert path.stat().st_size < 1000 * 2
    assert fault(path)[0] == "too_big"


def test_a_table_of_parquet_is_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "marks.parquet"
    frame = pl.DataFrame([PUPIL.split(",")], schema=HEADING.split(","), orient="row")
    frame.with_columns(pl.lit(date(2014, 11, 3)).alias("Date of birth")).write_parquet(path)

    found = read(path)

    assert found.pupils.select("line", "birth_date").row(0) == (2, date(2014, 11, 3))
    assert judgements(found, 2026).rows() == [(0, None, "EXS", None, "HNM")]
    pl.DataFrame().write_parquet(path)
    assert fault(path)[0] == "not_the_template"
    pl.DataFrame({"UPN": [["a"]]}).write_parquet(path)
    assert fault(path)[0] == "damaged"
