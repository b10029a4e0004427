"""What a transfer file says comes out typed, with the line it stands in."""

from datetime import date, datetime
from pathlib import Path

import invented
import polars as pl
import pytest
from invented import document, header, pupil, row, stage

from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.profile import load_profile
from keystage.records.returns import (
    FAULTS,
    FILES,
    HEADER_LINES,
    LINES,
    PUPILS,
    RESULTS,
    SLOTS,
    UNREADABLE,
    ReturnSet,
)

NAME = "9990301_CTF_NAALLLL_001.xml"


def read(*texts: str) -> ReturnSet:
    """Read texts as files."""
    sources = [NamedBytes(f"{at}.xml", text.encode()) for at, text in enumerate(texts)]
    return read_returns(sources, load_profile())


def line_of(text: str, part: str, nth: int = 1) -> int:
    """The line of the nth occurrence of a part."""
    at = -1
    for _ in range(nth):
        at = text.index(part, at + 1)
    return text.count("\n", 0, at) + 1


def test_every_frame_has_its_columns_and_types() -> None:
    found = read(invented.clean())

    for name, schema in {
        "files": FILES, "pupils": PUPILS, "results": RESULTS, "slots": SLOTS,
        "unreadable": UNREADABLE, "faults": FAULTS, "lines": LINES, "header_lines": HEADER_LINES,
    }.items():  # fmt: skip
        assert getattr(found, name).schema == pl.Schema(schema)


def test_a_reading_of_nothing_has_every_column_too() -> None:
    found = read("<html/>")

    assert found.pupils.schema == pl.Schema(PUPILS)
    assert found.results.schema == pl.Schema(RESULTS)
    assert found.files.rows(named=True)[0]["name"] == "0.xml"


def test_the_header_is_read() -> None:
    text = document(head=header(DataQualifier="x", DataDescriptor="All of year 6"))
    file = read(text).files.row(0, named=True)

    assert file == {
        "file": 0,
        "name": "0.xml",
        "form": "ctf",
        "bytes": len(text),
        "sha256": file["sha256"],
        "document": "Common Transfer File",
        "version": "25.0",
        "made_at": datetime(2026, 6, 15, 10, 30),  # noqa: DTZ001  # files name no zone
        "qualifier": "partial",
        "data_qualifier": "x",
        "descriptor": "All of year 6",
        "supplier": "Keystage",
        "source_la": "999",
        "source_estab": "0301",
        "source_urn": "900003",
        "source_name": "Storybook Lane Primary School",
        "academic_year": 2025,
        "destination_la": "NAA",
        "destination_estab": "LLLL",
        "destination_urn": None,
    }
    assert len(file["sha256"]) == 64


@pytest.mark.parametrize(
    ("written", "made_at"),
    [
        ("2026-06-15T10:30:00", datetime(2026, 6, 15, 10, 30)),  # noqa: DTZ001
        ("2026-06-15T10:30:00.123", datetime(2026, 6, 15, 10, 30, 0, 123_000)),  # noqa: DTZ001
        ("2026-06-15T10:30:00Z", datetime(2026, 6, 15, 10, 30)),  # noqa: DTZ001
        ("2026-06-15T10:30:00+01:00", datetime(2026, 6, 15, 10, 30)),  # noqa: DTZ001
        ("2026-06-15", None),
        ("20260615T103000", None),
        ("2026-06-15T25:30:00", None),
    ],
)
def test_the_time_of_making_is_read_with_or_without_fraction_and_zone(
    written: str, made_at: datetime | None
) -> None:
    found = read(document(head=header(DateTime=written)))

    assert found.files["made_at"].item() == made_at
    assert (found.unreadable.height == 1) == (made_at is None)


def test_the_other_name_of_the_supplier_is_read() -> None:
    text = document(head=header(SupplierID=None, SuppID="Other"))

    assert read(text).files["supplier"].item() == "Other"


