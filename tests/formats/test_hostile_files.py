"""Files that cannot be read get an error that names the place, and what to do."""

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from keystage.core.errors import InputError
from keystage.formats.tables import read_pupils, read_schools
from keystage.statute.year import Year

Write = Callable[..., Path]


def refusal(path: Path, year: Year) -> InputError:
    with pytest.raises(InputError) as refused:
        read_pupils(path, year)
    error = refused.value
    assert error.where.startswith(str(path))
    assert error.what.endswith((".", ")."))
    assert error.todo
    return error


def test_a_directory_is_refused(tmp_path: Path, year: Year) -> None:
    assert refusal(tmp_path, year).what == "This is a folder, not a file."


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, year: Year) -> None:
    assert refusal(tmp_path / "none.csv", year).what == "There is no such file."


def test_a_pipe_is_refused_and_does_not_hang(tmp_path: Path, year: Year) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert refusal(tmp_path / "pipe", year).what == "This is a stream, not a file."


def test_a_file_that_may_not_be_read_is_refused(
    pupil_file: Write, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = pupil_file()
    monkeypatch.setattr(Path, "open", refuse)

    assert refusal(path, year).what == "The file cannot be opened (Permission denied)."


def test_a_file_that_fails_while_it_is_read_is_refused(
    pupil_file: Write, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pupil_file()
    monkeypatch.setattr("keystage.formats.tables.kind_of", lambda _: "csv")

    def fail(*_: object, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "open", fail)

    assert refusal(path, year).what == "The file cannot be opened (OSError)."


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04rest", "The file is a spreadsheet or a zip archive, not CSV or Parquet."),
        (b"\xd0\xcf\x11\xe0rest", "The file is an old Excel workbook, not CSV or Parquet."),
        (b"\x1f\x8brest", "The file is compressed with gzip, not CSV or Parquet."),
        (b"%PDF-1.7", "The file is a PDF, not CSV or Parquet."),
        (b"\xff\xfeU\0R\0N\0", "The file is in UTF-16, not UTF-8."),
        (b"\xfe\xff\0U\0R\0N", "The file is in UTF-16, not UTF-8."),
        (b"U\0R\0N\0", "The file is in UTF-16, not UTF-8."),
        (b"PAR1", "This Parquet file is damaged or was cut short."),
        (b"PAR1 and then nothing", "This Parquet file is damaged or was cut short."),
        (b"PAR1 and then PAR1", "This Parquet file is damaged or was cut short."),
        (b"\n", "The file has nothing in it but blank lines."),
        (b" , ,\n\n,,\n", "The file has nothing in it but blank lines."),
    ],
)
def test_a_file_of_another_kind_is_refused(
    head: bytes, said: str, tmp_path: Path, year: Year
) -> None:
    path = tmp_path / "pupils.csv"
    path.write_bytes(head)

    assert refusal(path, year).what.startswith(said.removesuffix("."))


def test_a_heading_without_records_is_refused(tmp_path: Path, heading: str, year: Year) -> None:
    path = tmp_path / "pupils.csv"
    for end in ("", "\n", "\n\n\n", "\n,,,,,,,,,,\n"):
        path.write_text(heading + end)

        assert refusal(path, year).what == "The file has a heading and no records."


@pytest.mark.parametrize(
    ("encoding", "record"), [("cp1252", "Zoë"), ("cp1252", "a–b"), ("latin-1", "£")]
)
def test_text_that_is_not_utf_8_is_refused_with_its_line(
    encoding: str, record: str, pupil_file: Write, plain: str, year: Year
) -> None:
    odd = plain.replace("A999000000001", record)

    error = refusal(pupil_file(plain, plain, odd, encoding=encoding), year)

    assert error.where.endswith("pupils.csv, line 4")
    assert "UTF-8" in error.what
    assert "CSV UTF-8" in error.todo


def test_a_heading_that_is_not_utf_8_is_refused(
    pupil_file: Write, heading: str, plain: str, year: Year
) -> None:
    error = refusal(
        pupil_file(plain, heading=heading.replace("UPN", "Ünique"), encoding="cp1252"), year
    )

    assert error.where.endswith("line 1")


def test_records_of_the_wrong_length_are_refused_with_their_line(
    pupil_file: Write, plain: str, year: Year
) -> None:
    short = refusal(pupil_file(plain, plain.rpartition(",")[0], plain), year)
    long = refusal(pupil_file(plain, plain, plain + ",extra"), year)
    after = refusal(pupil_file(plain.replace("A999000000001", '"A\nB"'), plain + ","), year)

    assert short.where.endswith("line 3")
    assert short.what == "This line has 10 columns and the heading has 11."
    assert long.where.endswith("line 4")
    assert after.where.endswith("line 4")


