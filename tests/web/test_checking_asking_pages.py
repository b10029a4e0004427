"""A request of the checking exercise page by page: from the window to the reference."""

from http import HTTPStatus

import pytest
from cast_of_tests import YEAR, AsPerson
from checking_in_pages import HERE, day, follow, home_of, page_of, seen
from checking_of_tests import (
    HOME_EARLY,
    PDF,
    Exercise,
)
from django.core.files.uploadedfile import SimpleUploadedFile

from keystage.store.models import (
    AuditEvent,
    CheckingRequest,
    Person,
)

pytestmark = pytest.mark.django_db


def test_from_the_window_to_the_reference(
    as_person: AsPerson, lead: Person, headteacher: Person, exercise: Exercise
) -> None:
    client = as_person(lead)
    windows = page_of(client.get(HERE))
    assert "Open until" in windows.text_content()
    listed = follow(client, windows, "Pupils who are included")
    pupil = follow(client, listed, "Ask for a change")
    assert "Ashby" not in pupil.findtext(".//title")
    href = listed.xpath("//main//a[starts-with(., 'Ask for a change')]/@href")[0]
    nothing = client.post(f"{href}?kind=remove", {})
    assert nothing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Select the reason" in nothing.text
    first = client.post(f"{href}?kind=remove", {"reason": "home_education"})["Location"]
    assert first.endswith("/question/left_on/")

    wrong = client.post(first, {"seen": "1"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Enter a date, or select" in wrong.text
    following = client.post(first, {"seen": "1", **day(20)})["Location"]
    assert following.endswith("/question/explanation/")
    asked = CheckingRequest.objects.get()

    # Before it is sent the rules are told test by test, with the date that decides.
    home = home_of(asked)
    told = page_of(client.get(home)).text_content()
    assert "If you send it like this, the rules refuse it at once." in told
    assert f"first day of the tests: 11 May {YEAR}" in told
    assert "Figures of all pupils that would change" in told

    question = f"{home}question/left_on/?change"
    assert client.post(question, {"seen": seen(client, question), **day(1)})["Location"] == home
    assert "a person at the agency decides" in page_of(client.get(home)).text_content()
    client.post(f"{home}evidence/", {"file": SimpleUploadedFile("letter.pdf", PDF)})
    client.post(f"{home}propose/", {"seen": seen(client, home)})

    assert client.post(f"{home}send/", {"seen": "5"}).status_code == HTTPStatus.FORBIDDEN
    head = as_person(headteacher)
    version = {"seen": seen(head, home)}
    assert head.post(f"{home}send/", version).status_code == HTTPStatus.BAD_REQUEST
    other = head.post(f"{home}send/", {**version, "seal": "that of another page"})
    assert other.status_code == HTTPStatus.CONFLICT
    assert "The rules say something else of this request" in other.text
    seal = page_of(head.get(home)).xpath("//form[contains(@action, '/send/')]/input[@name='seal']")
    answer = head.post(f"{home}send/", {**version, "seal": seal[0].get("value")})
    asked.refresh_from_db()
    assert asked.reference
    assert asked.reference in page_of(head.get(answer["Location"])).text_content()
    kept = page_of(head.get(home)).text_content()
    assert "The rules left it to a person." in kept
    assert "letter.pdf" in kept
    assert "Figures of all pupils that would change" in kept


def test_a_changed_answer_drops_only_what_hung_on_it_and_says_so(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    answers = {"registered": "moved", "moved_on": "1/5/2026", "other_school": "Hill School"}
    asked = exercise.draft(("remove", "moved", answers))
    client, question = as_person(lead), f"{home_of(asked)}question/registered/?change"

    answer = client.post(question, {"seen": seen(client, question), "answer": "dual"})

    asked.refresh_from_db()
    assert asked.answers == {"registered": "dual", "other_school": "Hill School"}
    assert "so dropped: “Moved”" in client.get(answer["Location"]).text
    gone = client.get(f"{home_of(asked)}question/moved_on/")
    assert gone.status_code == HTTPStatus.NOT_FOUND


def test_an_answer_that_the_rules_refuse_is_told_at_the_field(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    client, first = as_person(lead), f"{HERE}{exercise.release.pk}/new/"
    question = client.post(first, {"reason": "added"})["Location"]
    answer = client.post(question, {"seen": "1", "answer": "=1+1"})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = page_of(answer)
    assert page.xpath("//a[@href='#id_answer']")
    assert page.xpath("//p[@id='id_answer-error']")
    assert page.findtext(".//title").startswith("Error: ")


def test_what_somebody_else_was_quicker_with_loses_no_word(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    asked = exercise.draft(HOME_EARLY)
    client, question = as_person(lead), f"{home_of(asked)}question/explanation/"
    typed = {"seen": "1", "answer": "The letter says when."}

    answer = client.post(question, typed)

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = page_of(answer)
    assert "Somebody changed this request since you opened it." in page.text_content()
    assert page.findtext(".//textarea").strip() == typed["answer"]
    again = page.xpath("//main//input[@name='seen']/@value")[0]
    client.post(question, {**typed, "seen": again})
    asked.refresh_from_db()
    assert asked.answers["explanation"] == typed["answer"]


def test_two_records_of_a_pupil_are_told_apart(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    asked = exercise.draft(("merge", "same_pupil", {}))
    page = page_of(as_person(lead).get(f"{home_of(asked)}question/other_record/"))
    offered = [one.text for one in page.xpath("//select/option")]

    assert "Row 8, without a pupil number, row 8, inclusion code 202" in offered
    assert not any(one.startswith("Ashby") for one in offered)
    href = f"{home_of(asked)}question/other_record/"
    client = as_person(lead)
    client.post(href, {"seen": seen(client, href), "answer": "line 8"})
    assert "Row 8, without a pupil number, line 8" in client.get(home_of(asked)).text


def test_the_rules_stand_as_ticks_and_crosses_with_evidence(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    answers = {"first_language": "other", "country": "PL", "arrived_on": "not_known"}
    asked = exercise.draft(("remove", "recently_arrived", answers))
    page = page_of(as_person(lead).get(home_of(asked)))
    text = " ".join(page.xpath("//main")[0].text_content().split())

    assert "Not answered yet: First school in England" in text
    assert "Add evidence as PDF." in text
    assert "✓ Passed English is not an official language of the country: Poland." in text
    assert "? Not known" in text
    assert "Whoever looks at it has to find out:" in text
    assert not page.xpath("//form[contains(@action, '/propose/')]")


def test_evidence_is_told_by_its_bytes_and_given_as_a_file(
    as_person: AsPerson, lead: Person, exercise: Exercise
) -> None:
    asked = exercise.draft()
    client, upload = as_person(lead), f"{home_of(asked)}evidence/"
    wrong = client.post(upload, {"file": SimpleUploadedFile("letter.pdf", b"<html>")})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "The file is no PDF" in wrong.text
    assert "at most 10 MB" in wrong.text

    named = SimpleUploadedFile("Mabel Ashby.pdf", PDF)
    answer = client.post(upload, {"file": named}, follow=True)
    href = page_of(answer).xpath("//main//a[. = 'Mabel Ashby.pdf']/@href")[0]
    file = client.get(href)
    assert file.content == PDF
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Disposition"] == 'attachment; filename="evidence-draft-1.pdf"'
    assert AuditEvent.objects.filter(action="taken away").count() == 1
    client.post(f"{href}remove/")
    assert not asked.evidence.exists()
    assert client.get(href).status_code == HTTPStatus.NOT_FOUND
