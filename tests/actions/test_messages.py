"""Messages between organisations: who may write to whom, who reads and who looks after them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.messages import inbox, users
from keystage.actions.messages.rules import partners_of
from keystage.actions.messages.writing import answer, assign, close, mark_read, reopen
from keystage.store.models import (
    AuditEvent,
    Message,
    Organisation,
    Person,
)

pytestmark = pytest.mark.django_db
YEAR = 2026
Write = Callable[..., Message]


def test_a_message_is_kept_and_its_receiver_told_only_that_there_is_one(
    wrote: Write,
    officer: Person,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        message = wrote("Our file", "It was refused twice.")

    assert [mail.to for mail in mailoutbox] == [[officer.email]]
    assert mailoutbox[0].subject == "There is a message for Storyshire on Keystage"
    told = mailoutbox[0].subject + str(mailoutbox[0].body)
    assert "refused twice" not in told
    assert "Our file" not in told
    event = AuditEvent.objects.get(action="message written")
    assert event.subject == f"message {message.pk}"
    assert "Our file" not in str(event.after)


def test_a_mail_server_that_refuses_loses_no_message(
    wrote: Write,
    officer: Person,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def refuse(*_: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr(users, "send_mail", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        message = wrote()

    assert Message.objects.get() == message


def test_a_form_sent_twice_writes_once(wrote: Write, officer: Person) -> None:
    first = wrote()
    assert wrote() == first

    said = {"organisation": first.receiver, "body": "In June.", "by": By(officer)}
    assert answer(first, **said) == answer(first, **said)  # type: ignore[arg-type]  # a test's own words
    assert Message.objects.count() == 2


def test_organisations_write_to_their_partners_only(
    school: Organisation,
    other_school: Organisation,
    authority: Organisation,
    trust: Organisation,
    nation: Organisation,
) -> None:
    diocese = Organisation.objects.create(kind="diocese", code="D1", name="Fable Diocese")
    partners = {
        school: {authority, trust, nation},
        other_school: {authority, nation},
        authority: {school, other_school, nation},
        trust: {school},
        nation: {school, other_school, authority},
        diocese: set[Organisation](),
    }

    for one, expected in partners.items():
        assert set(partners_of(one)) == expected, one


def test_a_message_to_another_school_is_refused(wrote: Write, other_school: Organisation) -> None:
    with pytest.raises(RefusedError, match="does not write to"):
        wrote(receiver=other_school)


def test_nobody_writes_for_an_organisation_without_the_right(
    wrote: Write, teacher: Person, stranger: Person, officer: Person
) -> None:
    """An officer of the authority may open the school's pages, and writes for it on none."""
    for who in (teacher, stranger, officer):
        with pytest.raises(RefusedError, match="by its own people"):
            wrote(by=By(who))


@pytest.mark.parametrize(
    ("subject", "body", "sentence"),
    [
        ("", "x", "subject is empty"),
        ("x" * 151, "x", "subject is longer than 150"),
        ("x", " \r\n ", "message is empty"),
        ("x", "x" * 5001, "message is longer than 5,000"),
    ],
)
def test_a_message_has_a_subject_and_words(
    wrote: Write, subject: str, body: str, sentence: str
) -> None:
    with pytest.raises(RefusedError, match=sentence):
        wrote(subject, body)


def test_an_answer_cannot_be_needed_by_a_day_that_is_past(wrote: Write) -> None:
    with pytest.raises(RefusedError, match="past"):
        wrote(due_on=timezone.localdate() - timedelta(days=1))
    assert wrote(due_on=timezone.localdate()).due_on == timezone.localdate()
    late = wrote("Late", due_on=timezone.localdate() - timedelta(days=1), kind=Message.Kind.NUDGE)
    assert late.kind == "nudge"


