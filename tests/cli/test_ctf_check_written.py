"""What keystage ctf check writes: JSON, tables and a page, with names or without them."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("wide")
Run = Callable[..., Any]
Spoil = Callable[..., Path]
NAME = "9990103_CTF_NAALLLL_001.xml"
BIRCHALL, KETTLE, NETTLE = "G999010319002", "F999010319011", "Y999010319014"


def test_json_has_the_findings_and_no_name(check: Run, spoil: Spoil) -> None:
    ran = check(spoil(upn=KETTLE), "--json")
    told = json.loads(ran.out)

    assert told["verdict"] == "amber"
    assert told["schools"][0]["missing"] == 1
    assert [one["upn"] for one in told["findings"] if one["code"] == "TA-302"] == [KETTLE]
    assert {one["option"] for one in told["not_run"]} >= {"--sent", "--on", None}
    assert "Kettle" not in ran.out


def test_csv_has_a_row_for_each_finding_with_names_made_harmless(
    check: Run, spoil: Spoil, tmp_path: Path
) -> None:
    path = spoil("<Surname>Nettle<", "<Surname>=cmd|'/c calc'!A0<", upn=NETTLE)
    path.write_text(path.read_text(encoding="utf-8").replace(">GDS<", "><"), encoding="utf-8")
    ran = check(path, "--csv", tmp_path / "found.csv")

    with (tmp_path / "found.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    blank = [row for row in rows if row["code"] == "TA-403"]
    assert [row["upn"] for row in blank] == [BIRCHALL, "F999010319009", NETTLE]
    assert blank[-1]["surname"] == "'=cmd|'/c calc'!A0"
    assert "It contains personal data." in ran.err


def test_csv_without_names_has_numbers_only(check: Run, spoil: Spoil, tmp_path: Path) -> None:
    check(spoil(upn=KETTLE), "--csv", tmp_path / "found.csv", "--no-names")

    text = (tmp_path / "found.csv").read_text(encoding="utf-8")
    assert KETTLE in text
    assert "Kettle" not in text
    assert "surname" not in text


def test_the_page_to_hand_round_says_the_same_and_escapes_names(
    check: Run, spoil: Spoil, tmp_path: Path
) -> None:
    path = spoil("<Surname>Nettle<", "<Surname>&lt;script&gt;alert(1)&lt;/script&gt;<", upn=NETTLE)
    path.write_text(path.read_text(encoding="utf-8").replace(">GDS<", "><"), encoding="utf-8")
    check(path, "--html", tmp_path / "page.html")

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<h1>Do not send this file yet</h1>" in page
    assert "TA-403" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;, Dafydd" in page
    assert "<script" not in page
    assert str(tmp_path) not in page


def test_the_page_can_be_without_names(check: Run, spoil: Spoil, tmp_path: Path) -> None:
    check(spoil(upn=KETTLE), "--html", tmp_path / "page.html", "--no-names")

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert KETTLE in page
    assert "Kettle" not in page


@pytest.mark.parametrize("option", ["--html", "--csv"])
def test_a_file_that_is_there_is_written_over_only_when_asked_for(
    check: Run, invented: Path, tmp_path: Path, option: str
) -> None:
    there = tmp_path / "there.csv"
    there.write_text("mine", encoding="utf-8")

    refused = check(invented / NAME, option, there)
    assert refused.code == 3
    assert "There is such a file already" in refused.err
    assert refused.out == ""
    assert there.read_text(encoding="utf-8") == "mine"

    assert check(invented / NAME, option, there, "--replace").code == 0
    assert there.read_text(encoding="utf-8") != "mine"


def test_a_place_that_cannot_be_written_is_told(check: Run, invented: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    ran = check(invented / NAME, "--html", tmp_path / "file" / "page.html")

    assert ran.code == 3
    assert "cannot be written" in ran.err


def test_a_table_of_an_unknown_kind_is_not_written(
    check: Run, invented: Path, tmp_path: Path
) -> None:
    ran = check(invented / NAME, "--csv", tmp_path / "found.docx")

    assert ran.code == 2
    assert "found.docx" in ran.err
    assert list(tmp_path.iterdir()) == []
