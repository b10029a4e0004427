"""The pages of the cohort: the list, registrations, one pupil, the three lists, what to record."""

import re
from datetime import date

import pytest
from cast_of_tests import AsPerson

from keystage.actions.by import By
from keystage.actions.roll.cohort import take_out
from keystage.store.models import CohortPupil, Organisation, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/pupils/"


@pytest.fixture
def member(sheet: Sheet) -> CohortPupil:
    """Mabel Ashby of class 6A."""
    return sheet.cohort.get(pupil__surname="Ashby")


def cells(text: str, name: str) -> list[str]:
    """The cells of a pupil's row, without markup."""
    row = next(part for part in text.split("<tr") if name in part)
    return [
        re.sub(r"<[^>]*>", "", cell).strip()
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    ]


def test_the_cohort_lists_each_test_below_its_own_heading(
    as_person: AsPerson, office: Person, member: CohortPupil
) -> None:
    CohortPupil.objects.filter(pk=member.pk).update(reading="below", gps="left", maths="future")
    text = as_person(office).get(HERE).text
    table = text.split("6A (3 pupils)")[1]
    headings = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table)[
        : len(cells(table, "Ashby")) + 1
    ]

    found = dict(zip(headings[1:], cells(table, "Ashby"), strict=True))
    assert (found["Reading"], found["GPS"], found["Maths"]) == ("Below", "Left", "Future")


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("class=6A", "Ashby", "Zhang"),
        ("registration=below", "Ashby", "Zhang"),
        ("registration=none", "Patel", "Ashby"),
        ("stands=left", "Zhang", "Ashby"),
        ("stands=added", "Smith", "Ashby"),
    ],
)
def test_a_filter_shows_some(
    as_person: AsPerson,
    office: Person,
    sheet: Sheet,
    member: CohortPupil,
    query: str,
    shown: str,
    hidden: str,
) -> None:
    CohortPupil.objects.filter(pk=member.pk).update(reading="below")
    sheet.cohort.filter(pupil__surname="Patel").update(gps="")
    sheet.cohort.filter(pupil__surname="Smith").update(how="added")
    Pupil.objects.filter(surname="Zhang").update(left_on=date(2026, 6, 1))
    text = as_person(office).get(f"{HERE}?{query}").text

    assert f"{shown}, " in text
    assert f"{hidden}, " not in text


