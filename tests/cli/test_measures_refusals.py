"""keystage measures: every file, folder and year that is refused, with its place and no remains."""

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from cohorts import csv_text

INVENTED = Path(__file__).parents[2] / "data" / "invented"
PUPILS, SCHOOLS = INVENTED / "pupils.csv", INVENTED / "schools.csv"
YEAR = ("--year", "2022", "--release", "provisional")
Run = Callable[..., Any]


def without(column: str) -> str:
    return pl.read_csv(PUPILS, infer_schema=False).drop(column).write_csv()


def edited(line: int, **cells: str) -> str:
    rows = list(csv.DictReader(PUPILS.read_text(encoding="utf-8").splitlines()))
    rows[line - 2] |= cells
    return csv_text(rows, list(rows[0]))


def with_number_of(line: int, other: int) -> str:
    rows = list(csv.DictReader(PUPILS.read_text(encoding="utf-8").splitlines()))
    return edited(line, UPN=rows[other - 2]["UPN"])


def bad_files() -> Iterator[tuple[str, bytes, str, str]]:
    """A name, the content, where the sentence says it is, and words of it."""
    yield "column.csv", without("READSCORE").encode(), "column.csv, heading", "READSCORE, needed"
    yield "twice.csv", with_number_of(4, 3).encode(), "twice.csv, line 3, column UPN", "more than"
    yield "score.csv", edited(5, READSCORE="121").encode(), "line 5, column READSCORE", "121 is not"
    yield "text.csv", edited(6, MATSCORE="lots").encode(), "line 6, column MATSCORE", "“lots”"
    yield "code.csv", edited(7, READOUTCOME="Y").encode(), "line 7, column READOUTCOME", "“Y”"
    yield "rule.csv", edited(8, READOUTCOME="S", READSCORE="").encode(), "READOUTCOME", "S, given"
    yield "against.csv", edited(9, READOUTCOME="AS", READSCORE="90").encode(), "line 9", "AS says"
    yield "empty.csv", b"", "empty.csv", "is empty"
    yield "blank.csv", b"\n\n \n", "blank.csv", "nothing in it but blank lines"
    heading = PUPILS.read_bytes().splitlines()[0]
    yield "heading.csv", heading + b"\n", "heading.csv", "a heading and no records"
    yield (
        "latin.csv",
        PUPILS.read_text(encoding="utf-8").replace("Ñ", "\xd1").encode("cp1252", "replace"),
        "latin.csv, line ",
        "not in UTF-8",
    )
    yield "wide.csv", PUPILS.read_text(encoding="utf-8").encode("utf-16"), "wide.csv", "UTF-16"
    yield "school.csv", edited(9, URN="900099").encode(), "column URN", "900099"
    yield "fields.csv", PUPILS.read_bytes() + b"9980101,900001\n", "line 150", "2 columns"
    yield "excel.xlsx", b"PK\x03\x04rest of a workbook", "excel.xlsx", "is a spreadsheet"
    yield "cut.parquet", b"PAR1" + bytes(200), "cut.parquet", "damaged or was cut short"


