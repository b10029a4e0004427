"""What was received, on pages: receipts, pupils taken out, values to correct elsewhere."""

import json

import pytest
from cast_of_tests import AsPerson
from django.test import Client
from files_of_tests import Gate, Row, row_of, sheet_file
from words_of_pdf import words_of

from keystage.actions.by import By
from keystage.actions.gateway.keys import published_keys
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import import_cells, save_cells
from keystage.flows.receipts import verify
from keystage.store.models import AuditEvent, Person, Pupil, ReceivedPupil, RollChange, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/gateway/"


@pytest.fixture
def rows(judged_sheet: Sheet, pupils: list[Pupil]) -> list[Row]:
    assert judged_sheet.cohort.exists()
    return [row_of(pupil) for pupil in pupils]


def fetched(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200
    return b"".join(answer)


def test_a_receipt_is_read_kept_and_verified(
    as_person: AsPerson, office: Person, gate: Gate, rows: list[Row]
) -> None:
    content = sheet_file(rows)
    receipt = gate.take(content)
    client, there = as_person(office), f"{HERE}files/{receipt.submission_id}/receipt/"

    page = client.get(there).text
    assert receipt.submission.sha256 in page
    assert "Hester Adebayo" in page
    assert "/receipts/verify/" in page
    kept = fetched(client, f"{there}receipt.json")
    assert verify(kept, content, published_keys()).holds
    assert json.loads(kept)["receipt"]["sha256"] == receipt.submission.sha256
    paper = " ".join(words_of(fetched(client, f"{there}receipt.pdf")))
    assert "Receipt of a return Storybook Lane Primary School" in paper


def test_a_file_that_was_not_submitted_has_no_receipt(
    as_person: AsPerson, office: Person, gate: Gate, rows: list[Row]
) -> None:
    kept = gate.give(sheet_file(rows))

    assert as_person(office).get(f"{HERE}files/{kept.pk}/receipt/").status_code == 404


def test_what_was_received_is_shown_by_pupil_and_taken_away(
    as_person: AsPerson, office: Person, gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file([rows[0] | {"Writing": "GDS"}, *rows[1:]]))
    client = as_person(office)

    assert "Ashby, Mabel" in client.get(f"{HERE}received/").text
    table = fetched(client, f"{HERE}received/download/csv/").decode()
    assert "Ashby,Mabel,2015-01-01,F,,GDS,,EXS" in table
    assert b"<UPN>" in fetched(client, f"{HERE}received/download/ctf/")
    assert client.get(f"{HERE}received/download/exe/").status_code == 404


def test_a_class_teacher_sees_the_own_class_of_it(
    as_person: AsPerson, teacher: Person, gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows))
    text = as_person(teacher).get(f"{HERE}received/").text

    assert "Ashby, Mabel" in text
    assert "Zhang, Wei" not in text
    assert "Take out" not in text


def test_before_a_file_nothing_was_received(as_person: AsPerson, office: Person) -> None:
    client = as_person(office)

    assert "Nothing was received" in client.get(f"{HERE}received/").text
    assert client.get(f"{HERE}received/download/ctf/").status_code == 422


def test_a_pupil_is_taken_out_for_a_reason_and_put_back(
    as_person: AsPerson, headteacher: Person, gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows))
    client, pupil = as_person(headteacher), ReceivedPupil.objects.get(surname="Zhang")
    there = f"{HERE}received/{pupil.pk}/"

    client.post(f"{there}remove/", {"reason": "duplicate", "detail": "Twice"})

    text = client.get(f"{HERE}received/").text
    assert "duplicate (Twice)" in text
    assert client.get(f"{there}remove/").headers["Location"] == f"{HERE}received/"
    assert "1 expected pupil is missing" in client.get(HERE).text
    client.post(f"{there}put-back/")
    assert ReceivedPupil.objects.get(pk=pupil.pk).removed_at is None


@pytest.mark.parametrize(
    ("reason", "says", "where"),
    [
        ("outcome", "takes the place of the wrong one", "gateway/upload/"),
        ("not_sitting", "Keep the pupil in the return", "pupils/reconcile/"),
        ("expected", "Correct the cohort", "pupils/"),
        ("left", "Record when the pupil left", "pupils/"),
    ],
)
def test_other_reasons_take_nobody_out_and_lead_to_what_does(
    as_person: AsPerson,
    headteacher: Person,
    gate: Gate,
    rows: list[Row],
    reason: str,
    says: str,
    where: str,
) -> None:
    gate.take(sheet_file(rows))
    pupil = ReceivedPupil.objects.get(surname="Zhang")

    answer = as_person(headteacher).post(f"{HERE}received/{pupil.pk}/remove/", {"reason": reason})

    assert answer.status_code == 422
    assert says in answer.text
    assert f'href="/school/900003/2026/{where}"' in answer.text
    assert ReceivedPupil.objects.get(pk=pupil.pk).removed_at is None


def test_only_who_submits_takes_a_pupil_out(
    as_person: AsPerson, office: Person, gate: Gate, rows: list[Row]
) -> None:
    gate.take(sheet_file(rows))
    pupil = ReceivedPupil.objects.get(surname="Zhang")

    answer = as_person(office).post(f"{HERE}received/{pupil.pk}/remove/", {"reason": "duplicate"})

    assert answer.status_code == 403


def test_values_that_are_others_elsewhere_are_listed(
    as_person: AsPerson, office: Person, gate: Gate, rows: list[Row], judged_sheet: Sheet
) -> None:
    client, by = as_person(office), By(office, "test")
    assert "Nothing was submitted yet" in client.get(f"{HERE}correct/").text
    gate.take(sheet_file(rows))
    assert "agree with the last import" in client.get(f"{HERE}correct/").text
    members = {one.pupil.surname: one for one in judged_sheet.cohort.select_related("pupil")}

    def change(surname: str, code: str, seen: int) -> list[Change]:
        return [Change(pupil=members[surname].pk, subject="writing", code=code, seen=seen)]

    import_cells(judged_sheet, change("Zhang", "WTS", 1), by=by, classes=None)
    save_cells(judged_sheet, change("Zhang", "GDS", 2), by=by, classes=None)
    save_cells(judged_sheet, change("Smith", "WTS", 1), by=by, classes=None)
    mabel = members["Ashby"].pupil
    for field, before, after in (("forename", "Mable", "Mabel"), ("birth_date", "2015-02-01", "")):
        RollChange.objects.create(
            pupil=mabel, field=field, before=before, after=after, at=judged_sheet.loaded_at,
            by=office,
        )  # fmt: skip

    lines = fetched(client, f"{HERE}correct/list.csv").decode()
    assert AuditEvent.objects.filter(subject="values to correct elsewhere").count() == 1

    upns = [members[name].pupil.upn for name in ("Ashby", "Smith", "Zhang")]
    again = "Submit a file with the value that is right."
    name, born, smith, zhang = (row.split(",") for row in lines.splitlines()[1:])
    assert name[2:] == [upns[0], "Forename", "Mable", "Mabel", "Mabel", in_own("Mabel")]
    days = ["1 February 2015", "1 January 2015", "1 January 2015"]
    assert born[2:] == [upns[0], "Date of birth", *days, in_own("1 January 2015")]
    assert smith[2:] == [upns[1], "Writing", "Not known", "WTS", "EXS", again]
    assert zhang[2:] == [upns[2], "Writing", "WTS", "GDS", "EXS", f"{in_own('GDS')} {again}"]
    assert "4 values to look at" in client.get(f"{HERE}correct/").text


def in_own(value: str) -> str:
    return f"Make it {value} in your own system."
