"""People of an authority, a trust, a diocese and the nation: the same pages as a school's."""

import re
from datetime import timedelta

import pytest
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from keystage.actions.membership import reviewing
from keystage.store.models import Organisation, Person

pytestmark = pytest.mark.django_db
BODIES = [
    ("trust", "trust_analyst", "trust_trustee"),
    ("authority", "authority_officer", "authority_analyst"),
    ("diocese", "diocese", "diocese"),
    ("national", "agency_operator", "statistician"),
]


LAST = timezone.localdate() + timedelta(days=20)
NIA = {
    "name": "Nia New", "email": "nia@example.org", "ends_on_day": LAST.day,
    "ends_on_month": LAST.month, "ends_on_year": LAST.year,
}  # fmt: skip


@pytest.fixture
def body(request: pytest.FixtureRequest, person: MakePerson) -> tuple[Organisation, Person]:
    """An organisation with schools, and who manages its accounts."""
    kind, role, _ = request.param
    made = Organisation.objects.create(kind=kind, code="B1", name=f"A {kind}")
    return made, person(role, made, name="Mina Manager")


@pytest.mark.parametrize(("body", "other"), [(one, one[2]) for one in BODIES], indirect=["body"])
def test_an_organisation_with_schools_has_the_same_pages_of_people(
    as_person: AsPerson,
    client: Client,
    person: MakePerson,
    body: tuple[Organisation, Person],
    other: str,
    mailoutbox: list[EmailMessage],
) -> None:
    there, manager = f"/{body[0].kind}/B1/2026/people/", body[1]
    colleague = person(other, body[0], name="Cara Colleague")
    head = as_person(manager)
    head.post("/account/reauthenticate/", {"password": PASSWORD})
    text = head.get(there).text
    assert "Cara Colleague" in text
    assert f"Everybody with a role at {body[0].name}" in text
    assert "/oversight/" not in text
    assert "Cara Colleague" in head.get(f"{there}who/").text
    head.post(f"{there}review/")
    assert reviewing.reviewed_on(body[0]) == timezone.localdate()

    head.post(f"{there}invite/", {**NIA, "role": other})
    link = re.findall(r"http://testserver(\S+)", str(mailoutbox[0].body))[0]
    grant = colleague.grants.get()
    assert "Cara Colleague" in head.get(f"{there}roles/{grant.pk}/renew/").text
    head.post(f"{there}roles/{grant.pk}/end/")
    assert "Ended" in head.get(f"{there}{colleague.pk}/").text
    last = head.post(f"{there}roles/{manager.grants.get().pk}/end/")
    assert "no account manager left" in last.text

    head.logout()
    client.post(link, {"name": "Nia New", "password": "three quiet garden chairs"})
    assert Person.objects.get(email="nia@example.org").grants.get().organisation == body[0]


def test_roles_of_a_school_are_not_reached_through_another_organisation(
    as_person: AsPerson, person: MakePerson, authority: Organisation, office: Person
) -> None:
    client = as_person(person("authority_officer", authority))
    grant = office.grants.get()
    for page in (f"{office.pk}/", f"roles/{grant.pk}/end/", f"roles/{grant.pk}/renew/"):
        assert client.get(f"/authority/999/2026/people/{page}").status_code == 404
