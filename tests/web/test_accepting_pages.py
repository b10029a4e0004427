"""Pages on which a finding is accepted with a reason, and where that is shown afterwards."""

import re

import pytest
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from django.test import Client

from keystage.store.models import Acceptance, Organisation, Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/sheet/"
WORDS = "Arrived in May with little English."


@pytest.fixture
def asked(judged_sheet: Sheet) -> Sheet:
    """A sheet on which a check asks about the first pupil's writing."""
    judged_sheet.cohort.get(pupil__surname="Ashby").judgements.filter(subject="writing").update(
        code="A"
    )
    return judged_sheet


def link_of(client: Client, code: str) -> str:
    """The address at which the finding of a check is accepted."""
    text = client.get(f"{HERE}checks/").text
    found = re.search(rf'{code}</span>\s*<a class="govuk-link" href="([^"]*)"', text)
    assert found is not None
    return found[1]


def test_a_finding_is_accepted_with_a_reason_and_shown_so(
    as_person: AsPerson, teacher: Person, asked: Sheet
) -> None:
    client = as_person(teacher)
    link = link_of(client, "TA-410")
    assert "The writing judgement is A" in client.get(link).text
    assert "Enter why this is right" in client.post(link, {"reason": " "}).text

    assert client.post(link, {"reason": WORDS}).status_code == 303

    text = client.get(f"{HERE}checks/").text
    assert "Accepted: somebody said that these are right (1)" in text
    assert re.search(rf"by Tom O&#39;Neill on .*: {WORDS}", text)
    member = asked.cohort.get(pupil__surname="Ashby")
    assert WORDS in client.get(f"{HERE}history/{member.pupil_id}/").text


def test_what_is_accepted_counts_no_longer_as_something_to_look_at(
    as_person: AsPerson, teacher: Person, asked: Sheet
) -> None:
    def to_look_at() -> int:
        text = client.get(HERE).text
        found = re.search(r">\s*(\d+)\s*<[^>]*>[^<]*<[^>]*>\s*things? to look at", text)
        assert found is not None
        return int(found[1])

    client = as_person(teacher)
    before = to_look_at()
    client.post(link_of(client, "TA-410"), {"reason": WORDS})

    assert to_look_at() == before - 1


def test_it_is_asked_about_again_when_a_person_says_so(
    as_person: AsPerson, teacher: Person, asked: Sheet
) -> None:
    client = as_person(teacher)
    link = link_of(client, "TA-410")
    client.post(link, {"reason": WORDS})

    assert client.post(f"{link}back/").status_code == 303

    assert link_of(client, "TA-410") == link
    assert Acceptance.objects.get().broken_by == teacher


def test_who_only_looks_is_offered_nothing_and_may_not(
    as_person: AsPerson, office: Person, lead: Person, asked: Sheet
) -> None:
    link = link_of(as_person(lead), "TA-410")
    client = as_person(office)
    text = client.get(f"{HERE}checks/").text

    assert "TA-410" in text
    assert ("Accept with a reason" in text) is (client.get(link).status_code == 200)


def test_the_teacher_of_another_class_is_told_that_it_is_not_theirs(
    as_person: AsPerson, person: MakePerson, school: Organisation, lead: Person, asked: Sheet
) -> None:
    link = link_of(as_person(lead), "TA-410")
    client = as_person(person("class_teacher", school, classes=["6B"]))

    assert "not yours to accept" in client.get(link).text
    assert client.post(link, {"reason": WORDS}).status_code == 422
    assert not Acceptance.objects.exists()


def test_the_export_says_how_much_is_accepted_and_by_whom(
    as_person: AsPerson, lead: Person, office: Person, asked: Sheet
) -> None:
    client = as_person(lead)
    client.post(link_of(client, "TA-410"), {"reason": WORDS})

    text = as_person(office).get("/school/900003/2026/files/new/check/").text

    assert "with 1 thing to look at, 1 accepted" in text
    assert f"Accepted by Lee Nguyen: {WORDS}" in text


def test_who_signs_sees_what_was_accepted(
    as_person: AsPerson, teacher: Person, asked: Sheet
) -> None:
    client = as_person(teacher)
    client.post(link_of(client, "TA-410"), {"reason": WORDS})
    client.post("/account/reauthenticate/", {"password": PASSWORD})

    text = client.get(f"{HERE}sign/class/?class=6A").text

    assert f"Tom O&#39;Neill: {WORDS}" in text
    assert WORDS not in client.get(f"{HERE}sign/class/?class=6B").text