def test_a_filter_that_fits_nobody_says_so(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    assert "No pupil fits" in as_person(office).get(f"{HERE}?class=9Z&stands=nonsense").text


def test_without_pupils_the_page_leads_to_the_roll(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    sheet.cohort.all().delete()
    text = as_person(office).get(HERE).text

    assert "There are no pupils in the cohort" in text
    assert "/import/roll/" in text


def test_without_a_sheet_the_page_says_what_to_do(
    as_person: AsPerson, office: Person, school: Organisation
) -> None:
    client = as_person(office)

    assert "are not loaded" in client.get(HERE).text
    for page in ("add/", "registration/", "reconcile/"):
        assert client.get(f"{HERE}{page}").status_code == 404


def test_a_class_teacher_opens_pupils_of_the_class_alone(
    as_person: AsPerson, teacher: Person, sheet: Sheet, member: CohortPupil
) -> None:
    client = as_person(teacher)
    other = sheet.cohort.get(pupil__surname="Zhang").pupil_id
    text = client.get(HERE).text

    assert f"pupils/{member.pupil_id}/" in text
    assert f"pupils/{other}/" not in text
    assert client.get(f"{HERE}{member.pupil_id}/").status_code == 200
    assert client.get(f"{HERE}{other}/").status_code == 404
    assert client.get(f"{HERE}registration/").status_code == 403


def test_a_pupil_of_another_school_is_not_there(
    as_person: AsPerson, stranger: Person, other_school: Organisation, member: CohortPupil
) -> None:
    client = as_person(stranger)

    for page in ("", "take-out/", "left/"):
        for code in ("900003", "900004"):
            there = f"/school/{code}/2026/pupils/{member.pupil_id}/{page}"
            assert client.get(there).status_code == 404


def test_a_pupil_is_found_on_the_roll_and_added(
    as_person: AsPerson, office: Person, sheet: Sheet, school: Organisation
) -> None:
    early = Pupil.objects.create(school=school, surname="Early", forename="Eve", year_group="5")
    client = as_person(office)
    Pupil.objects.create(school=school, surname="Later", forename="Leo", year_group="5")
    assert "Early, Eve, no UPN" in client.post(f"{HERE}add/", {"name": "ear", "find": "1"}).text
    nobody = client.post(f"{HERE}add/", {"name": "ashby", "find": "1"})
    assert "Nobody of that name" in nobody.text
    without = client.post(f"{HERE}add/", {"name": "ear", "pupil": early.pk, "reason": ""})
    assert without.status_code == 422
    assert "Enter why the pupil is in the cohort" in without.text
    assert "Later" not in without.text, "the list is still of those who were found"

    client.post(f"{HERE}add/", {"name": "ear", "pupil": early.pk, "reason": "Sits early"})
    assert sheet.cohort.get(pupil=early).how == "added"
    assert "Added" in client.get(HERE).text


def test_a_pupil_is_taken_out_with_a_reason_and_put_back(
    as_person: AsPerson, office: Person, member: CohortPupil
) -> None:
    client, there = as_person(office), f"{HERE}{member.pupil_id}/"
    assert "Enter why" in client.post(f"{there}take-out/", {"reason": " "}).text
    client.post(f"{there}take-out/", {"reason": "Left in March"})
    text = client.get(HERE).text
    assert "Left in March" in text
    assert "5</span> pupils in the cohort" in text
    assert "taken out of the cohort: Left in March" in client.get(there).text

    client.post(f"{there}put-back/")
    member.refresh_from_db()
    assert not member.removed
    assert "Left in March" in client.get(there).text


def test_a_day_of_leaving_is_entered(
    as_person: AsPerson, office: Person, member: CohortPupil
) -> None:
    client, there = as_person(office), f"{HERE}{member.pupil_id}/left/"
    day = {"left_on_day": "27", "left_on_month": "3", "left_on_year": "2026", "seen": "1"}
    assert "must be a real date" in client.post(there, {**day, "left_on_day": "32"}).text
    assert client.post(there, {**day, "left_on_year": "2018"}).status_code == 422
    assert client.post(there, {**day, "seen": "9"}).status_code == 409
    client.post(there, {**day, "to_school": "Riddle Road"})

    member.pupil.refresh_from_db()
    assert member.pupil.left_on == date(2026, 3, 27)
    assert "27 March 2026" in client.get(HERE).text


def test_three_lists_that_agree_are_ready(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    assert "Ready" in as_person(office).get(f"{HERE}reconcile/").text


def test_a_difference_is_put_in_words_and_explained(
    as_person: AsPerson, office: Person, sheet: Sheet, member: CohortPupil
) -> None:
    sheet.cohort.filter(pk=member.pk).update(reading="left", gps="left", maths="left")
    client, there = as_person(office), f"{HERE}reconcile/"
    text = client.get(there).text
    assert "The pupil is registered as Left, and was on roll for the tests." in text
    assert "Correct the registration, or enter the day the pupil left." in text
    form = {"member": member.pk, "kind": "registered_as_left"}
    refused = client.post(f"{there}explain/", {**form, "reason": ""})
    assert refused.status_code == 422
    assert "Enter why it is right as it is" in refused.text

    client.post(f"{there}explain/", {**form, "reason": "The day is on its way"})
    text = client.get(there).text
    assert "Ready" in text
    assert "The day is on its way" in text
    client.post(f"{there}explain/", {**form, "take_back": "1"})
    assert "Ready" not in client.get(there).text.split("<main")[1]


def test_a_class_teacher_explains_nothing(
    as_person: AsPerson, teacher: Person, sheet: Sheet, member: CohortPupil
) -> None:
    sheet.cohort.filter(pk=member.pk).update(reading="left", gps="left", maths="left")
    client = as_person(teacher)
    text = client.get(f"{HERE}reconcile/").text

    assert "registered as Left" in text
    assert "It is right as it is" not in text
    assert client.post(f"{HERE}reconcile/explain/", {}).status_code == 403


def test_one_page_tells_all_of_a_pupil(
    as_person: AsPerson, headteacher: Person, judged_sheet: Sheet
) -> None:
    member = judged_sheet.cohort.get(pupil__surname="Ashby")
    take_out(sheet=judged_sheet, member=member.pk, reason="Left in May", by=By(headteacher))
    text = as_person(headteacher).get(f"{HERE}{member.pupil_id}/").text

    assert "EXS: working at the expected standard" in text
    assert "Registered: takes the test" in text
    assert "Left in May" in text
    assert "Ashby" not in text.split("</title>")[0]


def test_a_pupil_outside_the_cohort_has_a_page(
    as_person: AsPerson, office: Person, sheet: Sheet, school: Organisation
) -> None:
    pupil = Pupil.objects.create(school=school, surname="Early", forename="Eve", year_group="5")
    client = as_person(office)

    assert "not in the cohort of this season" in client.get(f"{HERE}{pupil.pk}/").text
    assert client.get(f"{HERE}{pupil.pk}/left/").status_code == 404


def test_questions_end_in_a_code_for_each_subject(
    as_person: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    client, there = as_person(teacher), f"{HERE}advice/"
    assert "What has happened?" in client.get(there).text
    assert "Select an answer" in client.get(f"{there}?asked=0").text
    text = client.get(f"{there}?asked=1&answer=left&answer=before").text

    assert "Record L in writing" in text
    assert "The rule" in text
    assert "Source: Standards and Testing Agency" in text
    assert client.get(f"{there}?answer=nonsense")["Location"] == there
