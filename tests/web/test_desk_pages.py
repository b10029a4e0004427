"""The agency's desk: who sees what, one school's return, reopening and closing with a reason."""

from uuid import uuid4

import pytest
from batch_of_tests import sheet_of_school
from cast_of_tests import PASSWORD, YEAR, AsPerson, MakePerson

from keystage.actions import jobs
from keystage.actions.by import By
from keystage.actions.gateway.receiving.uploading import Given, upload
from keystage.actions.gateway.taking.submitting import submit
from keystage.store.models import Job, Organisation, Person, SchoolReturn, Sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway_open")]
DESK = "/national/N1/2026/desk/"
LINE = f"{DESK}schools/900003/"


@pytest.fixture
def accepted(sheet: Sheet, office: Person, headteacher: Person) -> Sheet:
    """A school whose return is accepted, by a file with a pupil's name in its own."""
    given = Given(name="Mabel Ashby.csv", content=sheet_of_school(sheet).encode())
    submit(upload(sheet.school, YEAR, given, by=By(office)), by=By(headteacher))
    return sheet


def test_the_desk_says_how_the_collection_stands(
    as_person: AsPerson, operator: Person, accepted: Sheet, other_school: Organisation
) -> None:
    text = as_person(operator).get(DESK).text

    assert "Storyshire" in text
    assert "In 1 school nobody has counted the expected pupils" in text
    assert "Close the collection" in text
    assert f"{DESK}schools/" in text


def test_a_school_is_found_by_name_and_number(
    as_person: AsPerson, operator: Person, accepted: Sheet, other_school: Organisation
) -> None:
    client = as_person(operator)
    for words in ("storybook", "9990301", "900003"):
        text = client.get(f"{DESK}schools/?name={words}").text
        assert LINE in text
        assert "Riddle Road" not in text
    assert "No school fits" in client.get(f"{DESK}schools/?name=nowhere").text
    assert "Enter school" in client.get(f"{DESK}schools/?name=").text


def test_the_line_of_a_school_names_no_pupil_and_no_file(
    as_person: AsPerson, operator: Person, accepted: Sheet
) -> None:
    text = as_person(operator).get(LINE).text

    assert "Accepted" in text
    assert "Lee" not in text
    assert "Ashby" not in text
    assert "Mabel" not in text
    assert "Reopen the return" in text
    assert as_person(operator).get(f"{DESK}schools/999999/").status_code == 404


def test_a_return_is_reopened_and_closed_with_a_reason(
    as_person: AsPerson, operator: Person, accepted: Sheet
) -> None:
    client = as_person(operator)
    assert client.post(f"{LINE}reopen/", {"reason": ""}).status_code == 422
    text = client.post(f"{LINE}reopen/", {"reason": "A pupil joined."}, follow=True).text
    assert "is open again" in text
    assert "A pupil joined." in text
    assert SchoolReturn.objects.get().state == "reopened"
    text = client.post(f"{LINE}close/", {"reason": "The deadline."}, follow=True).text
    assert "is closed" in text
    assert SchoolReturn.objects.get().state == "closed"
    assert "closed already" in client.post(
        f"{LINE}close/", {"reason": "Twice."}, follow=True
    ).text  # fmt: skip
    assert client.post(f"{LINE}close/", {"reason": ""}).status_code == 422


def test_who_was_not_received_is_red_on_the_line_of_a_closed_school(
    as_person: AsPerson, operator: Person, sheet: Sheet
) -> None:
    client = as_person(operator)
    assert "No file was given" in client.get(LINE).text
    text = client.post(f"{LINE}close/", {"reason": "The deadline."}, follow=True).text

    assert "TA-302: 6 expected pupils were not received" in text


def test_the_collection_is_closed_after_a_look_and_once(
    as_person: AsPerson, operator: Person, sheet: Sheet, other_school: Organisation
) -> None:
    client = as_person(operator)
    text = client.get(f"{DESK}close/").text
    assert "would be closed without being accepted" in text
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.post(f"{DESK}close/", {"reason": "x", "key": uuid4()}).status_code == 422
    sent = {"reason": "The deadline.", "key": uuid4(), "sure": "on"}
    for _ in range(2):
        text = client.post(f"{DESK}close/", sent, follow=True).text
    assert "The returns are being closed" in text
    jobs.run_job.call(str(Job.objects.get().pk))
    assert SchoolReturn.objects.filter(state="closed").count() == 2
    assert "The returns are being closed" not in client.get(DESK).text


def test_the_help_desk_sees_the_state_and_changes_nothing(
    as_person: AsPerson, person: MakePerson, nation: Organisation, accepted: Sheet
) -> None:
    client = as_person(person("help_desk", nation))
    assert "Pupils expected" not in client.get(DESK).text
    text = client.get(LINE).text
    assert "Accepted" in text
    assert "Received complete" not in text
    assert "Reopen the return" not in text
    for path in (f"{LINE}reopen/", f"{LINE}close/", f"{DESK}close/"):
        assert client.post(path, {"reason": "x"}).status_code == 403
    assert "Close the collection" not in client.get(DESK).text


def test_an_authority_has_no_such_desk(
    as_person: AsPerson, person: MakePerson, authority: Organisation, nation: Organisation
) -> None:
    officer = person("authority_officer", authority)
    assert as_person(officer).get(DESK).status_code == 404
    assert as_person(officer).get("/authority/999/2026/desk/").status_code == 404


def test_a_service_without_schools_says_so(as_person: AsPerson, operator: Person) -> None:
    assert "The service knows no school yet" in as_person(operator).get(DESK).text
