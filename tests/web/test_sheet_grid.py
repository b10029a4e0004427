"""The mark sheet's page: what it shows to whom."""

import re

import pytest
from cast_of_tests import AsPerson, MakePerson
from pages_of_tests import seen_on
from pytest_django import DjangoAssertNumQueries
from sheet_of_tests import address, enrolled, member_of

from keystage.actions.by import By
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.actions.sheets.signing import sign_class
from keystage.store.models import (
    Organisation,
    Person,
    Pupil,
    Sheet,
    SignOff,
)

pytestmark = pytest.mark.django_db
GRID = "/school/900003/2026/sheet/"


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


def test_two_pupils_of_one_name_are_told_apart_by_their_numbers(
    as_person: AsPerson, lead: Person, sheet: Sheet, pupils: list[Pupil]
) -> None:
    twin = pupils[1]
    Pupil.objects.filter(pk=twin.pk).update(surname="Ashby", forename="Mabel")

    page = as_person(lead).get(GRID).text

    assert f"6A, {twin.upn}" in page
    assert f"Writing, Ashby, Mabel, {twin.upn}" in page
    assert pupils[2].upn not in page