def test_a_pupil_is_read_with_the_line_of_each_value() -> None:
    more = invented.wrap("BasicDetails", invented.elements({"FormerUPN": "H801200001001"}))
    text = document(pupil(1, more=more), pupil(2))
    found = read(text)
    first = found.pupils.row(0, named=True)

    assert first == {
        "file": 0,
        "pupil": 0,
        "line": line_of(text, "<Pupil>"),
        "upn": invented.UPNS[0],
        "surname": "Ashb",
        "forename": "Mabel",
        "birth_date": date(2015, 1, 2),
        "sex": "F",
        "sex_element": "Sex",
        "former_upn": "H801200001001",
        "left_on": None,
    }
    assert found.lines.row(0, named=True) == {
        "pupil": 0,
        "upn": line_of(text, "<UPN>"),
        "surname": line_of(text, "<Surname>"),
        "forename": line_of(text, "<Forename>"),
        "birth_date": line_of(text, "<DOB>"),
        "sex": line_of(text, "<Sex>"),
        "former_upn": line_of(text, "<FormerUPN>"),
        "left_on": None,
    }
    assert found.pupils["line"].to_list()[1] == line_of(text, "<Pupil>", 2)


def test_the_lines_of_the_header_are_kept() -> None:
    text = invented.clean()
    lines = dict(read(text).header_lines.select("field", "line").iter_rows())

    assert lines["version"] == line_of(text, "<CTFversion>")
    assert lines["destination_estab"] == line_of(text, "<Estab>", 2)


def test_an_empty_element_keeps_its_line() -> None:
    text = document(pupil(1, UPN=""))
    found = read(text)

    assert found.pupils["upn"].to_list() == [None]
    assert found.lines["upn"].to_list() == [line_of(text, "<UPN>")]


def test_gender_is_sex_and_told_apart() -> None:
    found = read(document(pupil(1, Sex=None, Gender="M"), pupil(2)))

    assert found.pupils.select("sex", "sex_element").rows() == [("M", "Gender"), ("F", "Sex")]


def test_results_stand_in_the_line_of_their_result() -> None:
    text = document(pupil(1, row("ENG", "WRI", "EXS") + row("SCI", "SUB", None)))
    found = read(text)

    assert found.results.select("pupil", "line", "result").rows() == [
        (0, line_of(text, "<Result>"), "EXS"),
        (0, line_of(text, "<StageAssessment>", 2), None),
    ]


def test_results_are_kept_as_written() -> None:
    found = read(document(pupil(1, row("ENG", "WRI", " exs ") + row("SCI", "SUB", " "))))

    assert found.results["result"].to_list() == [" exs ", " "]


def test_a_slot_is_kept_once_and_classified() -> None:
    found = read(document(pupil(1), pupil(2)), document(pupil(3)))
    keys = ("stage", "locale", "year", "subject", "method", "component", "status", "qualifier")

    assert found.results.height == 6
    assert found.slots.select(*keys, "measure", "kind").rows() == [
        ("KS2", "ENG", 2026, "ENG", "TA", "WRI", "R", "NL", "writing", "assessment"),
        ("KS2", "ENG", 2026, "SCI", "TA", "SUB", "R", "NL", "science", "assessment"),
    ]
    assert found.results["slot"].to_list() == [0, 1] * 3


def test_all_stages_are_read() -> None:
    stages = "".join(
        stage(row("ENG", "REA", "EXS", Year=year), name)
        for name, year in (("KS1", "2022"), ("KS2", "2026"))
    )
    phonics = stage(row("PHO", "PHO", "34", Method="TT", ResultQualifier="NM"), "KS1")
    found = read(document(pupil(1, stages=stages + phonics)))

    assert found.slots.select("stage", "year", "subject").rows() == [
        ("KS1", 2022, "ENG"),
        ("KS2", 2026, "ENG"),
        ("KS1", 2026, "PHO"),
    ]


def test_a_row_without_a_stage_around_it_is_read() -> None:
    found = read(document(pupil(1, stages=row("ENG", "WRI", "EXS"))))

    assert found.slots["stage"].to_list() == [None]
    assert found.results["result"].to_list() == ["EXS"]


def test_the_stage_may_follow_its_rows() -> None:
    text = document(pupil(1)).replace("          <Stage>KS2</Stage>\n", "")
    text = text.replace("</KeyStage>", "<Stage>KS2</Stage></KeyStage>")

    assert read(text).slots["stage"].to_list() == ["KS2", "KS2"]


def test_the_elements_of_a_row_may_come_in_any_order() -> None:
    plain = row("ENG", "WRI", "EXS")
    lines = plain.splitlines(keepends=True)
    turned = "".join([lines[0], *reversed(lines[1:-1]), lines[-1]])
    found = read(document(pupil(1, plain), pupil(2, turned)))

    assert found.slots.height == 1
    assert found.results["result"].to_list() == ["EXS", "EXS"]


