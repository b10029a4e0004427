"""What keystage ctf check does not take: no return, no such year, a list half understood."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("wide")
Run = Callable[..., Any]
NAME = "9990103_CTF_NAALLLL_001.xml"


def test_sheets_are_checked_one_at_a_time(check: Run, invented: Path) -> None:
    ran = check(invented / "marks.csv", invented / NAME)

    assert ran.code == 2
    assert "A mark sheet is read alone." in ran.err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (bytes(range(256)) * 9, "no XML"),
        (b"<html></html>", "another kind of document"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><CTfile>&b;</CTfile>', "document type"),
        (b"PK\x03\x04 not really a zip", "damaged"),
    ],
)
def test_what_is_no_return_is_never_green(
    check: Run, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "odd.xml"
    path.write_bytes(content)

    ran = check(path)

    assert ran.code == 3
    assert ran.out.startswith("This file cannot be read.\nRed: ")
    assert reason in ran.err
    assert "odd.xml" in ran.err


def test_an_empty_folder_and_a_missing_file_are_told_apart(check: Run, tmp_path: Path) -> None:
    assert check(tmp_path).code == 3
    missing = check(tmp_path / "absent.xml")
    assert missing.code == 3
    assert "absent.xml: There is no such file. Check its name and folder." in missing.err


@pytest.mark.parametrize("year", [2020, 2021, 2015, 2099])
def test_a_year_without_a_collection_is_refused_with_those_there_are(
    run: Run, invented: Path, year: int
) -> None:
    ran = run("ctf", "check", invented / NAME, "--year", year)

    assert ran.code == 2
    assert f"There is no collection of {year}. Choose one of 2016" in ran.err


def test_there_is_no_default_year(run: Run, invented: Path) -> None:
    assert run("ctf", "check", invented / NAME).code == 2


def test_an_expected_list_that_is_half_understood_is_refused(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    text = (invented / "expected.csv").read_text(encoding="utf-8")
    listed = tmp_path / "expected.csv"
    listed.write_text(text.replace("Below", "Perhaps"), encoding="utf-8")

    ran = run("ctf", "check", invented / NAME, "--year", 2026, "--expected", listed)

    assert ran.code == 3
    assert "expected.csv, line 4, column Reading status: 'Perhaps' cannot be read" in ran.err
    assert "There are 7 more such values." in ran.err
    assert "Correct the list" in ran.err


def test_an_expected_list_that_nobody_filled_in_is_refused(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "expected.csv"
    run("ctf", "expected", "--year", 2026, "-o", listed)

    ran = run("ctf", "check", invented / NAME, "--year", 2026, "--expected", listed)

    assert ran.code == 3
    assert "There is no pupil on the list of expected pupils. Fill it in" in ran.err


def test_an_authority_is_given_by_its_three_digits(check: Run, invented: Path) -> None:
    ran = check(invented / NAME, "--through-authority", "Norfolk")

    assert ran.code == 2
    assert "not the number of a local authority" in ran.err
    assert "three digits" in ran.err
