"""One request at the desk: what it shows to whom, held, decided, sent back, confirmed."""

from datetime import timedelta

import pytest
from cast_of_tests import YEAR, AsPerson, MakePerson
from django.utils import timezone
from scene_of_checking_desk import LEFT, document_of_request, sent_request
from scene_of_figures import figures_of

from keystage.store.models import (
    AuditEvent,
    CheckingRequest,
    Organisation,
    Person,
    Pupil,
)

pytestmark = pytest.mark.django_db
DESK = f"/national/N1/{YEAR}/checking/requests/"
CHANGES = {"P_INCL": "203"}
UNKNOWN = {"explanation": "Mabel left us."}


@pytest.fixture
def colleague(person: MakePerson, nation: Organisation) -> Person:
    return person("agency_operator", nation, name="Cora Colleague")


@pytest.fixture
def asked_for(
    nation: Organisation, school: Organisation, operator: Person, lead: Person, pupils: list[Pupil]
) -> CheckingRequest:
    """A request about a pupil of the release, of which a date is not known."""
    release = figures_of(nation, school, operator, YEAR, stage="unamended")
    found = sent_request(
        release, school, lead, pupil=pupils[0].upn, answers=UNKNOWN, changes=CHANGES
    )
    document_of_request(found, lead)
    return found


def test_a_request_shows_what_the_school_says_and_what_the_rules_could_not_know(
    as_person: AsPerson, operator: Person, asked_for: CheckingRequest, pupils: list[Pupil]
) -> None:
    text = as_person(operator).get(f"{DESK}{asked_for.pk}/").text

    assert f"UPN {pupils[0].upn}" in text
    assert "Mabel left us." in text
    assert "What the rules could not know" in text
    assert "The pupil left the roll, not answered, after the first day of the tests" in text
    assert "First language group of the record" in text
    assert "EHE-1" in text
    assert "Inclusion code (P_INCL)" in text
    assert "203: " in text
    assert "PDF, 1 page, added" in text
    assert "letter about Mabel" not in text
    title = text.partition("</title>")[0]
    assert asked_for.reference in title
    assert "Ashby" not in title


def test_who_sees_no_names_sees_the_state_and_nothing_of_the_pupil(
    as_person: AsPerson,
    person: MakePerson,
    nation: Organisation,
    asked_for: CheckingRequest,
    pupils: list[Pupil],
) -> None:
    asked_for.steps.create(
        act="sent", state="scrutiny", words="Mabel Ashby", at=timezone.now(), by=None
    )
    client = as_person(person("help_desk", nation))
    text = client.get(f"{DESK}{asked_for.pk}/").text

    assert "Sent, being looked at" in text
    for hidden in (pupils[0].upn, "Mabel", "Ashby", "EHE-1", "evidence/", "Hold it"):
        assert hidden not in text
    document = asked_for.evidence.get().pk
    assert client.get(f"{DESK}{asked_for.pk}/evidence/{document}/").status_code == 403
    assert client.post(f"{DESK}{asked_for.pk}/hold/").status_code == 403


def test_who_sees_no_figures_reads_a_request_without_what_it_does_to_them(
    as_person: AsPerson,
    person: MakePerson,
    operator: Person,
    nation: Organisation,
    asked_for: CheckingRequest,
) -> None:
    own = as_person(operator).get(f"{DESK}{asked_for.pk}/").text
    auditor = as_person(person("auditor", nation)).get(f"{DESK}{asked_for.pk}/").text

    assert "What it would do to the figures" in own
    assert "What it would do to the figures" not in auditor
    assert "Mabel left us." in auditor
    assert "Hold it" not in auditor


def test_an_authority_reads_the_requests_of_its_schools_and_decides_none(
    as_person: AsPerson, officer: Person, stranger: Person, asked_for: CheckingRequest
) -> None:
    own = f"/authority/999/{YEAR}/checking/requests/{asked_for.pk}/"
    text = as_person(officer).get(own).text

    assert "Mabel left us." in text
    assert "Hold it" not in text
    assert as_person(officer).get(f"{DESK}{asked_for.pk}/").status_code == 404
    elsewhere = Organisation.objects.create(kind="authority", code="998", name="Otherland")
    Organisation.objects.filter(pk=asked_for.school_id).update(authority=elsewhere)
    assert as_person(officer).get(own).status_code == 404


