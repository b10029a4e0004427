"""keystage ctf results: test results of a file as columns of a pupil file."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("wide")
Run = Callable[..., Any]
NAME = "9990103_CTF_NAALLLL_001.xml"
KETTLE = "F999010319011"
NETTLE = "Y999010319014"


def lines(text: str, part: str) -> list[list[str]]:
    """The lines that have some text, as words."""
    return [line.split() for line in text.splitlines() if part in line]


@pytest.fixture
def results_file(invented: Path, tmp_path: Path) -> Path:
    """A results file: the reading test of Nettle, with mark, score and outcome."""
    text = (invented / NAME).read_text(encoding="utf-8")
    before, pupil, after = text.partition(f"<UPN>{NETTLE}</UPN>")
    row = after[
        after.index("          <StageAssessment>") : after.index("</StageAssessment>\n") + 19
    ]
    tests = "".join(
        row.replace(">TA<", ">TT<")
        .replace(">WRI<", ">REA<")
        .replace(">NL<", f">{qualifier}<")
        .replace(">GDS<", f">{value}<")
        for qualifier, value in (("NM", 38), ("SS", 104), ("TO", "AS"))
    )
    path = tmp_path / "9990103_KS2_9990103_001.xml"
    path.write_text(before + pupil + after.replace(row, tests + row, 1), encoding="utf-8")
    return path


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    path = tmp_path / "results.csv"
    path.write_text(
        f"Pupil,UPN,Reading mark,Reading scaled score,House\nNettle,{NETTLE},38,,Red\n"
        f"Kettle,{KETTLE},20,99,Blue\n",
        encoding="utf-8",
    )
    return path


def test_results_become_columns_of_a_pupil_file(
    run: Run, results_file: Path, tmp_path: Path
) -> None:
    ran = run("ctf", "results", results_file, "-o", tmp_path / "results.csv")

    with (tmp_path / "results.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ran.code == 0
    assert len(rows) == 1
    expected = {
        "LAESTAB": "9990103", "URN": "900003", "UPN": NETTLE, "SURNAME": "Nettle",
        "READOUTCOME": "AS", "READSCORE": "104", "READMRK": "38", "WRITTAOUTCOME": "GDS",
    }  # fmt: skip
    assert expected.items() <= rows[0].items()
    assert "1 pupil with results, 0 values not taken." in ran.out


def test_show_tells_test_results_in_one_cell(run: Run, results_file: Path) -> None:
    assert "104 AS, mark 38" in run("ctf", "show", results_file).out


def test_results_as_json_have_no_names(run: Run, results_file: Path) -> None:
    told = run("ctf", "results", results_file, "--json").out

    assert json.loads(told)["results"][0]["READSCORE"] == 104
    assert "Nettle" not in told


def test_a_return_without_test_results_is_no_results_file(run: Run, invented: Path) -> None:
    ran = run("ctf", "results", invented / NAME)

    assert ran.code == 3
    assert "There are no test results of 2026 in it." in ran.err


def test_a_value_that_is_no_result_is_listed_with_its_reason(run: Run, results_file: Path) -> None:
    text = results_file.read_text(encoding="utf-8")
    results_file.write_text(text.replace(">104<", ">777<"), encoding="utf-8")

    ran = run("ctf", "results", results_file)

    assert ran.code == 0
    assert "1 value not taken." in ran.out
    assert "777" in ran.out


def test_results_in_a_table_are_taken_by_their_headings_which_can_be_kept(
    run: Run, marks: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "map.toml"
    first = run("ctf", "results", marks, "--year", 2026, "--save-mapping", kept)
    again = run("ctf", "results", marks, "--year", 2026, "--mapping", kept)

    assert first.code == 0
    assert "reading_mark from Reading mark" in first.out
    assert "Not taken: Pupil, House." in first.out
    assert lines(again.out, NETTLE) == lines(first.out, NETTLE) == [[NETTLE, "38"]]


def test_scores_are_looked_up_by_mark_and_never_written_over(
    run: Run, marks: Path, tmp_path: Path
) -> None:
    table = tmp_path / "scores.csv"
    rows = "".join(f"{mark},{min(mark + 75, 120)}\n" for mark in range(20, 51))
    table.write_text(f"mark,reading\n{rows}", encoding="utf-8")

    ran = run("ctf", "results", marks, "--year", 2026, "--conversion", table)

    assert lines(ran.out, NETTLE) == [[NETTLE, "113", "38"]]
    assert "1 scaled score looked up by the raw mark." in ran.out
    assert f"{KETTLE}, reading: the scaled score is 99, and the table gives 95" in ran.out


def test_results_in_a_table_need_a_year(run: Run, marks: Path) -> None:
    ran = run("ctf", "results", marks)

    assert ran.code == 2
    assert "Give it with --year." in ran.err


def test_results_listed_are_the_first_unless_asked_for_all(
    run: Run, marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.cli.ctf.results.FIRST", 1)

    assert "… and 1 more" in run("ctf", "results", marks, "--year", 2026).out
    assert "… and" not in run("ctf", "results", marks, "--year", 2026, "--all").out


def test_a_year_with_a_table_of_one_test_says_which_others_need_one(
    run: Run, tmp_path: Path
) -> None:
    marks, table = tmp_path / "marks.csv", tmp_path / "scores.csv"
    marks.write_text(f"UPN,Reading mark,GPS mark,Maths mark\n{NETTLE},20,40,90\n", encoding="utf-8")
    rows = "".join(f"{mark},{min(mark + 75, 120)}\n" for mark in range(20, 51))
    table.write_text(f"mark,reading\n{rows}", encoding="utf-8")

    own = run("ctf", "results", marks, "--year", 2024)
    given = run("ctf", "results", marks, "--year", 2024, "--conversion", table)
    none = run("ctf", "results", marks, "--year", 2026)
    told = json.loads(run("ctf", "results", marks, "--year", 2024, "--json").out)

    assert "1 scaled score looked up" in own.out
    assert "of 2024 to look it up in: reading (1 result), maths (1 result). Give" in own.out
    assert "2 scaled scores looked up" in given.out
    assert "look it up in: maths (1 result)." in given.out
    assert "reading (1 result), maths (1 result), grammar, punctuation and spelling" in none.out
    assert told["without_table"] == {"reading": 1, "maths": 1}


def test_columns_of_results_that_nobody_has_are_not_shown(run: Run, marks: Path) -> None:
    shown = run("ctf", "results", marks, "--year", 2026).out

    assert "READSCORE" in shown
    assert "MATSCORE" not in shown


def test_results_without_judgements_say_that_swapped_scripts_were_not_looked_for(
    run: Run, marks: Path
) -> None:
    ran = run("ctf", "results", marks, "--year", 2026)

    assert "Whether scripts of pupils with like names may be swapped was not looked" in ran.out
    assert "--judgements" in ran.out
