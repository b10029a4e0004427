"""Where names of pupils are not wanted, none is told, nor is one told for another."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Spoil = Callable[..., Path]
NAME = "9990103_CTF_NAALLLL_001.xml"
CAWLEY, NETTLE = "W999010319003", "Y999010319014"


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell is folded."""
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def odd(spoil: Spoil) -> Path:
    """A return with a name that has signs no name should have, which a finding quotes."""
    return spoil("<Surname>Nettle<", "<Surname>Nettle@9<", upn=NETTLE)


def test_json_has_no_name_even_where_the_name_is_what_is_wrong(run: Run, odd: Path) -> None:
    ran = run("ctf", "check", odd, "--year", 2026, "--json")

    finding = next(one for one in json.loads(ran.out)["findings"] if one["code"] == "TA-217")
    assert (finding["upn"], finding["field"], finding["value"]) == (NETTLE, "Surname", None)
    assert "Nettle" not in ran.out


def test_without_names_none_is_told_even_where_the_name_is_what_is_wrong(
    run: Run, odd: Path, tmp_path: Path
) -> None:
    page, table = tmp_path / "page.html", tmp_path / "found.csv"
    asked = ("ctf", "check", odd, "--year", 2026, "--no-names")

    told = run(*asked, "--html", page, "--csv", table).out + run(*asked, "--by", "pupil").out

    told += page.read_text(encoding="utf-8") + table.read_text(encoding="utf-8")
    assert "TA-217" in told
    assert "Nettle" not in told


def test_a_pupil_is_not_given_half_the_name_of_another(
    run: Run, spoil: Spoil, invented: Path
) -> None:
    path = spoil("<Forename>Priya<", "<Forename><", upn=CAWLEY)
    text = path.read_text(encoding="utf-8").replace(">Cawley<", ">Moss<")
    path.write_text(text, encoding="utf-8")

    ran = run("ctf", "check", path, "--year", 2026, "--expected", invented / "expected.csv")

    assert "Moss" in ran.out
    assert "Moss, Priya" not in ran.out


def test_a_number_stands_in_one_piece_on_a_narrow_terminal(
    run: Run, odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")

    assert NETTLE in run("ctf", "check", odd, "--year", 2026).out
    assert NETTLE in run("ctf", "show", odd).out
