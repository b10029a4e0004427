"""Invitations: one use, some days, one address, and nothing that could be stolen from the store."""

import re
from datetime import timedelta
from typing import Any

import pytest
from cast_of_tests import MakePerson
from django.core.mail import EmailMessage
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.membership import invitation_message, invitations, people
from keystage.store.models import AuditEvent, Grant, Invitation, Organisation, Person

pytestmark = pytest.mark.django_db
STRONG = "three quiet garden chairs"


def invite(
    school: Organisation,
    by: Person,
    email: str = "new.person@example.org",
    role: str = "office",
    **more: Any,
) -> invitations.Invited:
    return invitations.invite(
        organisation=school,
        email=email,
        name="Nia New",
        role=role,
        by=By(by, "test"),
        link="https://keystage.example.org/invitation/{}/".format,
        **{"ends_on": timezone.localdate() + timedelta(days=100), **more},
    )


def token_in(mail: EmailMessage) -> str:
    return str(re.findall(r"/invitation/([\w-]+)/", str(mail.body))[0])


@pytest.fixture
def token(school: Organisation, headteacher: Person, mailoutbox: list[EmailMessage]) -> str:
    invite(school, headteacher)
    return token_in(mailoutbox[-1])


def take_up(token: str, password: str = STRONG, name: str = "Nia New") -> Person:
    return invitations.take_up(token=token, name=name, password=password, address="test")


def test_an_invitation_makes_an_account_with_the_role(token: str, school: Organisation) -> None:
    person = take_up(token)

    assert person.email == "new.person@example.org"
    assert person.check_password(STRONG)
    assert person.grants.get().role == "office"
    assert Invitation.objects.get().taken_up_by == person


def test_the_token_is_kept_nowhere(token: str) -> None:
    assert token not in str(Invitation.objects.values())
    assert token not in str(AuditEvent.objects.values())


def test_the_record_names_no_address(token: str) -> None:
    take_up(token)

    told = str(list(AuditEvent.objects.values("subject", "before", "after")))
    assert "example.org" not in told
    assert {event.action for event in AuditEvent.objects.all()} == {
        "person invited", "role given", "invitation taken up",
    }  # fmt: skip


def test_it_works_once(token: str) -> None:
    take_up(token)

    with pytest.raises(RefusedError, match="any more"):
        take_up(token)
    assert Grant.objects.filter(role="office").count() == 1


def test_it_does_not_work_after_its_time(token: str) -> None:
    Invitation.objects.update(expires_at=timezone.now())

    with pytest.raises(RefusedError, match="any more"):
        take_up(token)


def test_another_token_does_not_work(token: str) -> None:
    with pytest.raises(RefusedError, match="any more"):
        take_up(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_a_withdrawn_one_does_not_work(token: str, headteacher: Person) -> None:
    by = By(headteacher, "test")
    invitations.withdraw(invitation=Invitation.objects.get(), by=by)
    invitations.withdraw(invitation=Invitation.objects.get(), by=by)

    with pytest.raises(RefusedError, match="any more"):
        take_up(token)
    assert AuditEvent.objects.filter(action="invitation withdrawn").count() == 1


def test_one_that_was_taken_up_is_not_withdrawn(token: str, headteacher: Person) -> None:
    take_up(token)

    with pytest.raises(RefusedError, match="taken up already"):
        invitations.withdraw(invitation=Invitation.objects.get(), by=By(headteacher, "test"))


@pytest.mark.parametrize("who", ["office", "governor", "stranger"])
def test_others_invite_nobody_and_withdraw_nothing(
    request: pytest.FixtureRequest, school: Organisation, token: str, who: str
) -> None:
    other = request.getfixturevalue(who)

    with pytest.raises(RefusedError, match="do not manage"):
        invite(school, other)
    with pytest.raises(RefusedError, match="do not manage"):
        invitations.withdraw(invitation=Invitation.objects.get(), by=By(other, "test"))


def test_nobody_invites_themself(school: Organisation, headteacher: Person) -> None:
    with pytest.raises(RefusedError, match="to themself"):
        invite(school, headteacher, email=headteacher.email.upper())


def test_an_invitation_of_a_manager_who_is_none_any_more_gives_nothing(
    token: str, school: Organisation, headteacher: Person, person: MakePerson
) -> None:
    people.end(grant=headteacher.grants.get(), by=By(person("headteacher", school), "test"))

    with pytest.raises(RefusedError, match="do not manage"):
        take_up(token)
    assert not Person.objects.filter(email="new.person@example.org").exists()


@pytest.mark.parametrize("password", ["short", "password1234", "new.person@example.org"])
def test_a_weak_password_makes_no_account(token: str, password: str) -> None:
    with pytest.raises(RefusedError, match=r"password|email"):
        take_up(token, password)
    assert Invitation.objects.get().taken_up_at is None


def test_an_address_with_an_account_joins_with_it(
    school: Organisation, headteacher: Person, stranger: Person, mailoutbox: list[EmailMessage]
) -> None:
    invite(school, headteacher, email=f" {stranger.email.upper()} ")
    token = token_in(mailoutbox[-1])

    with pytest.raises(RefusedError, match="an account of this address"):
        take_up(token)
    invitations.join(token=token, by=By(stranger, "test"))

    assert stranger.grants.filter(organisation=school, role="office").exists()


def test_nobody_joins_with_another_address(token: str, stranger: Person) -> None:
    with pytest.raises(RefusedError, match="another address"):
        invitations.join(token=token, by=By(stranger, "test"))


def test_inviting_tells_nothing_of_accounts(
    school: Organisation, headteacher: Person, stranger: Person, mailoutbox: list[EmailMessage]
) -> None:
    known = invite(school, headteacher, email=stranger.email)
    unknown = invite(school, headteacher)

    assert known.sent == unknown.sent
    bodies = [re.sub(r"/invitation/[\w-]+/", "", str(mail.body)) for mail in mailoutbox]
    assert bodies[0] == bodies[1]


def test_a_form_sent_twice_invites_once(
    school: Organisation, headteacher: Person, mailoutbox: list[EmailMessage]
) -> None:
    assert invite(school, headteacher).invitation == invite(school, headteacher).invitation
    assert len(mailoutbox) == 1


def test_a_later_invitation_takes_the_place_of_the_earlier(
    school: Organisation, headteacher: Person, token: str, mailoutbox: list[EmailMessage]
) -> None:
    Invitation.objects.update(given_at=timezone.now() - timedelta(hours=1))
    invite(school, headteacher)

    with pytest.raises(RefusedError, match="any more"):
        take_up(token)
    take_up(token_in(mailoutbox[-1]))


def test_a_mail_server_that_is_down_loses_no_invitation(
    school: Organisation, headteacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(invitation_message, "send_mail", down)

    assert not invite(school, headteacher).sent
    assert invitations.open_of(school)
