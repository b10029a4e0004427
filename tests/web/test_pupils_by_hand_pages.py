"""Pages on which a person types a pupil: one who is in no file, and one who is put right."""

import html
import re

import pytest
from cast_of_tests import AsPerson

from keystage.store.models import CohortPupil, Person, Pupil, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/pupils/"
NEW = {
    "surname": "Early", "forename": "Eve", "upn": "", "former_upn": "", "birth_date_day": "5",
    "birth_date_month": "5", "birth_date_year": "2015", "sex": "F", "year_group": "6",
    "class_name": "6A", "reason": "",
}  # fmt: skip
#: The boxes of the form.
KNOWN = {
    *("surname", "forename", "preferred_surname", "preferred_forename", "upn", "former_upn"),
    *(f"birth_date_{part}" for part in ("day", "month", "year")),
    *(f"entered_on_{part}" for part in ("day", "month", "year")),
    *("sex", "year_group", "year_taught", "class_name", "reason", "seen"),
}  # fmt: skip


@pytest.fixture
def member(sheet: Sheet) -> CohortPupil:
    """Mabel Ashby of class 6A."""
    return sheet.cohort.get(pupil__surname="Ashby")


def test_a_pupil_is_added_by_hand(as_person: AsPerson, office: Person, sheet: Sheet) -> None:
    client = as_person(office)
    assert f'href="{HERE}new/"' in client.get(HERE).text
    assert 'value="6"' in client.get(f"{HERE}new/").text
    done = client.post(f"{HERE}new/", NEW, follow=True)

    made = Pupil.objects.get(surname="Early")
    assert sheet.cohort.filter(pupil=made).exists()
    assert "The pupil was added." in done.text
    assert "By hand" in done.text
    assert "Early" not in done.text.split("</title>")[0]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"surname": " "}, "Enter surname"),
        ({"surname": "-"}, "Enter surname"),
        ({"upn": "B999030120001"}, "The first letter of the UPN belongs to another number"),
        ({"upn": "12"}, "A UPN has 13 characters"),
        ({"former_upn": "A99903012000I"}, "The last character of a UPN is a digit"),
        ({"birth_date_day": "31", "birth_date_month": "2"}, "must be a real date"),
        ({"sex": "X"}, "Select a valid choice"),
        ({"year_group": "sixish"}, "It is no year group such as R or 6"),
        ({"class_name": "x" * 41}, "at most 40 characters"),
        ({"year_group": "5"}, "The pupil is not in year 6"),
    ],
)
def test_what_is_wrong_with_a_typed_pupil_is_told(
    as_person: AsPerson, office: Person, sheet: Sheet, changed: dict[str, str], said: str
) -> None:
    answer = as_person(office).post(f"{HERE}new/", {**NEW, **changed})

    assert answer.status_code == 422
    assert said in answer.text
    assert not Pupil.objects.filter(surname="Early").exists()


def test_a_namesake_of_the_same_day_is_added_once_a_person_says_so(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client = as_person(office)
    assert "It is another pupil" not in client.get(f"{HERE}new/").text
    client.post(f"{HERE}new/", NEW)
    again = client.post(f"{HERE}new/", NEW)
    assert again.status_code == 422
    assert "It is another pupil" in again.text
    client.post(f"{HERE}new/", {**NEW, "another": "on"})

    assert Pupil.objects.filter(surname="Early").count() == 2


def typed(text: str) -> dict[str, str]:
    """What a browser would send of the form of a pupil."""
    fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', text))
    fields |= dict(re.findall(r'<input[^>]* name="(sex)"[^>]* value="([^"]*)"[^>]* checked', text))
    return {name: html.unescape(value) for name, value in fields.items() if name in KNOWN}


def test_details_are_corrected_and_the_page_tells_what_stood_before(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    brien = Pupil.objects.get(surname="O'Brien-Núñez")
    client, there = as_person(office), f"{HERE}{brien.pk}/"
    form = typed(client.get(f"{there}correct/").text)
    assert form["birth_date_day"] == "2"
    assert form["sex"] == "F"
    assert client.post(f"{there}correct/", form).status_code == 302
    assert not brien.changes.exists(), "nothing was typed"

    client.post(f"{there}correct/", {**form, "birth_date_day": "3", "reason": "Passport seen"})
    text = client.get(there).text
    assert "Date of birth" in text
    assert "2 January 2015" in text
    assert "3 January 2015" in text
    assert "Passport seen" in text
    assert "O'Brien" not in text.split("</title>")[0]

    stale = client.post(f"{there}correct/", {**form, "surname": "Other"})
    assert stale.status_code == 409
    assert "while you were looking" in stale.text


def test_a_number_that_is_taken_is_told(as_person: AsPerson, office: Person, sheet: Sheet) -> None:
    first, second = Pupil.objects.order_by("surname")[:2]
    client, there = as_person(office), f"{HERE}{first.pk}/correct/"
    form = typed(client.get(there).text)
    answer = client.post(there, {**form, "upn": second.upn.lower()})

    assert answer.status_code == 422
    assert "Another pupil of the school has this UPN" in answer.text


def test_a_teacher_corrects_and_adds_nobody(
    as_person: AsPerson, teacher: Person, member: CohortPupil
) -> None:
    client = as_person(teacher)
    assert client.get(f"{HERE}{member.pupil_id}/correct/").status_code == 403
    assert client.get(f"{HERE}new/").status_code == 403
    text = client.get(f"{HERE}{member.pupil_id}/").text

    assert "Correct the details" not in text
    assert "Add a pupil by hand" not in client.get(HERE).text


def test_a_pupil_of_another_school_is_not_corrected(
    as_person: AsPerson, stranger: Person, member: CohortPupil
) -> None:
    client = as_person(stranger)
    for code in ("900003", "900004"):
        there = f"/school/{code}/2026/pupils/{member.pupil_id}/correct/"
        assert client.get(there).status_code == 404
        assert client.post(there, {}).status_code == 404