def test_an_answer_goes_to_the_other_side_and_opens_a_closed_thread(
    wrote: Write, officer: Person, office: Person, school: Organisation, authority: Organisation
) -> None:
    first = wrote()
    close(first, organisation=authority, by=By(officer))
    close(first, organisation=authority, by=By(officer))
    first.refresh_from_db()
    assert first.closed_by == officer

    made = answer(first, organisation=authority, body="On 4 June.", by=By(officer))
    again = answer(made, organisation=school, body="Thank you.", by=By(office))
    first.refresh_from_db()

    assert first.closed_at is None
    assert (made.sender, made.receiver, made.answers) == (authority, school, first)
    assert (again.sender, again.receiver, again.answers) == (school, authority, first)
    assert AuditEvent.objects.filter(action="message closed").count() == 1


def test_a_thread_is_opened_again_once(wrote: Write, office: Person, school: Organisation) -> None:
    first = wrote()
    for act in (close, reopen, reopen):
        act(first, organisation=school, by=By(office))
    first.refresh_from_db()

    assert first.closed_at is None
    assert AuditEvent.objects.filter(action="message opened again").count() == 1


def test_the_receiver_says_who_looks_after_a_thread(
    wrote: Write,
    officer: Person,
    office: Person,
    school: Organisation,
    authority: Organisation,
) -> None:
    first = wrote()
    for owner in (officer, officer, None):
        assign(first, owner=owner, organisation=authority, by=By(officer))
    first.refresh_from_db()
    assert first.owner is None
    assert AuditEvent.objects.filter(action="message given to").count() == 2

    with pytest.raises(RefusedError, match="may not read"):
        assign(first, owner=office, organisation=authority, by=By(officer))
    with pytest.raises(RefusedError, match="Only the organisation that received"):
        assign(first, owner=office, organisation=school, by=By(office))


def test_nobody_acts_in_a_thread_of_others(
    wrote: Write, stranger: Person, other_school: Organisation
) -> None:
    first, by = wrote(), By(stranger)
    for act in (
        lambda: answer(first, organisation=other_school, body="Hello", by=by),
        lambda: close(first, organisation=other_school, by=by),
        lambda: assign(first, owner=stranger, organisation=other_school, by=by),
    ):
        with pytest.raises(RefusedError, match="not of this organisation"):
            act()


def test_the_list_counts_what_is_new_in_a_constant_number_of_queries(
    wrote: Write, officer: Person, office: Person, school: Organisation, authority: Organisation
) -> None:
    first = wrote("One")
    answer(first, organisation=authority, body="Yes.", by=By(officer))
    with CaptureQueriesContext(connection) as few:
        inbox.threads_of(school, YEAR, office)
    for number in range(6):
        answer(wrote(f"More {number}"), organisation=authority, body="Yes.", by=By(officer))
    with CaptureQueriesContext(connection) as many:
        lines = inbox.threads_of(school, YEAR, office)

    assert len(many) == len(few) <= 2
    assert [line.unread for line in lines] == [1] * 7
    assert lines[0].first.subject == "More 5"
    assert (lines[0].other, lines[0].sent, lines[0].answers) == (authority, True, 1)
    mark_read(Message.objects.filter(receiver=school), by=By(office))
    mark_read(Message.objects.filter(receiver=school), by=By(office))
    assert sum(line.unread for line in inbox.threads_of(school, YEAR, office)) == 0
    assert sum(line.unread for line in inbox.threads_of(authority, YEAR, officer)) == 7
    assert inbox.threads_of(school, YEAR - 1, office) == []


def test_an_open_thread_past_its_day_is_overdue(
    wrote: Write, officer: Person, authority: Organisation, school: Organisation
) -> None:
    today = timezone.localdate()
    first = wrote(due_on=today)
    Message.objects.update(due_on=today - timedelta(days=2))

    line = inbox.threads_of(authority, YEAR, officer)[0]
    assert line.days_late(today) == 2
    close(first, organisation=authority, by=By(officer))
    assert inbox.threads_of(authority, YEAR, officer)[0].days_late(today) is None


def test_a_thread_is_read_by_its_two_sides_only(
    wrote: Write, school: Organisation, authority: Organisation, other_school: Organisation
) -> None:
    first = wrote()

    assert inbox.thread_of(school, YEAR, first.pk) == [first]
    assert inbox.thread_of(authority, YEAR, first.pk) == [first]
    assert inbox.thread_of(other_school, YEAR, first.pk) == []
    assert inbox.thread_of(school, YEAR - 1, first.pk) == []
