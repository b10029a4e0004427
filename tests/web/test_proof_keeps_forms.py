"""A form is not lost where a person has to prove who they are before it is taken."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from all_routes import address, routes
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from scene_of_routes import Scene

from keystage.store.models import Invitation, Organisation, Person, SystemAccess

pytestmark = pytest.mark.django_db
PEOPLE = "/school/900003/2026/people/"
FORM = re.compile(r'<form method="post"(?:[^>]* action="([^"]*)")?')


def proved(client: Client, path: str, sent: dict[str, Any]) -> str:
    """The page that comes after a form was sent, and who sent it has proved who they are."""
    asked = client.post(path, sent)
    assert asked["Location"].startswith("/account/reauthenticate/?next=")
    return client.post(asked["Location"], {"password": PASSWORD}).text


def test_every_form_that_asks_for_proof_is_sent_to_its_own_page(
    scene: Scene, everywhere: Any
) -> None:
    client, looked = everywhere(scene.organisations), 0
    for route in routes():
        if not route.declared.reauthenticates:
            continue
        path = address(route, scene)
        answer = client.get(path)
        if answer.status_code != 200:
            continue
        main = answer.text[answer.text.index("<main") :]
        for action in FORM.findall(main):
            looked += 1
            assert action.startswith("/"), f"{route.name} loses what is entered"
    assert looked > 20


def test_an_invitation_that_is_refused_after_the_proof_can_be_mended(
    as_person: AsPerson, headteacher: Person, school: Organisation, mailoutbox: list[EmailMessage]
) -> None:
    client = as_person(headteacher)
    there = f"{PEOPLE}invite/"
    ends = timezone.localdate() + timedelta(days=30)
    sent = {
        "name": "Nia Newhead", "email": "nia@example", "role": "office",
        "ends_on_day": ends.day, "ends_on_month": ends.month, "ends_on_year": ends.year,
    }  # fmt: skip
    page = proved(client, there, sent)

    assert "Error: Invite somebody" in page
    assert 'value="Nia Newhead"' in page
    (action,) = FORM.findall(page[page.index("<main") :])
    assert action == there
    assert client.post(action, {**sent, "email": "nia@example.org"}).status_code == 303
    assert Invitation.objects.get().name == "Nia Newhead"


def test_a_system_that_is_refused_after_the_proof_can_be_mended(
    as_person: AsPerson, headteacher: Person, school: Organisation
) -> None:
    client = as_person(headteacher)
    there = "/school/900003/2026/systems/give/"
    ends = timezone.localdate() + timedelta(days=30)
    sent = {
        "name": "Register of Fables",
        "ends_on_day": ends.day, "ends_on_month": ends.month, "ends_on_year": ends.year,
    }  # fmt: skip
    page = proved(client, there, sent)

    assert "Error: Connect a system" in page
    assert 'value="Register of Fables"' in page
    (action,) = FORM.findall(page[page.index("<main") :])
    (scope, *_) = re.findall(r'name="scopes"[^>]* value="([^"]+)"', page)
    assert client.post(action, {**sent, "scopes": [scope]}).status_code == 303
    assert SystemAccess.objects.get().name == "Register of Fables"


def test_a_form_that_is_lost_between_two_proofs_is_said_to_be(
    as_person: AsPerson, headteacher: Person, school: Organisation
) -> None:
    client, there = as_person(headteacher), f"{PEOPLE}invite/"
    asked = client.post(there, {"name": "Nia Newhead"})
    client.post("/account/reauthenticate/?next=/account/2fa/", {"password": PASSWORD})

    page = client.post(asked["Location"], {"password": PASSWORD}, follow=True).text

    assert "Nia Newhead" not in page
    assert "What you sent last was not saved" in page
    assert "was not saved" not in client.get(there).text


def test_a_form_that_was_taken_is_not_said_to_be_lost(
    as_person: AsPerson, headteacher: Person, school: Organisation
) -> None:
    client, there = as_person(headteacher), f"{PEOPLE}invite/"
    assert "Nia Newhead" in proved(client, there, {"name": "Nia Newhead"})

    assert "was not saved" not in client.get(there).text


def test_an_act_that_is_lost_between_two_proofs_is_said_to_be(
    as_person: AsPerson, person: MakePerson, nation: Organisation
) -> None:
    client = as_person(person("agency_operator", nation, name="Olga Operator"))
    address = {"code": nation.code, "year": 2026, "release": uuid4()}

    told = client.get(reverse("released:approve_release", kwargs=address))

    assert told.status_code == 405
    assert "what you had asked for was not done" in told.text


def test_a_closing_that_is_refused_after_the_proof_keeps_its_reason(
    as_person: AsPerson, person: MakePerson, nation: Organisation
) -> None:
    client = as_person(person("agency_operator", nation, name="Olga Operator"))
    there = f"/national/{nation.code}/2026/desk/close/"
    page = proved(client, there, {"reason": "The deadline has passed."})

    assert "The deadline has passed." in page
    (action,) = FORM.findall(page[page.index("<main") :])
    assert action == there
