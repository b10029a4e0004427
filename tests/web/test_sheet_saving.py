"""The mark sheet's page: how a plain form or the script saves it, and what of a conflict."""

import json
from typing import Any

import pytest
from cast_of_tests import Answer, AsPerson
from django.test import Client
from pages_of_tests import seen_on
from sheet_of_tests import address, enrolled, member_of

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import (
    CohortPupil,
    Judgement,
    Person,
    Sheet,
)

pytestmark = pytest.mark.django_db
GRID = "/school/900003/2026/sheet/"


def test_the_form_saves_what_was_changed_and_checks_the_sheet(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    client, member = as_person(teacher), member_of(sheet, "Ashby")
    seen = seen_on(client.get(GRID).text)
    form = dict.fromkeys(seen, "") | {"seen": json.dumps(seen), f"{member.pk}-writing": "exs"}

    answer = client.post(address("save"), {**form, "show": "6A"})

    assert (answer.status_code, answer["Location"]) == (303, f"{GRID}?class=6A")
    assert Judgement.objects.get().code == "EXS"
    sheet.refresh_from_db()
    assert sheet.is_checked
    page = client.get(answer["Location"]).text
    assert "1 judgement was saved" in page
    assert '<option value="EXS" selected>' in page


def test_a_teacher_cannot_save_another_class(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    name = f"{member_of(sheet, 'Zhang').pk}-writing"
    form = {"seen": json.dumps({name: [0, ""]}), name: "EXS"}

    answer = as_person(teacher).post(address("save"), form)

    assert answer.status_code == 409
    assert "not on the sheet you may change" in answer.text
    assert "Zhang" not in answer.text
    assert not Judgement.objects.exists()


def conflict(
    as_person: AsPerson, teacher: Person, lead: Person, sheet: Sheet
) -> tuple[Client, CohortPupil, Answer]:
    """The answer to a form that was opened before somebody else saved the cell."""
    client, member = as_person(teacher), member_of(sheet, "Ashby")
    seen = seen_on(client.get(GRID).text)
    change = Change(pupil=member.pk, subject="writing", code="WTS", seen=0)
    save_cells(sheet, [change], by=By(lead), classes=None)
    form = {
        "seen": json.dumps(seen),
        f"{member.pk}-writing": "EXS",
        f"{member.pk}-science": "HNM",
    }
    return client, member, client.post(address("save"), form)


def test_a_conflict_shows_both_values_and_saves_the_rest(
    as_person: AsPerson, teacher: Person, lead: Person, sheet: Sheet
) -> None:
    _, member, answer = conflict(as_person, teacher, lead, sheet)

    assert answer.status_code == 409
    assert "Keep what is saved: WTS – working towards the expected standard" in answer.text
    assert "Save what you entered: EXS – working at the expected standard" in answer.text
    assert "Saved by Lee Nguyen" in answer.text
    assert "Error: Some judgements are not saved yet" in answer.text
    assert f'href="#{member.pk}-writing"' in answer.text
    codes = dict(Judgement.objects.values_list("subject", "code"))
    assert codes == {"writing": "WTS", "science": "HNM"}


@pytest.mark.parametrize(("choice", "kept"), [("EXS", "EXS"), ("WTS", "WTS")])
def test_the_value_that_is_chosen_is_kept(
    as_person: AsPerson, teacher: Person, lead: Person, sheet: Sheet, choice: str, kept: str
) -> None:
    client, member, answer = conflict(as_person, teacher, lead, sheet)
    name = f"{member.pk}-writing"
    form = {"seen": json.dumps(seen_on(answer.text)), name: choice}
    form |= {f"wanted-{name}": "EXS", f"from-{name}": "0"}

    assert client.post(address("save"), form).status_code == 303
    assert Judgement.objects.get(subject="writing").code == kept


def test_a_conflict_nobody_chose_about_is_asked_for_again(
    as_person: AsPerson, teacher: Person, lead: Person, sheet: Sheet
) -> None:
    client, member, answer = conflict(as_person, teacher, lead, sheet)
    name = f"{member.pk}-writing"
    form = {"seen": json.dumps(seen_on(answer.text)), f"wanted-{name}": "EXS", f"from-{name}": "0"}

    again = client.post(address("save"), form)

    assert again.status_code == 409
    assert "Save what you entered: EXS" in again.text
    assert Judgement.objects.get(subject="writing").code == "WTS"


def test_a_refused_code_is_shown_with_its_reason_and_the_codes(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    name = f"{member_of(sheet, 'Ashby').pk}-writing"
    form = {"seen": json.dumps({name: [0, ""]}), name: "ZZZ"}

    answer = as_person(teacher).post(address("save"), form)

    assert "ZZZ is no writing judgement of 2026." in answer.text
    assert f'href="#cell-{name}"' in answer.text
    assert "WTS – working towards" in answer.text


def test_the_script_is_told_what_became_of_each_cell(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    pk = member_of(sheet, "Ashby").pk
    changes = [
        {"cell": f"{pk}-writing", "code": "exs", "seen": 0},
        {"cell": f"{pk}-science", "code": "GDS", "seen": 0},
    ]
    client = as_person(teacher)

    def send() -> Any:
        sent = {"changes": changes}
        return client.post(address("cells"), sent, content_type="application/json").json()

    answer = send()

    assert answer["saved"] == [{"cell": f"{pk}-writing", "code": "EXS", "version": 1}]
    assert answer["refused"][0]["what"] == "GDS is no science judgement of 2026."
    changes[0]["code"] = "WTS"
    conflicts = send()["conflicts"]
    assert conflicts[0]["stored"] == "EXS"
    assert "Tom O'Neill saved EXS" in conflicts[0]["words"]


def test_the_script_is_told_the_state_of_each_cell(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    member = member_of(sheet, "Ashby")
    answer = as_person(teacher).post(address("check"), headers={"Accept": "application/json"})

    assert answer.json()["missing"] == 6
    assert answer.json()["cells"][f"{member.pk}-writing"] == ["missing", ""]
    assert "Last checked" in answer.json()["words"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"changes": 3}',
        b'{"changes": [{}]}',
        b'{"changes": [{"cell": "x", "code": "", "seen": 0}]}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_not_the_scripts_is_a_bad_request(
    as_person: AsPerson, teacher: Person, sheet: Sheet, body: bytes
) -> None:
    answer = as_person(teacher).post(address("cells"), body, content_type="application/json")

    assert answer.status_code == 400


@pytest.mark.parametrize("seen", ["", "[]", '{"1-writing": 3}', '{"x": [0, ""]}'])
def test_a_form_that_does_not_say_what_it_showed_is_refused(
    as_person: AsPerson, teacher: Person, sheet: Sheet, seen: str
) -> None:
    assert as_person(teacher).post(address("save"), {"seen": seen}).status_code == 400


def test_a_sheet_of_300_pupils_is_saved_as_one_form(
    as_person: AsPerson, lead: Person, sheet: Sheet
) -> None:
    enrolled(sheet, 300)
    client = as_person(lead)
    seen = seen_on(client.get(GRID).text)
    form = dict.fromkeys(seen, "A") | {"seen": json.dumps(seen)}

    assert client.post(address("save"), form).status_code == 303
    assert Judgement.objects.filter(code="A").count() == len(seen)


def test_save_and_check_checks_what_was_saved_before(
    as_person: AsPerson, teacher: Person, lead: Person, sheet: Sheet
) -> None:
    pk = sheet.cohort.get(pupil__surname="Ashby").pk
    change = Change(pupil=pk, subject="writing", code="EXS", seen=0)
    save_cells(sheet, [change], by=By(lead), classes=None)
    client = as_person(teacher)
    seen = seen_on(client.get(GRID).text)

    answer = client.post(address("save"), {"seen": json.dumps(seen)}, follow=True)

    assert "Nothing had changed since the last save. The sheet was checked." in answer.text
    assert "Last checked" in answer.text


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30])
def test_a_conflict_that_does_not_say_what_was_seen_is_a_bad_request(
    as_person: AsPerson, teacher: Person, sheet: Sheet, number: str
) -> None:
    form = {"seen": '{"1-writing": [1, "EXS"]}', "wanted-1-writing": "WTS"}
    form["from-1-writing"] = number

    assert as_person(teacher).post(address("save"), form).status_code == 400
