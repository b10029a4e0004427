"""A folder is written whole or not at all."""

import json
from pathlib import Path

import polars as pl
import pytest
from engine_side import computed
from oracle_examples import YEAR, pupil, school

from keystage.core.errors import InputError
from keystage.reports.disclosure import publish
from keystage.reports.files import (
    whole_folder,
    write_analyst,
    write_json,
    write_published,
    write_text,
)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_files_arrive_when_the_block_ends_well(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "out"
    with whole_folder(target) as draft:
        (draft / "analyst").mkdir()
        (draft / "analyst" / "a.txt").write_text("a")
        (draft / "b.txt").write_text("b")
        assert not target.exists()
    assert names(target) == ["analyst", "analyst/a.txt", "b.txt"]
    assert names(tmp_path / "deep") == ["out", *(f"out/{name}" for name in names(target))]


def write_half(target: Path, error: BaseException) -> None:
    with whole_folder(target) as draft:
        (draft / "school.csv").write_text("half")
        raise error


def test_nothing_is_left_behind_on_an_error(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(ZeroDivisionError):
        write_half(target, ZeroDivisionError())
    assert list(tmp_path.iterdir()) == []


def test_an_error_leaves_an_earlier_run_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "school.csv").write_text("earlier")
    with pytest.raises(KeyboardInterrupt):
        write_half(target, KeyboardInterrupt())
    assert (target / "school.csv").read_text() == "earlier"
    assert names(tmp_path) == ["out", "out/school.csv"]


def test_files_of_the_same_name_are_replaced_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "analyst").mkdir()
    (tmp_path / "analyst" / "notes.txt").write_text("mine")
    (tmp_path / "school.csv").write_text("earlier")
    with whole_folder(tmp_path) as draft:
        (draft / "school.csv").write_text("new")
        (draft / "analyst").mkdir()
        (draft / "analyst" / "la.parquet").write_text("new")
    assert (tmp_path / "school.csv").read_text() == "new"
    assert (tmp_path / "analyst" / "notes.txt").read_text() == "mine"
    assert names(tmp_path) == ["analyst", "analyst/la.parquet", "analyst/notes.txt", "school.csv"]


def test_an_existing_file_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("mine")
    with (
        pytest.raises(InputError, match="a file, not a folder") as caught,
        whole_folder(target),
    ):
        raise AssertionError
    assert caught.value.where == str(target)
    assert "-o" in caught.value.todo
    assert target.read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("mine")
    with pytest.raises(InputError, match="cannot be written"), whole_folder(blocker / "x" / "out"):
        raise AssertionError
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("in_the_way", ["school.csv", "analyst"])
def test_something_else_in_a_files_place_is_refused(tmp_path: Path, in_the_way: str) -> None:
    """A folder where a file should go, and a file where a folder should."""
    target = tmp_path / "out"
    target.mkdir()
    if in_the_way == "analyst":
        (target / "analyst").write_text("mine")
    else:
        (target / "school.csv").mkdir()
    with pytest.raises(InputError, match="cannot be written") as caught:
        write_all(target)
    assert in_the_way in caught.value.where
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def write_all(target: Path) -> None:
    with whole_folder(target) as draft:
        (draft / "analyst").mkdir()
        (draft / "analyst" / "school.parquet").write_text("new")
        (draft / "school.csv").write_text("new")


def test_a_published_table_is_written_as_it_is_printed(tmp_path: Path) -> None:
    table = computed([pupil()] * 7, [school(SCHNAME="St Anne's, Märwick")], YEAR).table
    made = publish(table, "school")
    write_published(made, tmp_path / "school.csv")
    text = (tmp_path / "school.csv").read_text(encoding="utf-8")
    assert text.count("\n") == 2
    read = pl.read_csv(tmp_path / "school.csv", infer_schema=False)
    assert read["SCHNAME"].item() == "St Anne's, Märwick"
    assert (read["PTRWM_EXP"].item(), read["READPROG"].item(), read["PTRWM_EXP_B"].item()) == (
        "100%", "-0.5", "",
    )  # fmt: skip


def test_analysts_tables_read_back_exactly(tmp_path: Path) -> None:
    frame = pl.DataFrame({"URN": [900001], "READPROG": [-2.573833333333333], "x": [None]})
    write_analyst(frame, tmp_path / "analyst" / "school.parquet")
    assert pl.read_parquet(tmp_path / "analyst" / "school.parquet").equals(frame)


def test_the_parts_of_a_cohort_read_back_exactly(tmp_path: Path) -> None:
    """They hold 128-bit sums of squares."""
    parts = computed([pupil()] * 7, [school()], YEAR).parts
    write_analyst(parts, tmp_path / "parts.parquet")
    read = pl.read_parquet(tmp_path / "parts.parquet")
    assert read.equals(parts)
    assert read.schema == parts.schema


def test_metadata_is_plain_json(tmp_path: Path) -> None:
    write_json({"file": "pupils – März.csv", "pupils": 7}, tmp_path / "metadata.json")
    text = (tmp_path / "metadata.json").read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert "März" in text
    assert json.loads(text) == {"file": "pupils – März.csv", "pupils": 7}


def test_a_text_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "reference.toml"
    write_text("[year]\n", path)
    write_text("[year]\nid = 2022\n", path)
    assert path.read_text() == "[year]\nid = 2022\n"
    assert names(path.parent) == ["reference.toml"]


def test_a_text_file_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="cannot be written") as caught:
        write_text("text", tmp_path / "file" / "reference.toml")
    assert caught.value.where.endswith("reference.toml")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_text("text", tmp_path / "folder")
    assert names(tmp_path) == ["file", "folder"]
