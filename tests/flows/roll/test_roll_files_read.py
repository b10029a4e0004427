"""Rolls out of files of every sort, good and hostile."""

import csv
import io
from dataclasses import asdict
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keystage.core.errors import InputError
from keystage.flows.roll.files.quotation_marks import without_stray_marks
from keystage.flows.roll.files.reading import RollFile, read_roll
from keystage.flows.roll.refusal import RollRefusedError
from keystage.formats.ctf.profile import load_profile

PROFILE = load_profile()
SECRETS = ("Hemlock", "07700 900123", "Peanuts", "SW1A", "94.2", "PAM")
ROW = "A999030120001,Ashdown,Ben,01/02/2015,M"
HEAD = "UPN,Surname,Forename,DOB,Sex"


def read(content: str | bytes, name: str = "roll.csv", school: str | None = None) -> RollFile:
    data = content.encode() if isinstance(content, str) else content
    return read_roll(data, name, PROFILE, school=school)


def transfer(pupils: str, school: str = "<LEA>999</LEA><Estab>0301</Estab>") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<CTfile><Header>'
        "<DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion>"
        f"<SourceSchool>{school}</SourceSchool></Header>\n<CTFpupilData>\n{pupils}\n"
        "</CTFpupilData></CTfile>"
    ).encode()


PUPIL = """<Pupil><UPN>A999030120001</UPN>
<Surname>Ashdown</Surname><Forename>Ben</Forename><DOB>2015-02-01</DOB><Sex>M</Sex>
<BasicDetails><FormerUPN>D99929992500A</FormerUPN>
<PreferredForename>Benny</PreferredForename><NCyearActual>6</NCyearActual>
<Ethnicity>WBRI</Ethnicity><MedicalFlag>true</MedicalFlag></BasicDetails>
<SENhistory><SEN><StartDate>2020-01-01</StartDate><SENprovision>K</SENprovision></SEN></SENhistory>
<Address><AddressLines><AddressLine1>1 Hemlock Road</AddressLine1></AddressLines></Address>
<Phones><Phone><PhoneNo>07700 900123</PhoneNo></Phone></Phones>
<Contacts><Contact><Surname>Hemlock</Surname><Relationship>PAM</Relationship></Contact></Contacts>
<Attendance><YearData><SessionsAttended>94.2</SessionsAttended></YearData></Attendance>
<StageAssessments><KeyStage><Stage>KS1</Stage>
<StageAssessment><Locale>ENG</Locale><Year>2022</Year><Subject>MAT</Subject><Method>TA</Method>
<Component>SUB</Component><ResultStatus>R</ResultStatus><ResultQualifier>NL</ResultQualifier>
<Result>EXS</Result></StageAssessment></KeyStage></StageAssessments>
<SchoolHistory><School><LEA>999</LEA><Estab>0302</Estab><EntryDate>2019-09-01</EntryDate>
<LeavingDate>2021-07-20</LeavingDate></School>
<School><LEA>999</LEA><Estab>0301</Estab><EntryDate>2021-09-02</EntryDate>
<LeavingDate>2026-06-03</LeavingDate><LastSchool>true</LastSchool></School></SchoolHistory>
</Pupil>"""


def test_a_transfer_file_gives_who_the_pupil_is_and_the_dates_at_the_school() -> None:
    found = read(transfer(PUPIL), "9990301_CTF_9990301_001.xml", school="9990301")
    assert (found.form, found.school, found.notes) == ("ctf", "9990301", ())
    (pupil,) = found.pupils
    assert {name: value for name, value in asdict(pupil.facts).items() if value} == {
        "upn": "A999030120001",
        "former_upn": "D99929992500A",
        "surname": "Ashdown",
        "forename": "Ben",
        "preferred_forename": "Benny",
        "birth_date": date(2015, 2, 1),
        "sex": "M",
        "year_group": "6",
        "entered_on": date(2021, 9, 2),
        "left_on": date(2026, 6, 3),
        "ks1_maths": "EXS",
    }
    assert pupil.lines["surname"] == pupil.line + 1


def test_contacts_addresses_and_health_are_named_and_kept_nowhere() -> None:
    found = read(transfer(PUPIL))
    assert found.left_out == (
        "contacts",
        "addresses and telephone numbers",
        "medical notes",
        "attendance",
        "special educational needs",
        "ethnicity, language and religion",
    )
    assert not any(secret in repr(found) for secret in SECRETS)


