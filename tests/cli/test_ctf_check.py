"""keystage ctf check: what is wrong, what to do, and how the command ends."""

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from invented import row, stage

Run = Callable[..., Any]
Spoil = Callable[..., Path]
NAME = "9990103_CTF_NAALLLL_001.xml"
ASHDOWN, BIRCHALL, CAWLEY, ECCLES = (
    "T999010319001", "G999010319002", "W999010319003", "Z999010319005",
)  # fmt: skip
GARRITY, HOLLINS, KETTLE, MARROW, NETTLE = (
    "C999010319007", "R999010319008", "F999010319011", "J999010319013", "Y999010319014",
)  # fmt: skip
READING = f"{stage(row('ENG', 'REA', 'PK5'))}<KeyStage>"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell is folded."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def check(run: Run, invented: Path) -> Run:
    """Check files of 2026 with the invented list of expected pupils."""

    def do(*arguments: object) -> Any:
        expected = invented / "expected.csv"
        return run("ctf", "check", *arguments, "--year", 2026, "--expected", expected)

    return do


def test_the_invented_return_is_green_and_says_that_it_is_not_sent(
    check: Run, invented: Path
) -> None:
    ran = check(invented / NAME)

    assert ran.code == 0
    assert ran.out.startswith("Nothing wrong was found.\nGreen:")
    assert "9990103 Storybook Lane" in ran.out
    assert "You have not submitted yet" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize(
    ("change", "code", "exit_code", "told"),
    [
        ({"upn": KETTLE}, "TA-302", 0, f"The pupil {KETTLE} is expected and not in the file"),
        ({"upn": MARROW}, "TA-305", 0, "Look among those who have left"),
        ({"upn": NETTLE, "old": ">GDS<", "new": "><"}, "TA-403", 7, "judgement is missing"),
        ({"upn": NETTLE, "old": ">GDS<", "new": "> <"}, "TA-403", 7, "Record the judgement"),
        ({"upn": NETTLE, "old": ">GDS<", "new": ">HNM<"}, "TA-401", 7, "Choose one of the year's"),
        ({"upn": CAWLEY, "old": ">PK4<", "new": ">BLW<"}, "TA-419", 7, "until 2019"),
        ({"upn": ECCLES, "old": ">L<", "new": ">EXS<"}, "TA-304", 7, "Record L in writing"),
        ({"upn": ASHDOWN, "old": "<KeyStage>", "new": READING}, "TA-405", 7, "Take the judgement"),
        ({"old": HOLLINS, "new": GARRITY}, "TA-207", 7, "Find out whose number it is"),
        ({"old": HOLLINS, "new": f"A{HOLLINS[1:]}"}, "TA-202", 7, "it would be a capital R"),
        ({"old": "<LEA>NAA<", "new": "<LEA>998<"}, "TA-011", 7, "National Assessment Agency"),
        ({"old": ">25.0<", "new": ">21.0<"}, "TA-102", 7, "Ask your supplier"),
        ({"old": "Sex>", "new": "Gender>"}, "TA-111", 7, "has Gender for"),
        ({"old": "</CTfile>", "new": "</CTfil"}, "TA-009", 3, "export the file again"),
        ({"old": ">2026<", "new": ">2025<"}, "TA-103", 7, "Export the assessments of 2025/26"),
        ({"old": "", "name": "9990103_CTF_NAALLLL_001 (1).xml"}, "TA-010", 0, "Rename the file"),
    ],
)
def test_each_seeded_fault_is_told_with_its_code_and_what_to_do(
    check: Run, spoil: Spoil, change: dict[str, str], code: str, exit_code: int, told: str
) -> None:
    if "upn" not in change and not change["old"]:
        change = {**change, "old": "<CTfile>", "new": "<CTfile>"}

    ran = check(spoil(**change))

    assert ran.code == exit_code, ran.out
    assert f" {code}, " in ran.out
    assert told in ran.out
    assert "What to do: " in ran.out


def test_red_ends_with_a_sentence_that_counts_the_faults(check: Run, spoil: Spoil) -> None:
    ran = check(spoil(">GDS<", "><", upn=NETTLE))

    assert ran.err.endswith(
        f"{NAME}: 1 fault would have it refused. Put it right in your own system, make the file "
        "again, and check that.\n"
    )


def test_a_missing_pupil_is_named_from_the_expected_list(check: Run, spoil: Spoil) -> None:
    assert "Kettle, Łucja" in check(spoil(upn=KETTLE)).out
    assert "Kettle" not in check(spoil(upn=KETTLE), "--no-names").out


def test_without_the_expected_list_nobody_is_told_that_all_are_there(
    run: Run, invented: Path
) -> None:
    ran = run("ctf", "check", invented / NAME, "--year", 2026)

    assert ran.code == 0
    assert "Who is missing cannot be said" in ran.out
    assert "checks without the list of expected pupils (--expected)" in ran.out


