"""The checking exercise at a school: lists, figures, and the word that the data is correct."""

from http import HTTPStatus
from io import BytesIO
from zipfile import ZipFile

import pytest
from cast_of_tests import AsPerson
from checking_in_pages import HERE, page_of
from checking_of_tests import (
    HOME_EARLY,
    NOT_COUNTED,
    Exercise,
    release_of,
)

from keystage.store.models import (
    AuditEvent,
    CheckingRequest,
    DataConfirmed,
    FiguresRelease,
    Organisation,
    Person,
    Pupil,
)

pytestmark = pytest.mark.django_db


def test_the_lists_say_who_counts_and_are_searched_without_an_address(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    client, lists = as_person(lead), f"{HERE}{exercise.release.pk}/pupils/"
    page = page_of(client.get(f"{lists}included/"))
    assert "6 of 6 pupils" in page.text_content()
    assert not [one for one in page.xpath("//a/@href") if exercise.pupils[0].upn in one]
    others = page_of(client.get(f"{lists}not-included/")).text_content()
    assert "202" in others
    assert client.get(f"{lists}elsewhere/").status_code == HTTPStatus.NOT_FOUND

    found = page_of(client.post(f"{lists}included/", {"name": "ashby mab"})).text_content()
    assert "1 of 6 pupils found" in found
    assert "Zhang" not in found
    nobody = client.post(f"{lists}included/", {"name": "Nobody"}).text
    assert "Nobody fits what you looked for." in nobody


def test_a_list_is_taken_away_with_what_must_go_with_it(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    exercise.draft()
    answer = as_person(lead).get(f"{HERE}{exercise.release.pk}/pupils/included/file/")
    text = b"".join(answer).decode()

    assert "Reading scaled score" in text.splitlines()[0] or "READSCORE" in text.splitlines()[0]
    assert "Ashby" in text
    for head in ("release", "scope", "level of data", "purpose", "warning"):
        assert f"About: {head}" in text
    taken = AuditEvent.objects.get(action="taken away")
    assert taken.after["release"] == str(exercise.release.pk)
    requests = b"".join(as_person(lead).get(f"{HERE}requests/file/")).decode()
    assert "Ashby" not in requests
    assert "Draft" in requests


def test_a_pupil_has_one_request_at_a_time(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    client = as_person(lead)
    listed = page_of(client.get(f"{HERE}{exercise.release.pk}/pupils/included/"))
    href = listed.xpath("//main//a[starts-with(., 'Ask for a change')]/@href")[0]
    exercise.draft(at=0)

    assert "A pupil has one at a time." in client.get(f"{href}?kind=remove").text
    client.post(f"{href}?kind=remove", {"reason": "died"})
    assert CheckingRequest.objects.count() == 1


def test_the_figures_stand_beside_those_worked_out_again(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    text = as_person(lead).get(f"{HERE}{exercise.release.pk}/figures/").text
    assert "figures worked out again" in text
    assert "Differs" not in text


def test_the_head_says_that_the_data_is_correct_and_takes_it_back(
    as_person: AsPerson, headteacher: Person, lead: Person, exercise: Exercise
) -> None:
    client, correct = as_person(headteacher), f"{HERE}{exercise.release.pk}/correct/"
    assert "Nobody has said it yet" in page_of(client.get(correct)).text_content()

    said = client.post(f"{correct}say/", follow=True)
    assert f"{headteacher.name} said on" in said.text
    assert f"Said by {headteacher.name}" in client.get(HERE).text
    client.post(f"{correct}back/")

    assert DataConfirmed.objects.get().withdrawn_at
    assert as_person(lead).get(correct).status_code == HTTPStatus.FORBIDDEN


def test_nothing_is_asked_for_outside_a_window(
    as_person: AsPerson,
    lead: Person,
    nation: Organisation,
    pupils: list[Pupil],
    operator: Person,
) -> None:
    release: FiguresRelease = release_of(nation, operator, pupils)
    client = as_person(lead)
    windows = client.get(HERE).text
    assert "The windows of 2026 are not known" in windows
    assert "Figures you can look through" in windows

    pupil = page_of(client.get(f"{HERE}{release.pk}/pupil/{NOT_COUNTED}/new/")).text_content()
    assert "The windows of 2026 are not known" in pupil
    assert "What the release holds" in pupil
    listed = client.get(f"{HERE}{release.pk}/pupils/included/").text
    assert "Ask for a change" not in listed


def test_every_list_is_taken_away_in_one_archive(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    client, lists = as_person(lead), f"{HERE}{exercise.release.pk}/"
    page = client.get(f"{lists}pupils/late/").text
    assert "No result of your pupils came out after these figures were made." in page
    assert "Results that came out later are not in them." in page
    asked = exercise.sent(HOME_EARLY)

    answer = client.get(f"{lists}lists.zip")

    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.namelist() == [
            "included.csv", "not-included.csv", "late.csv", "requests.csv",
        ]  # fmt: skip
        assert "Ashby" in archive.read("included.csv").decode()
        assert asked.reference in archive.read("requests.csv").decode()
        assert "About: warning" in archive.read("late.csv").decode()
    assert AuditEvent.objects.get(action="taken away").after["form"] == "zip"
