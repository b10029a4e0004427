"""Returns and results as files: the same bytes for the same pupils, and nothing else in them."""

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from keystage.core.errors import InputError
from keystage.core.subjects import ASSESSED
from keystage.formats.ctf.frames import read_returns
from keystage.formats.ctf.given import NamedBytes
from keystage.formats.ctf.header import Header, School, results_header, return_header
from keystage.formats.ctf.profile import load_profile
from keystage.formats.ctf.writing import unwritable, write_results, write_return
from keystage.records.returns import PUPILS, judgements
from keystage.statute.collection_loader import available_collections, load_collection

COLLECTION = load_collection(2026)
PROFILE = load_profile()
SCHOOL = School(la="999", estab="0301", urn="900003", name="Storybook Lane Primary School")
MADE_AT = datetime(2026, 6, 15, 10, 30)  # noqa: DTZ001  # the format has no zone
HEADER = return_header(SCHOOL, MADE_AT, COLLECTION)

#: All that a teacher assessment return may hold.
_ALLOWED = (
    "CTfile Header DocumentName CTFversion DateTime DocumentQualifier SupplierID SourceSchool LEA "
    "Estab URN SchoolName AcademicYear DestSchool CTFpupilData Pupil UPN Surname Forename DOB Sex "
    "StageAssessments KeyStage Stage StageAssessment Locale Year Subject Method Component "
    "ResultStatus ResultQualifier Result"
)
ALLOWED = set(_ALLOWED.split())


def pupils(count: int = 2, **values: object) -> pl.DataFrame:
    """Invented pupils in lines 5, 6 and so on, with some values in place of the usual ones."""
    usual = {
        "upn": "Q999030120001",
        "surname": "Ashdown",
        "forename": "Mabel",
        "birth_date": date(2014, 11, 3),
        "sex": "F",
    }
    rows = [{"file": 0, "pupil": at, "line": at + 5} | usual | values for at in range(count)]
    return pl.DataFrame(rows, schema=dict(PUPILS))


def judged(*rows: tuple[str | None, str | None, str | None, str | None]) -> pl.DataFrame:
    """Judgements of pupils 0, 1 and so on, in the order of the assessed subjects."""
    schema = {"pupil": pl.UInt32} | dict.fromkeys(map(str, ASSESSED), pl.String)
    return pl.DataFrame([(at, *row) for at, row in enumerate(rows)], schema=schema, orient="row")


SITS = (None, "EXS", None, "HNM")
BELOW = ("PK4", "PK3", "PK5", "HNM")


def names(data: bytes) -> list[str]:
    return [element.tag for element in etree.fromstring(data).iter()]


def rows_of(data: bytes) -> list[tuple[str, ...]]:
    return [
        tuple(each.text or "" for each in row)
        for row in etree.fromstring(data).iter("StageAssessment")
    ]


def test_a_return_is_written_line_by_line() -> None:
    data = write_return(HEADER, pupils(1), judged(SITS), COLLECTION, PROFILE)

    assert (
        data.decode()
        == """\
<?xml version="1.0" encoding="utf-8"?>
<CTfile>
  <Header>
    <DocumentName>Common Transfer File</DocumentName>
    <CTFversion>25.0</CTFversion>
    <DateTime>2026-06-15T10:30:00</DateTime>
    <DocumentQualifier>partial</DocumentQualifier>
    <SupplierID>Keystage</SupplierID>
    <SourceSchool>
      <LEA>999</LEA>
      <Estab>0301</Estab>
      <URN>900003</URN>
      <SchoolName>Storybook Lane Primary School</SchoolName>
      <AcademicYear>2025</AcademicYear>
    </SourceSchool>
    <DestSchool>
      <LEA>NAA</LEA>
      <Estab>LLLL</Estab>
    </DestSchool>
  </Header>
  <CTFpupilData>
    <Pupil>
      <UPN>Q999030120001</UPN>
      <Surname>Ashdown</Surname>
      <Forename>Mabel</Forename>
      <DOB>2014-11-03</DOB>
      <Sex>F</Sex>
      <StageAssessments>
        <KeyStage>
          <Stage>KS2</Stage>
          <StageAssessment>
            <Locale>ENG</Locale>
            <Year>2026</Year>
            <Subject>ENG</Subject>
            <Method>TA</Method>
            <Component>WRI</Component>
            <ResultStatus>R</ResultStatus>
            <ResultQualifier>NL</ResultQualifier>
            <Result>EXS</Result>
          </StageAssessment>
          <StageAssessment>
            <Locale>ENG</Locale>
            <Year>2026</Year>
            <Subject>SCI</Subject>
            <Method>TA</Method>
            <Component>SUB</Component>
            <ResultStatus>R</ResultStatus>
            <ResultQualifier>NL</ResultQualifier>
            <Result>HNM</Result>
          </StageAssessment>
        </KeyStage>
      </StageAssessments>
    </Pupil>
  </CTFpupilData>
</CTfile>
"""
    )