def test_the_unverified_profile_is_told_once_with_what_to_do(check: Run, invented: Path) -> None:
    assert check(invented / NAME).out.count("keystage ctf profile") == 1


def test_a_verified_profile_is_not_doubted(
    run: Run, check: Run, invented: Path, tmp_path: Path
) -> None:
    profile = tmp_path / "profile.toml"
    run("ctf", "profile", invented / NAME, "-o", profile)
    text = profile.read_text(encoding="utf-8").replace("verified = false", "verified = true")
    profile.write_text(text, encoding="utf-8")

    assert "nobody has confirmed" not in check(invented / NAME, "--profile", profile).out


def test_findings_can_be_put_together_by_pupil(check: Run, spoil: Spoil) -> None:
    out = check(spoil(">EXS<", "><"), "--by", "pupil").out

    assert f"{ASHDOWN} Ashdown, Mabel\n  RED TA-403, line " in out
    assert out.count(f"{ASHDOWN} Ashdown") == 1


def test_what_is_not_about_a_pupil_comes_first_by_pupil(check: Run, spoil: Spoil) -> None:
    path = spoil(upn=KETTLE, name="copy.xml")

    out = check(path, "--by", "pupil").out

    assert "About no one pupil\n  AMBER TA-010, copy.xml: " in out
    assert f"{KETTLE} Kettle, Łucja\n  AMBER TA-302, line 12 of the expected list: " in out


