"""keystage ctf export: a return from a mark sheet, its log and its numbers."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
FIRST, SECOND = "9990103_CTF_NAALLLL_001.xml", "9990103_CTF_NAALLLL_002.xml"
HEADINGS = ["upn", "surname", "forename", "sex", "birth_date", "message", "file", "matters"]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell is folded."""
    monkeypatch.setenv("COLUMNS", "250")


@pytest.fixture
def sheet(invented: Path, tmp_path: Path) -> Callable[..., Path]:
    """The invented mark sheet with something changed."""

    def do(old: str, new: str) -> Path:
        text = (invented / "marks.csv").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "marks.csv"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return do


@pytest.fixture
def export(run: Run, invented: Path, tmp_path: Path) -> Run:
    """Export a mark sheet of the invented school into a folder."""

    def do(path: Path | None = None, *more: object) -> Any:
        return run(
            "ctf", "export", path or invented / "marks.csv", "--year", 2026, "--school", 9990103,
            "-o", tmp_path / "outbox", *more,
        )  # fmt: skip

    return do


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_a_return_of_an_invented_school_passes_its_own_preflight(
    run: Run, export: Run, invented: Path, tmp_path: Path
) -> None:
    ran = export(None, "--expected", invented / "expected.csv")

    assert ran.code == 0
    assert f"The exception log of {FIRST} is empty." in ran.out
    assert "Number in file     16" in ran.out
    assert "Number processed   16" in ran.out
    assert "Not exported        0" in ran.out
    assert f"Written: {tmp_path / 'outbox' / FIRST}" in ran.out
    assert "It is not sent yet." in ran.out
    assert files(tmp_path / "outbox") == [FIRST]

    checked = run(
        "ctf", "check", tmp_path / "outbox" / FIRST, "--year", 2026,
        "--expected", invented / "expected.csv", "--school", 9990103,
    )  # fmt: skip
    assert checked.code == 0
    assert checked.out.startswith("Nothing wrong was found.\nGreen:")


def test_each_export_takes_the_next_serial_number(export: Run, tmp_path: Path) -> None:
    export()
    (tmp_path / "outbox" / "9990104_CTF_NAALLLL_007.xml").touch()
    (tmp_path / "outbox" / "9990103_CTF_9990104_008.xml").touch()

    second = export()

    assert SECOND in files(tmp_path / "outbox")
    assert f"It takes the place of {FIRST}." in second.out


def test_a_serial_number_may_be_given_and_is_never_used_twice(export: Run, tmp_path: Path) -> None:
    assert export(None, "--serial", "7").code == 0
    again = export(None, "--serial", "7")

    assert files(tmp_path / "outbox") == ["9990103_CTF_NAALLLL_007.xml"]
    assert again.code == 2
    assert "9990103_CTF_NAALLLL_007.xml is in the folder" in again.err
    assert "give it a number above 7" in again.err
    assert export(None, "--serial", "6").code == 2
    assert files(tmp_path / "outbox") == ["9990103_CTF_NAALLLL_007.xml"]


@pytest.mark.parametrize(("serial", "code"), [("seven", 2), ("0", 3), ("1000", 3), ("-1", 2)])
def test_a_serial_number_has_three_digits(
    export: Run, tmp_path: Path, serial: str, code: int
) -> None:
    ran = export(None, "--serial", serial)

    assert ran.code == code
    assert "serial number" in ran.err
    assert files(tmp_path / "outbox") == []


def test_a_blank_is_told_in_the_log_and_leaves_no_file(
    export: Run, sheet: Run, tmp_path: Path
) -> None:
    ran = export(sheet("F,,EXS,,EXS,", "F,,,,EXS,"))

    assert ran.code == 7
    assert f"Exception log of {FIRST}: this matters for key stage 2" in ran.out
    row = next(line for line in ran.out.splitlines() if "TA-403" in line)
    for part in ("T999010319001", "Ashdown", "Mabel", "F", "2014-11-03", "writing"):
        assert part in row
    assert "Not exported        0" in ran.out
    assert "No file was written" in ran.err
    assert files(tmp_path / "outbox") == []


