"""keystage ctf check: what is wrong, what to do, and how the command ends."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from invented import row, stage

pytestmark = pytest.mark.usefixtures("wide")
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


def test_a_mark_sheet_is_checked_by_the_same_rules(
    check: Run, invented: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "marks.csv"
    text = (invented / "marks.csv").read_text(encoding="utf-8")
    sheet.write_text(text.replace("M,,GDS,,EXS,", "M,,,,EXS,"), encoding="utf-8")

    ran = check(sheet, "--channel", "sheet")

    assert "TA-403" in ran.out
    assert "G999010319002" in ran.out


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


def test_an_authority_that_sends_for_its_schools_is_told(check: Run, invented: Path) -> None:
    through = ("--through-authority", "998", "--through-authority", "999")

    assert "TA-109" in check(invented / NAME, *through).out
    assert "TA-109" not in check(invented / NAME, *through[:2]).out
    assert "TA-109" not in check(invented / NAME).out


def test_findings_without_names_have_a_column_less(check: Run, spoil: Spoil) -> None:
    path = spoil(">GDS<", "><", upn=NETTLE)

    assert "Nettle, Dafydd" in check(path).out
    assert "Nettle" not in check(path, "--no-names").out
    assert "Nettle" not in check(path, "--no-names", "--by", "pupil").out
