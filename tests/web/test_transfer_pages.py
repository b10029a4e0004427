"""The page that makes the file for the next school."""

from datetime import date

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.test import Client

from keystage.store.models import Organisation, Person, ReturnFile, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/files/"


@pytest.fixture
def left(judged_sheet: Sheet) -> Sheet:
    """A sheet of which two pupils have left to one school, and one to another."""
    for surname, school in (("Ashby", "Riddle Road"), ("Patel", "Riddle Road"), ("Zhang", "Hill")):
        pupil = judged_sheet.cohort.get(pupil__surname=surname).pupil
        pupil.left_on, pupil.left_to_school = date(2026, 7, 17), school
        pupil.save()
    return judged_sheet


def form_of(client: Client, who: str = "leavers") -> dict[str, object]:
    """The form as a person would send it: everybody of the list, to a school with a number."""
    text = client.get(f"{HERE}transfer/", {"who": who}).text
    keys = [part.split('"')[0] for part in text.split('name="pupil" value="')[1:]]
    key = text.split('name="key"')[1].split('value="')[1].split('"')[0]
    return {"key": key, "pupil": keys, "where": "school", "number": "999/0302"}


def test_leavers_to_one_school_are_chosen_and_their_file_is_made_and_fetched(
    as_person: AsPerson, office: Person, left: Sheet
) -> None:
    client = as_person(office)
    assert "Left to Riddle Road (2)" in client.get(f"{HERE}transfer/").text

    made = client.post(f"{HERE}transfer/", form_of(client, "to Riddle Road"))

    file = ReturnFile.objects.get()
    assert (made.status_code, made["Location"]) == (302, f"{HERE}{file.pk}/")
    assert file.counts["in_file"] == 2
    page = client.get(f"{HERE}{file.pk}/").text
    assert "their next school (9990302)" in page
    assert file.sha256 in page
    fetched = client.get(f"{HERE}{file.pk}/transfer/")
    assert fetched.content == bytes(file.content)
    assert 'filename="9990301_CTF_9990302_001.xml"' in fetched["Content-Disposition"]
    assert "Transfer to 9990302" in client.get(HERE).text


def test_everybody_of_the_season_can_be_chosen(
    as_person: AsPerson, office: Person, left: Sheet
) -> None:
    client = as_person(office)
    client.post(f"{HERE}transfer/", form_of(client, "everybody"))

    assert ReturnFile.objects.get().counts["in_file"] == 6


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": ""}, "Enter the DfE number of the next school"),
        ({"where": ""}, "Select where they go"),
        ({"number": "12"}, "The number of the next school is not one."),
        ({"pupil": []}, "Nobody is chosen."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_made(
    as_person: AsPerson, office: Person, left: Sheet, change: dict[str, object], says: str
) -> None:
    client = as_person(office)
    answer = client.post(f"{HERE}transfer/", form_of(client) | change)

    assert says in answer.text
    assert "Error: Transfer file" in answer.text
    assert not ReturnFile.objects.exists()


def test_a_school_that_is_not_known_is_no_number(
    as_person: AsPerson, office: Person, left: Sheet
) -> None:
    client = as_person(office)
    client.post(f"{HERE}transfer/", form_of(client) | {"where": "XXXXXXX", "number": ""})

    assert ReturnFile.objects.get().name == "9990301_CTF_XXXXXXX_001.xml"


def test_a_transfer_is_fetched_through_its_own_door_only(
    as_person: AsPerson,
    office: Person,
    teacher: Person,
    person: MakePerson,
    other_school: Organisation,
    left: Sheet,
) -> None:
    client = as_person(office)
    client.post(f"{HERE}transfer/", form_of(client))
    file = ReturnFile.objects.get()

    assert client.get(f"{HERE}{file.pk}/download/").status_code == 404
    assert as_person(teacher).get(f"{HERE}{file.pk}/transfer/").status_code == 403
    stranger = as_person(person("office", other_school))
    assert stranger.get(f"/school/900004/2026/files/{file.pk}/transfer/").status_code == 404
    assert stranger.get(f"{HERE}{file.pk}/transfer/").status_code == 404


def test_where_nobody_has_left_the_page_says_what_to_do(
    as_person: AsPerson, office: Person, judged_sheet: Sheet
) -> None:
    assert "Nobody is in this list" in as_person(office).get(f"{HERE}transfer/").text
