"""A school that says its authority sends for it: in its settings, on the board, among batches."""

from collections.abc import Callable

import pytest
from batch_of_tests import agrees
from cast_of_tests import AsPerson

from keystage.actions.settings import SENT_BY_AUTHORITY, settings_of, value_of
from keystage.store.models import Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
SETTINGS = "/school/900003/2026/oversight/settings/"


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