def test_evidence_is_taken_away_under_a_name_that_names_nobody(
    as_person: AsPerson, operator: Person, asked_for: CheckingRequest
) -> None:
    document = asked_for.evidence.get()
    answer = as_person(operator).get(f"{DESK}{asked_for.pk}/evidence/{document.pk}/")

    assert answer.content == bytes(document.content)
    assert f'attachment; filename="{asked_for.reference}-1.pdf"' in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(action="taken away", subject__contains="evidence").exists()
    asking = as_person(operator).get(f"{DESK}{asked_for.pk}/evidence/{asked_for.pk}/")
    assert asking.status_code == 404


def test_a_request_is_held_decided_and_confirmed_by_another(
    as_person: AsPerson, operator: Person, colleague: Person, asked_for: CheckingRequest
) -> None:
    one = f"{DESK}{asked_for.pk}/"
    first = as_person(operator)
    assert "You hold this request until" in first.post(f"{one}hold/", follow=True).text
    second = as_person(colleague)
    text = second.get(one).text
    assert f"{operator.name} holds this request until" in text
    assert ">Decide<" not in text
    answer = {"answer": "agree", "why": "The letter shows it.", "seen": asked_for.version}
    held = second.post(f"{one}decide/", answer)
    assert held.status_code == 422
    assert f"{operator.name} holds this request until" in held.text
    assert "The letter shows it." in held.text

    first = as_person(operator)
    assert first.post(f"{one}decide/", answer | {"why": ""}).status_code == 422
    text = first.post(f"{one}decide/", answer, follow=True).text
    assert "another person has to confirm it" in text
    assert "Hold it" not in text
    assert "another person must confirm it" in first.post(f"{one}hold/", follow=True).text
    assert CheckingRequest.objects.get(pk=asked_for.pk).held_by is None
    again = first.post(f"{one}decide/", answer)
    assert "Somebody changed this request since you opened it" in again.text
    asked_for.refresh_from_db()
    seen = {"seen": asked_for.version}
    assert "another person must confirm it" in first.post(f"{one}confirm/", seen).text
    second = as_person(colleague)
    assert "To be agreed" in second.get(one).text
    assert "the school is told" in second.post(f"{one}confirm/", seen, follow=True).text
    asked_for.refresh_from_db()
    assert (asked_for.state, asked_for.confirmed_by) == ("agreed", colleague)
    assert "The letter shows it." in second.get(one).text
    assert "A person" in second.get(DESK).text


def test_a_decision_that_is_doubted_is_taken_again_and_a_question_goes_to_the_school(
    as_person: AsPerson, operator: Person, colleague: Person, asked_for: CheckingRequest
) -> None:
    one = f"{DESK}{asked_for.pk}/"
    answer = {"answer": "refuse", "why": "No proof.", "seen": asked_for.version}
    as_person(operator).post(f"{one}decide/", answer)
    asked_for.refresh_from_db()
    second = as_person(colleague)
    assert second.post(f"{one}doubt/", {"seen": asked_for.version}).status_code == 422
    given = {"seen": asked_for.version, "why": "Read page 2."}
    assert "is to be decided again" in second.post(f"{one}doubt/", given, follow=True).text
    asked_for.refresh_from_db()
    second.post(f"{one}hold/")
    assert "Nobody holds this request" in second.post(f"{one}let-go/", follow=True).text
    seen = {"seen": asked_for.version, "question": "On which day did the pupil leave?"}
    text = second.post(f"{one}question/", seen, follow=True).text
    assert "Sent back with a question" in text
    assert "On which day did the pupil leave?" in text
    assert "1 was sent back" in second.get(f"/national/N1/{YEAR}/checking/").text


def test_a_hold_that_is_over_keeps_nobody_away(
    as_person: AsPerson, operator: Person, colleague: Person, asked_for: CheckingRequest
) -> None:
    CheckingRequest.objects.update(
        held_by=operator, held_until=timezone.now() - timedelta(minutes=1), answers=LEFT
    )
    text = as_person(colleague).get(f"{DESK}{asked_for.pk}/").text

    assert "Nobody holds this request" in text
    assert ">Decide<" in text.replace("\n", "").replace("  ", "")
