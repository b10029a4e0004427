"""A school that says its authority sends for it: in its settings, on the board, among batches."""

from collections.abc import Callable

import pytest
from batch_of_tests import agrees
from cast_of_tests import AsPerson

from keystage.actions.settings import (
    SENT_BY_AUTHORITY,
    THROUGH_AUTHORITY,
    settings_of,
    value_of,
)
from keystage.store.models import AuditEvent, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
SETTINGS = "/school/900003/2026/oversight/settings/"
SENDING = "/authority/999/2026/agreements/sending/"
ASKED = "You ask your schools to send their returns through you."


def test_a_school_says_so_and_its_authority_sees_it(
    as_person: AsPerson,
    office: Person,
    school: Organisation,
    sheet: Sheet,
    person: Callable[..., Person],
    authority: Organisation,
) -> None:
    client = as_person(office)
    assert "Who sends the return" in client.get(SETTINGS).text
    assert "Schools send their returns through us" not in client.get(SETTINGS).text
    given = {name: value_of(school, name) for name in settings_of("school")}
    client.post(SETTINGS, {**given, SENT_BY_AUTHORITY: "yes"})
    assert value_of(school, SENT_BY_AUTHORITY) == "yes"

    officer = as_person(person("authority_officer", authority, name="Olu Officer"))
    assert "The authority sends its return" in officer.get("/authority/999/2026/").text
    batches = officer.get("/authority/999/2026/batches/").text
    assert "Schools that say you send for them" in batches
    assert "No: ask the school" in batches
    agrees(school)
    assert "No: ask the school" not in officer.get("/authority/999/2026/batches/").text


def test_an_authority_asks_its_schools_to_send_through_it(
    as_person: AsPerson,
    school: Organisation,
    person: Callable[..., Person],
    authority: Organisation,
) -> None:
    officer = as_person(person("authority_officer", authority, name="Olu Officer"))
    assert "Whether schools send their returns through the authority" in officer.get(SENDING).text
    assert officer.post(SENDING, {THROUGH_AUTHORITY: "perhaps"}).status_code == 422
    assert ASKED not in officer.get("/authority/999/2026/").text

    saved = officer.post(SENDING, {THROUGH_AUTHORITY: "yes"})

    assert saved.status_code == 303
    assert value_of(authority, THROUGH_AUTHORITY) == "yes"
    assert ASKED in officer.get("/authority/999/2026/batches/").text
    assert ASKED in officer.get("/authority/999/2026/").text
    moderator = as_person(person("authority_moderator", authority, name="Mo Moderator"))
    assert moderator.get(SENDING).status_code == 403
    assert moderator.post(SENDING, {THROUGH_AUTHORITY: "no"}).status_code == 403
    assert school.authority == authority


def test_the_table_of_schools_is_written_down_when_it_is_taken_away(
    as_person: AsPerson,
    school: Organisation,
    person: Callable[..., Person],
    authority: Organisation,
) -> None:
    officer = person("authority_officer", authority, name="Olu Officer")

    as_person(officer).get("/authority/999/2026/schools.csv")

    assert school.authority == authority
    event = AuditEvent.objects.latest("pk")
    assert (event.person_name, event.subject) == (officer.name, "schools-999-2026.csv")
