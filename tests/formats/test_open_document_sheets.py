"""OpenDocument sheets: what was written is read back, and hostile ones are refused in words."""

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document, Table
from polars.testing import assert_frame_equal

from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.sniffing import sniff
from keystage.formats.sheets.open_document import is_open_document, open_document_grids
from keystage.formats.sheets.open_document_writing import open_document
from keystage.formats.sheets.reading import read_sheet
from keystage.formats.sheets.refusal import SheetRefusedError
from keystage.formats.sheets.writing import write_sheet
from keystage.records.returns import judgements
from keystage.statute.collection_loader import load_collection

MADE = datetime(2000, 1, 1, tzinfo=UTC)
PATH = Path("marks.ods")
MARKS = pl.DataFrame(
    {
        "Science": ["EXS", "HNM"],
        "UPN": ["Q999030120001", "R999030120002"],
        "Surname": ["Ashby", "=cmd|' /C calc'!A0"],
        "Forename": ["Siân", "Jo"],
        "Date of birth": [date(2014, 11, 3), date(2015, 8, 31)],
        "Sex": ["F", "M"],
    }
)


def made(frame: pl.DataFrame = MARKS) -> bytes:
    """A sheet of a table."""
    return open_document(frame, "Mark sheet", MADE)


def changed(data: bytes, member: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with another text in one of its members."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            after.writestr(name, change(content) if name == member else content)
    return out.getvalue()


def with_content(change: Callable[[bytes], bytes]) -> bytes:
    """The mark sheet with something else in its table."""
    return changed(made(), "content.xml", change)


def rows_of(data: bytes) -> list[tuple[object, ...]]:
    """The rows of the first visible table, without line numbers."""
    return next(iter(open_document_grids(data, PATH))).frame.drop("line").rows()


def refusal(data: bytes) -> tuple[str, str]:
    """The fault of a refused sheet, and what it says."""
    with pytest.raises(SheetRefusedError) as caught:
        list(open_document_grids(data, PATH))
    return caught.value.fault, caught.value.what


def test_a_mark_sheet_written_as_open_document_is_read_back_by_headings() -> None:
    found = read_sheet(NamedBytes("marks.ods", made()), load_profile(), load_collection(2026))

    assert found.faults.is_empty()
    people = found.pupils.select("line", "surname", "forename", "birth_date", "sex").rows()
    assert people == [
        (2, "Ashby", "Siân", date(2014, 11, 3), "F"),
        (3, "=cmd|' /C calc'!A0", "Jo", date(2015, 8, 31), "M"),
    ]
    assert judgements(found, 2026)["science"].to_list() == ["EXS", "HNM"]


def test_no_text_becomes_a_formula_and_every_kind_of_value_keeps_its_own() -> None:
    frame = pl.DataFrame(
        {
            "=heading": ["=1+1", None, "'+2"],
            "whole": [105, None, 0],
            "share": [0.5, float("nan"), None],
            "there": [True, None, False],
            "at": [datetime(2026, 6, 1, 9, 30, 0, tzinfo=UTC), None, None],
        }
    )

    data = made(frame)

    with zipfile.ZipFile(BytesIO(data)) as archive:
        content = archive.read("content.xml").decode()
        assert archive.namelist()[0] == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    assert "table:formula" not in content
    assert 'office:value-type="float"' in content
    assert rows_of(data) == [
        ("=heading", "whole", "share", "there", "at"),
        ("=1+1", "105", "0.5", "true", "2026-06-01T09:30:00"),
        (None, None, None, None, None),
        ("'+2", "0", None, "false", None),
    ]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.ods", tmp_path / "b.ods"

    write_sheet(MARKS, first)
    write_sheet(MARKS, second)

    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {MADE.year}


def test_what_xml_cannot_hold_is_shown_as_unreadable() -> None:
    assert rows_of(made(pl.DataFrame({"name": ["a\x01b\x0bc"]})))[1] == ("a\ufffdb\ufffdc",)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), min_size=1),
        min_size=1,
        max_size=4,
    )
)
def test_any_text_comes_back_as_it_was_written(texts: list[str]) -> None:
    frame = pl.DataFrame({"a": texts})

    assert_frame_equal(pl.DataFrame({"a": [row[0] for row in rows_of(made(frame))[1:]]}), frame)


def test_a_hidden_table_is_not_read_and_a_visible_one_is() -> None:
    hidden = (
        b'<table:table table:name="Old" table:style-name="off"><table:table-row/></table:table>'
    )
    style = (
        b'<style:style style:name="off" style:family="table">'
        b'<style:table-properties table:display="false"/></style:style>'
    )
    data = with_content(
        lambda text: text.replace(
            b"</office:spreadsheet>", hidden + b"</office:spreadsheet>"
        ).replace(b"</office:automatic-styles>", style + b"</office:automatic-styles>")
    )

    assert [grid.name for grid in open_document_grids(data, PATH)] == ["Mark sheet"]


