"""The mark sheet's page: what it shows to whom, and how a plain form saves it."""

import json
import re
from html import unescape
from typing import Any

import pytest
from cast_of_tests import Answer, AsPerson, MakePerson
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from sheet_of_tests import address, member_of

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.actions.sheets.signing import sign_class
from keystage.store.models import (
    CohortPupil,
    Judgement,
    Organisation,
    Person,
    Pupil,
    Sheet,
    SignOff,
)

pytestmark = pytest.mark.django_db
GRID = "/school/900003/2026/sheet/"


def seen_on(text: str) -> dict[str, list[object]]:
    """What a page says it showed."""
    found = re.search(r'name="seen"[^>]* value="([^"]*)"', text)
    assert found is not None
    seen: dict[str, list[object]] = json.loads(unescape(found[1]))
    return seen


def test_a_teacher_sees_and_fills_the_own_class_only(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    page = as_person(teacher).get(GRID).text

    assert "Ashby, Mabel" in page
    assert "Zhang" not in page
    assert 'action="/school/900003/2026/sheet/save/"' in page
    assert "EXS – working at the expected standard" in page
    assert f"{member_of(sheet, 'Ashby').pk}-writing" in seen_on(page)


def test_reading_is_not_asked_of_who_takes_the_test_and_the_page_says_why(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    member = member_of(sheet, "Ashby")
    sheet.cohort.filter(pupil__surname="Okonkwo").update(reading="below")
    page = as_person(teacher).get(GRID).text

    assert f"{member.pk}-reading" not in seen_on(page)
    assert "Takes the test" in page
    assert f"{member_of(sheet, 'Okonkwo').pk}-reading" in seen_on(page)


def test_who_may_not_enter_sees_a_sheet_without_boxes(
    as_person: AsPerson, person: MakePerson, authority: Organisation, sheet: Sheet
) -> None:
    officer = person("authority_officer", authority)
    page = as_person(officer).get(GRID).text

    assert "View only. Judgements are entered by a class teacher" in page
    assert "ks-sheet--view-only" in page
    assert '<select class="ks-sheet__input"' not in page
    assert 'name="seen"' not in page


@pytest.mark.parametrize(("who", "status"), [("governor", 403), ("stranger", 404)])
def test_others_see_no_sheet(
    as_person: AsPerson, sheet: Sheet, request: pytest.FixtureRequest, who: str, status: int
) -> None:
    client = as_person(request.getfixturevalue(who))

    assert client.get(GRID).status_code == status
    assert client.post(address("save"), {"seen": "{}"}).status_code == status
    assert client.post(address("cells")).status_code == status


def test_before_the_pack_is_loaded_the_page_says_what_to_do(
    as_person: AsPerson, lead: Person, teacher: Person
) -> None:
    assert "Load the codes and rules" in as_person(lead).get(GRID).text
    assert "Ask the assessment lead" in as_person(teacher).get(GRID).text


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


def enrolled(sheet: Sheet, number: int) -> None:
    """More pupils, so that there are so many in all."""
    there = sheet.cohort.count()
    pupils = Pupil.objects.bulk_create(
        Pupil(
            school=sheet.school,
            upn=f"Y{at:012d}",
            surname=f"Pupil {at}",
            forename="Ann",
            class_name="6A",
        )
        for at in range(there, number)
    )
    CohortPupil.objects.bulk_create(
        CohortPupil(
            sheet=sheet,
            pupil=one,
            how="added",
            reading="below",
            gps="registered",
            maths="registered",
        )
        for one in pupils
    )


def test_a_larger_cohort_takes_no_more_queries(
    as_person: AsPerson,
    teacher: Person,
    sheet: Sheet,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = as_person(teacher)
    client.get(GRID)
    enrolled(sheet, 30)
    with django_assert_max_num_queries(20):
        client.get(GRID)
    enrolled(sheet, 120)
    with django_assert_max_num_queries(20):
        page = client.get(GRID).text
    assert len(seen_on(page)) > 300


def test_a_sheet_of_300_pupils_is_saved_as_one_form(
    as_person: AsPerson, lead: Person, sheet: Sheet
) -> None:
    enrolled(sheet, 300)
    client = as_person(lead)
    seen = seen_on(client.get(GRID).text)
    form = dict.fromkeys(seen, "A") | {"seen": json.dumps(seen)}

    assert client.post(address("save"), form).status_code == 303
    assert Judgement.objects.filter(code="A").count() == len(seen)


def test_the_page_says_how_far_the_sheet_has_come(
    as_person: AsPerson, teacher: Person, lead: Person, sheet: Sheet
) -> None:
    client = as_person(teacher)

    def stage() -> str:
        found = re.search(r"govuk-tag[^>]*>\s*([^<]+?)\s*<", client.get(GRID).text)
        assert found is not None
        return found[1]

    def enter(subject: str) -> None:
        members = sheet.cohort.values_list("pk", flat=True)
        changes = [Change(pupil=pk, subject=subject, code="EXS", seen=0) for pk in members]
        save_cells(sheet, changes, by=By(lead), classes=None)

    assert stage() == "Not started"
    enter("writing")
    assert stage() == "In entry"
    enter("science")
    assert stage() == "Complete, not checked"
    client.post(address("check"))
    assert stage() == "Checked"
    sign_class(sheet, "6A", by=By(teacher), classes=None)
    assert stage() == "Signed by a class teacher"
    SignOff.objects.update(kind=SignOff.Kind.HEADTEACHER, class_name="")
    assert stage() == "Signed by the headteacher"
    SignOff.objects.all().delete()
    Sheet.objects.update(red=1)
    assert stage() == "Checked, with errors"


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


def test_two_pupils_of_one_name_are_told_apart_by_their_numbers(
    as_person: AsPerson, lead: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    twin = pupils[1]
    Pupil.objects.filter(pk=twin.pk).update(surname="Ashby", forename="Mabel")

    page = as_person(lead).get(GRID).text

    assert f"6A, {twin.upn}" in page
    assert f"Writing, Ashby, Mabel, {twin.upn}" in page
    assert pupils[2].upn not in page


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30])
def test_a_conflict_that_does_not_say_what_was_seen_is_a_bad_request(
    as_person: AsPerson, teacher: Person, sheet: Sheet, number: str
) -> None:
    form = {"seen": '{"1-writing": [1, "EXS"]}', "wanted-1-writing": "WTS"}
    form["from-1-writing"] = number

    assert as_person(teacher).post(address("save"), form).status_code == 400
