"""Headship handed over: nothing until the successor takes it up, then everything in one act."""

import re
from datetime import timedelta

import pytest
from cast_of_tests import MakePerson
from django.core.mail import EmailMessage
from django.utils import timezone

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.membership import invitations, people
from keystage.actions.membership.handing_over import hand_over
from keystage.store.models import AuditEvent, Grant, Organisation, Person

pytestmark = pytest.mark.django_db
STRONG = "three quiet garden chairs"


def offer(head: Person, by: Person, email: str = "nora@example.org") -> invitations.Invited:
    return hand_over(
        grant=head.grants.order_by("pk")[0],
        email=email,
        name="Nora Next",
        ends_on=timezone.localdate() + timedelta(days=100),
        by=By(by, "test"),
        link="https://keystage.example.org/invitation/{}/".format,
    )


def token_in(mail: EmailMessage) -> str:
    return str(re.findall(r"/invitation/([\w-]+)/", str(mail.body))[0])


def roles(who: Person) -> set[str]:
    return set(who.grants.filter(ended_at__isnull=True).values_list("role", flat=True))


def test_the_old_head_stays_until_the_new_one_takes_it_up_and_then_all_ends(
    school: Organisation, headteacher: Person, mailoutbox: list[EmailMessage]
) -> None:
    today = timezone.localdate()
    Grant.objects.create(
        person=headteacher,
        organisation=school,
        role="assessment_lead",
        starts_on=today,
        ends_on=today,
    )
    offer(headteacher, headteacher)
    assert roles(headteacher) == {"headteacher", "assessment_lead"}
    assert f"over from {headteacher}" in str(mailoutbox[-1].body)

    nora = invitations.take_up(
        token=token_in(mailoutbox[-1]), name="Nora Next", password=STRONG, address="test"
    )

    assert roles(headteacher) == set()
    assert roles(nora) == {"headteacher"}
    assert people.managers_of(school) == [nora]
    done = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert done[-4:] == ["role given", "role ended", "role ended", "invitation taken up"]


def test_somebody_of_the_school_takes_it_over_with_the_account_they_have(
    headteacher: Person, office: Person, mailoutbox: list[EmailMessage]
) -> None:
    offer(headteacher, headteacher, office.email)

    invitations.join(token=token_in(mailoutbox[-1]), by=By(office))

    assert roles(headteacher) == set()
    assert roles(office) == {"office", "headteacher"}


def test_an_old_head_who_left_before_hands_nothing_over_and_the_school_keeps_who_it_has(
    school: Organisation,
    headteacher: Person,
    person: MakePerson,
    mailoutbox: list[EmailMessage],
) -> None:
    other = person("headteacher", school, name="Una Other")
    offer(headteacher, headteacher)
    people.end(grant=headteacher.grants.get(), by=By(other))

    with pytest.raises(RefusedError, match="do not manage the accounts"):
        invitations.take_up(
            token=token_in(mailoutbox[-1]), name="Nora", password=STRONG, address="test"
        )
    assert people.managers_of(school) == [other]


def test_only_a_role_that_manages_accounts_and_only_to_somebody_else(
    headteacher: Person, office: Person
) -> None:
    with pytest.raises(RefusedError, match="Only a role that manages accounts"):
        offer(office, headteacher)
    with pytest.raises(RefusedError, match="holds the role"):
        offer(headteacher, headteacher, headteacher.email.upper())
