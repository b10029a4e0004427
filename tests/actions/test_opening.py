"""An organisation is opened from the command line, and its first account manager signs in."""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from keystage.actions.membership.people import managers_of
from keystage.store.models import AuditEvent, Grant, Organisation, Person

pytestmark = pytest.mark.django_db
SCHOOL = ("school", "900009", "Fable Lane Primary School", "--number", "9990309")
HEAD = ("--manager", "Nia@Example.org", "--manager-name", "Nia New", "--until", "2099-08-31")


def opened(*words: str) -> str:
    said = StringIO()
    call_command("open_for", *words, stdout=said)
    return said.getvalue()


def test_a_school_is_opened_and_its_headteacher_chooses_a_password(client: Client) -> None:
    opened("authority", "999", "Storyshire")
    said = opened(*SCHOOL, "--type", "Community school", "--authority", "999", *HEAD)

    school = Organisation.objects.get(code="900009")
    assert (school.number, str(school.authority)) == ("9990309", "Storyshire")
    assert [one.email for one in managers_of(school)] == ["nia@example.org"]
    assert Grant.objects.get().role == "headteacher"
    assert AuditEvent.objects.filter(organisation=school).count() == 2
    assert "Nia New looks after its accounts" in said

    client.post("/account/password/reset/", {"email": "nia@example.org"})
    assert "/account/password/reset/key/" in str(mail.outbox[0].body)


def test_opening_it_again_puts_right_and_doubles_nothing() -> None:
    opened(*SCHOOL)
    opened("school", "900009", "Fable Lane Academy", "--number", "9990309")

    assert Organisation.objects.get().name == "Fable Lane Academy"


def test_a_second_manager_is_invited_and_not_named_here(headteacher: Person) -> None:
    with pytest.raises(CommandError, match="has an account manager"):
        opened("school", "900003", "Storybook Lane", "--number", "9990301", *HEAD)

    assert Grant.objects.count() == 1
    assert not Person.objects.filter(email="nia@example.org").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("school", "900009", "Fable Lane"), "seven digits"),
        (("school", "URN", "Fable Lane", "--number", "9990309"), "URN of digits"),
        (("trust", "T 1", "Fable Trust"), "no code"),
        (("trust", "T1", " "), "no name"),
        ((*SCHOOL, "--trust", "T7"), "no trust of the code T7"),
        ((*SCHOOL, *HEAD[:-1], "2001-01-01"), "ended already"),
        ((*SCHOOL, "--manager", "nobody", "--until", "2099-08-31"), "no address"),
        ((*SCHOOL, "--manager", "nia@example.org"), "last day"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        opened(*words)


def test_a_number_belongs_to_one_school(school: Organisation) -> None:
    with pytest.raises(CommandError, match="Another school has the number"):
        opened("school", "900009", "Fable Lane", "--number", school.number)
