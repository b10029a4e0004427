"""The pages of a registration list after the lock: what it decides, and why it is taken."""

import re

import pytest
from cast_of_tests import AsPerson
from django.core.files.uploadedfile import SimpleUploadedFile

from keystage.store.models import Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/import/registration/"


def test_a_late_list_shows_the_five_consequences_and_asks_for_the_reason(
    as_person: AsPerson, office: Person, sheet: Sheet
) -> None:
    client, member = as_person(office), sheet.cohort.get(pupil__surname="Ashby")
    data = f"UPN,Reading\n{member.pupil.upn},Working below\n".encode()
    there = client.post(HERE, {"file": SimpleUploadedFile("list.csv", data)})["Location"]
    client.post(there, {"numbers": "1"})
    changes = f"{there}changes/"

    shown = client.get(changes).text
    for words in ("One copy less is needed of Reading.", "Access arrangements", "No result is"):
        assert words in shown
    sent = dict(re.findall(r'name="(mode|seal)" id="[^"]*" value="([^"]*)"', shown))
    refused = client.post(changes, sent)
    assert refused.status_code == 422
    assert "Error: " in refused.text
    assert "Enter why the registrations change" in refused.text
    assert client.post(changes, {**sent, "reason": "The agency asked"}).status_code == 302
    member.refresh_from_db()
    assert (member.reading, member.changes.get().reason) == ("below", "The agency asked")

    undo = client.get(f"{there}undo/").text
    assert "One more copy is needed of Reading." in undo
    again = client.post(f"{there}undo/")
    assert "Enter why the registrations change" in again.text
    assert client.post(f"{there}undo/", {"reason": "A mistake"}).status_code == 302
    member.refresh_from_db()
    assert member.reading == "registered"