def test_assessments_come_in_one_order_and_pupils_in_theirs() -> None:
    upns = pupils().with_columns(upn=pl.Series(["Z", "A"]))

    data = write_return(HEADER, upns, judged(BELOW, SITS), COLLECTION, PROFILE)

    assert [each.text for each in etree.fromstring(data).iter("UPN")] == ["Z", "A"]
    assert [row[-1] for row in rows_of(data)] == ["PK4", "PK3", "PK5", "HNM", "EXS", "HNM"]


def test_the_order_of_the_judgements_does_not_change_a_byte() -> None:
    rows = judged(BELOW, SITS, SITS)

    forward = write_return(HEADER, pupils(3), rows, COLLECTION, PROFILE)

    assert write_return(HEADER, pupils(3), rows.reverse(), COLLECTION, PROFILE) == forward


def test_signs_that_mean_something_in_xml_are_text() -> None:
    name = '<O\'Farrell> & "Söhne" ]]>'

    data = write_return(HEADER, pupils(1, surname=name), judged(SITS), COLLECTION, PROFILE)

    assert etree.fromstring(data).findtext(".//Surname") == name


@pytest.mark.parametrize(("version", "element"), [("22.0", "Gender"), ("23.0", "Sex")])
def test_the_version_names_the_element_of_sex(version: str, element: str) -> None:
    header = _header(version)

    data = write_return(header, pupils(1), judged(SITS), COLLECTION, PROFILE)

    assert {"Sex", "Gender"} & set(names(data)) == {element}


@pytest.mark.parametrize(("version", "count"), [("10.0", 0), ("17.0", 0), ("18.0", 1), ("26.0", 1)])
def test_a_school_has_its_reference_number_from_version_18(version: str, count: int) -> None:
    data = write_return(_header(version), pupils(1), judged(SITS), COLLECTION, PROFILE)

    assert names(data).count("URN") == count


@pytest.mark.parametrize("version", ["25", "25.1", "", "2025.0"])
def test_a_version_in_another_form_is_refused(version: str) -> None:
    with pytest.raises(InputError, match="no version of the Common Transfer File"):
        write_return(_header(version), pupils(1), judged(SITS), COLLECTION, PROFILE)


@pytest.mark.parametrize("year", available_collections())
def test_a_return_says_the_year_of_its_collection(year: int) -> None:
    collection = load_collection(year)
    header = return_header(SCHOOL, MADE_AT, collection)

    data = write_return(header, pupils(1), judged(SITS), collection, PROFILE)

    root = etree.fromstring(data)
    assert {each.text for each in root.iter("Year")} == {str(year)}
    assert root.findtext(".//AcademicYear") == str(year - 1)
    assert root.findtext(".//CTFversion") == collection.format.version


