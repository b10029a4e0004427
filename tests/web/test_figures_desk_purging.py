"""Deleting a release of figures for good: proposed by one, approved by another."""

from datetime import date

import pytest
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from django.test import Client
from figures_of_tests import Statistics, play, statisticians

from keystage.actions import jobs
from keystage.actions.figures import purging
from keystage.store.models import FiguresRelease, Job, Organisation

pytestmark = pytest.mark.django_db
HERE = "/national/STA/2026/deleting-figures/"


@pytest.fixture
def desk(person: MakePerson, monkeypatch: pytest.MonkeyPatch, school: Organisation) -> Statistics:
    body = Organisation.objects.create(kind="national", code="STA", name="The agency")
    play(monkeypatch)
    return statisticians(person, body)


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    found: str = answer.content.decode()
    return found


def test_a_release_is_kept_for_years_and_the_page_says_until_when(
    desk: Statistics, as_person: AsPerson, person: MakePerson
) -> None:
    made = desk.make()
    client = as_person(person("agency_operator", desk.organisation))
    page = text_of(client, f"{HERE}propose/")

    assert "It is kept until" in page
    assert "Propose to delete it" not in page
    assert "cannot be deleted" in text_of(client, f"{HERE}{made.pk}/propose/")
    answer = client.post(f"{HERE}{made.pk}/propose/", {"reason": "Its time is over"})
    assert answer.status_code == 422
    assert "It is kept until" in answer.text


def test_one_proposes_another_approves_and_the_release_is_gone(
    desk: Statistics, as_person: AsPerson, person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "kept_until", lambda _: date(2020, 1, 1))
    made = desk.make()
    one, other = (
        person(role, desk.organisation, name=role) for role in ("agency_operator", "auditor")
    )
    client = as_person(one)
    assert "Releases that may be deleted" in text_of(
        client, "/national/STA/2026/releases-of-figures/"
    )
    assert client.post(f"{HERE}{made.pk}/propose/", {"reason": ""}).status_code == 422
    answer = client.post(f"{HERE}{made.pk}/propose/", {"reason": "Its time is over"})
    assert answer.status_code == 303
    assert "Proposed by agency_operator" in text_of(client, f"{HERE}propose/")
    assert "You proposed it" in text_of(client, HERE)

    client = as_person(other)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert "Reason: Its time is over" in text_of(client, HERE)
    assert client.post(f"{HERE}{made.pk}/keep/").status_code == 303
    assert "No deletion waits" in text_of(client, HERE)

    as_person(one).post(f"{HERE}{made.pk}/propose/", {"reason": "Its time is over"})
    client = as_person(other)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.post(f"{HERE}{made.pk}/agree/").status_code == 303
    assert "It is being deleted" in text_of(client, HERE)
    jobs.run_job.call(str(Job.objects.get(kind=purging.KIND).pk))

    assert not FiguresRelease.objects.exists()
    assert "No deletion waits" in text_of(client, HERE)
