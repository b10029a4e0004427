"""A file is written whole or not at all, and never over another unless that is wanted."""

from pathlib import Path

import polars as pl
import pytest

from keystage.core.errors import InputError, KeystageError, UsageError
from keystage.flows.returns.convert import mark_sheet
from keystage.flows.returns.outputs import refuse_existing, whole_file, write_bytes, write_frame
from keystage.formats.ctf.profile import load_profile

FRAME = pl.DataFrame({"upn": ["A"]})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*"))


def test_a_file_is_written_with_the_folders_it_needs(tmp_path: Path) -> None:
    write_bytes(b"x", tmp_path / "deep" / "file.xml", replace=False)

    assert names(tmp_path) == ["deep", "file.xml"]


def test_nothing_is_left_when_writing_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with whole_file(tmp_path / "file.csv", replace=False) as draft:
            draft.write_text("half")
            raise UsageError("Stop.")

    with pytest.raises(UsageError):
        fail()
    assert names(tmp_path) == []


def test_what_was_there_stays_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "file.doc"
    path.write_text("mine")

    with pytest.raises(KeystageError):
        write_frame(FRAME, path, replace=True)
    assert path.read_text() == "mine"
    assert names(tmp_path) == ["file.doc"]


def test_a_file_that_is_there_is_refused_and_replaced_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "file.xml"
    path.write_text("mine")

    with pytest.raises(InputError, match="add --replace"):
        write_bytes(b"new", path, replace=False)
    write_bytes(b"new", path, replace=True)
    assert path.read_text() == "new"


def test_a_folder_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder, not a file"):
        refuse_existing(tmp_path, replace=True)


def test_a_place_where_no_file_can_be_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match="cannot be written") as refused:
        write_bytes(b"x", tmp_path / "file" / "more.xml", replace=False)
    assert refused.value.where == str(tmp_path / "file" / "more.xml")


def test_a_table_of_no_known_year_is_asked_for_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<CTfile><Header/><CTFpupilData/></CTfile>", encoding="utf-8")

    with pytest.raises(UsageError, match="--results"):
        mark_sheet(path, None, load_profile())
