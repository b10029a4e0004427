"""What is read of a file: spellings, types, blanks, lines, and what is said of the rest."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from keystage.formats.tables import read_pupils, read_records, read_schools
from keystage.records.column import Column
from keystage.records.schema import PUPILS, SCHOOLS, pupil_dtypes, school_dtypes
from keystage.statute.code_lists import code_lists
from keystage.statute.loader import load_year
from keystage.statute.year import Year

Write = Callable[..., Path]
_EXAMPLE = {"whole": "101", "number": "7.5", "text": "words", "date": "2016-09-01"}


def sample(column: Column, year: Year) -> str:
    return column.values(code_lists(year))[0] if column.kind == "code" else _EXAMPLE[column.kind]


def spellings() -> list[tuple[Column, str]]:
    return [
        (column, spelling)
        for column in PUPILS
        for upper in column.headings
        for spelling in (upper, upper.lower(), f" {upper.title()} ")
    ]


@pytest.mark.parametrize(
    ("column", "spelling"), spellings(), ids=lambda x: x if isinstance(x, str) else x.name
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_every_spelling_of_every_field_is_read(
    column: Column, spelling: str, kind: str, tmp_path: Path, year: Year
) -> None:
    row = {other.name: sample(other, year) for other in PUPILS if other != column}
    frame = pl.DataFrame([row | {spelling: sample(column, year)}])
    path = tmp_path / f"file.{kind}"
    frame.write_csv(path) if kind == "csv" else frame.write_parquet(path)

    read = read_pupils(path, year)

    assert read.frame.schema == pl.Schema(pupil_dtypes(code_lists(year)))
    assert read.frame[column.name].null_count() == 0
    assert (read.unreadable.height, read.missing, read.unknown) == (0, (), ())


def test_a_plain_file_is_read(pupil_file: Write, plain: str, year: Year) -> None:
    read = read_pupils(pupil_file(plain, plain), year)

    assert read.frame["line"].to_list() == [2, 3]
    assert read.frame.row(0, named=True) | {"READSCORE": 105} == read.frame.row(0, named=True)
    assert {"LAESTAB", "GPSSCORE", "KS1AVERAGEPS"} <= set(read.missing)
    assert "URN" not in read.missing


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("READSCORE", "105", 105),
        ("READSCORE", " 105 ", 105),
        ("READSCORE", "105.0", 105),
        ("READSCORE", "105.", 105),
        ("READSCORE", "+105", 105),
        ("READSCORE", "N", None),
        ("READSCORE", " N", None),
        ("READSCORE", "  ", None),
        ("READSCORE", "", None),
        ("P_INCL", "201.0", "201"),
        ("KS1READ", "exs", "EXS"),
        ("KS1READ", " EXS ", "EXS"),
        ("KS1READPSCALE", "P3II", "P3ii"),
        ("UPN", "  A1  ", "A1"),
        ("UPN", " ", None),
        ("KS1AVERAGEPS", " 7.50", 7.5),
        ("KS1AVERAGEPS", "7", 7.0),
        ("KS1AVERAGEPS", "75e-1", 7.5),
    ],
)
def test_text_is_taken_for_what_it_means(
    name: str, text: str, value: object, tmp_path: Path, year: Year
) -> None:
    for kind in ("csv", "parquet"):
        read = read_pupils(one_pupil(tmp_path, year, kind, {name: text}), year)

        assert read.frame[name].item() == value
        assert read.unreadable.is_empty()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("READSCORE", "1O5", "it is not a whole number"),
        ("READSCORE", "105.5", "it is not a whole number"),
        ("READSCORE", "1e2", "it is not a whole number"),
        ("READSCORE", "1,05", "it is not a whole number"),
        ("READSCORE", "\u0661\u0660\u0665", "it is not a whole number"),
        ("READSCORE", "99999", "it is too large a number"),
        ("URN", "9" * 400, "it is too large a number"),
        ("P_INCL", "204", "the codes of this year are 201, 202, 203"),
        ("SEX", "Female", "the codes of this year are M, F"),
        ("KS1AVERAGEPS", "nan", "it is not a number"),
        ("KS1AVERAGEPS", "inf", "it is not a number"),
        ("KS1AVERAGEPS", "1e999", "it is not a number"),
        ("KS1AVERAGEPS", "7,5", "it is not a number"),
        ("INREADPROG", "Y", "the codes of this year are 0, 1"),
    ],
)
def test_text_without_meaning_keeps_its_text_and_place(
    name: str, text: str, reason: str, tmp_path: Path, year: Year
) -> None:
    for kind, line in (("csv", 2), ("parquet", 1)):
        path = one_pupil(tmp_path, year, kind, {name: text})

        read = read_pupils(path, year)

        assert read.frame[name].item() is None
        assert read.unreadable.rows() == [("pupils", str(path), line, name, text, reason)]


def one_pupil(tmp_path: Path, year: Year, kind: str, changes: dict[str, str]) -> Path:
    row = {column.name: sample(column, year) for column in PUPILS} | changes
    frame = pl.DataFrame([row])
    path = tmp_path / f"pupils.{kind}"
    frame.write_csv(path) if kind == "csv" else frame.write_parquet(path)
    return path


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("READSCORE", pl.Series([105, None], dtype=pl.Int64), [105, None]),
        ("READSCORE", pl.Series([105.0, float("nan")]), [105, None]),
        ("READSCORE", pl.Series(["105", "N"], dtype=pl.Categorical), [105, None]),
        ("READSCORE", pl.Series([Decimal("105.00"), None]), [105, None]),
        ("P_INCL", pl.Series([201, 202], dtype=pl.Int32), ["201", "202"]),
        ("P_INCL", pl.Series([201.0, None]), ["201", None]),
        ("NEWMOBILE", pl.Series([True, False]), ["1", "0"]),
        ("NEWMOBILE", pl.Series(["1", "0"], dtype=pl.Enum(["0", "1"])), ["1", "0"]),
        ("KS1READ", pl.Series(["EXS", None], dtype=pl.Categorical), ["EXS", None]),
        ("KS1READ", pl.Series([None, None]), [None, None]),
        ("UPN", pl.Series([123.0, None]), ["123", None]),
        ("UPN", pl.Series([date(2016, 9, 1), None]), ["2016-09-01", None]),
        ("KS1AVERAGEPS", pl.Series([7, 8]), [7.0, 8.0]),
        ("KS1AVERAGEPS", pl.Series(["7.5", "8"], dtype=pl.Categorical), [7.5, 8.0]),
        ("KS1AVERAGEPS", pl.Series([Decimal("7.50"), None]), [7.5, None]),
        ("KS1AVERAGEPS", pl.Series([7.5, float("nan")], dtype=pl.Float32), [7.5, None]),
    ],
)
def test_parquet_columns_of_any_sensible_type_are_read(
    name: str, values: pl.Series, expected: list[object], tmp_path: Path, year: Year
) -> None:
    read = read_pupils(two_pupils(tmp_path, year, name, values), year)

    assert read.frame[name].to_list() == expected
    assert read.unreadable.is_empty()


@pytest.mark.parametrize(
    ("name", "values", "text"),
    [
        ("READSCORE", pl.Series([105.5, 100.0]), "105.5"),
        ("READSCORE", pl.Series([99999, 100]), "99999"),
        ("READSCORE", pl.Series([float("inf"), 100.0]), "inf"),
        ("READSCORE", pl.Series([date(2016, 9, 1), None]), "2016-09-01"),
        ("P_INCL", pl.Series([7, 201]), "7"),
        ("KS1AVERAGEPS", pl.Series([float("-inf"), 7.0]), "-inf"),
        ("KS1READ", pl.Series(["?", "EXS"], dtype=pl.Categorical), "?"),
    ],
)
def test_parquet_values_without_meaning_keep_their_text(
    name: str, values: pl.Series, text: str, tmp_path: Path, year: Year
) -> None:
    read = read_pupils(two_pupils(tmp_path, year, name, values), year)

    assert read.frame[name][0] is None
    assert read.unreadable.select("line", "column", "text").rows() == [(1, name, text)]


def two_pupils(tmp_path: Path, year: Year, name: str, values: pl.Series) -> Path:
    path = tmp_path / "pupils.parquet"
    row = {column.name: sample(column, year) for column in PUPILS}
    pl.DataFrame([row, row]).with_columns(values.alias(name)).write_parquet(path)
    return path


def test_lines_are_exact_around_blank_lines_and_quoted_ones(
    pupil_file: Write, plain: str, year: Year
) -> None:
    split = plain.replace("A999000000001", '"A\nB"')
    bad = plain.replace("105", "what")

    read = read_pupils(pupil_file("", plain, " , ,,,,,,,,,", split, bad, "", ""), year)

    assert read.frame["line"].to_list() == [3, 5, 7]
    assert read.unreadable["line"].to_list() == [7]


def test_a_long_file_with_blank_lines_is_read_in_parts(
    pupil_file: Write, plain: str, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keystage.formats.delimited._AT_A_TIME", 2)

    read = read_pupils(pupil_file(plain, "", plain, plain, plain, "", plain), year)

    assert read.frame["line"].to_list() == [2, 4, 5, 6, 8]


def test_quoted_fields_and_their_quotation_marks_are_read(
    pupil_file: Write, plain: str, year: Year
) -> None:
    quoted = ",".join(f'"{cell}"' for cell in plain.split(","))
    inner = plain.replace("A999000000001", '"A ""B"", C"')
    empty = plain.replace("A999000000001", '""')

    read = read_pupils(pupil_file(quoted, inner, empty), year)

    assert read.frame["UPN"].to_list() == ["A999000000001", 'A "B", C', None]
    assert read.unreadable.is_empty()


def test_a_loose_quotation_mark_is_text(pupil_file: Write, plain: str, year: Year) -> None:
    read = read_pupils(pupil_file(plain.replace("A9", 'A"9"')), year)

    assert read.frame["UPN"].to_list() == ['A"9"99000000001']


def test_a_control_character_is_text(pupil_file: Write, plain: str, year: Year) -> None:
    read = read_pupils(pupil_file(plain.replace("A9", "A\x01"), plain), year)

    assert read.frame["UPN"].to_list() == ["A\x0199000000001", "A999000000001"]


def test_a_heading_may_take_several_lines_and_a_byte_order_mark(
    pupil_file: Write, heading: str, plain: str, year: Year
) -> None:
    path = pupil_file(plain + ",", heading=f'\ufeff{heading},"a\nb"')

    read = read_pupils(path, year)

    assert read.frame["line"].to_list() == [3]
    assert read.unknown == ("a\nb",)


def test_windows_line_ends_are_read(tmp_path: Path, heading: str, plain: str, year: Year) -> None:
    path = tmp_path / "pupils.csv"
    path.write_bytes(f"{heading}\r\n{plain}\r\n{plain}".encode())

    assert read_pupils(path, year).frame["WRITTAOUTCOME"].to_list() == ["EXS", "EXS"]


def test_unknown_columns_are_told_and_known_ones_that_are_not_needed_are_not(
    pupil_file: Write, heading: str, plain: str, year: Year
) -> None:
    path = pupil_file(plain + ",Fern,1,x,", heading=f"{heading},Surname,House,READMRK,")

    read = read_pupils(path, year)

    assert read.unknown == ("House",)
    assert "Fern" not in {str(cell) for row in read.frame.rows() for cell in row}


def test_the_average_may_take_the_place_of_key_stage_1_results(
    pupil_file: Write, year: Year
) -> None:
    heading = "URN,P_INCL,KS1AVERAGEPS,READOUTCOME,READSCORE,MATOUTCOME,MATSCORE,WRITTAOUTCOME"

    read = read_pupils(pupil_file("900001,201,7.5,AS,105,AS,105,EXS", heading=heading), year)

    assert read.frame["KS1AVERAGEPS"].to_list() == [7.5]
    assert {"KS1READ", "KS1WRIT", "KS1MAT"} <= set(read.missing)


def test_a_year_without_a_baseline_reads_no_key_stage_1_and_says_so(
    pupil_file: Write, plain: str
) -> None:
    read = read_pupils(
        pupil_file(plain.replace("EXS,EXS,EXS", "2B,2B,?")), load_year(2024, "final")
    )

    assert read.frame["KS1READ"].to_list() == [None]
    assert read.unreadable.is_empty()
    assert read.notes == (
        "Not read, as 2024 final has no codes for them: KS1READ, KS1WRIT, KS1MAT.",
    )


def test_a_school_file_in_the_published_tables_form_is_read(tmp_path: Path, year: Year) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(
        "RECTYPE,LEA,ESTAB,URN,SCHNAME,NFTYPE,DATE_JOINED_TRUST,TELIG\n"
        "1,999,1,900001,Alder,CY,01/09/2016,30\n"
        ",999,2,900002,Birch,CYS,2017-09-01,8\n"
        ",999,3,900003,Cedar,PRU,1/2/2018,\n"
        ",999,4,900004,Dogwood,,31/02/2018,\n"
        "3,999,,,,,,\n"
        "4,,,NAT,,,,\n"
    )

    read = read_schools(path, year)

    assert read.frame.schema == pl.Schema(school_dtypes(code_lists(year)))
    assert read.frame["LAESTAB"].to_list() == [9990001, 9990002, 9990003, 9990004]
    assert read.frame["RECTYPE"].to_list() == [1, 2, None, None]
    assert read.frame["DATE_JOINED_TRUST"].to_list() == [
        date(2016, 9, 1),
        date(2017, 9, 1),
        date(2018, 2, 1),
        None,
    ]
    assert read.unreadable.select("line", "text", "reason").rows() == [
        (5, "31/02/2018", "there is no such day")
    ]
    assert read.missing == ("LAESTAB", "REGION", "TRUST_UID", "TRUST_NAME")
    assert read.notes == ("Left out of the school file: 2 rows whose RECTYPE is not a school's.",)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("CY", 1), ("CYS", 2), ("NMSS", 2), ("PRU", None), ("IND", None), ("INDSS", None)],
)
def test_only_mainstream_and_state_funded_special_types_imply_a_record_type(
    kind: str, expected: int | None, tmp_path: Path, year: Year
) -> None:
    path = tmp_path / "schools.csv"
    path.write_text(f"URN,NFTYPE\n900001,{kind}\n")

    assert read_schools(path, year).frame["RECTYPE"].to_list() == [expected]


def test_spaces_in_the_name_of_a_region_count_as_one(tmp_path: Path, year: Year) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("URN,REGION\n900001,East Midmarch\n900002,  East   Midmarch \n")

    assert read_schools(path, year).frame["REGION"].to_list() == ["East Midmarch"] * 2


@pytest.mark.parametrize("number", ["0", "-5", "-900001.0"])
def test_the_number_of_a_school_is_above_nothing(
    number: str, pupil_file: Write, plain: str, year: Year
) -> None:
    read = read_pupils(pupil_file(plain, plain.replace("900001", number)), year)

    assert read.frame["URN"].to_list() == [900001, None]
    assert read.unreadable.select("line", "column", "text", "reason").rows() == [
        (3, "URN", number, "it is not above 0")
    ]


def test_the_number_of_a_school_is_above_nothing_in_parquet_and_in_school_files(
    tmp_path: Path, year: Year
) -> None:
    path = tmp_path / "schools.parquet"
    pl.DataFrame({"URN": [900001, 0, -5]}).write_parquet(path)

    read = read_schools(path, year)

    assert read.frame["URN"].to_list() == [900001, None, None]
    assert read.unreadable["text"].to_list() == ["0", "-5"]


@pytest.mark.parametrize(
    ("values", "expected", "unread"),
    [
        (pl.Series([date(2016, 9, 1)]), date(2016, 9, 1), 0),
        (pl.Series([datetime(2016, 9, 1, 8)]), date(2016, 9, 1), 0),  # noqa: DTZ001  # as in a file
        (pl.Series(["1/9/2016"]), date(2016, 9, 1), 0),
        (pl.Series(["1/9/2016"], dtype=pl.Categorical), date(2016, 9, 1), 0),
        (pl.Series(["2016-9-1"]), date(2016, 9, 1), 0),
        (pl.Series([" 2016-09-01 "]), date(2016, 9, 1), 0),
        (pl.Series(["16-09-01"]), None, 1),
        (pl.Series(["1 September 2016"]), None, 1),
        (pl.Series([20160901]), None, 1),
        (pl.Series([20160901.0]), None, 1),
    ],
)
def test_dates_are_read_in_both_ways_of_writing_them(
    values: pl.Series, expected: date | None, unread: int, tmp_path: Path, year: Year
) -> None:
    path = tmp_path / "schools.parquet"
    pl.DataFrame({"URN": [900001], "DATE_JOINED_TRUST": values}).write_parquet(path)

    read = read_schools(path, year)

    assert read.frame["DATE_JOINED_TRUST"].to_list() == [expected]
    assert read.unreadable.height == unread


def test_pupils_and_schools_are_put_together(
    pupil_file: Write, plain: str, tmp_path: Path, year: Year
) -> None:
    schools = tmp_path / "schools.csv"
    schools.write_text("URN,NFTYPE\n900001,XX\n")
    pupils = pupil_file(plain, plain.replace("105", "?"))

    records = read_records(pupils, schools, year)

    assert records.files == {"pupils": pupils, "schools": schools}
    assert records.unreadable.select("table", "line", "text").rows() == [
        ("pupils", 3, "?"),
        ("schools", 2, "XX"),
    ]
    assert "LEA" in records.missing_schools
    assert "GPSSCORE" in records.missing


def test_without_a_school_file_schools_are_those_pupils_name(
    pupil_file: Write, heading: str, plain: str, year: Year
) -> None:
    pupils = pupil_file(
        plain.replace("900001", "900002") + ",9990002",
        plain + ",9990001",
        plain + ",",
        plain.replace("900001", "900003") + ",9990003",
        plain.replace("900001", "900003") + ",9990004",
        plain.replace("900001", "") + ",9990005",
        heading=heading + ",LAESTAB",
    )

    records = read_records(pupils, None, year)

    assert records.schools.schema == pl.Schema(school_dtypes(code_lists(year)))
    assert records.schools.select("URN", "LAESTAB", "LEA").rows() == [
        (900001, 9990001, 999),
        (900002, 9990002, 999),
        (900003, None, None),
    ]
    assert records.missing_schools == tuple(column.name for column in SCHOOLS[1:])
    (note,) = records.notes
    assert note == (
        "There is no school file: the schools are those that pupils name, so there are no "
        "authority, region or trust rows."
    )
    assert records.files == {"pupils": pupils}
