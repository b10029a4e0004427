"""What becomes of requests of the checking exercise, and who is shown which."""

from http import HTTPStatus

import pytest
from cast_of_tests import YEAR, AsPerson, MakePerson
from checking_in_pages import HERE, UNKNOWN, follow, home_of, page_of
from checking_of_tests import (
    HOME_EARLY,
    LOWER,
    PDF,
    Exercise,
    release_of,
)
from django.utils import timezone

from keystage.actions.checking import evidence
from keystage.store.models import (
    CheckingRequest,
    Organisation,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db
State = CheckingRequest.State


def test_a_draft_is_deleted_and_a_sent_request_kept_as_withdrawn(
    as_person: AsPerson, lead: Person, headteacher: Person, exercise: Exercise
) -> None:
    draft, sent = exercise.draft(), exercise.sent(HOME_EARLY, 1)
    client = as_person(lead)

    assert "gone" in page_of(client.get(f"{home_of(draft)}withdraw/")).text_content()
    stale = client.post(f"{home_of(sent)}withdraw/", {"draft": "yes"})
    assert stale.status_code == HTTPStatus.CONFLICT
    client.post(f"{home_of(draft)}withdraw/", {"draft": "yes"})
    head = as_person(headteacher)
    follow(head, page_of(head.get(home_of(sent))), "Withdraw the request")
    head.post(f"{home_of(sent)}recall/")
    client = as_person(lead)

    assert client.get(home_of(draft)).status_code == HTTPStatus.NOT_FOUND
    listed = page_of(client.get(f"{HERE}requests/?state=withdrawn")).text_content()
    assert sent.reference in listed
    assert "Withdrawn" in page_of(client.get(home_of(sent))).text_content()


def test_a_question_of_the_agency_is_answered(
    as_person: AsPerson, lead: Person, exercise: Exercise, sheet: Sheet
) -> None:
    asked = exercise.sent(HOME_EARLY)
    asked.steps.create(
        act="asked", state="returned", words="Which day?", at=timezone.now(), by=None
    )
    CheckingRequest.objects.update(state=State.RETURNED)
    client = as_person(lead)
    assert "1 question of the agency not answered." in client.get(f"/school/900003/{YEAR}/").text

    page = page_of(client.get(home_of(asked)))
    assert "Which day?" in page.text_content()
    version = page.xpath("//input[@name='seen']/@value")[0]
    empty = client.post(f"{home_of(asked)}reply/", {"seen": version, "words": ""})
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client.post(f"{home_of(asked)}reply/", {"seen": version, "words": "The first."})

    asked.refresh_from_db()
    assert asked.state == State.SCRUTINY
    assert "The first." in client.get(home_of(asked)).text


def test_what_was_agreed_is_followed_into_the_next_release(
    as_person: AsPerson,
    lead: Person,
    nation: Organisation,
    operator: Person,
    pupils: list[Pupil],
    exercise: Exercise,
) -> None:
    asked = exercise.sent(LOWER)
    following = release_of(nation, operator, pupils, version=9)
    CheckingRequest.objects.update(taken_into=following)
    page = page_of(as_person(lead).get(home_of(asked)))

    assert "By the rules, at once" in page.text_content()
    href = page.xpath("//main//a[starts-with(., 'See what changed')]/@href")[0]
    assert str(following.pk) in href
    assert not page.xpath("//main//a[starts-with(., 'Withdraw')]")
    assert "would do to the figures" not in page.text_content()


def test_who_sends_can_give_a_request_back(
    as_person: AsPerson, lead: Person, headteacher: Person, exercise: Exercise
) -> None:
    asked = exercise.proposed(LOWER)
    text = page_of(as_person(lead).get(home_of(asked))).text_content()
    assert f"{headteacher.name} can." in text

    as_person(headteacher).post(f"{home_of(asked)}hand-back/")
    asked.refresh_from_db()
    assert asked.state == State.DRAFT
    assert "Whoever enters requests" in as_person(headteacher).get(home_of(asked)).text


def test_another_schools_request_is_not_found(
    as_person: AsPerson, person: MakePerson, other_school: Organisation, exercise: Exercise
) -> None:
    asked = exercise.draft()
    document = evidence.add_evidence(request=asked, name="a.pdf", content=PDF, by=exercise.enters)
    client = as_person(person("headteacher", other_school))
    there = f"/school/900004/{YEAR}/checking/"

    for rest in ("", f"evidence/{document.pk}/", "sent/"):
        assert client.get(f"{there}requests/{asked.pk}/{rest}").status_code == HTTPStatus.NOT_FOUND
    assert client.get(home_of(asked)).status_code == HTTPStatus.NOT_FOUND
    listed = client.get(f"{there}{exercise.release.pk}/pupils/included/")
    assert listed.status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"{there}{UNKNOWN}/correct/").status_code == HTTPStatus.NOT_FOUND


def test_before_it_is_sent_a_request_is_the_schools_alone(
    as_person: AsPerson, person: MakePerson, authority: Organisation, exercise: Exercise
) -> None:
    draft, sent = exercise.draft(), exercise.sent(HOME_EARLY, 1)
    client = as_person(person("authority_officer", authority))

    assert client.get(home_of(draft)).status_code == HTTPStatus.NOT_FOUND
    assert client.get(home_of(sent)).status_code == HTTPStatus.OK
    listed = client.get(f"{HERE}requests/").text
    assert sent.reference in listed
    assert "checking/requests/" + str(draft.pk) not in listed
    pupils = client.get(f"{HERE}{exercise.release.pk}/pupils/included/").text
    assert str(draft.pk) not in pupils
    assert str(sent.pk) in pupils
