"""The checking exercise at a school, page by page: from the window to the reference, and back."""

from http import HTTPStatus
from typing import Any

import lxml.html
import pytest
from cast_of_tests import YEAR, AsPerson, MakePerson
from checking_of_tests import (
    HOME_EARLY,
    LOWER,
    NOT_COUNTED,
    PDF,
    Exercise,
    keep_rules,
    release_of,
    text_with_window,
)
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.checking import evidence
from keystage.store.models import (
    AuditEvent,
    CheckingRequest,
    DataConfirmed,
    FiguresRelease,
    Organisation,
    Person,
    Pupil,
    Sheet,
)

pytestmark = pytest.mark.django_db
HERE = f"/school/900003/{YEAR}/checking/"
State = CheckingRequest.State
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def agency() -> Organisation:
    return Organisation.objects.create(kind="national", code="N1", name="National Agency")


@pytest.fixture
def exercise(
    agency: Organisation,
    school: Organisation,
    pupils: list[Pupil],
    stranger: Person,
    lead: Person,
    headteacher: Person,
) -> Exercise:
    """A release that may be checked: its window is open. The lead enters, the head sends."""
    keep_rules(agency, stranger, text_with_window())
    release = release_of(agency, stranger, pupils)
    return Exercise(release, school, By(lead, "test"), By(headteacher, "test"), pupils)


def page_of(answer: Any) -> Any:
    """A page that is whole: one heading, and every id once."""
    page: Any = lxml.html.fromstring(answer.content)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert len(page.xpath("//h1")) == 1
    return page


def follow(client: Client, page: Any, words: str) -> Any:
    """The page behind the link whose text begins with words."""
    links = [one for one in page.xpath("//main//a") if one.text_content().startswith(words)]
    assert links, words
    return page_of(client.get(links[0].get("href")))


def seen(client: Client, href: str) -> str:
    """The version that a page was made of."""
    return str(page_of(client.get(href)).xpath("//main//input[@name='seen']/@value")[0])


def home_of(asked: CheckingRequest) -> str:
    return f"{HERE}requests/{asked.pk}/"


def day(number: int) -> dict[str, str]:
    return {"answer_day": f"{number}", "answer_month": "5", "answer_year": f"{YEAR}"}


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
    agency: Organisation,
    stranger: Person,
    pupils: list[Pupil],
    exercise: Exercise,
) -> None:
    asked = exercise.sent(LOWER)
    following = release_of(agency, stranger, pupils, version=9)
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


def test_nothing_is_asked_for_outside_a_window(
    as_person: AsPerson,
    lead: Person,
    agency: Organisation,
    pupils: list[Pupil],
    stranger: Person,
) -> None:
    release: FiguresRelease = release_of(agency, stranger, pupils)
    client = as_person(lead)
    windows = client.get(HERE).text
    assert "The windows of 2026 are not known" in windows
    assert "Figures you can look through" in windows

    pupil = page_of(client.get(f"{HERE}{release.pk}/pupil/{NOT_COUNTED}/new/")).text_content()
    assert "The windows of 2026 are not known" in pupil
    assert "What the release holds" in pupil
    listed = client.get(f"{HERE}{release.pk}/pupils/included/").text
    assert "Ask for a change" not in listed


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