@pytest.mark.parametrize(("name", "content", "where", "words"), [
    pytest.param(*case, id=case[0]) for case in bad_files()
])  # fmt: skip
def test_a_bad_file_is_refused_with_its_place(
    name: str, content: bytes, where: str, words: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    ran = run("measures", path, "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "out")
    assert_refused(ran, 3, tmp_path, {name})
    assert str(path) in ran.err
    assert where in ran.err
    assert words in ran.err


def assert_refused(ran: Any, code: int, folder: Path, left: set[str]) -> None:
    """A sentence, an exit code, nothing printed, and nothing left behind."""
    assert ran.code == code, (ran.out, ran.err)
    assert ran.out == ""
    assert ran.err.startswith("keystage: ")
    assert ran.err.rstrip()[-1] in ".?"
    assert "Traceback" not in ran.err
    assert {path.name for path in folder.iterdir()} == left


def test_a_directory_and_a_missing_file_are_refused(run: Run, tmp_path: Path) -> None:
    for path, words in ((tmp_path, "This is a folder"), (tmp_path / "none.csv", "no such file")):
        ran = run("measures", path, *YEAR, "-o", tmp_path / "out")
        assert_refused(ran, 3, tmp_path, set())
        assert f"{path}: " in ran.err
        assert words in ran.err
    ran = run("measures", PUPILS, "--schools", tmp_path / "no.csv", *YEAR, "-o", tmp_path / "out")
    assert_refused(ran, 3, tmp_path, set())
    assert "no.csv: There is no such file." in ran.err


def test_a_parquet_file_cut_short_anywhere_is_refused(run: Run, tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pl.read_csv(PUPILS, infer_schema=False).write_parquet(whole)
    content = whole.read_bytes()
    path = tmp_path / "cut.parquet"
    for kept in (4, 100, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:kept])
        ran = run("measures", path, *YEAR, "-o", tmp_path / "out")
        assert_refused(ran, 3, tmp_path, {"cut.parquet", "whole.parquet"})
        assert "damaged or was cut short" in ran.err
    path.write_bytes(content[: len(content) // 2] + b"\0" * 64 + content[-200:])
    ran = run("measures", path, *YEAR, "-o", tmp_path / "out")
    assert_refused(ran, 3, tmp_path, {"cut.parquet", "whole.parquet"})


def test_an_output_that_is_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    taken = tmp_path / "out"
    taken.write_text("mine", encoding="utf-8")
    ran = run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", taken)
    assert_refused(ran, 3, tmp_path, {"out"})
    assert "The output is a file, not a folder." in ran.err
    assert taken.read_text(encoding="utf-8") == "mine"
    ran = run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", taken / "inner")
    assert_refused(ran, 3, tmp_path, {"out"})
    assert "cannot be written" in ran.err


def test_an_output_that_may_not_be_written_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    ran = run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "out")
    assert_refused(ran, 3, tmp_path, set())
    assert "out: The output folder cannot be written (Permission denied)." in ran.err

    def refuse_draft(*, prefix: str, **_: object) -> str:
        raise OSError(28, os.strerror(28), str(tmp_path / f"{prefix}abc"))

    monkeypatch.setattr("tempfile.mkdtemp", refuse_draft)
    ran = run("measures", PUPILS, "--schools", SCHOOLS, *YEAR, "-o", tmp_path / "out")
    assert f"{tmp_path / 'out'}: The output folder cannot be written" in ran.err


def test_outputs_of_an_earlier_run_survive_one_that_is_refused(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "school.csv").write_text("earlier", encoding="utf-8")
    ran = run("measures", tmp_path / "none.csv", *YEAR, "-o", out)
    assert_refused(ran, 3, tmp_path, {"out"})
    assert (out / "school.csv").read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize(
    ("year", "release", "code", "words"),
    [
        ("2021", "final", 2, "There is no statutory year 2021."),
        ("2022", "revised", 2, "There is no revised release of 2022."),
        ("2023", "final", 5, "Pupil progress needs the table [prior_attainment_groups]"),
        ("2018", "final", 5, "absent for 2018 final"),
    ],
)
def test_a_year_that_cannot_be_computed_is_said(
    year: str, release: str, code: int, words: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "pupils.csv"
    plain = "URN,P_INCL,KS1AVERAGEPS,READOUTCOME,READSCORE,MATOUTCOME,MATSCORE,WRITTAOUTCOME\n"
    path.write_text(f"{plain}900001,201,8,AS,100,AS,100,EXS\n", encoding="utf-8")
    ran = run("measures", path, "--year", year, "--release", release, "-o", tmp_path / "out")
    assert_refused(ran, code, tmp_path, {"pupils.csv"})
    assert words in ran.err


def test_writing_points_are_asked_for_and_not_left_out_in_silence(run: Run, tmp_path: Path) -> None:
    """Groups without writing points would leave only pupils below the standards in writing."""
    statute = tmp_path / "2026.toml"
    run("years", "from-pupil-file", INVENTED / "cohort_2026.csv", "--year", 2026, "--release",
        "provisional", "-o", statute)  # fmt: skip
    text = statute.read_text(encoding="utf-8").split("[writing_points]")[0]
    statute.write_text(text, encoding="utf-8")
    ran = run("measures", INVENTED / "cohort_2026.csv", "--year", 2026, "--release", "provisional",
              "--statute", statute, "-o", tmp_path / "out")  # fmt: skip
    assert_refused(ran, 5, tmp_path, {"2026.toml"})
    assert "Progress in writing needs the table [writing_points]" in ran.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("this is no TOML [", "statute.toml"),
        ('[year]\nid = 2022\nrelease = "final"\n', "not for 2022 provisional"),
        ('[year]\nid = 2022\nrelease = "provisional"\n[pupil_ds]\n', "Did you mean [pupil_sd]?"),
    ],
)
def test_a_broken_statute_file_is_refused(text: str, words: str, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "statute.toml"
    path.write_text(text, encoding="utf-8")
    ran = run("measures", PUPILS, *YEAR, "--statute", path, "-o", tmp_path / "out")
    assert_refused(ran, 4, tmp_path, {"statute.toml"})
    assert str(path) in ran.err
    assert words in ran.err


@pytest.mark.parametrize(
    "command", [("measures", "-o", "out"), ("explain", "--pupil", "A999000000001")]
)
def test_a_year_without_progress_has_no_reference_to_derive(
    command: tuple[str, ...], run: Run, tmp_path: Path
) -> None:
    name, *more = command
    of_2025 = ("--year", 2025, "--release", "final", "--reference", "derived")
    ran = run(name, tmp_path / "none.csv", *of_2025, *more)
    assert_refused(ran, 2, tmp_path, set())
    assert "2025 final has no progress measures, so there is no reference to derive." in ran.err


def test_a_reference_is_not_derived_from_a_file_that_is_not_national(
    run: Run, tmp_path: Path
) -> None:
    derived = (*YEAR, "--reference", "derived", "-o", tmp_path / "out")
    ran = run("measures", PUPILS, *derived)
    assert_refused(ran, 3, tmp_path, set())
    assert "without knowing which schools are mainstream" in ran.err
    assert "--schools" in ran.err
    path = tmp_path / "one.csv"
    pl.read_csv(PUPILS, infer_schema=False).filter(pl.col("URN") == "900003").write_csv(path)
    ran = run("measures", path, "--schools", SCHOOLS, *derived)
    assert_refused(ran, 3, tmp_path, {"one.csv"})
    assert "No pupil is in prior attainment group 1 in reading, so it has no average." in ran.err
