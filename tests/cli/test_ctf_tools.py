"""keystage ctf show, convert, diff, profile, results and expected."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Run = Callable[..., Any]
Spoil = Callable[..., Path]
NAME = "9990103_CTF_NAALLLL_001.xml"
CAWLEY, ECCLES, KETTLE, NETTLE = (
    "W999010319003", "Z999010319005", "F999010319011", "Y999010319014",
)  # fmt: skip


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no cell is folded."""
    monkeypatch.setenv("COLUMNS", "200")


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


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    path = tmp_path / "results.csv"
    path.write_text(
        f"Pupil,UPN,Reading mark,Reading scaled score,House\nNettle,{NETTLE},38,,Red\n"
        f"Kettle,{KETTLE},20,99,Blue\n",
        encoding="utf-8",
    )
    return path


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
