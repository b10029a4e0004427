"""Workbooks of Excel as people make them, and those that claim too much."""

import struct
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from sheets_of_tests import CELLS, HEADING, Book, fault, read

from keystage.records.returns import judgements


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
