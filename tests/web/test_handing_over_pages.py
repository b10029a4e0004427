"""The page on which a headteacher hands the headship over."""

import pytest
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from django.core.mail import EmailMessage

from keystage.store.models import Invitation, Organisation, Person

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/people/"


def test_a_head_invites_a_successor_and_stays_until_it_is_taken_up(
    as_person: AsPerson,
    headteacher: Person,
    school: Organisation,
    mailoutbox: list[EmailMessage],
) -> None:
    client, grant = as_person(headteacher), headteacher.grants.get()
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    there = f"{HERE}roles/{grant.pk}/hand-over/"
    assert there in client.get(f"{HERE}{headteacher.pk}/").text
    ends = {"ends_on_day": "31", "ends_on_month": "8", "ends_on_year": "2027"}
    assert "Enter" in client.post(there, {**ends, "name": "", "email": ""}).text

    sent = client.post(there, {**ends, "name": "Nora Next", "email": "nora@example.org"})

    assert sent.status_code == 303
    assert Invitation.objects.get().replaces == grant
    assert len(mailoutbox) == 1
    assert f"taking over from {headteacher}" in client.get(HERE).text
    assert headteacher.grants.filter(ended_at__isnull=True).exists()


def test_who_may_look_and_not_manage_is_not_told_when_others_signed_in(
    as_person: AsPerson, headteacher: Person, school: Organisation, person: MakePerson
) -> None:
    auditor = person("auditor", school, name="Ana Auditor")

    assert "Last signed in" in as_person(headteacher).get(HERE).text
    assert "Last signed in" not in as_person(auditor).get(HERE).text
    assert "Last used" not in as_person(auditor).get(f"{HERE}who/").text
