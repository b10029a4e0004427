import gzip
from pathlib import Path

import pytest

from keystage.core.errors import InputError
from keystage.formats.published_table import (
    DepartmentTable,
    Skipped,
    read_table,
    read_tables,
    year_of,
)

HEADING = "URN,RECTYPE,TELIG,ReadProg,SCHNAME\n"
ROW = "900001,1, 30,-1.0,Inventéd School\n"


def read(path: Path) -> DepartmentTable:
    table = read_table(path)
    assert isinstance(table, DepartmentTable)
    return table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_every_encoding_of_the_tables_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "2018-2019_ks2final.csv"
    path.write_bytes((HEADING + ROW).encode(encoding))
    table = read(path)
    assert table.year == 2019
    row = table.frame.to_dicts()[0]
    assert row["READPROG"] == "-1.0"
    assert row["TELIG"] == "30"
    assert row["SCHNAME"] == "Inventéd School"
    assert row["LINE"] == 2


def test_a_gzipped_table_is_read_and_tables_are_found_at_any_depth(tmp_path: Path) -> None:
    folder = tmp_path / "2017_18" / "deep"
    folder.mkdir(parents=True)
    (folder / "ks2.csv.gz").write_bytes(gzip.compress((HEADING + ROW).encode()))
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    tables, skipped = read_tables(tmp_path)
    assert [table.year for table in tables] == [2018]
    assert tables[0].frame["FILE"][0] == str(Path("2017_18", "deep", "ks2.csv.gz"))
    assert [(item.path.name, item.reason) for item in skipped] == [
        ("empty.csv", "the file is empty"),
        ("notes.csv", "no column URN, RECTYPE, TELIG, READPROG"),
    ]


def test_files_that_explain_columns_are_told_from_other_files(tmp_path: Path) -> None:
    (tmp_path / "ks2.csv").write_text(HEADING + ROW, encoding="utf-8")
    (tmp_path / "2017-2018_KS2_meta.csv").write_text("Field,Label\n", encoding="utf-8")
    (tmp_path / "metals.csv").write_text("a,b\n", encoding="utf-8")
    _, skipped = read_tables(tmp_path)
    assert {item.path.name: item.metadata for item in skipped} == {
        "2017-2018_KS2_meta.csv": True,
        "metals.csv": False,
    }


def test_a_single_file_may_be_given(tmp_path: Path) -> None:
    path = tmp_path / "ks2.csv"
    path.write_text(HEADING + ROW, encoding="utf-8")
    tables, skipped = read_tables(path)
    assert len(tables) == 1
    assert not skipped


@pytest.mark.parametrize(
    ("parts", "names", "year"),
    [
        (("2016-2017", "england_ks2final.csv"), [], 2017),
        (("2018-19.csv",), [], 2019),
        (("2016-2017", "2017-2018.csv"), [], 2018),
        (("2016-2018.csv",), [], None),
        (("ks2.csv",), ["READPROG_17", "READPROG_16"], 2018),
        (("ks2.csv",), ["READPROG"], None),
    ],
)
def test_the_year_is_read_from_names_and_then_from_columns(
    parts: tuple[str, ...], names: list[str], year: int | None
) -> None:
    assert year_of(parts, names) == year


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("cut.csv.gz", gzip.compress((HEADING + ROW * 50).encode(), mtime=0)[:-20], "cut short"),
        ("bad.csv.gz", b"\x1f\x8bnonsense", "damaged"),
        ("plain.csv.gz", HEADING.encode(), "no gzip file"),
        ("twice.csv", (HEADING.strip() + ",urn\n").encode(), "there twice"),
        ("ragged.csv", (HEADING + "1,2,3,4,5,6,7\n").encode(), "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=sentence) as caught:
        read_tables(tmp_path)
    assert name in str(caught.value)


def test_a_directory_without_tables_says_what_a_table_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no CSV file"):
        read_tables(tmp_path)
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="1 other CSV file"):
        read_tables(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        read_tables(tmp_path / "missing")


def test_a_file_that_cannot_be_opened_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "ks2.csv"
    path.write_text(HEADING, encoding="utf-8")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        read_table(path)


def test_a_table_of_other_columns_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "meta.csv"
    path.write_text("Column,Label\n1,URN\n", encoding="utf-8")
    assert isinstance(read_table(path), Skipped)