def test_more_findings_than_can_be_read_are_counted_and_listed_when_asked_for(
    check: Run, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.cli.ctf.findings.FIRST", 5)
    path = spoil("<Result>EXS</Result>", "<Result></Result>")

    some, every = check(path).out, check(path, "--all").out

    assert "… and 11 findings more (--all lists them, or --csv FILE)." in some
    assert some.count("The science judgement is missing.") < 5
    assert every.count("The science judgement is missing.") == 11


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


def test_many_schools_are_told_in_a_line_each_and_in_full_when_asked_for(
    run: Run, spoil: Spoil, invented: Path, tmp_path: Path
) -> None:
    first = spoil(">GDS<", ">HNM<", upn=NETTLE)
    text = (invented / NAME).read_text(encoding="utf-8")
    other = text.replace("<Estab>0103<", "<Estab>0104<").replace("Storybook", "Thistledown")
    (tmp_path / NAME.replace("0103", "0104")).write_text(other, encoding="utf-8")

    some = run("ctf", "check", tmp_path, "--year", 2026)
    assert some.code == 7
    assert "9990103 Storybook Lane" in some.out
    assert "9990104 Thistledown Lane" in some.out
    assert "TA-401" in some.out
    assert NETTLE not in some.out
    assert "--all" in some.out
    assert some.out.index("9990103") < some.out.index("9990104")

    every = run("ctf", "check", first, tmp_path, "--year", 2026, "--all")
    assert NETTLE in every.out


def test_more_schools_than_can_be_read_are_counted(
    run: Run, invented: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.cli.ctf.findings.FIRST", 1)
    text = (invented / NAME).read_text(encoding="utf-8")
    for number in ("0103", "0104", "0105"):
        content = text.replace("<Estab>0103<", f"<Estab>{number}<")
        (tmp_path / NAME.replace("0103", number)).write_text(content, encoding="utf-8")

    assert "… and 2 more schools" in run("ctf", "check", tmp_path, "--year", 2026).out


def test_one_bad_file_of_a_zip_does_not_hide_the_others(
    check: Run, spoil: Spoil, invented: Path, tmp_path: Path
) -> None:
    bad = spoil("</CTfile>", "", name="bad.xml")
    with ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.write(bad, "bad.xml")
        archive.write(invented / NAME, NAME)

    ran = check(tmp_path / "both.zip")

    assert ran.code == 7
    assert "both.zip/bad.xml" in ran.out
    assert "Storybook Lane" in ran.out


def test_a_mark_sheet_is_checked_by_the_same_rules(
    check: Run, invented: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "marks.csv"
    text = (invented / "marks.csv").read_text(encoding="utf-8")
    sheet.write_text(text.replace("M,,GDS,,EXS,", "M,,,,EXS,"), encoding="utf-8")

    ran = check(sheet, "--channel", "sheet")

    assert "TA-403" in ran.out
    assert "G999010319002" in ran.out


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


def test_the_file_sent_before_shows_who_is_gone(check: Run, spoil: Spoil, invented: Path) -> None:
    ran = check(spoil(upn=KETTLE), "--sent", invented / NAME)

    assert "TA-307" in ran.out


def test_the_same_file_again_is_told(check: Run, invented: Path) -> None:
    assert "TA-012" in check(invented / NAME, "--sent", invented / NAME).out


def test_the_day_of_sending_decides_whether_the_collection_is_open(
    check: Run, invented: Path
) -> None:
    assert check(invented / NAME, "--on", "2026-06-20").code == 0
    late = check(invented / NAME, "--on", "2026-09-01")
    assert "TA-107" in late.out


def test_a_file_for_another_school_is_told_when_it_is_taken_in(run: Run, invented: Path) -> None:
    ran = run(
        "ctf", "check", invented / NAME, "--year", 2026, "--channel", "import",
        "--school", "9990104",
    )  # fmt: skip

    assert "TA-115" in ran.out
    assert "import" in ran.out.partition("\n")[0]


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


def test_help_of_every_command_starts_without_the_engines() -> None:
    asked = (
        "import sys, keystage.cli.main as main\n"
        "sys.argv = ['keystage', 'ctf', sys.argv[1], '--help']\n"
        "try: main.run()\n"
        "except SystemExit: pass\n"
        "sys.exit(len({'polars', 'lxml', 'rich', 'jinja2', 'msgspec'} & set(sys.modules)))"
    )
    for command in ("check", "export", "--help"):
        done = subprocess.run(  # noqa: S603  # this interpreter
            [sys.executable, "-c", asked, command], capture_output=True, check=False
        )
        assert done.returncode == 0


def test_a_return_is_found_in_a_folder_beside_other_files(
    check: Run, invented: Path, tmp_path: Path
) -> None:
    shutil.copy(invented / NAME, tmp_path)
    shutil.copy(invented / "expected.csv", tmp_path)

    assert check(tmp_path).code == 0


def test_of_several_exports_in_a_folder_the_newest_is_checked(
    check: Run, spoil: Spoil, invented: Path, tmp_path: Path
) -> None:
    shutil.copy(invented / NAME, tmp_path / NAME.replace("001", "002"))
    old = spoil(">GDS<", "><", upn=NETTLE)

    ran = check(tmp_path)

    assert ran.code == 0
    assert f"Not read: {old}, since the folder has a newer export." in ran.err
    assert "TA-403" not in ran.out
    assert check(old).code == 7


def test_two_files_of_one_name_keep_their_folders_and_are_told_apart(
    check: Run, spoil: Spoil, invented: Path
) -> None:
    ran = check(invented / NAME, spoil(">GDS<", "><", upn=NETTLE))

    missing, _, twice = ran.out.partition("TA-403")[2].partition("TA-019")
    assert str(Path("invented") / "returns" / NAME) not in missing
    assert "test_two_files_of_one_name" in missing
    assert "More than one of the files is of the school 9990103" in twice


def test_one_school_twice_in_an_archive_is_told(check: Run, invented: Path, tmp_path: Path) -> None:
    archive = tmp_path / "returns.zip"
    with ZipFile(archive, "w") as made:
        for name in (NAME, NAME.replace("001", "002")):
            made.writestr(name, (invented / NAME).read_bytes())

    ran = check(archive)

    assert ran.code == 0
    assert "TA-019" in ran.out


def test_an_authority_that_sends_for_its_schools_is_told(check: Run, invented: Path) -> None:
    through = ("--through-authority", "998", "--through-authority", "999")

    assert "TA-109" in check(invented / NAME, *through).out
    assert "TA-109" not in check(invented / NAME, *through[:2]).out
    assert "TA-109" not in check(invented / NAME).out


def test_an_authority_is_given_by_its_three_digits(check: Run, invented: Path) -> None:
    ran = check(invented / NAME, "--through-authority", "Norfolk")

    assert ran.code == 2
    assert "not the number of a local authority" in ran.err
    assert "three digits" in ran.err


def test_findings_without_names_have_a_column_less(check: Run, spoil: Spoil) -> None:
    path = spoil(">GDS<", "><", upn=NETTLE)

    assert "Nettle, Dafydd" in check(path).out
    assert "Nettle" not in check(path, "--no-names").out
    assert "Nettle" not in check(path, "--no-names", "--by", "pupil").out


def test_many_schools_without_a_fault_have_no_table_of_rules(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    text = (invented / NAME).read_text(encoding="utf-8")
    for number in ("0103", "0104"):
        content = text.replace("<Estab>0103<", f"<Estab>{number}<")
        (tmp_path / NAME.replace("0103", number)).write_text(content, encoding="utf-8")

    ran = run("ctf", "check", tmp_path, "--year", 2026)

    assert ran.code == 0
    assert "Rules that are not kept" not in ran.out
    assert "2 schools: 0 red, 0 amber, 2 green." in ran.out


def test_a_person_who_waits_for_many_files_sees_how_far_it_is(
    run: Run, invented: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = (invented / NAME).read_text(encoding="utf-8")
    for number in ("0103", "0104", "0105"):
        content = text.replace("<Estab>0103<", f"<Estab>{number}<")
        (tmp_path / NAME.replace("0103", number)).write_text(content, encoding="utf-8")

    ran = run("ctf", "check", tmp_path, "--year", 2026)

    assert ran.code == 0
    assert "Reading" in ran.err
    assert "3/3" in ran.err