def test_a_quotation_mark_left_open_is_refused(pupil_file: Write, plain: str, year: Year) -> None:
    error = refusal(pupil_file(plain, plain.replace("A999", '"A999'), plain), year)

    assert "not well-formed CSV" in error.what


def test_a_nul_byte_is_refused_with_its_line(pupil_file: Write, plain: str, year: Year) -> None:
    error = refusal(pupil_file(plain, plain.replace("A9", "A\0")), year)

    assert error.what == "The line holds a NUL byte, which no text has."
    assert error.where.endswith("line 3")


def test_old_line_ends_are_refused(tmp_path: Path, heading: str, plain: str, year: Year) -> None:
    path = tmp_path / "pupils.csv"
    path.write_bytes(f"{heading}\r{plain}\r".encode())

    assert "not well-formed CSV" in refusal(path, year).what


def test_a_field_without_end_is_refused(pupil_file: Write, plain: str, year: Year) -> None:
    error = refusal(pupil_file(plain, plain.replace("A9", "A" * 200_000) + ","), year)

    assert "field larger than field limit" in error.what


def test_every_missing_column_is_named_with_what_it_is_needed_for(
    pupil_file: Write, year: Year
) -> None:
    error = refusal(pupil_file("1,2", heading="UPN,READSCORE"), year)

    assert error.what.startswith("7 columns are missing: URN, needed for telling which school")
    for name in ("P_INCL", "READOUTCOME", "MATOUTCOME", "MATSCORE", "WRITTAOUTCOME"):
        assert f"; {name}, needed for " in error.what
    assert (
        "KS1READ and KS1WRIT and KS1MAT (or KS1AVERAGEPS in their place), needed for prior"
        in error.what
    )


def test_one_missing_column_is_named_in_the_singular(
    pupil_file: Write, heading: str, plain: str, year: Year
) -> None:
    error = refusal(pupil_file(plain, heading=heading.replace("P_INCL", "INCLUSION")), year)

    assert error.what == "A column is missing: P_INCL, needed for telling which pupils count."


@pytest.mark.parametrize(
    ("separator", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")]
)
def test_another_separator_is_recognised(
    separator: str, name: str, pupil_file: Write, heading: str, plain: str, year: Year
) -> None:
    path = pupil_file(plain.replace(",", separator), heading=heading.replace(",", separator))

    assert name in refusal(path, year).todo


def test_a_lone_heading_says_nothing_of_separators(pupil_file: Write, year: Year) -> None:
    assert refusal(pupil_file("1", heading="URN"), year).todo.startswith("Add what is missing")


@pytest.mark.parametrize("second", ["urn", "PINCL_Flag", "Sen"])
def test_a_column_that_is_there_twice_is_refused(
    second: str, pupil_file: Write, heading: str, plain: str, year: Year
) -> None:
    path = pupil_file(plain + ",N,N", heading=f"{heading},SENF,{second}")

    error = refusal(path, year)

    assert error.what.startswith("Two columns are ")
    assert error.where.endswith("heading")


def test_a_parquet_file_cut_short_is_refused(tmp_path: Path, year: Year) -> None:
    path = tmp_path / "pupils.parquet"
    pl.DataFrame({"URN": list(range(5000))}).write_parquet(path)
    whole = path.read_bytes()
    for part in (5, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:part])

        assert refusal(path, year).what == "This Parquet file is damaged or was cut short."


def test_a_parquet_file_damaged_inside_is_refused(
    tmp_path: Path, heading: str, plain: str, year: Year
) -> None:
    path = tmp_path / "pupils.parquet"
    rows = [plain.split(",")] * 50
    pl.DataFrame(rows, schema=heading.split(","), orient="row").write_parquet(path)
    whole = bytearray(path.read_bytes())
    whole[4:200] = b"\xff" * 196
    path.write_bytes(bytes(whole))

    assert refusal(path, year).what == "The file is damaged: its records cannot be read."


@pytest.mark.parametrize(
    "value", [pl.lit([[1, 2]]), pl.lit(b"105"), pl.duration(hours=1), pl.struct(pl.lit(1))]
)
def test_a_parquet_column_of_lists_bytes_or_records_is_refused(
    value: pl.Expr, tmp_path: Path, heading: str, plain: str, year: Year
) -> None:
    path = tmp_path / "pupils.parquet"
    frame = pl.DataFrame([plain.split(",")], schema=heading.split(","), orient="row")
    frame.with_columns(READSCORE=value).write_parquet(path)

    error = refusal(path, year)

    assert error.where.endswith("column READSCORE")


def test_a_school_file_without_numbers_is_refused(tmp_path: Path, year: Year) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("SCHNAME\nAlder\n")

    with pytest.raises(InputError, match="A column is missing: URN, needed for joining"):
        read_schools(path, year)