def test_columns_about_families_and_health_are_named_and_kept_nowhere() -> None:
    found = read(
        f"{HEAD},Mother's surname,Home address,Post code,Allergies,% attendance,House,Notes\n"
        f"{ROW},Hemlock,1 Hemlock Road,SW1A,Peanuts,94.2,Red,Hemlock\n"
    )
    assert found.left_out == (
        "contacts",
        "addresses and telephone numbers",
        "medical notes",
        "attendance",
    )
    assert found.not_read == ("House", "Notes")
    assert not any(secret in repr(found) for secret in SECRETS)


def test_the_dates_of_another_school_are_not_taken() -> None:
    found = read(transfer(PUPIL), school="9990302")
    facts = found.pupils[0].facts
    assert (facts.left_on, facts.entered_on) == (None, date(2019, 9, 1))
    (note,) = found.notes
    assert note.startswith("The file comes from another school (9990301): the dates on which")


def test_what_a_transfer_file_says_twice_is_told_with_its_line() -> None:
    found = read(transfer(PUPIL.replace("<DOB>", "<Surname>Other</Surname>\n<DOB>")))
    assert found.pupils[0].facts.surname == "Ashdown"
    assert [(each.field, each.text) for each in found.unread] == [("Surname", "Other")]


def test_a_date_that_is_none_keeps_its_text_and_place() -> None:
    found = read(transfer(PUPIL.replace("2015-02-01", "2015-02-31")))
    (odd,) = found.unread
    assert (odd.row, odd.line, odd.field, odd.text) == (0, 5, "DOB", "2015-02-31")
    assert found.pupils[0].facts.birth_date is None


def test_columns_are_known_by_their_headings_in_any_order() -> None:
    one = read(f"{HEAD}\n{ROW}\n")
    cells = dict(zip(HEAD.split(","), ROW.split(","), strict=True))
    turned = [*reversed(cells)]
    other = read(f"{','.join(turned)}\n{','.join(cells[name] for name in turned)}\n")
    assert other.pupils[0].facts == one.pupils[0].facts


def test_a_workbook_is_read_like_a_csv_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Class list 6A"])
    sheet.append(["UPN", "Legal surname", "Legal forename", "Date of birth", "Gender", "Reg", "Yr"])
    sheet.append(["A999030120001", "Ashdown", "Ben", date(2015, 2, 1), "Male", "6A", "Y6"])
    book.save(tmp_path / "roll.xlsx")
    found = read((tmp_path / "roll.xlsx").read_bytes(), "roll.xlsx")
    facts = found.pupils[0].facts
    assert (facts.birth_date, facts.sex, facts.class_name, facts.year_group) == (
        date(2015, 2, 1),
        "M",
        "6A",
        "6",
    )


def test_marks_a_byte_order_mark_and_blanks_are_put_right_and_listed() -> None:
    text = f'\ufeff{HEAD}\n A999030120001 ,“Ashdown”,Be"n,01/02/2015,M\n'
    found = read(text)
    assert found.pupils[0].facts.surname == "Ashdown"
    assert found.pupils[0].facts.forename == "Ben"
    assert [(each.line, each.said) for each in found.repairs] == [
        (1, "A byte-order mark at the beginning was left out."),
        (None, "Blanks around the text of 1 cell were left out."),
        (2, "Surname: quotation marks around it were left out."),
        (2, "Forename: quotation marks around it were left out."),
    ]


def test_a_mark_that_is_not_closed_swallows_no_pupil() -> None:
    rows = [ROW, 'H999030120002,"Bell,Cy,02/02/2015,M', "X,Cole,Dee,03/02/2015,F"]
    found = read("\n".join([HEAD, *rows]))
    assert [pupil.facts.surname for pupil in found.pupils] == ["Ashdown", "Bell", "Cole"]
    assert [each.line for each in found.repairs] == [3]


def test_two_marks_in_a_column_that_is_not_read_swallow_no_pupil() -> None:
    rows = [f'{ROW},12 "The Oaks', f'{ROW},"5 Elm', f'{ROW},6 Elm"', f"{ROW},7 Elm"]
    found = read("\n".join([f"{HEAD},Address", *rows]))
    assert len(found.pupils) == 4


def test_letters_of_two_bytes_are_no_ends_of_lines() -> None:
    row = "A999030120001,Åström,Ben,01/02/2015,M"
    found = read(f'{HEAD},Address\n{row},"1 Oak\nTown"\n{row},"2 Elm\n{row},3 Elm\n')
    surnames = [pupil.facts.surname for pupil in found.pupils]
    assert surnames == ["Åström", None, "Åström", "Åström"]
    assert "Town" in [each.text for each in found.unread]


