"""The school's pages of its return: what is missing, a file uploaded, looked at, and submitted."""

import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from cast_of_tests import PASSWORD, YEAR, AsPerson, MakePerson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from files_of_tests import Gate, Row, row_of, sheet_file

from keystage.core.upn import check_letter
from keystage.store.models import (
    AuditEvent,
    Organisation,
    Person,
    Pupil,
    Receipt,
    ReturnFile,
    SchoolReturn,
    Sheet,
    Submission,
)

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/gateway/"


@pytest.fixture
def rows(judged_sheet: Sheet, pupils: list[Pupil]) -> list[Row]:
    assert judged_sheet.year == YEAR
    return [row_of(pupil) for pupil in pupils]


def proven(client: Client) -> Client:
    """The client of somebody who has just proved who it is."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def send(client: Client, content: bytes, name: str = "sheet.csv") -> Any:
    return client.post(f"{HERE}upload/", {"file": SimpleUploadedFile(name, content)})


def words(text: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def test_before_anything_the_page_says_not_yet_submitted_and_keeps_nothing(
    as_person: AsPerson, office: Person, judged_sheet: Sheet
) -> None:
    text = words(as_person(office).get(HERE).text)

    assert "Not yet submitted: no file has been received." in text
    assert "6 expected" in text
    assert "6 missing" in text
    assert not SchoolReturn.objects.exists()


def test_without_a_roll_the_page_says_what_to_do(as_person: AsPerson, office: Person) -> None:
    text = as_person(office).get(HERE).text

    assert "There is no list of expected pupils" in text
    assert "Get the template" not in text


def test_a_year_in_which_nothing_is_collected_has_no_return(
    as_person: AsPerson, office: Person
) -> None:
    assert as_person(office).get("/school/900003/2020/gateway/").status_code == 404


@pytest.mark.usefixtures("gateway_open")
def test_a_file_goes_from_one_person_to_the_other_and_ends_accepted(
    as_person: AsPerson, office: Person, headteacher: Person, rows: list[Row]
) -> None:
    client = as_person(office)
    page = client.get(send(client, sheet_file(rows)).headers["Location"])
    kept = Submission.objects.get()
    assert "Checked, and not yet submitted" in page.text
    assert "These people of the school can: Hester Adebayo." in page.text
    assert client.get(f"{HERE}files/{kept.pk}/submit/").status_code == 403
    assert "a second person to submit it" in client.get(HERE).text

    head = proven(as_person(headteacher))
    assert "It waits for you." in head.get(HERE).text
    asked = head.get(f"{HERE}files/{kept.pk}/submit/")
    assert "6 pupils are added" in asked.text
    refused = head.post(f"{HERE}files/{kept.pk}/submit/", {})
    assert refused.status_code == 422
    assert "Confirm that this is the return of your school" in refused.text
    done = head.post(f"{HERE}files/{kept.pk}/submit/", {"confirmed": "on"})

    assert done.headers["Location"] == f"{HERE}files/{kept.pk}/receipt/"
    shown = head.get(HERE).text
    assert "Accepted: every expected pupil was received complete." in shown
    assert "Not yet submitted" not in shown
    again = head.post(f"{HERE}files/{kept.pk}/submit/", {"confirmed": "on"})
    assert again.headers["Location"] == f"{HERE}files/{kept.pk}/"
    assert Receipt.objects.count() == 1


@pytest.mark.usefixtures("gateway_open")
def test_who_uploaded_a_file_does_not_submit_it(
    as_person: AsPerson, headteacher: Person, rows: list[Row]
) -> None:
    client = proven(as_person(headteacher))
    send(client, sheet_file(rows))
    kept = Submission.objects.get()

    assert "Nobody else of the school can at the moment" in words(
        client.get(f"{HERE}files/{kept.pk}/submit/").text
    )
    answer = client.post(f"{HERE}files/{kept.pk}/submit/", {"confirmed": "on"})

    assert answer.status_code == 422
    assert "another person must submit it" in answer.text
    assert not Receipt.objects.exists()


@pytest.mark.usefixtures("gateway_open")
def test_a_refused_file_shows_each_fault_with_the_way_to_its_cell(
    as_person: AsPerson, office: Person, rows: list[Row], judged_sheet: Sheet
) -> None:
    client = as_person(office)
    wrong = [rows[0] | {"Writing": "XXX"}, rows[1] | {"Surname": "=1+1"}, *rows[2:]]
    page = client.get(send(client, sheet_file(wrong)).headers["Location"])
    kept = Submission.objects.get()
    member = judged_sheet.cohort.get(pupil__surname="Ashby")

    assert "Refused" in page.text
    assert "Not yet submitted" in page.text
    assert f"/school/900003/2026/sheet/#cell-{member.pk}-writing" in page.text
    ask = re.search(r'href="(/school/900003/2026/messages/new/[^"]*line=2)"', page.text)
    assert ask
    written = client.get(ask[1].replace("&amp;", "&")).text
    assert "TA-401" in written
    assert "Ashby" not in written
    assert "Ashby" not in page.text.split("<title>")[1].split("</title>")[0]
    lines = b"".join(client.get(f"{HERE}files/{kept.pk}/issues.csv")).decode()
    assert "TA-401" in lines
    assert "'=1+1" in lines
    assert ",=1+1" not in lines
    told = AuditEvent.objects.filter(action="taken away", subject="what was found in a file")
    assert told.get().person_id == office.pk


def test_no_file_is_a_fault_of_the_form(as_person: AsPerson, office: Person) -> None:
    answer = as_person(office).post(f"{HERE}upload/", {})

    assert answer.status_code == 422
    assert "Select a Common Transfer File, a template or a mark sheet" in answer.text


def test_outside_the_window_the_page_says_so_before_a_file_is_chosen(
    as_person: AsPerson, office: Person
) -> None:
    assert "Files are not taken at the moment" in as_person(office).get(f"{HERE}upload/").text


@pytest.mark.usefixtures("gateway_open")
def test_the_file_made_from_the_mark_sheet_is_used_without_a_download(
    as_person: AsPerson, office: Person, judged_sheet: Sheet, rows: list[Row]
) -> None:
    ReturnFile.objects.create(
        sheet=judged_sheet,
        profile="return",
        serial=1,
        name="made.csv",
        sha256="0" * 64,
        content=sheet_file(rows),
        counts={},
        content_version=judged_sheet.content_version,
        made_at=judged_sheet.loaded_at,
        made_by=office,
    )
    client = as_person(office)
    assert "made.csv" in client.get(f"{HERE}upload/").text

    client.post(f"{HERE}upload/", {"made": "yes"})

    kept = Submission.objects.get()
    assert (kept.channel, kept.name, kept.state) == ("sheet", "made.csv", "uploaded")


@pytest.mark.usefixtures("gateway_open")
def test_the_template_comes_filled_in_and_goes_back_the_same_way(
    as_person: AsPerson, office: Person, judged_sheet: Sheet
) -> None:
    client = as_person(office)
    first = client.post(f"{HERE}template/")
    assert first.headers["Content-Disposition"] == 'attachment; filename="KS2_9990301_001.xlsx"'
    assert client.post(f"{HERE}template/").content == first.content
    book, out = openpyxl.load_workbook(BytesIO(first.content)), BytesIO()
    sheet = book["Judgements"]
    assert sheet["C2"].value == "Ashby"
    for row in range(2, 8):
        sheet.cell(row, 8).value = sheet.cell(row, 10).value = "EXS"
    book.save(out)

    send(client, out.getvalue(), "KS2_9990301_001.xlsx")
    assert Submission.objects.get().state == "uploaded"
    sheet["G1"] = "Maths"
    altered = BytesIO()
    book.save(altered)
    page = client.get(
        send(client, altered.getvalue(), "KS2_9990301_001 (1).xlsx").headers["Location"]
    )

    assert "TA-008" in page.text
    assert "The heading of column 7 was “Reading” and is “Maths”." in page.text
    judged_sheet.cohort.filter(pupil__surname="Zhang").update(removed=True, reason="Left")
    named = client.post(f"{HERE}template/").headers["Content-Disposition"]
    assert "KS2_9990301_002.xlsx" in named


def test_no_template_is_made_of_nobody(as_person: AsPerson, office: Person) -> None:
    answer = as_person(office).post(f"{HERE}template/")

    assert answer.status_code == 422
    assert "There is no list of expected pupils" in answer.text


def test_each_number_opens_its_pupils(
    as_person: AsPerson, office: Person, gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows[:4]))
    client = as_person(office)

    assert "Okonkwo" in client.get(f"{HERE}pupils/complete/").text
    assert "Zhang" in client.get(f"{HERE}pupils/missing/").text
    assert client.get(f"{HERE}pupils/everybody/").status_code == 404
    nobody = client.get(f"{HERE}pupils/unexpected/").text
    assert "No pupil is counted here" in nobody


def test_a_pupil_under_another_upn_is_asked_about_before_submitting(
    as_person: AsPerson, office: Person, headteacher: Person, gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows))
    other = check_letter("999030190001") + "999030190001"
    kept = gate.give(sheet_file([rows[0] | {"UPN": other}, *rows[1:]]))
    client = as_person(office)
    there = f"{HERE}files/{kept.pk}/"
    assert "Name and date of birth are the same." in client.get(there).text
    assert (
        "Say whether they are the same"
        in proven(as_person(headteacher)).get(f"{there}submit/").text
    )
    client = as_person(office)

    assert client.post(f"{there}same/", {"upn": other}).status_code == 422
    client.post(f"{there}same/", {"upn": other, "same": "yes"})

    kept.refresh_from_db()
    assert kept.same_as == {other: rows[0]["UPN"]}


def test_a_file_that_waits_is_withdrawn(
    as_person: AsPerson, office: Person, gate: Gate, rows: list[Row]
) -> None:
    kept = gate.give(sheet_file(rows))
    client = as_person(office)

    client.post(f"{HERE}files/{kept.pk}/withdraw/")

    assert "Withdrawn before it was submitted" in client.get(f"{HERE}files/{kept.pk}/").text
    assert "no file has been received" in client.get(HERE).text


def test_those_who_may_not_see_names_see_the_state_and_none(
    as_person: AsPerson, person: MakePerson, trust: Organisation, gate: Gate, rows: list[Row]
) -> None:
    receipt = gate.take(sheet_file(rows[:4]), "Mabel Ashby.csv")
    analyst = as_person(person("trust_analyst", trust))
    there = f"{HERE}files/{receipt.submission_id}/"

    for path in (HERE, f"{HERE}files/", f"{there}receipt/"):
        text = analyst.get(path).text
        assert "Not yet submitted: 2 expected pupils are missing." in text
        assert "Ashby" not in text
    for path in (there, f"{there}receipt/receipt.json", f"{HERE}pupils/missing/"):
        assert analyst.get(path).status_code == 403


def test_the_authority_gives_files_only_where_the_school_agreed(
    as_person: AsPerson, person: MakePerson, authority: Organisation, judged_sheet: Sheet
) -> None:
    officer = as_person(person("authority_officer", authority))

    assert officer.get(HERE).status_code == 200
    assert officer.get(f"{HERE}upload/").status_code == 403


def test_the_history_says_which_file_took_the_place_of_another(
    as_person: AsPerson, headteacher: Person, gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows[:4]))
    second = gate.take(sheet_file(rows))
    text = words(as_person(headteacher).get(f"{HERE}files/").text)

    assert text.count("Superseded") == 1
    assert second.submission.sha256[:12] in text
    assert "received to accepted, by" in text
