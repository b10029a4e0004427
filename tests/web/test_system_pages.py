"""Pages of systems: leave by two people, a secret shown once, an end at once."""

import re
from datetime import timedelta

import pytest
from cast_of_tests import PASSWORD, MakePerson
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keystage.store.models import Organisation, Person, Sheet, SystemAccess

pytestmark = pytest.mark.django_db
SYSTEMS = "/school/900003/2026/systems/"
WANTED = {
    "name": "Arbour MIS", "scopes": ["roll:read", "returns:upload"],
    "ends_on_day": "", "ends_on_month": "", "ends_on_year": "",
}  # fmt: skip


def later() -> dict[str, str]:
    """A last day, in three boxes."""
    day = timezone.localdate() + timedelta(days=100)
    return {f"ends_on_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def come_in(who: Person) -> Client:
    """A browser of somebody who has just proved who they are."""
    client = Client()
    client.force_login(who, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def head(headteacher: Person, sheet: Sheet) -> Client:
    return come_in(headteacher)


@pytest.fixture
def second(person: MakePerson, school: Organisation) -> Client:
    return come_in(person("delegated_senior", school, given=["submit"]))


def test_two_people_let_a_system_in_and_its_secret_is_shown_once(
    head: Client, second: Client
) -> None:
    made = head.post(f"{SYSTEMS}give/", {**WANTED, **later()})
    there = made["Location"]
    assert made.status_code == 303, made.text
    text = head.get(there).text
    assert "Another person who may manage systems has to confirm it" in text
    assert "/confirm/" not in text

    assert "Upload files of teacher assessments" in second.get(f"{there}confirm/").text
    assert second.post(f"{there}confirm/")["Location"] == there
    assert "Make the secret" in head.get(there).text

    shown = head.post(f"{there}secret/", {"seen": ""})
    secret = re.findall(r'ks-break">([\w-]{43})<', shown.text)[0]
    client = SystemAccess.objects.get().client_id
    asked = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    assert Client().post(reverse("api:token"), asked).status_code == 200

    again = head.post(f"{there}secret/", {"seen": ""})
    assert (again.status_code, secret in head.get(there).text) == (409, False)
    assert "ends at once" in head.get(f"{there}secret/").text

    head.post(f"{there}withdraw/")
    assert "Withdrawn" in head.get(SYSTEMS).text
    assert Client().post(reverse("api:token"), asked).json()["error"] == "unauthorized_client"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Enter"),
        ({"scopes": []}, "Select what the system may do"),
        ({"scopes": ["everything"]}, "Select a valid choice"),
        ({"ends_on_day": "1", "ends_on_month": "1", "ends_on_year": "2020"}, "within a year"),
        ({"ends_on_day": "1", "ends_on_month": "1", "ends_on_year": "2090"}, "within a year"),
        ({}, "Enter the last day"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    head: Client, changes: dict[str, object], sentence: str
) -> None:
    """The season of 2026 is over by the day of some tests, so no last day is usual then."""
    page = head.post("/school/900003/2024/systems/give/", {**WANTED, **changes})

    assert "There is a problem" in page.text
    assert sentence in page.text
    assert not SystemAccess.objects.exists()


def test_a_refusal_of_the_act_is_told_on_the_page(
    head: Client, second: Client, headteacher: Person, person: MakePerson, authority: Organisation
) -> None:
    officer = come_in(person("authority_officer", authority))
    page = officer.post(
        "/authority/999/2026/systems/give/",
        {**WANTED, "scopes": ["roll:write"], **later()},
    )

    assert "you cannot let a system do it" in page.text
    assert "Nobody" not in officer.get("/authority/999/2026/systems/").text


def test_a_system_of_another_school_is_not_there(
    head: Client, stranger: Person, other_school: Organisation
) -> None:
    head.post(f"{SYSTEMS}give/", {**WANTED, **later()})
    key = SystemAccess.objects.get().pk
    other = come_in(stranger)

    for page in ("", "confirm/", "secret/", "withdraw/"):
        assert other.get(f"/school/900004/2026/systems/{key}/{page}").status_code == 404


def test_the_description_of_the_service_for_systems_is_open_to_all(client: Client) -> None:
    page = client.get(reverse("api:docs")).text
    described = client.get(reverse("api:openapi-json")).json()

    for path, operations in described["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page
    assert "/api/v1/docs" in client.get("/help").text
