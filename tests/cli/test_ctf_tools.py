"""keystage ctf show and expected, and what all commands of files have in common."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("wide")
Run = Callable[..., Any]
Spoil = Callable[..., Path]
NAME = "9990103_CTF_NAALLLL_001.xml"
CAWLEY = "W999010319003"
KETTLE = "F999010319011"
NETTLE = "Y999010319014"


def lines(text: str, part: str) -> list[list[str]]:
    """The lines that have some text, as words."""
    return [line.split() for line in text.splitlines() if part in line]


def test_show_tells_header_counts_pupils_and_meanings(run: Run, invented: Path) -> None:
    ran = run("ctf", "show", invented / NAME)

    assert ran.code == 0
    assert ["school", "Storybook", "Lane", "Primary", "School"] in lines(ran.out, "school")
    assert ["to", "NAALLLL"] in lines(ran.out, "NAALLLL")
    assert ["KS2", "2026", "writing", "teacher", "assessment", "16"] in lines(ran.out, "KS2")
    assert [CAWLEY, "Cawley,", "Priya", "PK4", "PK3", "PK5", "HNM"] in lines(ran.out, CAWLEY)
    assert "left the school before test week" in ran.out
    assert "Nothing was checked." in ran.out


def test_show_of_one_pupil_lists_every_row_with_its_meaning(run: Run, invented: Path) -> None:
    ran = run("ctf", "show", invented / NAME, "--pupil", f" {CAWLEY.lower()} ")

    assert f"Pupil {CAWLEY}: 4 results" in ran.out
    assert "KS2 2026 reading teacher assessment" in ran.out
    assert "pre-key stage standard 4" in ran.out
    assert KETTLE not in ran.out


def test_show_of_a_pupil_who_is_not_there_says_so(run: Run, invented: Path) -> None:
    ran = run("ctf", "show", invented / NAME, "--pupil", "A123")

    assert ran.code == 2
    assert "There is no pupil A123 in the file." in ran.err


def test_show_as_json_has_no_names(run: Run, invented: Path) -> None:
    whole = run("ctf", "show", invented / NAME, "--json")
    one = run("ctf", "show", invented / NAME, "--pupil", CAWLEY, "--json")

    told = json.loads(whole.out)
    assert told["year"] == 2026
    assert len(told["pupils"]) == 16
    assert "Cawley" not in whole.out
    assert [row["result"] for row in json.loads(one.out)] == ["PK4", "PK3", "PK5", "HNM"]


def test_show_of_many_files_lists_them(run: Run, invented: Path, tmp_path: Path) -> None:
    text = (invented / NAME).read_text(encoding="utf-8")
    for number in ("0103", "0104"):
        content = text.replace("<Estab>0103<", f"<Estab>{number}<")
        (tmp_path / NAME.replace("0103", number)).write_text(content, encoding="utf-8")

    ran = run("ctf", "show", tmp_path)

    assert "2 files" in ran.out
    assert "9990104 Storybook Lane Primary School" in ran.out
    assert "32 pupils" in ran.out


def test_show_lists_the_first_pupils_unless_asked_for_all(
    run: Run, invented: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.cli.ctf.show.FIRST", 3)

    assert "… and 13 more" in run("ctf", "show", invented / NAME).out
    assert "more (--all" not in run("ctf", "show", invented / NAME, "--all").out


def test_show_tells_a_code_that_is_none(run: Run, spoil: Spoil) -> None:
    ran = run("ctf", "show", spoil(">GDS<", ">ZZZ<", upn=NETTLE))

    assert ["ZZZ", "writing", "no", "code", "of", "2026", "there"] in lines(ran.out, "ZZZ")


def test_show_of_results_of_no_known_year_shows_what_there_is(run: Run, spoil: Spoil) -> None:
    ran = run("ctf", "show", spoil("<Year>2026<", "<Year>2020<"))

    assert ran.code == 0
    assert "16 pupils, and no key stage 2 results of any year that had a collection." in ran.out


@pytest.mark.parametrize("command", ["show", "profile", "results", "convert"])
def test_what_is_no_file_is_refused_with_the_reason(run: Run, tmp_path: Path, command: str) -> None:
    path = tmp_path / "odd.xml"
    path.write_text("<CTfile><Header>", encoding="utf-8")
    out = ("-o", tmp_path / "out.csv") if command == "convert" else ()

    ran = run("ctf", command, path, *out)

    assert ran.code == 3
    assert "odd.xml, line 1: " in ran.err
    assert "Export the file again, or choose the right one." in ran.err
    assert run("ctf", command, tmp_path / "absent.xml", *out).code == 3
    assert run("ctf", command, tmp_path / "absent.csv", "--year", 2026, *out).code == 3


def test_an_empty_expected_list_has_the_headings_and_tells_the_codes(
    run: Run, tmp_path: Path
) -> None:
    ran = run("ctf", "expected", "--year", 2026, "-o", tmp_path / "expected.csv")

    assert ran.code == 0
    assert "Below: does not take the test: working below its standard" in ran.out
    assert "Reading status,GPS status,Maths status" in (tmp_path / "expected.csv").read_text(
        encoding="utf-8"
    )
    assert run("ctf", "expected", "--year", 2026, "-o", tmp_path / "expected.csv").code == 3


@pytest.mark.parametrize("steering", ["\x9b2J", "\u202e", "\x85"])
def test_nothing_in_a_file_steers_the_terminal(
    run: Run, spoil: Spoil, invented: Path, steering: str
) -> None:
    path = spoil(">Nettle<", f">Net{steering}tle<", upn=NETTLE)

    for arguments in (
        ("show", path),
        ("check", path, "--year", 2026),
        ("check", path, "--year", 2026, "--by", "pupil"),
        ("diff", invented / NAME, path),
    ):
        ran = run("ctf", *arguments)
        assert steering[0] not in ran.out + ran.err
        assert "Net\ufffd" in ran.out or arguments[0] == "check"
