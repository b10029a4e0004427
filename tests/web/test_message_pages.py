"""The pages of messages: the list, a thread, writing, and whose messages they are."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cast_of_tests import AsPerson
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.messages.writing import write
from keystage.store.models import (
    Message,
    MessageRead,
    Organisation,
    Person,
    Pupil,
    SchoolReturn,
    Submission,
)
from keystage.web.messages import forms, views

pytestmark = pytest.mark.django_db
SCHOOL, AUTHORITY = "/school/900003/2026/messages/", "/authority/999/2026/messages/"


@pytest.fixture
def message(school: Organisation, authority: Organisation, officer: Person) -> Message:
    """From the authority to the school."""
    return write(
        sender=authority, receiver=school, year=2026, subject="Your visit", body="Is June fine?",
        by=By(officer), due_on=timezone.localdate(),
    )  # fmt: skip


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())


def test_a_school_without_messages_is_told_what_they_are(
    as_person: AsPerson, office: Person
) -> None:
    assert "There are no messages" in words(as_person(office).get(SCHOOL))


def test_the_list_tells_what_is_new_and_what_is_late(
    as_person: AsPerson, office: Person, message: Message
) -> None:
    Message.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    told = words(as_person(office).get(SCHOOL))

    assert "Messages (1 not read)" in told
    assert "Your visit New From Storyshire" in told
    assert "Open Overdue by 3 days Nobody" in told
    assert "1 answer is overdue" in told


def test_opening_a_thread_reads_it_for_that_person_only(
    as_person: AsPerson, office: Person, lead: Person, message: Message
) -> None:
    assert "Is June fine?" in words(as_person(office).get(f"{SCHOOL}{message.pk}/"))

    assert MessageRead.objects.get().person == office
    assert "not read)" not in words(as_person(office).get(SCHOOL))
    assert "(1 not read)" in words(as_person(lead).get(SCHOOL))


def test_a_thread_is_answered_given_to_somebody_and_closed(
    as_person: AsPerson, office: Person, officer: Person, message: Message
) -> None:
    client, there = as_person(office), f"{SCHOOL}{message.pk}/"
    assert client.post(there, {"body": "June is fine."}).status_code == 303
    client.post(f"{there}owner/", {"owner": str(office.pk)})
    client.post(f"{there}state/", {})
    message.refresh_from_db()
    assert (message.owner, message.closed_by) == (office, office)

    assert "1 thread is here in all" in words(client.get(SCHOOL))
    mine = words(client.get(f"{SCHOOL}?state=closed&whose=mine"))
    assert "Closed Olga Wiśniewska" in mine
    client.post(f"{there}state/", {"reopen": "1"})
    theirs = words(as_person(officer).get(f"{AUTHORITY}{message.pk}/"))
    assert "June is fine." in theirs
    assert "Who looks after it" not in theirs


def test_an_empty_answer_and_one_that_names_a_pupil_are_refused(
    as_person: AsPerson, office: Person, message: Message, pupils: list[Pupil]
) -> None:
    client, there = as_person(office), f"{SCHOOL}{message.pk}/"

    assert "Enter your answer" in words(client.post(there, {"body": ""}))
    named = client.post(there, {"body": "Mabel Ashby is away."})
    assert "full name of a pupil" in words(named)
    assert Message.objects.count() == 1


def test_a_message_is_written_to_a_partner(
    as_person: AsPerson, office: Person, officer: Person, trust: Organisation
) -> None:
    client = as_person(office)
    form = client.get(f"{SCHOOL}new/")
    assert "Storyshire (local authority)" in words(form)
    assert "Fable Trust (trust)" in words(form)
    sent = {"receiver": "authority 999", "subject": "A question", "body": "When?"}
    answer = client.post(f"{SCHOOL}new/", sent)

    made = Message.objects.get()
    assert answer["Location"] == f"{SCHOOL}{made.pk}/"
    assert made.receiver.name == "Storyshire"
    wrong = client.post(f"{SCHOOL}new/", {**sent, "receiver": "school 900004"})
    assert "Enter the number of a school or body you may write to" in words(wrong)
    assert "Choose today or a later day" in words(
        client.post(
            f"{SCHOOL}new/",
            {**sent, "due_on_day": "1", "due_on_month": "1", "due_on_year": "2020"},
        )
    )


def test_a_body_of_many_schools_enters_the_number(
    as_person: AsPerson,
    officer: Person,
    school: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forms, "LISTED", 0)
    client = as_person(officer)
    sent = {"receiver": "900003", "subject": "A question", "body": "When?"}

    assert client.post(f"{AUTHORITY}new/", sent).status_code == 303
    assert Message.objects.get().receiver == school
    gone = client.post(f"{AUTHORITY}new/", {**sent, "receiver": "900099"})
    assert "Enter the number of a school or body you may write to" in words(gone)


def test_another_organisations_thread_is_not_found(
    as_person: AsPerson, stranger: Person, message: Message
) -> None:
    client = as_person(stranger)
    for end in ("", "owner/", "state/"):
        there = f"/school/900004/2026/messages/{message.pk}/{end}"
        assert client.post(there, {"body": "x"}).status_code == 404
    assert client.get(f"/school/900004/2026/messages/{message.pk}/").status_code == 404
    assert client.get(f"/school/900004/2026/messages/{uuid4()}/").status_code == 404
    assert "Your visit" not in words(client.get("/school/900004/2026/messages/"))


def test_an_officer_reads_no_messages_of_a_school_but_is_shown_the_way_to_their_own(
    as_person: AsPerson, officer: Person, office: Person, school: Organisation, trust: Organisation
) -> None:
    told = write(
        sender=school, receiver=trust, year=2026, subject="Between us", body="Not for others",
        by=By(office),
    )  # fmt: skip
    client = as_person(officer)
    page = client.get(SCHOOL)

    assert "Between us" not in page.text
    assert f'href="{AUTHORITY}"' in page.text
    assert client.get(f"{SCHOOL}{told.pk}/").status_code == 422
    assert client.get(f"{SCHOOL}new/").status_code == 422


def test_a_finding_is_asked_about_with_its_facts_and_without_its_pupil(
    as_person: AsPerson, office: Person, school: Organisation, authority: Organisation
) -> None:
    returned = SchoolReturn.objects.create(school=school, year=2026, changed_at=timezone.now())
    file = Submission.objects.create(
        school_return=returned, state="uploaded", channel="page", verdict="amber", name="x.xml",
        bytes=1, sha256="0" * 64, content=b"x", uploaded_at=timezone.now(), uploaded_by=office,
        findings=[{"code": "TA-305", "severity": "amber", "line": 4, "name": "Ashby, Mabel",
                   "message": "Ashby is odd."}],
    )  # fmt: skip
    client = as_person(office)
    page = client.get(f"{SCHOOL}new/?submission={file.pk}&line=4")
    assert "TA-305 (amber)" in page.text
    assert "Ashby" not in page.text
    sent = {
        "receiver": "authority 999", "subject": "Line 4", "body": "Why?",
        "about": f"submission {file.pk} line 4",
    }  # fmt: skip
    there = client.post(f"{SCHOOL}new/", sent)["Location"]

    assert f'href="/school/900003/2026/gateway/files/{file.pk}/"' in client.get(there).text
    assert client.get(f"{SCHOOL}new/?submission={file.pk}&line=5").status_code == 404


def test_many_threads_come_page_by_page(
    as_person: AsPerson, office: Person, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "A_PAGE", 1)
    Message.objects.create(
        pk=uuid4(), kind="notice", year=2026, sender=message.sender, receiver=message.receiver,
        subject="Another", body="x", written_at=timezone.now(), written_by=message.written_by,
    )  # fmt: skip
    client = as_person(office)

    assert "Your visit" not in words(client.get(f"{SCHOOL}?whose=unread"))
    assert "Your visit" in words(client.get(f"{SCHOOL}?whose=unread&page=2"))


def test_a_question_about_nothing_known_is_not_found(as_person: AsPerson, office: Person) -> None:
    client = as_person(office)
    for asked in (f"submission={uuid4()}&line=3", "submission=x", f"submission={uuid4()}&line=x"):
        assert client.get(f"{SCHOOL}new/?{asked}").status_code == 404


def test_what_was_answered_is_not_overdue(
    as_person: AsPerson, office: Person, message: Message
) -> None:
    Message.objects.update(due_on=timezone.localdate() - timedelta(days=3))
    client = as_person(office)
    client.post(f"{SCHOOL}{message.pk}/", {"body": "June is fine."})

    assert "verdue" not in words(client.get(SCHOOL))
    assert "verdue" not in words(client.get(f"{SCHOOL}{message.pk}/"))


def test_somebody_who_may_not_read_it_does_not_look_after_a_thread(
    as_person: AsPerson, office: Person, officer: Person, message: Message
) -> None:
    client, there = as_person(office), f"{SCHOOL}{message.pk}/"
    client.post(f"{there}owner/", {"owner": str(office.pk)})

    answer = client.post(f"{there}owner/", {"owner": str(officer.pk)})

    assert "may not read the messages here" in words(answer)
    message.refresh_from_db()
    assert message.owner == office
