"""Pages of access arrangements: entered, decided, told, withdrawn, and who sees them."""

import pytest
from cast_of_tests import AsPerson, MakePerson
from pages_of_tests import hidden

from keystage.actions.by import By
from keystage.actions.register import arrangements
from keystage.store.models import Arrangement, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/register/"


def test_an_arrangement_is_entered_approved_and_withdrawn(
    as_person: AsPerson, person: MakePerson, school: Organisation, office: Person, sheet: Sheet
) -> None:
    client, member = as_person(office), sheet.cohort.get(pupil__surname="Ashby").pk
    there = f"{HERE}arrangements/add/"
    assert client.post(there, {"member": member}).status_code == 422
    given = {"member": member, "sort": "additional_time", "tests": ["reading"], "evidence": "x"}
    one = client.post(there, given)["Location"]
    assert "You asked for this" not in client.get(one).text, "the office decides nothing"

    client = as_person(person("senco", school))
    text = client.get(one).text
    given = {"seen": hidden(text, "seen"), "decision": "refuse"}
    assert client.post(f"{one}decide/", given).status_code == 422
    client.post(f"{one}decide/", {**given, "decision": "approve"})
    assert Arrangement.objects.get().state == "approved"
    assert "Approved" in client.get(f"{HERE}arrangements/").text
    stale = client.post(f"{one}withdraw/", {"seen": 1}, follow=True)
    assert "Somebody changed this arrangement" in stale.text
    client.post(f"{one}withdraw/", {"seen": 2})
    assert Arrangement.objects.get().state == "withdrawn"
    assert client.post(f"{one}withdraw/", {}).status_code == 400


def test_arrangements_of_other_classes_and_schools_are_not_there(
    as_person: AsPerson, teacher: Person, stranger: Person, office: Person, sheet: Sheet
) -> None:
    own = sheet.cohort.get(pupil__surname="Ashby").pk
    other = sheet.cohort.get(pupil__surname="Smith").pk
    made = [
        arrangements.propose(sheet, member=key, sort="scribe", by=By(office)).pk
        for key in (own, other)
    ]
    client = as_person(teacher)
    text = client.get(f"{HERE}arrangements/").text
    assert "Ashby" in text
    assert "Smith" not in text
    assert "Smith" not in client.get(f"{HERE}arrangements/add/").text
    assert client.get(f"{HERE}arrangements/{made[0]}/").status_code == 200
    assert client.get(f"{HERE}arrangements/{made[1]}/").status_code == 404
    assert client.post(f"{HERE}arrangements/{made[1]}/told/", {"seen": 1}).status_code == 404
    client.post(f"{HERE}arrangements/{made[0]}/told/", {"seen": 1})

    assert Arrangement.objects.get(pk=made[0]).state == "approved"
    assert as_person(stranger).get(f"{HERE}arrangements/{made[0]}/").status_code == 404
