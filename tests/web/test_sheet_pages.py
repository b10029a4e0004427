"""The other pages of the mark sheet: checks, history, filling, copies, and the year's pack."""

import json
import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from cast_of_tests import AsPerson
from django.core.files.uploadedfile import SimpleUploadedFile
from odfdo import Document
from openpyxl import load_workbook
from sheet_of_tests import address, member_of

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.statute.collection_loader import available_collections
from keystage.store.models import (
    AuditEvent,
    Judgement,
    Organisation,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db


def hidden(text: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', text)
    assert found is not None
    return unescape(found[1])


@pytest.fixture
def judged(sheet: Sheet, lead: Person) -> Sheet:
    """The sheet with one judgement, that of Mabel Ashby in writing."""
    member = member_of(sheet, "Ashby")
    change = Change(pupil=member.pk, subject="writing", code="EXS", seen=0)
    save_cells(sheet, [change], by=By(lead), classes=None)
    return sheet


@pytest.mark.parametrize("name", ["grid", "checks", "fill", "sign", "paper", "upload"])
def test_strangers_find_no_page(
    as_person: AsPerson, stranger: Person, sheet: Sheet, name: str
) -> None:
    assert as_person(stranger).get(address(name)).status_code == 404


def test_missing_judgements_are_linked_to_their_cells(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    page = as_person(teacher).get(address("checks")).text
    pk = member_of(judged, "Ashby").pk

    assert f'href="/school/900003/2026/sheet/#cell-{pk}-science"' in page
    assert f"#cell-{pk}-writing" not in page
    assert "0 of 3 pupils are complete; 5 judgements are missing." in page
    assert "Zhang" not in page


@pytest.mark.parametrize("by", ["severity", "pupil", "subject", "nonsense"])
def test_findings_are_grouped_and_linked(
    as_person: AsPerson, teacher: Person, sheet: Sheet, pupils: list[Pupil], by: str
) -> None:
    pupils[0].upn = ""
    pupils[0].save()
    member = member_of(sheet, "Ashby")
    sheet.cohort.filter(pk=member.pk).update(reading="below")
    Judgement.objects.create(
        cohort_pupil=member,
        subject="reading",
        code="XX",
        changed_at=sheet.loaded_at,
        changed_by=teacher,
    )
    page = as_person(teacher).get(address("checks"), {"by": by}).text

    assert "XX is no reading judgement of 2026." in page
    assert f"#cell-{member.pk}-reading" in page
    grid = as_person(teacher).get(address("grid")).text
    assert "Error: XX is no reading judgement of 2026." in grid
    assert "XX – not a code of this year" in grid


def test_a_check_by_hand_leads_back_to_what_it_found(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    answer = as_person(teacher).post(address("check"))

    assert (answer.status_code, answer["Location"]) == (303, address("checks"))
    sheet.refresh_from_db()
    assert sheet.is_checked


def test_a_sheet_that_changed_since_its_check_is_shown_as_stale(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    client = as_person(teacher)
    client.post(address("check"))
    assert "Stale" not in client.get(address("grid")).text
    Sheet.objects.update(content_version=99)

    page = client.get(address("grid")).text

    assert "It changed since, so the check is out of date." in page
    assert "Stale" in page


def test_the_history_of_a_pupil_is_for_those_who_see_the_pupil(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    client = as_person(teacher)
    page = client.get(address("history", pupil=member_of(judged, "Ashby").pupil_id)).text
    assert "Lee Nguyen" in page
    assert "<title>History of a pupil" in page

    other = client.get(address("history", pupil=member_of(judged, "Zhang").pupil_id))
    assert other.status_code == 404


def test_a_fill_is_looked_at_applied_and_undone(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    client = as_person(teacher)
    pupils = [one.pk for one in judged.cohort.filter(pupil__class_name="6A")]
    chosen = {"judgement": "writing:WTS", "only_empty": "on", "pupils": pupils}

    look = client.post(address("fill"), chosen).text
    assert "Fill 2 cells" in look
    assert "Left alone" in look
    assert Judgement.objects.count() == 1

    form = {"judgement": hidden(look, "judgement"), "cells": hidden(look, "cells")}
    applied = client.post(address("fill_apply"), form)
    assert applied.status_code == 303
    assert Judgement.objects.filter(code="WTS").count() == 2
    assert "2 judgements were saved" in client.get(applied["Location"]).text

    undone = client.post(applied["Location"])
    assert undone.status_code == 303
    assert not Judgement.objects.filter(code="WTS").exists()
    assert "would stay" not in client.get(undone["Location"]).text
    assert "nothing to undo" in client.get(applied["Location"]).text


def test_a_fill_asks_for_a_judgement_and_for_pupils(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    page = as_person(teacher).post(address("fill"), {}).text

    assert "Error: Fill down" in page
    assert "Select a judgement to fill in" in page
    assert "Select at least one pupil" in page


@pytest.mark.parametrize("cells", ["", "[]", '{"x": 1}', '{"1": "1"}'])
def test_a_fill_that_was_not_looked_at_is_a_bad_request(
    as_person: AsPerson, teacher: Person, sheet: Sheet, cells: str
) -> None:
    form = {"judgement": "writing:EXS", "cells": cells}
    assert as_person(teacher).post(address("fill_apply"), form).status_code == 400


@pytest.mark.parametrize("judgement", ["", "EXS", "gps:EXS"])
def test_a_fill_of_no_subject_is_a_bad_request(
    as_person: AsPerson, teacher: Person, sheet: Sheet, judgement: str
) -> None:
    form = {"judgement": judgement, "cells": "{}"}
    assert as_person(teacher).post(address("fill_apply"), form).status_code == 400


def test_a_fill_over_a_change_shows_the_conflict(
    as_person: AsPerson, teacher: Person, judged: Sheet
) -> None:
    cells = json.dumps({member_of(judged, "Ashby").pk: 0})
    form = {"judgement": "writing:WTS", "cells": cells}

    answer = as_person(teacher).post(address("fill_apply"), form)

    assert answer.status_code == 409
    assert "Keep what is saved: EXS" in answer.text


def test_a_batch_of_another_class_is_not_shown(
    as_person: AsPerson, teacher: Person, sheet: Sheet, lead: Person
) -> None:
    member = member_of(sheet, "Zhang")
    change = Change(pupil=member.pk, subject="writing", code="EXS", seen=0)
    saved = save_cells(sheet, [change], by=By(lead), classes=None)

    assert as_person(teacher).get(address("batch", batch=saved.batch)).status_code == 404


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


def test_the_pack_is_loaded_once_and_shown(
    as_person: AsPerson, lead: Person, pupils: list[Pupil]
) -> None:
    client = as_person(lead)
    page = client.get(address("load")).text
    assert "not loaded yet" in page
    assert "working at the expected standard" in page

    assert client.post(address("load")).status_code == 303
    assert client.post(address("load")).status_code == 303
    sheet = Sheet.objects.get()
    assert sheet.cohort.count() == 6
    page = client.get(address("load")).text
    assert sheet.pack_checksum in page
    assert "Loading them again changes nothing." in page


def test_a_newer_pack_is_shown_as_such_and_keeps_judgements(
    as_person: AsPerson, lead: Person, judged: Sheet
) -> None:
    Sheet.objects.update(pack_checksum="0" * 64)
    client = as_person(lead)
    assert "There is a newer pack" in client.get(address("load")).text

    client.post(address("load"))

    assert Judgement.objects.get().code == "EXS"
    judged.refresh_from_db()
    assert judged.pack_checksum != "0" * 64


@pytest.mark.parametrize("year", available_collections())
def test_the_pack_of_every_year_is_shown_whatever_is_known_of_its_days(
    as_person: AsPerson, lead: Person, year: int
) -> None:
    page = as_person(lead).get(f"/school/900003/{year}/sheet/load/")

    assert f"Codes and rules of {year}" in page.text
    assert "Sending teacher assessments" in page.text


def test_a_year_without_a_pack_says_so(as_person: AsPerson, lead: Person, sheet: Sheet) -> None:
    answer = as_person(lead).get("/school/900003/2099/sheet/load/")

    assert answer.status_code in {400, 422}
    assert "2099" in answer.text


def test_pages_of_a_season_without_a_sheet_are_not_found(
    as_person: AsPerson, lead: Person, sheet: Sheet
) -> None:
    assert as_person(lead).get("/school/900003/2025/sheet/checks/").status_code == 404


def test_a_sheet_without_pupils_says_so(
    as_person: AsPerson, lead: Person, school: Organisation
) -> None:
    client = as_person(lead)
    client.post(address("load"))

    assert "There are no pupils on the sheet." in client.get(address("checks")).text
    assert "There are no pupils to show" in client.get(address("grid")).text
    assert "There are no pupils to show" in client.get(address("fill")).text
    assert client.get(address("download", form="csv")).status_code == 200


def test_a_pupil_who_left_is_shown_as_such(
    as_person: AsPerson, lead: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    pupils[0].left_on = date(2026, 4, 1)
    pupils[0].save()
    client = as_person(lead)

    page = client.get(address("grid")).text

    assert "6A, left 1 April 2026" in page


def test_all_of_a_batch_is_shown_to_who_sees_all_classes(
    as_person: AsPerson, lead: Person, judged: Sheet
) -> None:
    batch = Judgement.objects.get().changes.get().batch

    assert "Ashby, Mabel" in as_person(lead).get(address("batch", batch=batch)).text


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
