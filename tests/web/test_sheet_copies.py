"""Copies of the mark sheet: on paper, as files to be filled in, and read back."""

import re
from io import BytesIO

import pytest
from cast_of_tests import AsPerson
from django.core.files.uploadedfile import SimpleUploadedFile
from odfdo import Document
from openpyxl import load_workbook
from pages_of_tests import hidden
from sheet_of_tests import address

from keystage.store.models import (
    AuditEvent,
    Judgement,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", ["blank", "completed"])
def test_a_sheet_for_paper_says_whose_it_is(
    as_person: AsPerson, teacher: Person, judged: Sheet, form: str
) -> None:
    page = as_person(teacher).get(address("print", form=form)).text

    assert "Storybook Lane Primary School, results of 2026." in page
    assert "Contains personal data." in page
    assert "Version 2" in page
    assert (">EXS<" in page) is (form == "completed")
    assert AuditEvent.objects.get(action="sheet copied").after["pupils"] == 3


def test_a_workbook_is_filled_in_and_read_back(
    as_person: AsPerson, teacher: Person, judged: Sheet, pupils: list[Pupil]
) -> None:
    pupils[1].surname = "=HYPERLINK(1)"
    pupils[1].save()
    client = as_person(teacher)
    answer = client.get(address("download", form="xlsx"))
    assert "contains-personal-data" in answer["Content-Disposition"]
    book = load_workbook(BytesIO(answer.content))
    sheet = book.active
    headings = [cell.value for cell in sheet[1]]
    assert [sheet.cell(2, 1).data_type, sheet.max_row] == ["s", 4]
    for row in range(2, 5):
        sheet.cell(row, headings.index("Science") + 1).value = "HNM"
        assert sheet.cell(row, headings.index("Surname") + 1).data_type == "s"
    filled = BytesIO()
    book.save(filled)

    look = client.post(address("upload"), {"file": SimpleUploadedFile("a.xlsx", filled.getvalue())})
    assert "Save 3 judgements" in look.text
    assert not Judgement.objects.filter(subject="science").exists()
    form = {"cells": hidden(look.text, "cells")}
    assert client.post(address("upload_apply"), form).status_code == 303
    assert Judgement.objects.filter(subject="science", code="HNM").count() == 3
    assert client.post(address("upload_apply"), form).status_code == 303


def test_an_open_document_copy_is_filled_in_and_read_back(
    as_person: AsPerson, teacher: Person, judged: Sheet, pupils: list[Pupil]
) -> None:
    pupils[1].surname = "=HYPERLINK(1)"
    pupils[1].save()
    client = as_person(teacher)
    answer = client.get(address("download", form="ods"))
    assert answer["Content-Type"] == "application/vnd.oasis.opendocument.spreadsheet"
    document = Document(BytesIO(answer.content))
    table = document.body.get_table(0)
    assert table is not None
    headings = [cell.get_value() for cell in table.get_row(0).cells]
    surnames = [table.get_value((headings.index("Surname"), row)) for row in (1, 2, 3)]
    assert "=HYPERLINK(1)" in surnames
    for row in (1, 2, 3):
        table.set_value((headings.index("Science"), row), "HNM")
    filled = BytesIO()
    document.save(filled)

    look = client.post(address("upload"), {"file": SimpleUploadedFile("a.ods", filled.getvalue())})

    assert "Save 3 judgements" in look.text
    form = {"cells": hidden(look.text, "cells")}
    assert client.post(address("upload_apply"), form).status_code == 303
    assert Judgement.objects.filter(subject="science", code="HNM").count() == 3


def test_a_csv_copy_holds_nothing_that_could_run(
    as_person: AsPerson, teacher: Person, judged: Sheet, pupils: list[Pupil]
) -> None:
    pupils[1].surname = "=HYPERLINK(1)"
    pupils[1].save()

    text = as_person(teacher).get(address("download", form="csv")).content.decode()

    assert "'=HYPERLINK(1)" in text
    assert not re.search(r"(^|,)=", text)


def test_copies_can_be_of_one_class(as_person: AsPerson, lead: Person, judged: Sheet) -> None:
    client = as_person(lead)
    page = client.get(address("paper"), {"class": "6B"}).text
    assert f"{address('download', form='csv')}?class=6B" in page

    text = client.get(address("download", form="csv"), {"class": "6B"}).content.decode()

    assert "Zhang" in text
    assert "Ashby" not in text


@pytest.mark.parametrize("name", ["print", "download"])
def test_other_sorts_of_copies_are_not_found(
    as_person: AsPerson, teacher: Person, sheet: Sheet, name: str
) -> None:
    assert as_person(teacher).get(address(name, form="exe")).status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "Select a mark sheet"),
        (b"", "The selected file is empty"),
        (b"PK\x03\x04", "There is a problem"),
        (b"a,b\n1,2", "There is a problem"),
    ],
)
def test_what_is_no_mark_sheet_is_told_beside_the_field(
    as_person: AsPerson, teacher: Person, sheet: Sheet, given: bytes | None, said: str
) -> None:
    files = {} if given is None else {"file": SimpleUploadedFile("a.csv", given)}
    page = as_person(teacher).post(address("upload"), files).text

    assert said in page
    assert "Error: Upload a mark sheet" in page


def test_an_upload_names_the_lines_of_nobody_and_what_is_not_possible(
    as_person: AsPerson, teacher: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    text = f"UPN,Reading\n{pupils[0].upn},PK3\nZ999030129999,PK3\n"
    file = SimpleUploadedFile("a.csv", text.encode())

    page = as_person(teacher).post(address("upload"), {"file": file}).text

    assert "registered to take the reading test" in page
    assert "Line 3, UPN Z999030129999: No pupil you may change has this UPN." in page


@pytest.mark.parametrize("form", ["blank", "completed"])
def test_a_sheet_comes_as_pdf_too_and_the_copy_is_recorded(
    as_person: AsPerson, teacher: Person, judged: Sheet, form: str
) -> None:
    answer = as_person(teacher).get(address("print_pdf", form=form))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert "contains-personal-data.pdf" in answer["Content-Disposition"]
    assert AuditEvent.objects.get(action="sheet copied").after["form"] == f"{form} as PDF"


def test_a_pdf_of_no_such_form_is_not_there(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    assert as_person(teacher).get(address("print_pdf", form="odd")).status_code == 404
