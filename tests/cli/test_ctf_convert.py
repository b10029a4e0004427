"""keystage ctf convert: returns become tables and tables returns."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

pytestmark = pytest.mark.usefixtures("wide")
Run = Callable[..., Any]
Spoil = Callable[..., Path]
NAME = "9990103_CTF_NAALLLL_001.xml"
CAWLEY = "W999010319003"
NETTLE = "Y999010319014"


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_return_becomes_a_table_and_the_table_the_same_return(
    run: Run, invented: Path, tmp_path: Path, ending: str
) -> None:
    table, back = tmp_path / f"marks.{ending}", tmp_path / "back.xml"

    there = run("ctf", "convert", invented / NAME, "-o", table)
    and_back = run("ctf", "convert", table, "-o", back, "--year", 2026)

    assert (there.code, and_back.code) == (0, 0)
    assert "16 pupils written" in there.out
    assert "contains personal data" in there.out
    assert "It was not checked: keystage ctf check" in and_back.out
    assert "say the same of 16 pupils" in run("ctf", "diff", invented / NAME, back).out


def test_columns_of_a_table_may_stand_in_any_order(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    run("ctf", "convert", invented / NAME, "-o", tmp_path / "marks.csv")
    with (tmp_path / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row[::-1] for row in csv.reader(file)]
    with (tmp_path / "turned.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([rows[0], *sorted(rows[1:])])

    run("ctf", "convert", tmp_path / "turned.csv", "-o", tmp_path / "back.xml", "--year", 2026)

    told = run("ctf", "diff", invented / NAME, tmp_path / "back.xml").out
    assert "say the same of 16 pupils" in told


def test_every_result_can_be_a_row_of_parquet(run: Run, invented: Path, tmp_path: Path) -> None:
    ran = run("ctf", "convert", invented / NAME, "-o", tmp_path / "all.parquet", "--results")

    frame = pl.read_parquet(tmp_path / "all.parquet")
    assert "38 results written" in ran.out
    assert frame.filter(upn=CAWLEY)["result"].to_list() == ["PK4", "PK3", "PK5", "HNM"]


def test_cells_that_would_run_are_made_harmless_and_come_back(
    run: Run, spoil: Spoil, tmp_path: Path
) -> None:
    path = spoil("<Surname>Nettle<", "<Surname>=1+1<", upn=NETTLE)
    run("ctf", "convert", path, "-o", tmp_path / "marks.csv")

    assert "'=1+1" in (tmp_path / "marks.csv").read_text(encoding="utf-8")
    run("ctf", "convert", tmp_path / "marks.csv", "-o", tmp_path / "back.xml", "--year", 2026)
    assert "<Surname>=1+1</Surname>" in (tmp_path / "back.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("marks.csv", "-o", "out.xml"), 2, "A return is of one year."),
        (("marks.csv", "-o", "out.xlsx"), 2, "does not say which year"),
        (("absent.csv", "-o", "out.xml", "--year", 2026), 3, "no such file"),
        (("marks.csv", "-o", "out.xml", "--year", 2020), 2, "no collection of 2020"),
        (("marks.csv", "-o", "out.doc", "--year", 2026), 2, "no ending"),
        (("marks.csv", "-o", "out.xml", "--year", 2026, "--school", 9990104), 2, "of school"),
    ],
)
def test_a_conversion_that_cannot_be_is_refused(
    run: Run,
    invented: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[object, ...],
    code: int,
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "marks.csv").write_bytes((invented / "marks.csv").read_bytes())

    ran = run("ctf", "convert", *arguments)

    assert ran.code == code
    assert reason in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["marks.csv"]


def test_a_value_without_meaning_is_not_converted_silently(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    text = (invented / "marks.csv").read_text(encoding="utf-8")
    (tmp_path / "marks.csv").write_text(text.replace("03/11/2014", "soon"), encoding="utf-8")

    ran = run("ctf", "convert", tmp_path / "marks.csv", "-o", tmp_path / "x.xml", "--year", 2026)

    assert ran.code == 3
    assert "marks.csv, line 2, Date of birth: 'soon' cannot be read" in ran.err


def test_a_sheet_without_a_school_needs_its_number(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    text = (invented / "marks.csv").read_text(encoding="utf-8")
    plain = text.replace("School number,", "").replace("\n9990103,", "\n")
    (tmp_path / "marks.csv").write_text(plain, encoding="utf-8")
    asked = ("ctf", "convert", tmp_path / "marks.csv", "-o", tmp_path / "x.xml", "--year", 2026)

    assert "Nothing says which school this is." in run(*asked).err
    assert run(*asked, "--school", 9990103).code == 0


def test_a_sheet_with_control_characters_is_refused_harmlessly(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    text = (invented / "marks.csv").read_text(encoding="utf-8")
    (tmp_path / "marks.csv").write_text(text.replace("Nettle", "\x1b[2JNettle"), encoding="utf-8")

    ran = run(
        "ctf", "export", tmp_path / "marks.csv", "--year", 2026, "--school", 9990103,
        "-o", tmp_path / "outbox",
    )  # fmt: skip

    assert ran.code == 7
    assert "it holds a control character" in ran.out
    assert "\x1b[2J" not in ran.out + ran.err


def test_a_year_the_file_has_nothing_of_is_told(run: Run, invented: Path, tmp_path: Path) -> None:
    says = "No key stage 2 results of 2024 are in the file; it has those of 2026."

    assert says in run("ctf", "show", invented / NAME, "--year", 2024).out
    out = ("-o", tmp_path / "marks.csv", "--year", 2024)
    assert says in run("ctf", "convert", invented / NAME, *out).out
    assert "No key stage 2 results" not in run("ctf", "show", invented / NAME).out


def test_a_table_of_parquet_becomes_a_return_again(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    table, back = tmp_path / "marks.parquet", tmp_path / "back.xml"
    run("ctf", "convert", invented / NAME, "-o", table)

    assert run("ctf", "convert", table, "-o", back, "--year", 2026).code == 0
    assert "say the same of 16 pupils" in run("ctf", "diff", invented / NAME, back).out


def test_columns_a_return_has_no_place_for_are_named_when_it_is_made(
    run: Run, invented: Path, tmp_path: Path
) -> None:
    text = (invented / "marks.csv").read_text(encoding="utf-8")
    sheet = tmp_path / "marks.csv"
    sheet.write_text(text.replace("Left on\n", "Left on,Maths level,Class\n"), encoding="utf-8")

    ran = run("ctf", "convert", sheet, "-o", tmp_path / "back.xml", "--year", 2026)

    assert "Not taken from the sheet: Maths level, Class." in ran.out