def test_the_date_of_a_result_is_read() -> None:
    rows = row("ENG", "WRI", "EXS", ResultDate="2026-06-01") + row("SCI", "SUB", "EXS")

    assert read(document(pupil(1, rows))).results["result_date"].to_list() == [
        date(2026, 6, 1),
        None,
    ]


@pytest.mark.parametrize(
    ("schools", "left_on"),
    [
        ([("2026-03-01", None)], date(2026, 3, 1)),
        ([("2020-07-20", None), (None, None)], None),
        ([("2026-03-01", "true"), ("2020-07-20", None)], date(2026, 3, 1)),
        ([("2020-07-20", None), ("2026-03-01", "true")], date(2026, 3, 1)),
        ([(None, "true"), ("2020-07-20", None)], None),
        ([], None),
    ],
)
def test_a_pupil_left_the_school_named_last(
    schools: list[tuple[str | None, str | None]], left_on: date | None
) -> None:
    history = "".join(
        invented.wrap("School", invented.elements({"LeavingDate": left, "LastSchool": last}))
        for left, last in schools
    )
    text = document(pupil(1, more=invented.wrap("SchoolHistory", history)))

    assert read(text).pupils["left_on"].to_list() == [left_on]


@pytest.mark.parametrize(
    ("schools", "left_on"),
    [
        ([("999", "0301", "2026-05-22")], date(2026, 5, 22)),
        ([("999", "0302", "2026-03-27")], None),
        ([("998", "0301", "2026-03-27")], None),
        ([("999", "0302", "2026-03-27"), ("999", "0301", None)], None),
        ([("999", "0301", "2026-03-27"), ("999", "0302", "2026-05-22")], date(2026, 3, 27)),
    ],
)
def test_the_day_a_pupil_left_another_school_is_not_the_senders(
    schools: list[tuple[str, str, str | None]], left_on: date | None
) -> None:
    history = "".join(
        invented.wrap(
            "School", invented.elements({"LEA": la, "Estab": number, "LeavingDate": left})
        )
        for la, number, left in schools
    )
    text = document(pupil(1, more=invented.wrap("SchoolHistory", history)))

    assert read(text).pupils["left_on"].to_list() == [left_on]


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        ({"DOB": "20/01/2015"}, "DOB", "it is not a date such as 2014-11-03"),
        ({"DOB": "2015-02-30"}, "DOB", "there is no such day"),
        ({"UPN": "A</UPN><UPN>B"}, "UPN", "it is given twice, and the first one is taken"),
    ],
)
def test_a_value_without_meaning_keeps_its_text_and_its_line(
    changed: dict[str, str], field: str, reason: str
) -> None:
    text = document(pupil(1), pupil(2, **changed))
    lost = read(text).unreadable.row(0, named=True)

    assert (lost["file"], lost["pupil"]) == (0, 1)
    assert (lost["field"], lost["reason"]) == (field, reason)
    assert lost["line"] == line_of(text, f"<{field}>", 2)
    assert lost["text"] == changed[field].rpartition(">")[2]


def test_a_year_that_is_none_is_told_of_in_each_row() -> None:
    odd = row("ENG", "WRI", "EXS", Year="2025/26")
    text = document(pupil(1, odd), pupil(2, odd))
    found = read(text)

    assert found.slots["year"].to_list() == [None]
    assert found.unreadable.select("pupil", "line", "field", "text").rows() == [
        (0, line_of(text, "<Year>"), "Year", "2025/26"),
        (1, line_of(text, "<Year>", 2), "Year", "2025/26"),
    ]


def test_a_second_result_in_a_row_is_told_of() -> None:
    twice = row("ENG", "WRI", "EXS</Result><Result>GDS")
    found = read(document(pupil(1, twice), pupil(2, twice)))

    assert found.results["result"].to_list() == ["EXS", "EXS"]
    assert found.unreadable["text"].to_list() == ["GDS", "GDS"]


def test_a_blank_value_gives_way_to_one_that_is_not() -> None:
    found = read(document(pupil(1, row("ENG", "WRI", "</Result><Result>EXS"), UPN="</UPN><UPN>A")))

    assert found.pupils["upn"].to_list() == ["A"]
    assert found.results["result"].to_list() == ["EXS"]
    assert found.unreadable.is_empty()


