"""Where a person begins: organisations, seasons, tasks."""

import pytest
from cast_of_tests import AsPerson, MakePerson
from django.test import Client
from django.utils import timezone

from keystage.store.models import Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
TASKS = "/school/900003/2026/"


def test_the_start_page_is_for_everybody(client: Client) -> None:
    assert "Sign in" in client.get("/").text


def test_the_service_says_that_it_lives_and_is_ready(client: Client) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_nobody_sees_tasks_without_signing_in(client: Client, school: Organisation) -> None:
    response = client.get(TASKS)

    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_a_person_is_shown_only_their_own_organisations(
    as_person: AsPerson, headteacher: Person, other_school: Organisation
) -> None:
    text = as_person(headteacher).get("/choose/").text

    assert "Storybook Lane" in text
    assert "headteacher" in text
    assert "Riddle Road" not in text


def test_somebody_whose_role_has_ended_is_told_whom_to_ask(
    as_person: AsPerson, person: MakePerson, school: Organisation
) -> None:
    assert "You have no role" in as_person(person("", school)).get("/choose/").text


def test_a_season_without_a_sheet_begins_with_its_codes(
    as_person: AsPerson, headteacher: Person
) -> None:
    text = as_person(headteacher).get(TASKS).text

    assert "Load the codes and rules" in text
    assert "2025 to 2026" in text


def test_a_stranger_learns_nothing_and_a_colleague_is_told_why(
    as_person: AsPerson, stranger: Person, governor: Person
) -> None:
    assert as_person(stranger).get(TASKS).status_code == 404
    forbidden = as_person(governor).get(TASKS)
    assert forbidden.status_code == 403


def test_an_unknown_school_looks_like_one_of_others(
    as_person: AsPerson, headteacher: Person, other_school: Organisation
) -> None:
    client = as_person(headteacher)
    unknown, others = client.get("/school/999999/2026/"), client.get("/school/900004/2026/")

    assert unknown.status_code == others.status_code == 404
    assert unknown.text.replace("999999", "") == others.text.replace("900004", "")


def test_everybody_is_led_to_a_page_that_opens(
    as_person: AsPerson,
    person: MakePerson,
    school: Organisation,
    governor: Person,
    resulted_sheet: Sheet,
) -> None:
    reader = person("school_reader", school, given=["see_results"])
    for who, href in (
        (person("headteacher", school), "/school/900003/"),
        (person("inspector", school, ends_on=timezone.localdate()), "/school/900003/"),
        (reader, "/school/900003/2026/results/"),
    ):
        client = as_person(who)
        text = client.get("/choose/").text
        assert f'href="{href}"' in text
        assert client.get(href).status_code == 200

    text = as_person(governor).get("/choose/").text
    assert "Your role opens none of its pages here" in text
    assert 'href="/school' not in text