def test_a_value_that_runs_over_lines_stays_one_value() -> None:
    text = f'{HEAD},Address\n{ROW},"1 Hemlock Road\nTown"\n{ROW},2 Elm\n'
    assert without_stray_marks(text.encode()) == (text.encode(), ())
    assert [pupil.line for pupil in read(text).pupils] == [2, 4]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("UPN", "A99903012000", "a UPN has 13 characters"),
        ("UPN", "B999030120001", "the first letter of the UPN belongs to another number"),
        ("DOB", "01/02/15", "it is not a date such as 20/01/2015 or 2015-01-20"),
        ("DOB", "31/02/2015", "it is not a date such as 20/01/2015 or 2015-01-20"),
        ("Sex", "unknown", "the sex is F or M"),
        ("Surname", "a" * 129, "it has over 128 letters"),
        ("Year", "Y66", "it is no year group such as R or 6"),
    ],
)
def test_a_value_without_meaning_keeps_its_text_and_place(
    column: str, text: str, reason: str
) -> None:
    cells = dict(zip(HEAD.split(","), ROW.split(","), strict=True)) | {column: text}
    found = read(f"{','.join(cells)}\n{','.join(cells.values())}\n")
    (odd,) = found.unread
    assert (odd.line, odd.field, odd.reason) == (2, column, reason)
    assert text.startswith(odd.text.rstrip("…"))
    assert odd == found.pupils[0].unread[0]


def test_a_hyphen_is_no_forename() -> None:
    found = read(f"{HEAD}\nA999030120001,Sukarno,-,01/02/2015,M\n")
    assert found.pupils[0].facts.forename is None
    assert found.unread == ()


@pytest.mark.parametrize(
    ("data", "name", "fault", "said"),
    [
        (b"", "", "nothing", "Nothing was chosen."),
        (b"", "roll.csv", "empty", "The selected file is empty."),
        (b" \r\n", "roll.csv", "empty", "The selected file is empty."),
        (b"PK\x03\x04nothing", "roll.zip", "wrong_type", "The selected file is an archive."),
        (b"%PDF-1.7", "roll.pdf", "wrong_type", "The file is a PDF, not a sheet."),
        (b"x" * (10 * 2**20 + 1), "roll.csv", "too_big", "must be smaller than 10 MB"),
        (HEAD.encode(), "roll.csv", "nothing", "There is no pupil in the selected file."),
        (b"UPN,Surname\nA,B\n", "roll.csv", "too_few_columns", "2 columns are missing"),
        (b"a,b\n1,2\n", "roll.csv", "not_the_template", "No row has the headings"),
        (b"<CTfile><Header>", "roll.xml", "damaged", "cut short"),
        (b"<html></html>", "roll.xml", "not_a_ctf", "another kind of document"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><CTfile/>', "roll.xml", "forbidden", "document type"),
        (b"\xd0\xcf\x11\xe0EncryptedPackage", "roll.xls", "wrong_type", "old Excel workbook"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    data: bytes, name: str, fault: str, said: str
) -> None:
    with pytest.raises(RollRefusedError) as refused:
        read(data, name)
    assert refused.value.fault == fault
    assert said in str(refused.value)
    assert refused.value.todo


def test_pupils_of_two_schools_are_refused() -> None:
    text = f"{HEAD},School number\n{ROW},999/0301\n{ROW},9990302\n"
    with pytest.raises(RollRefusedError, match="2 schools"):
        read(text)
    assert read(text.replace("9990302", "9990301")).school == "9990301"


def test_a_file_of_another_school_is_told() -> None:
    found = read(f"{HEAD},School number\n{ROW},9990302\n", school="9990301")
    assert found.notes == ("The file says that it is of the school 9990302.",)


def test_more_pupils_than_any_school_has_are_refused() -> None:
    with pytest.raises(RollRefusedError, match="fewer than 8,192 pupils"):
        read("\n".join([HEAD, *[ROW] * 8193]))


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(names, names, st.dates(date(2010, 1, 1), date(2020, 1, 1))), min_size=1))
def test_every_pupil_of_a_csv_file_is_found(rows: list[tuple[str, str, date]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Surname", "Forename", "DOB"])
    writer.writerows((*pair, day.isoformat()) for *pair, day in rows)
    found = read(text.getvalue())
    assert [pupil.facts.birth_date for pupil in found.pupils] == [day for *_, day in rows]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet="\",;\n'ASx1<>/", max_size=120).map(str.encode))
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes) -> None:
    for start in (b"", b"Surname,Forename,DOB\n", b"<CTfile><CTFpupilData><Pupil>"):
        try:
            found = read(start + data)
        except InputError as refused:
            assert refused.what  # noqa: PT017  # either is well
        else:
            assert found.pupils