def test_the_time_is_written_without_zone_and_fraction() -> None:
    at = datetime(2026, 6, 15, 10, 30, 0, 123456, tzinfo=timezone(timedelta(hours=1)))

    header = return_header(SCHOOL, at, COLLECTION)

    assert header.values()["DateTime"] == "2026-06-15T10:30:00"


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("upn", None, "UPN: it is blank"),
        ("upn", "  ", "UPN: it is blank"),
        ("surname", "", "Surname: it is blank"),
        ("forename", None, "Forename: it is blank"),
        ("birth_date", None, "DOB: it is blank"),
        ("sex", None, "Sex: it is blank"),
        ("surname", "Ash\x07down", "Surname: it holds a control character"),
        ("forename", "Ma\nbel", "Forename: it holds a control character"),
        ("surname", "\ufffe", "Surname: it holds a control character"),
    ],
)
def test_a_pupil_that_cannot_be_written_is_named_by_the_line(
    column: str, value: object, says: str
) -> None:
    frame = pl.concat([pupils(1), pupils(2, **{column: value}).slice(1)])

    with pytest.raises(InputError, match=says) as raised:
        write_return(HEADER, frame, judged(SITS, SITS), COLLECTION, PROFILE)
    assert raised.value.where == "line 6"
    assert raised.value.todo


def test_a_pupil_without_any_judgement_is_no_part_of_a_return() -> None:
    with pytest.raises(InputError, match="there is no judgement") as raised:
        write_return(HEADER, pupils(), judged(SITS, (None, " ", "", None)), COLLECTION, PROFILE)
    assert raised.value.where == "line 6"


def test_a_judgement_with_a_control_character_is_refused() -> None:
    with pytest.raises(InputError, match="Result: it holds a control character"):
        write_return(HEADER, pupils(1), judged((None, "EX\x00S", None, None)), COLLECTION, PROFILE)


def test_a_return_without_pupils_is_refused() -> None:
    with pytest.raises(InputError, match="There are no pupils to write"):
        write_return(HEADER, pupils(0), judged(), COLLECTION, PROFILE)


def test_the_sentence_counts_the_others_that_cannot_be_written() -> None:
    with pytest.raises(InputError, match="2 more cannot be written either"):
        write_return(HEADER, pupils(3, upn=None), judged(SITS, SITS, SITS), COLLECTION, PROFILE)


def test_every_reason_is_listed_with_its_pupil() -> None:
    frame = pl.concat([pupils(1, upn=None, sex=" "), pupils(2).slice(1)])

    found = unwritable(frame, judged(SITS))

    assert found.rows() == [
        (0, 5, "UPN", "it is blank"),
        (0, 5, "Sex", "it is blank"),
        (1, 6, "Result", "there is no judgement"),
    ]
    assert unwritable(pupils(1), judged(SITS)).is_empty()


@pytest.mark.parametrize("name", ["", " ", "Story\x01book"])
def test_a_header_value_that_cannot_be_written_is_refused(name: str) -> None:
    header = return_header(School(la="999", estab="0301", name=name), MADE_AT, COLLECTION)

    with pytest.raises(InputError, match="SchoolName") as raised:
        write_return(header, pupils(1), judged(SITS), COLLECTION, PROFILE)
    assert raised.value.where == "header"


def test_judgements_of_other_pupils_are_left_out() -> None:
    data = write_return(HEADER, pupils(1), judged(SITS, BELOW), COLLECTION, PROFILE)

    assert [row[-1] for row in rows_of(data)] == ["EXS", "HNM"]


WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1
).filter(str.strip)
CODES = st.none() | WORDS


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(WORDS, WORDS, WORDS, WORDS, st.tuples(CODES, WORDS, CODES, CODES)), min_size=1
    ),
    st.dictionaries(
        st.sampled_from(["address", "contacts", "attendance", "medical", "Email"]), WORDS
    ),
)
def test_nothing_but_identity_and_assessments_can_leave(
    people: list[tuple[str, str, str, str, tuple[str | None, str, str | None, str | None]]],
    others: dict[str, str],
) -> None:
    frame = pl.concat(
        [pupils(0)]
        + [
            pupils(1, upn=upn, surname=surname, forename=forename, sex=sex).with_columns(
                pupil=pl.lit(at, pl.UInt32)
            )
            for at, (upn, surname, forename, sex, _) in enumerate(people)
        ]
    ).with_columns(**{name: pl.lit(f"SECRET{text}") for name, text in others.items()})
    results = judged(*(codes for *_, codes in people))

    data = write_return(HEADER, frame, results, COLLECTION, PROFILE)

    assert set(names(data)) <= ALLOWED
    assert b"SECRET" not in data
    assert write_return(HEADER, frame, results, COLLECTION, PROFILE) == data
    root = etree.fromstring(data)
    assert [each.text for each in root.iter("Surname")] == frame["surname"].to_list()
    given_codes = [code.strip() for *_, codes in people for code in codes if code]
    assert [each.text for each in root.iter("Result")] == given_codes


def test_what_is_written_is_what_a_reader_reads() -> None:
    frame, results = pupils(3), judged(BELOW, SITS, SITS)

    data = write_return(HEADER, frame, results, COLLECTION, PROFILE)
    read = read_returns([NamedBytes("9990301_CTF_NAALLLL_001.xml", data)], PROFILE)

    identity = ["pupil", "upn", "surname", "forename", "birth_date", "sex"]
    assert read.faults.is_empty()
    assert read.unreadable.is_empty()
    assert read.pupils.select(identity).equals(frame.select(identity))
    assert judgements(read, 2026).rows() == results.rows()
    assert read.files.select("version", "source_la", "source_estab", "academic_year").row(0) == (
        "25.0", "999", "0301", 2025,
    )  # fmt: skip


def results_frame(*rows: tuple[int, str, int | None, int | None, str | None]) -> pl.DataFrame:
    schema = {
        "pupil": pl.UInt32,
        "subject": pl.String,
        "mark": pl.Int16,
        "score": pl.Int16,
        "outcome": pl.String,
    }
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def test_a_results_file_goes_from_the_school_to_itself() -> None:
    header = results_header(SCHOOL, datetime(2026, 7, 7, tzinfo=UTC), COLLECTION)
    results = results_frame((0, "maths", 97, 101, "AS"), (0, "reading", 40, None, "N"))

    data = write_results(header, pupils(2), results, COLLECTION, PROFILE)

    root = etree.fromstring(data)
    assert [each.text for each in root.iter("Estab")] == ["0301", "0301"]
    assert [(row[2], row[3], row[6], row[7]) for row in rows_of(data)] == [
        ("ENG", "TT", "NM", "40"),
        ("ENG", "TT", "TO", "N"),
        ("MAT", "TT", "NM", "97"),
        ("MAT", "TT", "SS", "101"),
        ("MAT", "TT", "TO", "AS"),
    ]
    assert [len(pupil.findall("StageAssessments")) for pupil in root.iter("Pupil")] == [1, 0]


def test_a_results_file_may_hold_the_assessments_too() -> None:
    results = results_frame((0, "reading", 40, 105, "AS"))

    data = write_results(
        HEADER, pupils(1), results, COLLECTION, PROFILE, judgements=judged((None, "GDS", None, ""))
    )

    assert [row[-1] for row in rows_of(data)] == ["40", "105", "AS", "GDS"]


def test_a_results_file_with_a_control_character_is_refused() -> None:
    with pytest.raises(InputError, match="control character"):
        write_results(
            HEADER, pupils(1), results_frame((0, "gps", 1, 80, "\x02")), COLLECTION, PROFILE
        )


def _header(version: str) -> Header:
    return Header(
        version=version,
        made_at=MADE_AT,
        source=SCHOOL,
        destination=School(la="NAA", estab="LLLL"),
        academic_year=2025,
        document_name="Common Transfer File",
    )
