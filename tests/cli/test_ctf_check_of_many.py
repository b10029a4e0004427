"""keystage ctf check of many files: folders, archives, many schools, and a school twice."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.usefixtures("wide")
Run = Callable[..., Any]
Spoil = Callable[..., Path]
NAME = "9990103_CTF_NAALLLL_001.xml"
NETTLE = "Y999010319014"


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
