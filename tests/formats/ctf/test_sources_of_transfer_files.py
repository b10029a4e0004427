"""Files, folders, archives, sheets and streams: what is taken, and what is told of the rest."""

import os
import zipfile
from io import BytesIO
from pathlib import Path

import invented
import openpyxl
import polars as pl
import pytest
from invented import document, pupil

from keystage.core.errors import InputError
from keystage.formats.ctf import combining, frames
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.sniffing import sniff
from keystage.records.returns import ReturnSet

CLEAN = invented.clean()


def read(*sources: Path | NamedBytes, **options: object) -> ReturnSet:
    return read_returns(sources, load_profile(), **options)  # type: ignore[arg-type]


def told(returns: ReturnSet) -> list[tuple[str, str]]:
    """The faults, each with the name of its file."""
    joined = returns.faults.join(returns.files, on="file", maintain_order="left")
    return joined.select("name", "fault").rows()


def zipped(**members: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.xml", text)
    return file.getvalue()


def workbook() -> bytes:
    file = BytesIO()
    openpyxl.Workbook().save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<a/>", "xml"),
        (b"\xef\xbb\xbf  <a/>", "xml"),
        ("<a/>".encode("utf-16"), "xml"),
        ("<a/>".encode("utf-16-le"), "xml"),
        ("<a/>".encode("utf-16-be"), "xml"),
        (b"UPN,Surname\n", "csv"),
        (b"UPN;Surname", "csv"),
        ("UPN\tSurname".encode("utf-16"), "csv"),
        (b"Si\xe2n,Ash\n", "csv"),
        (b"one word", "unknown"),
        (b'{"a": 1, "b": 2}', "unknown"),
        (b"a,b\0c", "unknown"),
        (b"PK\x03\x04 and no more", "zip"),
        (zipped(a=CLEAN), "zip"),
        (workbook(), "xlsx"),
        (b"PK\x03\x04" + b"PK\x01\x02" * 5000, "zip"),
    ],
)
def test_content_is_known_whatever_the_name(data: bytes, content: str) -> None:
    assert sniff(data) == content


def test_nothing_to_read_is_told_of() -> None:
    assert told(read()) == [("", "nothing")]


def test_a_folder_is_read_with_the_folders_in_it(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.XML").write_text(CLEAN)
    (tmp_path / "a.xml").write_text(CLEAN)
    (tmp_path / "c.zip").write_bytes(zipped(three=CLEAN))
    (tmp_path / "notes.txt").write_text("see attached")
    (tmp_path / ".hidden.xml").write_text(CLEAN)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "four.xml").write_text(CLEAN)
    found = read(tmp_path)

    assert found.files["name"].to_list() == [
        str(tmp_path / "a.xml"),
        str(tmp_path / "b" / "two.XML"),
        f"{tmp_path / 'c.zip'}/three.xml",
        str(tmp_path),
    ]
    assert told(found) == [(str(tmp_path), "ignored")]


def test_a_folder_without_returns_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("see attached")

    assert told(read(tmp_path)) == [(str(tmp_path), "nothing")]


def test_a_file_that_is_not_there_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(CLEAN)
    found = read(tmp_path / "none.xml", tmp_path / "a.xml")

    assert told(found) == [(str(tmp_path / "none.xml"), "transfer")]
    assert found.pupils["file"].to_list() == [1, 1, 1]


def test_a_pipe_is_refused_and_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")

    assert told(read(tmp_path / "pipe.xml")) == [(str(tmp_path / "pipe.xml"), "wrong_type")]


def test_a_file_that_may_not_be_read_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xml"
    path.write_text(CLEAN)

    def refuse(*_: object, **__: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    found = read(path, NamedBytes("b.xml", CLEAN.encode()))

    assert found.faults["reason"].to_list() == ["The file cannot be opened (Permission denied)."]
    assert found.pupils.height == 3


def test_the_members_of_an_archive_on_disk_are_named_after_it(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(zipped(a=CLEAN, b="", c=document(pupil(4))))
    found = read(path)

    assert found.files["name"].to_list() == [f"{path}/{name}.xml" for name in "abc"]
    assert told(found) == [(f"{path}/b.xml", "empty")]


def test_sheets_are_refused_where_nobody_reads_them(tmp_path: Path) -> None:
    (tmp_path / "marks.xlsx").write_bytes(workbook())
    found = read(tmp_path / "marks.xlsx", NamedBytes("marks.csv", b"UPN,Writing\n"))

    assert [fault for _, fault in told(found)] == ["wrong_type", "wrong_type"]


def as_sheet(given: NamedBytes) -> ReturnSet:
    """A sheet of two pupils, for which a transfer file stands in."""
    if b"refuse" in given.data:
        raise InputError("There is no column for the UPN.")
    text = document(pupil(8), pupil(9)).encode()
    found = read_returns([NamedBytes(given.name, text)], load_profile())
    return ReturnSet(
        files=found.files.with_columns(form=pl.lit("sheet")), pupils=found.pupils,
        results=found.results, slots=found.slots,
    )  # fmt: skip


def test_sheets_are_read_in_their_place() -> None:
    found = read(
        NamedBytes("a.xml", CLEAN.encode()),
        NamedBytes("b.csv", b"UPN,Writing\n"),
        NamedBytes("c.csv", b"refuse,this\n"),
        NamedBytes("d.xml", document(pupil(4)).encode()),
        read_sheet=as_sheet,
    )

    assert found.files["form"].to_list() == ["ctf", "sheet", None, "ctf"]
    assert found.pupils.select("file", "pupil").rows() == [
        (0, 0), (0, 1), (0, 2), (1, 3), (1, 4), (3, 5),
    ]  # fmt: skip
    assert found.results["pupil"].to_list() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert found.slots.height == 2
    assert set(found.results["slot"]) == {0, 1}
    assert told(found) == [("c.csv", "not_the_template")]


def test_too_many_kinds_of_result_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combining, "_MOST", 1)

    with pytest.raises(InputError, match="more than 1 kinds of result"):
        read(
            NamedBytes("a.csv", b"UPN,Writing\n"),
            NamedBytes("b.xml", CLEAN.encode()),
            read_sheet=as_sheet,
        )


def test_progress_is_told_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(zipped(a=CLEAN, b=CLEAN))
    steps: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        steps.append((done, total))

    read(tmp_path / "all.zip", NamedBytes("c.xml", b""), progress=tell)

    assert steps == [(1, 3), (2, 3), (3, 3), (3, 3)]


@pytest.mark.slow
def test_several_processes_read_what_one_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "_CHUNK", 3)
    for at in range(8):
        text = document(*(pupil(serial) for serial in range(1, at + 2)))
        (tmp_path / f"{at}.xml").write_text(text if at != 5 else "<html/>")
    steps: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        steps.append((done, total))

    one = read(tmp_path)
    two = read(tmp_path, workers=2, progress=tell)

    for name in one.__dataclass_fields__:
        assert getattr(one, name).equals(getattr(two, name)), name
    assert steps == [(3, 8), (6, 8), (8, 8), (8, 8)]


def test_a_refusal_names_its_line() -> None:
    found = read(NamedBytes("a.xml", b"<CTfile>\n<Header>\n</CTfile>"))

    assert found.faults.rows() == [
        (0, 3, "damaged", "An element is closed here that is not the one opened last.")
    ]
