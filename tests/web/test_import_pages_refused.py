"""Files that are refused on the page, and pages of files that are not for everybody."""

import io
import zipfile

import pytest
from cast_of_tests import AsPerson
from pages_of_imports import HERE, ROLL, apply, send

from keystage.store.models import (
    Import,
    Judgement,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


def workbook(*members: tuple[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


BOMB = workbook(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b" " * 200 * 2**20))
TWO_SCHOOLS = b"Surname,Forename,DOB,School number\nA,B,01/02/2015,9990301\nC,D,02/02/2015,9990302"
ENTITY = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><CTfile>&b;</CTfile>'


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "roll.csv", "The selected file is empty"),
        (b"%PDF-1.7", "roll.csv", "PDF"),
        (b"PK\x03\x04nothing", "roll.zip", "archive"),
        (BOMB, "roll.xlsx", "workbook is damaged"),
        (b"\xd0\xcf\x11\xe0EncryptedPackage", "roll.xlsx", "workbook"),
        (TWO_SCHOOLS, "roll.csv", "2 schools"),
        (ENTITY, "roll.xml", "document type"),
        (b"<CTfile><Header>", "roll.xml", "cut short"),
        (b"x" * (10 * 2**20 + 1), "roll.csv", "must be smaller than 10 MB"),
        (b"Surname,Forename,DOB", "roll.csv", "no pupil"),
    ],
    ids=["empty", "pdf", "zip", "bomb", "password", "schools", "entity", "cut", "big", "nobody"],
)
def test_a_hostile_file_is_refused_beside_the_box(
    as_person: AsPerson, office: Person, sheet: Sheet, data: bytes, name: str, said: str
) -> None:
    answer = send(as_person(office), data, name=name)

    assert answer.status_code == 422
    assert "Error: Choose the file" in answer.text
    assert said in answer.text.split("govuk-error-message")[1]
    assert not Import.objects.exists()


def test_nothing_chosen_is_said_beside_the_box(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    answer = as_person(office).post(f"{HERE}roll/", {})

    assert answer.status_code == 422
    assert "Select a file" in answer.text


PAGES = ("", "changes/", "result/", "undo/")


def test_an_import_of_another_school_is_not_there(
    as_person: AsPerson, office: Person, stranger: Person, sheet: Sheet
) -> None:
    there = send(as_person(office), ROLL)["Location"]
    client = as_person(stranger)

    for page in PAGES:
        assert client.get(f"{there}{page}").status_code == 404
        other = there.replace("900003", "900004")
        assert client.get(f"{other}{page}").status_code == 404
    assert client.post(f"{there}put-away/").status_code == 404


def test_a_file_is_of_its_sort_and_season_alone(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    there = send(client, ROLL)["Location"]

    assert client.get(there.replace("/roll/", "/results/")).status_code == 404
    assert client.get(there.replace("/2026/", "/2025/")).status_code == 404


def test_who_may_not_bring_in_a_roll_is_told(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    client = as_person(teacher)

    assert client.get(f"{HERE}roll/").status_code == 403
    text = client.get(HERE).text
    assert "Teacher assessments" in text
    assert "Registration list" not in text


def test_a_class_teacher_sees_own_files_alone(
    as_person: AsPerson, office: Person, teacher: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    text = f"UPN,Surname,Forename,DOB,Writing\n{pupils[0].upn},Ashby,Mabel,01/01/2015,EXS\n"
    of_office = send(as_person(office), text, kind="judgements", name="office.csv")["Location"]
    client = as_person(teacher)

    assert client.get(of_office).status_code == 404
    assert "office.csv" not in client.get(HERE).text
    own = send(client, text, kind="judgements", name="own.csv")["Location"]
    assert "own.csv" in client.get(HERE).text
    apply(client, own)
    assert Judgement.objects.get().code == "EXS"