def test_lines_are_counted_from_the_first_row_though_it_is_empty() -> None:
    blank = b'<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
    data = with_content(
        lambda text: text.replace(b"<table:table-row>", blank + b"<table:table-row>", 1)
    )

    found = read_sheet(NamedBytes("marks.ods", data), load_profile(), load_collection(2026))

    assert found.pupils["line"].to_list() == [4, 5]


def test_a_cell_that_shows_an_error_is_told_with_its_place() -> None:
    error = (
        b'<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        b'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    data = with_content(
        lambda text: text.replace(b"</table:table-row>", error + b"</table:table-row>")
    )

    found = read_sheet(NamedBytes("marks.ods", data), load_profile(), load_collection(2026))

    told = found.unreadable.select("line", "field", "text", "reason").rows()
    assert (2, "column G", "#DIV/0!", "the cell shows an error") in told


@pytest.mark.parametrize(
    ("repeated", "kind"),
    [
        (b'table:number-rows-repeated="1048576"', "too_big"),
        (b'table:number-rows-repeated="99999999999999999999"', "too_big"),
        (b'table:number-rows-repeated="many"', "damaged"),
    ],
)
def test_a_row_that_says_it_stands_there_without_end_is_refused(repeated: bytes, kind: str) -> None:
    wide = (
        b"<table:table-row " + repeated + b">"
        b'<table:table-cell table:number-columns-repeated="16384" office:value-type="string">'
        b"<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    )

    assert refusal(with_content(lambda text: text.replace(b"</table:table>", wide)))[0] == kind


@pytest.mark.parametrize(
    "cell",
    [
        (
            b'<table:table-cell table:number-columns-repeated="16384" office:value="1" '
            b'office:value-type="float"/>'
        ),
        b'<table:table-cell table:number-columns-repeated="16384" table:formula="of:=1"/>',
        b'<table:table-cell table:number-columns-repeated="16384">x</table:table-cell>',
        (
            b'<x:table-cell xmlns:x="urn:x" xmlns:table="urn:x" '
            b'table:number-columns-repeated="16384"><x:p>x</x:p></x:table-cell>'
        ),
    ],
)
def test_values_without_a_text_count_as_often_as_they_stand(cell: bytes) -> None:
    wide = (
        b'<table:table-row table:number-rows-repeated="1048576">' + cell + b"</table:table-row>"
        b"</table:table>"
    )

    assert refusal(with_content(lambda text: text.replace(b"</table:table>", wide)))[0] == "too_big"


@pytest.mark.parametrize("name", [b"One", b"Two"])
def test_many_tables_count_together(name: bytes) -> None:
    row = (
        b'<table:table-row table:number-rows-repeated="1000000">'
        b'<table:table-cell table:number-columns-repeated="5" office:value-type="string">'
        b"<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    )
    more = b'</table:table><table:table table:name="One">' + row
    more += b'<table:table table:name="' + name + b'">' + row

    assert refusal(with_content(lambda text: text.replace(b"</table:table>", more)))[0] == "too_big"


def test_empty_rows_to_the_end_of_the_sheet_cost_nothing() -> None:
    rest = (
        b'<table:table-row table:number-rows-repeated="1048570">'
        b'<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )

    assert len(rows_of(with_content(lambda text: text.replace(b"</table:table>", rest)))) == 3


def test_a_sheet_that_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keystage.formats.sheets.open_document._UNPACKED", 100)

    assert refusal(made())[0] == "too_big"


def test_a_protected_sheet_a_letter_and_half_a_file_are_refused() -> None:
    protected = changed(
        made(),
        "META-INF/manifest.xml",
        lambda text: text.replace(
            b"</manifest:manifest>", b"<!--encryption-data--></manifest:manifest>"
        ),
    )
    assert refusal(protected) == ("password", "The sheet is protected with a password.")
    letter = BytesIO()
    Document("text").save(letter)
    assert refusal(letter.getvalue())[0] == "wrong_type"
    assert refusal(with_content(lambda text: text[: len(text) // 2]))[0] == "damaged"
    assert not is_open_document(made()[:500])


def test_an_entity_in_a_sheet_is_not_followed() -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><office:document-content'

    data = with_content(
        lambda text: text.replace(b"<office:document-content", doctype, 1).replace(
            b">Ashby<", b">&e;<"
        )
    )

    found = read_sheet(NamedBytes("marks.ods", data), load_profile(), load_collection(2026))

    assert "root:" not in str(found.pupils.rows())


def test_a_sheet_of_another_library_is_a_workbook_by_its_content() -> None:
    document = Document("spreadsheet")
    document.body.clear()
    document.body.append(Table("One", width=1, height=1))
    out = BytesIO()
    document.save(out)

    assert sniff(out.getvalue()) == "xlsx"
    assert is_open_document(out.getvalue())
