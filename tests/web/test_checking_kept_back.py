"""What is told of a request to whom: drafts, decisions nobody confirmed yet, releases to come."""

import pytest
from cast_of_tests import YEAR, AsPerson
from checking_of_tests import HOME_EARLY, LOWER, Exercise

from keystage.actions.by import By
from keystage.actions.checking import deciding
from keystage.store.models import (
    CheckingRequest,
    FiguresRelease,
    Person,
    Sheet,
)

pytestmark = pytest.mark.django_db
HERE = f"/school/900003/{YEAR}/checking/"
OF_AUTHORITY = f"/authority/999/{YEAR}/checking/requests"


@pytest.fixture
def judged(exercise: Exercise, operator: Person) -> CheckingRequest:
    """A request that one person of the desk decided, and nobody confirmed."""
    sent = exercise.sent(HOME_EARLY)
    return deciding.decide(
        request=sent, agreed=False, why="Too late.", by=By(operator, "test"), version=sent.version
    )


def test_the_school_is_told_no_decision_before_it_is_confirmed(
    as_person: AsPerson, lead: Person, judged: CheckingRequest
) -> None:
    client = as_person(lead)
    for rest in ("", "sent/"):
        assert "Too late." not in client.get(f"{HERE}requests/{judged.pk}/{rest}").text


def test_the_authority_is_told_no_decision_before_it_is_confirmed(
    as_person: AsPerson, officer: Person, operator: Person, judged: CheckingRequest
) -> None:
    client = as_person(officer)
    page = client.get(f"{OF_AUTHORITY}/{judged.pk}/").text
    listed = client.get(f"{OF_AUTHORITY}/").text
    file = b"".join(client.get(f"{OF_AUTHORITY}.csv")).decode()

    assert "Sent, being looked at" in page
    for told in (page, listed, file):
        assert judged.reference in told
        assert "Too late." not in told
        assert "to be confirmed" not in told
    assert "Too late." in as_person(operator).get(
        f"/national/N1/{YEAR}/checking/requests/{judged.pk}/"
    ).text  # fmt: skip


def test_drafts_are_counted_for_those_who_ask_alone(
    as_person: AsPerson, officer: Person, lead: Person, exercise: Exercise
) -> None:
    exercise.draft(LOWER, 0)
    exercise.sent(HOME_EARLY, 1)

    assert "Draft: 1" in as_person(lead).get(HERE).text
    theirs = as_person(officer).get(HERE).text
    assert "Draft" not in theirs
    assert "Sent, being looked at: 1." in theirs


def test_a_release_that_is_not_out_is_told_of_nowhere(
    as_person: AsPerson, officer: Person, lead: Person, exercise: Exercise
) -> None:
    agreed = exercise.sent(LOWER)
    coming = FiguresRelease.objects.create(
        organisation=exercise.release.organisation,
        year=YEAR,
        stage="revised",
        version=7,
        state="computed",
        asked_at=exercise.release.asked_at,
        asked_by=exercise.release.asked_by,
    )
    CheckingRequest.objects.update(taken_into=coming)
    client = as_person(lead)

    assert str(coming) not in client.get(f"{HERE}requests/{agreed.pk}/").text
    assert str(coming) not in client.post(f"{HERE}requests/{agreed.pk}/withdraw/").text
    assert str(coming) not in as_person(officer).get(f"{OF_AUTHORITY}/{agreed.pk}/").text


def test_a_question_is_told_on_the_home_page_though_the_figures_were_withdrawn(
    as_person: AsPerson, lead: Person, exercise: Exercise, sheet: Sheet
) -> None:
    exercise.sent(HOME_EARLY)
    CheckingRequest.objects.update(state="returned")
    FiguresRelease.objects.update(state="withdrawn")

    text = as_person(lead).get(f"/school/{sheet.school.code}/{YEAR}/").text
    assert "1 question of the agency not answered." in text
