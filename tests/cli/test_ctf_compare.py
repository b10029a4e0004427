"""keystage ctf diff and profile: what differs, and which sorts of rows there are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("wide")
Run = Callable[..., Any]
Spoil = Callable[..., Path]
NAME = "9990103_CTF_NAALLLL_001.xml"
ECCLES = "Z999010319005"
KETTLE = "F999010319011"
NETTLE = "Y999010319014"


def lines(text: str, part: str) -> list[list[str]]:
    """The lines that have some text, as words."""
    return [line.split() for line in text.splitlines() if part in line]


def test_diff_tells_what_changed_by_pupil_and_subject(
    run: Run, invented: Path, spoil: Spoil
) -> None:
    path = spoil(">GDS<", ">EXS<", upn=NETTLE, name="new.xml")
    text = path.read_text(encoding="utf-8").replace(">Ruby-May<", ">Ruby<")
    path.write_text(text, encoding="utf-8")

    ran = run("ctf", "diff", invented / NAME, path)

    assert ran.code == 0
    assert lines(ran.out, NETTLE) == [
        [NETTLE, "Nettle,", "Dafydd", "KS2", "2026", "writing", "teacher", "assessment",
         "changed", "GDS", "EXS"],
    ]  # fmt: skip
    assert lines(ran.out, ECCLES)[0][-3:] == ["changed", "Ruby-May", "Ruby"]
    assert "0 added, 0 removed, 14 unchanged." in ran.out
    assert "never removes" not in ran.out


def test_diff_warns_that_an_upload_never_removes(run: Run, invented: Path, spoil: Spoil) -> None:
    less = spoil(upn=KETTLE, name="less.xml")

    removed = run("ctf", "diff", invented / NAME, less)
    added = run("ctf", "diff", less, invented / NAME)

    assert "0 added, 1 removed, 15 unchanged." in removed.out
    assert "An upload adds and refreshes, it never removes" in removed.out
    assert "1 added, 0 removed, 15 unchanged." in added.out
    assert "never removes" not in added.out


def test_diff_is_written_and_given_as_json_without_names(
    run: Run, invented: Path, spoil: Spoil, tmp_path: Path
) -> None:
    path = spoil(">Nettle<", ">Thistle<", upn=NETTLE, name="new.xml")

    ran = run("ctf", "diff", invented / NAME, path, "-o", tmp_path / "changes.csv")
    told = run("ctf", "diff", invented / NAME, path, "--json").out

    assert "Written to" in ran.out
    assert "Thistle" in (tmp_path / "changes.csv").read_text(encoding="utf-8")
    assert json.loads(told)["differences"] == [
        {"upn": NETTLE, "about": "identity", "what": "surname", "change": "changed",
         "old": None, "new": None}
    ]  # fmt: skip


def test_diff_lists_the_first_unless_asked_for_all(
    run: Run, invented: Path, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.cli.ctf.diff.FIRST", 1)
    path = spoil(">GDS<", ">EXS<", name="new.xml")

    assert "… and 2 more" in run("ctf", "diff", invented / NAME, path).out
    assert "… and" not in run("ctf", "diff", invented / NAME, path, "--all").out


def test_diff_compares_a_return_with_the_mark_sheet(run: Run, invented: Path) -> None:
    ran = run("ctf", "diff", invented / NAME, invented / "marks.csv", "--year", 2026)

    assert "say the same of 16 pupils" in ran.out


def test_profile_tells_sorts_of_rows_and_writes_them_down(
    run: Run, spoil: Spoil, tmp_path: Path
) -> None:
    path = spoil("<Component>WRI<", "<Component>QQQ<")

    ran = run("ctf", "profile", path, "-o", tmp_path / "mine.toml")

    assert ran.code == 0
    assert "4 sorts of rows: 1 not known, 4 not verified by anybody." in ran.out
    assert "not known" in " ".join(lines(ran.out, "QQQ")[0])
    assert "set verified = true where it is right" in ran.out
    written = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    assert 'component = "QQQ"' in written
    assert "Nettle" not in written
    assert NETTLE not in written


def test_profile_as_json_and_without_a_file_to_write(run: Run, invented: Path) -> None:
    told = json.loads(run("ctf", "profile", invented / NAME, "--json").out)

    assert {row["meaning"] for row in told} >= {"KS2 writing teacher assessment"}
    assert "add -o profile.toml" in run("ctf", "profile", invented / NAME).out


def test_profile_of_a_file_without_known_years_asks_for_one(run: Run, spoil: Spoil) -> None:
    path = spoil("<Year>2026<", "<Year>2020<")

    ran = run("ctf", "profile", path)

    assert ran.code == 2
    assert "say with --year" in ran.err
    assert run("ctf", "profile", path, "--year", 2019).code == 0


def test_a_profile_is_not_made_of_a_mark_sheet(run: Run, invented: Path) -> None:
    ran = run("ctf", "profile", invented / "marks.csv", "--year", 2026)

    assert ran.code == 2
    assert "A mark sheet has no result rows to learn from." in ran.err


def test_rows_nobody_knows_become_known_as_the_command_says(
    run: Run, spoil: Spoil, tmp_path: Path
) -> None:
    path, profile = spoil(">WRI<", ">W01<"), tmp_path / "profile.toml"
    said = run("ctf", "profile", path, "-o", profile).out
    assert "at the end of it under [[unknown]]" in said
    assert "16 pupils" in run("ctf", "check", path, "--year", 2026).out.partition("TA-403")[2]

    before, unknown = profile.read_text(encoding="utf-8").split("[[unknown]]")
    kept = [line for line in unknown.splitlines() if not line.startswith(("found", "examples"))]
    known = [*kept, 'kind = "assessment"', 'measure = "writing"', 'evidence = "our own export"',
             "verified = true"]  # fmt: skip
    profile.write_text(f"{before}[[rows]]" + "\n".join(known), encoding="utf-8")

    checked = run("ctf", "check", path, "--year", 2026, "--profile", profile)
    assert checked.code == 0
    assert "TA-403" not in checked.out
