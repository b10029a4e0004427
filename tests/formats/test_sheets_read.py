"""Mark sheets as people make them: any order, spelling, encoding and place of the heading."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets_of_tests import COLLECTION, HEADING, PROFILE, PUPIL, fault, read

from keystage.formats.ctf.given import NamedBytes
from keystage.formats.sheets.reading import headings_not_read, read_sheet
from keystage.formats.sheets.values import as_date
from keystage.records.returns import FILES, PUPILS, RESULTS, SLOTS, judgements


def test_a_mark_sheet_gives_the_frames_of_a_return(sheet: Callable[..., Path]) -> None:
    found = read(sheet(HEADING, PUPIL))

    assert found.pupils.schema == pl.Schema(PUPILS)
    assert found.pupils.row(0, named=True) == {
        "file": 0, "pupil": 0, "line": 2, "upn": "Q999030120001", "surname": "Ashdown",
        "forename": "Mabel", "birth_date": date(2014, 11, 3), "sex": "F", "sex_element": "Sex",
        "former_upn": None, "left_on": None,
    }  # fmt: skip
    assert found.results.schema == pl.Schema(RESULTS)
    assert found.slots.schema == pl.Schema(SLOTS)
    assert found.files.schema == pl.Schema(FILES)
    assert judgements(found, 2026).rows() == [(0, None, "EXS", None, "HNM")]
    assert found.faults.is_empty()
    assert found.unreadable.is_empty()


def test_the_slots_of_a_sheet_are_those_of_a_transfer_file(sheet: Callable[..., Path]) -> None:
    slots = read(sheet(HEADING, PUPIL)).slots

    assert PROFILE.classify(slots).equals(slots)
    assert slots["measure"].to_list() == ["reading", "writing", "maths", "science"]
    assert slots["year"].unique().to_list() == [2026]


def test_columns_go_by_their_headings_in_any_order_and_spelling(
    sheet: Callable[..., Path],
) -> None:
    found = read(
        sheet(
            "KS2 Science (TA),first name,GENDER,Comments,D.O.B.,Pupil Number,Last  Name,wri_ta",
            "EXS,Mabel,F,=1+1,2014-11-03,Q999030120001,Ashdown,GDS",
        )
    )

    assert judgements(found, 2026).rows() == [(0, None, "GDS", None, "EXS")]
    assert found.pupils["surname"].to_list() == ["Ashdown"]


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(7)), st.sampled_from(",;\t|"), st.integers(0, 3))
def test_the_order_of_columns_never_matters(order: list[int], separator: str, titles: int) -> None:
    lines = [[line.split(",")[at] for at in order] for line in (HEADING, PUPIL)]
    text = "\n" * titles + "\n".join(separator.join(line) for line in lines)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "marks.csv"
        path.write_text(text, "utf-8")
        found = read(path)

    assert judgements(found, 2026).rows() == [(0, None, "EXS", None, "HNM")]
    assert found.pupils.select(
        "line", "upn", "surname", "forename", "birth_date", "sex"
    ).rows() == [(titles + 2, "Q999030120001", "Ashdown", "Mabel", date(2014, 11, 3), "F")]


def test_a_heading_is_found_below_titles_and_rows_keep_their_lines(
    sheet: Callable[..., Path],
) -> None:
    found = read(
        sheet("Storybook Lane Primary School", '"Class 6A', 'Teacher assessment"', "", HEADING,
              PUPIL, ",,,,,,", PUPIL, ",,,,,,", "")
    )  # fmt: skip

    assert found.pupils["line"].to_list() == [6, 8]
    assert found.results["line"].to_list() == [6, 6, 8, 8]


def test_a_heading_printed_again_on_the_next_page_is_no_pupil(sheet: Callable[..., Path]) -> None:
    assert read(sheet(HEADING, PUPIL, HEADING, PUPIL)).pupils["line"].to_list() == [2, 4]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_is_read_in_every_usual_form(
    separator: str, encoding: str, end: str, sheet: Callable[..., Path]
) -> None:
    lines = [HEADING, PUPIL.replace("Mabel", "Siân")]

    found = read(
        sheet(*(line.replace(",", separator) for line in lines), encoding=encoding, end=end)
    )

    assert found.pupils["forename"].to_list() == ["Siân"]
    assert found.pupils["birth_date"].to_list() == [date(2014, 11, 3)]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8-sig", []), ("cp1252", ["Windows-1252"]), ("utf-16", ["UTF-16"])],
)
def test_an_unusual_encoding_is_said(
    encoding: str, said: list[str], sheet: Callable[..., Path]
) -> None:
    found = read(sheet(HEADING, PUPIL.replace("Mabel", "Siân"), encoding=encoding))

    sentences = [f"The text was read as {name}." for name in said]
    assert found.faults.select("fault", "reason").rows() == [
        ("repaired", each) for each in sentences
    ]


@pytest.mark.parametrize(
    ("count", "says"),
    [(1, "Blanks around the text of 1 cell were left out."),
     (2, "Blanks around the text of 2 cells were left out.")],
)  # fmt: skip
def test_blanks_around_values_are_left_out_and_said(
    count: int, says: str, sheet: Callable[..., Path]
) -> None:
    found = read(
        sheet(HEADING, PUPIL.replace("Ashdown", " Ashdown\u00a0"), *[PUPIL + " "] * (count - 1))
    )

    assert found.pupils["surname"].to_list() == ["Ashdown"] * count
    assert found.faults.select("fault", "reason").rows() == [("repaired", says)]


def test_blank_judgements_are_no_results(sheet: Callable[..., Path]) -> None:
    found = read(sheet(HEADING, PUPIL.replace("EXS,HNM", "  ,")))

    assert found.results.is_empty()
    assert found.pupils.height == 1


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("20/01/2015", date(2015, 1, 20)),
        ("2/1/2015", date(2015, 1, 2)),
        ("2015-01-20", date(2015, 1, 20)),
        ("2015-01-20 00:00:00", date(2015, 1, 20)),
        ("2015-01-20T09:30", date(2015, 1, 20)),
        ("20-01-2015", date(2015, 1, 20)),
        ("20.01.2015", date(2015, 1, 20)),
        ("20 Jan 2015", date(2015, 1, 20)),
        ("20-Jan-2015", date(2015, 1, 20)),
        ("20 January 2015", date(2015, 1, 20)),
        ("42024", date(2015, 1, 20)),
        ("42024.0", date(2015, 1, 20)),
        ("01/20/2015", None),
        ("29/02/2015", None),
        ("20/01/15", None),
        ("2015", None),
        ("20150120", None),
        ("Year 6", None),
    ],
)
def test_dates_are_read_as_people_write_them(written: str, day: date | None) -> None:
    found = pl.DataFrame({"text": [written]}).select(as_date(pl.col("text")))

    assert found.item() == day


def test_a_date_that_is_none_is_kept_with_its_place(sheet: Callable[..., Path]) -> None:
    found = read(sheet(HEADING, PUPIL, PUPIL.replace("03/11/2014", "11/23/2014")))

    assert found.pupils["birth_date"].to_list() == [date(2014, 11, 3), None]
    assert found.unreadable.select("pupil", "line", "field", "text").rows() == [
        (1, 3, "Date of birth", "11/23/2014")
    ]


def test_a_leaving_date_and_a_former_number_are_read(sheet: Callable[..., Path]) -> None:
    found = read(
        sheet(f"{HEADING},Former UPN,Leaving date", f"{PUPIL},A1,20/05/2026", f"{PUPIL},,then")
    )

    assert found.pupils.select("former_upn", "left_on").rows() == [
        ("A1", date(2026, 5, 20)),
        (None, None),
    ]
    assert found.unreadable["field"].to_list() == ["Leaving date"]


@pytest.mark.parametrize(
    ("numbers", "school"),
    [
        (("9990301", "999/0301"), ("999", "0301")),
        (("999 0301", ""), ("999", "0301")),
        (("", ""), (None, None)),
        (("Storybook Lane", ""), (None, None)),
    ],
)
def test_the_school_is_that_of_its_column(
    numbers: tuple[str, str], school: tuple[str | None, str | None], sheet: Callable[..., Path]
) -> None:
    found = read(sheet(f"DfE number,{HEADING}", *(f"{number},{PUPIL}" for number in numbers)))

    assert found.files.select("source_la", "source_estab").row(0) == school


def test_judgements_alone_need_only_the_number_and_a_subject(sheet: Callable[..., Path]) -> None:
    path = sheet("Maths,UPN", "PK5,Q999030120001")

    found = read(path, judgements_only=True)

    assert judgements(found, 2026).rows() == [(0, None, None, "PK5", None)]
    assert found.pupils.select("surname", "birth_date", "sex_element").row(0) == (None, None, None)
    assert fault(path)[0] == "too_few_columns"
    assert fault(sheet("Maths,Name", "PK5,x"), judgements_only=True)[0] == "not_the_template"


@pytest.mark.parametrize("name", ["marks.csv", "sent.zip/marks.csv"])
def test_bytes_with_a_name_are_read_like_the_file(name: str, sheet: Callable[..., Path]) -> None:
    path = sheet(HEADING, PUPIL)
    given = NamedBytes(name, path.read_bytes())

    found, file = read_sheet(given, PROFILE, COLLECTION), read(path)

    assert found.files["name"].to_list() == [name]
    assert found.files.drop("name").equals(file.files.drop("name"))
    assert found.pupils.equals(file.pupils)
    assert found.results.equals(file.results)
    refused = read_sheet(NamedBytes(name, b" "), PROFILE, COLLECTION)
    assert refused.faults.select("fault", "reason").row(0) == ("empty", "The file is empty.")
    assert refused.files["name"].to_list() == [name]


def test_sexes_are_codes_whatever_their_spelling_and_others_stay(
    sheet: Callable[..., Path],
) -> None:
    pupils = [PUPIL.replace(",F,", f",{sex},") for sex in ("f", "FEMALE", "Male", "X", "")]

    assert read(sheet(HEADING, *pupils)).pupils["sex"].to_list() == ["F", "F", "M", "X", None]


def test_headings_that_are_not_read_are_told_by_whether_they_speak_of_a_subject(
    sheet: Callable[..., Path],
) -> None:
    path = sheet(f"{HEADING},Class,KS1 Reading level,,Readiness", f"{PUPIL},6A,2,,yes")

    assert headings_not_read(path) == (("KS1 Reading level",), ("Class", "Readiness"))
    assert headings_not_read(sheet(HEADING, PUPIL)) == ((), ())


def test_a_table_of_parquet_is_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "marks.parquet"
    frame = pl.DataFrame([PUPIL.split(",")], schema=HEADING.split(","), orient="row")
    frame.with_columns(pl.lit(date(2014, 11, 3)).alias("Date of birth")).write_parquet(path)

    found = read(path)

    assert found.pupils.select("line", "birth_date").row(0) == (2, date(2014, 11, 3))
    assert judgements(found, 2026).rows() == [(0, None, "EXS", None, "HNM")]
    pl.DataFrame().write_parquet(path)
    assert fault(path)[0] == "not_the_template"
    pl.DataFrame({"UPN": [["a"]]}).write_parquet(path)
    assert fault(path)[0] == "damaged"