def test_blanks_around_a_value_are_left_out_and_told_of() -> None:
    text = document(pupil(1), pupil(2, Surname=" Ash\n "))
    found = read(text)

    assert found.pupils["surname"].to_list() == ["Ashb", "Ash"]
    assert found.faults.rows() == [
        (0, line_of(text, "<Surname>", 2), "repaired", "Blanks around one value were left out.")
    ]


def test_names_keep_their_accents_and_inner_blanks() -> None:
    found = read(document(pupil(1, Surname="O'Farrell  Ní &amp; Sons", Forename="Siân")))

    assert found.pupils.select("surname", "forename").row(0) == ("O'Farrell  Ní & Sons", "Siân")


def test_sections_that_are_not_read_cannot_be_mistaken_for_the_pupil() -> None:
    more = (
        "<Contacts><Contact><Surname>Parent</Surname><Gender>F</Gender></Contact></Contacts>"
        "<SuppInfo><Pupil><UPN>Z</UPN></Pupil><StageAssessments/></SuppInfo>"
        "<Attendance><YearData><Year>2020</Year><LEA>201</LEA></YearData></Attendance>"
    )
    found = read(document(pupil(1, more=more)))

    assert found.pupils.height == 1
    assert found.pupils["surname"].to_list() == ["Ashb"]
    assert found.unreadable.is_empty()


def test_files_and_pupils_are_numbered_through_a_reading() -> None:
    found = read(document(pupil(1), pupil(2)), "<html/>", document(pupil(3)))

    assert found.files["file"].to_list() == [0, 1, 2]
    assert found.pupils.select("file", "pupil").rows() == [(0, 0), (0, 1), (2, 2)]
    assert found.results["pupil"].to_list() == [0, 0, 1, 1, 2, 2]
    assert found.lines["pupil"].to_list() == [0, 1, 2]
    assert found.faults.select("file", "fault").rows() == [(1, "not_a_ctf")]


def test_the_name_is_kept_as_given(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(invented.clean())

    assert read_returns([path], load_profile()).files["name"].item() == str(path)


def test_a_second_stage_or_header_value_is_told_of() -> None:
    text = document(pupil(1)).replace("<Stage>KS2</Stage>", "<Stage>KS2</Stage><Stage>KS1</Stage>")
    text = text.replace("</Header>", "<CTFversion>24.0</CTFversion></Header>")
    found = read(text)

    assert found.slots["stage"].unique().to_list() == ["KS2"]
    assert found.files["version"].to_list() == ["25.0"]
    assert found.unreadable.select("pupil", "field", "text").rows() == [
        (None, "CTFversion", "24.0"),
        (0, "Stage", "KS1"),
    ]


def test_unknown_elements_anywhere_are_passed_over() -> None:
    text = document(pupil(1, more="<BasicDetails><Ethnicity>WBRI</Ethnicity></BasicDetails>"))
    for name in ("Header", "CTFpupilData", "StageAssessments", "KeyStage", "StageAssessment"):
        text = text.replace(f"</{name}>", f"<Other>x</Other></{name}>")
    plain, found = read(document(pupil(1))), read(text)

    assert found.results["result"].to_list() == ["EXS", "EXS"]
    assert found.slots.equals(plain.slots)
    assert found.unreadable.is_empty()


def test_a_school_of_the_history_may_be_anything_but_a_school() -> None:
    history = "<SchoolHistory><Other/><School><LeavingDate>2026-03-01</LeavingDate></School>"

    found = read(document(pupil(1, more=history + "</SchoolHistory>")))

    assert found.pupils["left_on"].to_list() == [date(2026, 3, 1)]


def test_a_pupil_need_not_stand_among_the_pupils() -> None:
    text = document().replace("</CTfile>", f"{pupil(1)}</CTfile>")

    assert read(text).pupils.height == 1


def test_the_time_and_year_of_the_header_keep_their_text() -> None:
    text = document(head=header(source={"AcademicYear": "2025/26"}, DateTime="today"))

    assert read(text).unreadable.select("line", "field", "text").rows() == [
        (line_of(text, "<DateTime>"), "DateTime", "today"),
        (line_of(text, "<AcademicYear>"), "AcademicYear", "2025/26"),
    ]
