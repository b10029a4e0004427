"""Mark sheets in folders and archives, and what lies beside them and is no return."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

Run = Callable[..., Any]
NAME = "9990103_CTF_NAALLLL_001.xml"
NETTLE = "Y999010319014"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell is folded."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def check(run: Run) -> Run:
    """Check files of 2026."""

    def do(*arguments: object) -> Any:
        return run("ctf", "check", *arguments, "--year", 2026)

    return do


@pytest.fixture
def marks(invented: Path) -> str:
    """The invented mark sheet as text."""
    return (invented / "marks.csv").read_text(encoding="utf-8")


def folder(tmp_path: Path, **files: str) -> Path:
    """A folder of CSV files by their names."""
    made = tmp_path / "folder"
    made.mkdir(exist_ok=True)
    for name, text in files.items():
        (made / f"{name}.csv").write_text(text, encoding="utf-8")
    return made


def test_mark_sheets_in_a_folder_are_checked(check: Run, tmp_path: Path, marks: str) -> None:
    spoilt = marks.replace("M,,GDS,,EXS,", "M,,,,EXS,", 1).replace("\n9990103,", "\n9990104,")
    ran = check(folder(tmp_path, one=marks, two=spoilt), "--all")

    assert ran.code == 7
    assert "2 schools: 1 red, 0 amber, 1 green." in ran.out
    assert "G999010319002" in ran.out.partition("TA-403")[2]
    assert "two.csv" in ran.out.partition("TA-403")[2]


def test_mark_sheets_in_an_archive_are_checked(check: Run, tmp_path: Path, marks: str) -> None:
    with ZipFile(tmp_path / "sent.zip", "w") as archive:
        archive.writestr("marks.csv", marks.replace("M,,GDS,,EXS,", "M,,,,EXS,", 1))

    ran = check(tmp_path / "sent.zip")

    assert ran.code == 7
    assert "G999010319002" in ran.out.partition("TA-403")[2]


def test_what_is_no_mark_sheet_is_passed_over_and_named(
    check: Run, invented: Path, tmp_path: Path, marks: str
) -> None:
    expected = (invented / "expected.csv").read_text(encoding="utf-8")
    made = folder(
        tmp_path, marks=marks, expected=expected, dinners="Day,Dish\nMonday,Soup\n",
        log="UPN,Surname,Forename,Message\nX,A,B,c\n",
    )  # fmt: skip
    (made / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 99)
    (made / "~$marks.xlsx").write_bytes(b"x")

    ran = check(made)

    assert ran.code == 0
    assert "Not read: expected.csv. It is a list of expected pupils." in ran.out
    assert "Not read: dinners.csv. It is no mark sheet." in ran.out
    assert "Not read: log.csv. It has no column of judgements." in ran.out
    assert "Not read: old.xls. It is no mark sheet. This is an old Excel workbook" in ran.out
    assert "~$" not in ran.out
    passed = json.loads(check(made, "--json").out)["passed_over"]
    assert {"file": "expected.csv", "reason": "It is a list of expected pupils."} in passed


def test_a_mark_sheet_that_lacks_a_column_is_not_passed_over(
    check: Run, tmp_path: Path, marks: str
) -> None:
    good = marks.replace("\n9990103,", "\n9990104,")
    ran = check(folder(tmp_path, good=good, bad="UPN,Surname,Writing\nX,A,EXS\n"))

    assert ran.code == 7
    assert "TA-016" in ran.out
    assert "bad.csv" not in ran.out.partition("Not read")[2]


def test_a_locked_workbook_in_a_folder_is_told(check: Run, tmp_path: Path, marks: str) -> None:
    made = folder(tmp_path, marks=marks)
    locked = b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")
    (made / "locked.xlsx").write_bytes(locked)

    assert check(made).code == 7


def test_the_sheet_a_return_was_made_of_is_not_counted_again(
    check: Run, invented: Path, tmp_path: Path, marks: str
) -> None:
    heading, *rows = marks.splitlines()
    schoolless = "\n".join(row.partition(",")[2] for row in (heading, *rows))
    made = folder(tmp_path, marks=marks, schoolless=schoolless)
    shutil.copy(invented / NAME, made)

    ran = check(made)

    assert ran.code == 0
    assert "9990103 Storybook Lane Primary School           16" in ran.out
    assert "Not read: marks.csv. A transfer file of the school is read." in ran.out
    assert "Not read: schoolless.csv. Transfer files are read, and this sheet names no" in ran.out


def test_a_sheet_of_another_school_is_read_beside_a_return(
    check: Run, invented: Path, tmp_path: Path, marks: str
) -> None:
    made = folder(tmp_path, marks=marks.replace("\n9990103,", "\n9990104,"))
    shutil.copy(invented / NAME, made)

    assert "2 schools: 0 red, 0 amber, 2 green." in check(made).out


def test_a_folder_without_any_return_is_never_green(check: Run, tmp_path: Path) -> None:
    ran = check(folder(tmp_path, dinners="Day,Dish\nMonday,Soup\n"))

    assert ran.code == 3
    assert ran.out.startswith("This file cannot be read.\nRed: ")
    assert "dinners.csv: It is no mark sheet." in ran.err
    assert "Choose the file your system exported" in ran.err


def test_what_a_mac_adds_to_an_archive_does_no_harm(
    check: Run, invented: Path, tmp_path: Path
) -> None:
    with ZipFile(tmp_path / "mac.zip", "w") as archive:
        archive.write(invented / NAME, NAME)
        archive.writestr(f"__MACOSX/._{NAME}", "x")

    ran = check(tmp_path / "mac.zip", "--html", tmp_path / "page.html")

    assert ran.code == 0
    assert ran.out.startswith("Nothing wrong was found.\nGreen: ")
    assert "Not read: mac.zip/__MACOSX" in ran.out
    assert "Not read: mac.zip/__MACOSX" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_many_files_passed_over_are_counted(
    check: Run, tmp_path: Path, marks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.cli.ctf.findings.FIRST", 1)
    made = folder(tmp_path, marks=marks, a="Day,Dish\nx,y\n", b="Day,Dish\nx,y\n")

    assert "… and 1 file more not read" in check(made).out


def test_a_file_that_is_being_written_is_not_read_with_the_finished_one(
    check: Run, invented: Path, tmp_path: Path
) -> None:
    (tmp_path / ".draft-1").mkdir()
    shutil.copy(invented / NAME, tmp_path / ".draft-1")
    shutil.copy(invented / NAME, tmp_path)

    assert "9990103 Storybook Lane Primary School           16" in check(tmp_path).out


def test_an_old_workbook_says_how_to_save_it(check: Run, tmp_path: Path) -> None:
    (tmp_path / "marks.xls").write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 99)

    ran = check(tmp_path / "marks.xls")

    assert ran.code == 3
    assert "This is an old Excel workbook (.xls)." in ran.err
    assert "save a mark sheet as an Excel workbook (.xlsx) or as CSV" in ran.err


def test_an_opendocument_file_without_a_sheet_is_refused(check: Run, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "marks.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<a/>")

    ran = check(tmp_path / "marks.ods")

    assert ran.code == 3
    assert "The OpenDocument sheet is damaged, or is no sheet." in ran.err


def test_a_sheet_of_text_is_known_by_its_content(check: Run, tmp_path: Path, marks: str) -> None:
    (tmp_path / "marks.txt").write_text(marks, encoding="utf-8")
    (tmp_path / "marks.tsv").write_text(marks.replace(",", "\t"), encoding="utf-8")

    assert check(tmp_path / "marks.txt").code == 0
    assert check(tmp_path / "marks.tsv").code == 0


def test_the_file_sent_before_may_be_a_sheet(check: Run, invented: Path) -> None:
    assert "TA-012" in check(invented / "marks.csv", "--sent", invented / "marks.csv").out
