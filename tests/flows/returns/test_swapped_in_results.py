"""Results read from a file: whether two pupils' may be swapped is asked, or said why not."""

from pathlib import Path

import polars as pl
import pytest

from keystage.core.errors import InputError
from keystage.flows.returns.results import Results, results
from keystage.formats.ctf.profile import load_profile

SCORES = {"WTS": 92, "EXS": 104, "GDS": 113}


@pytest.fixture
def marks(tmp_path: Path) -> Path:
    """Results of 32 pupils; Ann and Amy Lee have the scores of each other."""
    lines = ["UPN,Reading score,GPS score,Maths score"]
    for number, _, code, score in people():
        lines.append(f"{number},{score},{score},{score}")
        assert code in SCORES
    path = tmp_path / "results.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """The mark sheet of the same pupils, and of one who has no results."""
    lines = ["UPN,Surname,Forename,Date of birth,Sex,Writing,Science"]
    lines += [f"{upn},{name},01/02/2015,F,{code},EXS" for upn, name, code, _ in people()]
    path = tmp_path / "sheet.csv"
    path.write_text("\n".join([*lines, "Z999030139999,No,Body,01/02/2015,F,EXS,EXS"]), "utf-8")
    return path


def people() -> list[tuple[str, str, str, int]]:
    """UPN, surname and forename, judgement in writing, and score."""
    crowd = [
        (f"Name{code}{at},Other{at}{code}", code, mean + at % 5 - 2)
        for code, mean in SCORES.items()
        for at in range(10)
    ]
    named = [*crowd, ("Lee,Ann", "GDS", 92), ("Lee,Amy", "WTS", 113)]
    return [(f"Z99903013{number:04d}", *one) for number, one in enumerate(named)]


def read(file: Path, judged: Path | None = None) -> Results:
    return results(file, 2026, load_profile(), judged=judged)


def test_with_the_mark_sheet_pupils_whose_scripts_may_be_swapped_are_told_of(
    marks: Path, judged: Path
) -> None:
    found = read(marks, judged)

    assert (found.asked, found.swapped.height) == ("asked", 1)
    row = found.swapped.row(0, named=True)
    assert {row["upn"], row["other_upn"]} == {"Z999030130030", "Z999030130031"}
    assert "Ann Lee and Amy Lee" in row["message"]


def test_the_results_themselves_do_not_change_by_it(marks: Path, judged: Path) -> None:
    assert read(marks, judged).frame.equals(read(marks).frame)


def test_without_names_or_judgements_it_is_said_that_nothing_was_asked(marks: Path) -> None:
    found = read(marks)

    assert (found.asked, found.swapped.height) == ("no names", 0)


def test_a_mark_sheet_of_other_pupils_says_nothing_of_these(marks: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    head = "UPN,Surname,Forename,Date of birth,Sex,Writing"
    other.write_text(f"{head}\nZ999030139999,No,Body,01/02/2015,F,EXS\n", "utf-8")

    assert read(marks, other).asked == "no judgements"


def test_a_mark_sheet_that_cannot_be_read_is_refused(marks: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("", "utf-8")

    with pytest.raises(InputError, match="empty"):
        read(marks, empty)


def test_a_pupil_twice_in_the_mark_sheet_is_one(marks: Path, judged: Path) -> None:
    text = judged.read_text("utf-8")
    judged.write_text(f"{text}\n{text.splitlines()[-2]}", "utf-8")

    assert read(marks, judged).swapped.height == 1
    assert isinstance(read(marks, judged).swapped, pl.DataFrame)