def test_a_pupil_who_cannot_be_written_is_counted_as_not_exported(
    export: Run, sheet: Run, tmp_path: Path
) -> None:
    ran = export(sheet("03/11/2014", "soon"))

    assert ran.code == 7
    assert "Not exported: date of birth: it is blank (line 2 of the sheet)." in ran.out
    assert "Not taken from the sheet: Date of birth soon:" in ran.out
    assert "Number in file     15" in ran.out
    assert "Number processed   16" in ran.out
    assert "Not exported        1" in ran.out
    assert files(tmp_path / "outbox") == []


def test_a_sheet_of_which_nobody_can_be_written_leaves_nothing(export: Run, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(
        "UPN,Surname,Forename,Date of birth,Sex,Writing\n,Ashdown,Mabel,03/11/2014,F,EXS\n",
        encoding="utf-8",
    )

    ran = export(path)

    assert ran.code == 7
    assert "Not exported: UPN: it is blank" in ran.out
    assert "Number in file     0" in ran.out
    assert files(tmp_path / "outbox") == []


def test_what_is_for_information_can_be_ignored_for_key_stage_2(export: Run, sheet: Run) -> None:
    ran = export(sheet("F,,EXS,,EXS,", "F,,exs,,EXS,"))

    assert ran.code == 0
    assert "matters for key stage 2" not in ran.out


def test_things_to_look_at_are_logged_and_do_not_stop_an_export(
    export: Run, sheet: Run, tmp_path: Path
) -> None:
    ran = export(sheet("03/11/2014", "03/11/2012"))

    assert ran.code == 0
    assert "TA-211" in ran.out
    assert files(tmp_path / "outbox") == [FIRST]


def test_the_log_is_written_with_the_columns_schools_know(
    export: Run, sheet: Run, tmp_path: Path
) -> None:
    ran = export(sheet("F,,EXS,,EXS,", "F,,,,EXS,"), "--log", tmp_path / "log.csv")

    with (tmp_path / "log.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ran.code == 7
    assert list(rows[0]) == HEADINGS
    assert (rows[0]["upn"], rows[0]["file"], rows[0]["matters"]) == (
        "T999010319001", FIRST, "true",
    )  # fmt: skip


def test_a_log_that_is_there_is_not_written_over(export: Run, tmp_path: Path) -> None:
    (tmp_path / "log.csv").touch()

    assert export(None, "--log", tmp_path / "log.csv").code == 3
    assert files(tmp_path / "outbox") == []
    assert export(None, "--log", tmp_path / "log.csv", "--replace").code == 0


def test_who_went_out_of_the_file_since_the_last_is_named(export: Run, sheet: Run) -> None:
    export()
    ran = export(sheet("9990103,F999010319011,Kettle,Łucja,28/07/2015,F,,EXS,,EXS,\n", ""))

    assert ran.code == 0
    assert f"Since {FIRST}, 1 pupil went out of the file: F999010319011." in ran.out
    assert "An upload never removes a pupil" in ran.out


def test_a_missing_pupil_is_told_when_the_expected_list_is_given(
    export: Run, sheet: Run, invented: Path
) -> None:
    path = sheet("9990103,F999010319011,Kettle,Łucja,28/07/2015,F,,EXS,,EXS,\n", "")

    ran = export(path, "--expected", invented / "expected.csv")

    assert "TA-302" in ran.out
    assert "F999010319011" in ran.out


def test_the_same_is_told_as_json_without_names(export: Run, sheet: Run) -> None:
    ran = export(sheet("F,,EXS,,EXS,", "F,,,,EXS,"), "--json")
    told = json.loads(ran.out)

    assert ran.code == 7
    assert (told["written"], told["verdict"]) == (False, "red")
    assert (told["number_processed"], told["not_exported"]) == (16, 0)
    assert told["log"][0]["upn"] == "T999010319001"
    assert "Ashdown" not in ran.out


@pytest.mark.parametrize("number", ["999010", "99901033", "999 103", "abcdefg", ""])
def test_a_school_number_has_seven_digits(
    run: Run, invented: Path, tmp_path: Path, number: str
) -> None:
    ran = run(
        "ctf", "export", invented / "marks.csv", "--year", 2026, "--school", number,
        "-o", tmp_path / "outbox",
    )  # fmt: skip

    assert ran.code == 2
    assert "is not a school's number" in ran.err
    assert "seven digits: 9990103" in ran.err


def test_a_sheet_of_another_school_is_not_exported(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    ran = run(
        "ctf", "export", invented / "marks.csv", "--year", 2026, "--school", 9990104,
        "-o", tmp_path / "outbox",
    )  # fmt: skip

    assert ran.code == 2
    assert "The sheet is of school 9990103, and 9990104 was given" in ran.err


@pytest.mark.parametrize(
    ("content", "reason"),
    [("", "empty"), ("a,b\n1,2\n", "headings"), ("UPN,Surname\nX,Y\n", "missing")],
)
def test_what_is_no_mark_sheet_is_refused(
    export: Run, tmp_path: Path, content: str, reason: str
) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(content, encoding="utf-8")

    ran = export(path)

    assert ran.code == 3
    assert reason in ran.err
    assert files(tmp_path / "outbox") == []


def test_a_folder_that_is_a_file_is_refused(export: Run, tmp_path: Path) -> None:
    (tmp_path / "outbox").touch()

    ran = export()

    assert ran.code == 3
    assert "cannot be written" in ran.err


def test_the_shipped_return_is_what_the_shipped_mark_sheet_gives(
    export: Run, invented: Path, tmp_path: Path
) -> None:
    export(None, "--urn", "900003", "--school-name", "Storybook Lane Primary School")

    made = (tmp_path / "outbox" / FIRST).read_text(encoding="utf-8").splitlines()
    shipped = (invented / FIRST).read_text(encoding="utf-8").splitlines()
    differing = [line for line in zip(made, shipped, strict=True) if line[0] != line[1]]
    assert [line[1].strip() for line in differing] == ["<DateTime>2026-06-15T10:30:00</DateTime>"]


def test_headings_nobody_knows_are_in_the_log(export: Run, sheet: Run) -> None:
    ran = export(sheet("Science,Left on\n", "Science,Left on,Class,Maths level,House\n"))

    assert ran.code == 0
    matters, ignored = ran.out.split("this can be ignored")
    assert "Not taken from the sheet: the column Maths level. If these are judgements" in matters
    assert "no return has it: the columns Class, House." in ignored


def test_a_sheet_without_a_strange_heading_has_no_line_of_them(export: Run, sheet: Run) -> None:
    one = export(sheet("Science,Left on\n", "Science,Left on,Class\n"))

    assert "no return has it: the column Class." in one.out
    assert "Maths or Science" not in one.out


def test_a_log_longer_than_can_be_read_is_cut_and_written_whole(
    export: Run, sheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.cli.ctf.export.FIRST", 1)
    path = sheet("F,,EXS,,EXS,", "F,,XXX,,YYY,")

    ran = export(path, "--log", tmp_path / "log.csv")

    assert ran.out.count("T999010319001") == 1
    assert "… and " in ran.out
    assert "more (--log FILE writes every one)." in ran.out
    assert (tmp_path / "log.csv").read_text(encoding="utf-8").count("\n") > 2


@pytest.mark.parametrize("written", ["f", "Female", " girl "])
def test_a_sex_may_be_a_word_in_a_sheet(
    export: Run, sheet: Run, tmp_path: Path, written: str
) -> None:
    assert export(sheet("03/11/2014,F,", f"03/11/2014,{written},")).code == 0
    made = (tmp_path / "outbox" / FIRST).read_text(encoding="utf-8")
    assert made.count("<Sex>F</Sex>") + made.count("<Sex>M</Sex>") == 16
