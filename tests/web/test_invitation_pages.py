"""Invitations in pages: sent, taken up with and without an account, refused, withdrawn."""

import re
from datetime import date

import pytest
from cast_of_tests import PASSWORD, AsPerson
from django.core.mail import EmailMessage
from django.test import Client

from keystage.store.models import Invitation, Person, Sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("usual_end")]
PEOPLE = "/school/900003/2026/people/"


def invited(**more: object) -> dict[str, object]:
    return {
        "name": "Nia New", "email": "nia@example.org", "role": "office",
        "ends_on_day": "", "ends_on_month": "", "ends_on_year": "", **more,
    }  # fmt: skip


def test_an_invitation_is_sent_and_taken_up(
    head: Client, client: Client, mailoutbox: list[EmailMessage], usual_end: date
) -> None:
    response = head.post(f"{PEOPLE}invite/", invited())
    assert response.status_code == 303
    assert "nia@example.org" in head.get(PEOPLE).text
    grant = Invitation.objects.get()
    assert grant.ends_on == usual_end

    head.logout()
    link = re.findall(r"http://testserver(\S+)", str(mailoutbox[0].body))[0]
    assert "Take up your invitation" in client.get(link).text
    new = {"name": "Nia O'New", "password": "three quiet garden chairs"}
    response = client.post(link, new)
    assert response["Location"] == "/account/2fa/"
    assert "Storybook Lane" in client.get("/choose/").text
    assert Person.objects.get(email="nia@example.org").name == "Nia O'New"

    client.logout()
    gone = client.get(link)
    assert gone.status_code == 404
    assert "The invitation does not work" in gone.text


def test_a_weak_password_is_told_beside_its_box(
    head: Client, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    head.post(f"{PEOPLE}invite/", invited())
    link = re.findall(r"http://testserver(\S+)", str(mailoutbox[0].body))[0]
    head.logout()
    text = client.post(link, {"name": "Nia", "password": "short"}).text

    assert "Error: Take up your invitation" in text
    assert "too short" in text
    assert 'value="short"' not in text


def test_somebody_with_an_account_signs_in_and_takes_the_role_up(
    head: Client, client: Client, stranger: Person, mailoutbox: list[EmailMessage]
) -> None:
    head.post(f"{PEOPLE}invite/", invited(email=stranger.email))
    link = re.findall(r"http://testserver(\S+)", str(mailoutbox[0].body))[0]
    assert "for another address" in head.get(link).text
    assert head.post(link).status_code == 422
    head.logout()

    page = client.get(link).text
    assert "You have an account of the address" in page
    sign_in = re.findall(r'href="(/account/login/[^"]+)"', page)[0]
    response = client.post(sign_in, {"login": stranger.email, "password": PASSWORD, "next": link})
    assert response["Location"] == link
    assert "Take it up" in client.get(link).text
    client.post(link)

    assert stranger.grants.filter(organisation__code="900003", role="office").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Enter full name"),
        ({"email": "nobody"}, "valid email address"),
        ({"role": ""}, "Select role"),
        ({"role": "class_teacher"}, "Select at least one class"),
        ({"role": "king"}, "Select a valid choice"),
        ({"ends_on_day": "1", "ends_on_month": "1", "ends_on_year": "2020"}, "today or later"),
        ({"ends_on_day": "1"}, "must include"),
        (
            {"role": "inspector", "ends_on_day": "1", "ends_on_month": "1", "ends_on_year": "2099"},
            "at most 31 days",
        ),
    ],
)
def test_what_is_wrong_with_an_invitation_is_told(
    head: Client, changed: dict[str, str], said: str, mailoutbox: list[EmailMessage]
) -> None:
    text = head.post(f"{PEOPLE}invite/", invited(**changed)).text

    assert "Error: Invite somebody" in text
    assert said in text
    assert not mailoutbox


def test_a_class_teacher_is_invited_for_classes(head: Client) -> None:
    head.post(f"{PEOPLE}invite/", invited(role="class_teacher", classes_class_teacher=["6B"]))

    assert Invitation.objects.get().classes == ["6B"]


def test_what_has_to_be_given_in_so_many_words_is_given(head: Client) -> None:
    head.post(
        f"{PEOPLE}invite/",
        invited(role="delegated_senior", given_delegated_senior=["sign_head"]),
    )

    assert Invitation.objects.get().given == ["sign_head"]


def test_proof_is_asked_for_first_and_the_invitation_goes_on(
    as_person: AsPerson, headteacher: Person, sheet: Sheet, mailoutbox: list[EmailMessage]
) -> None:
    client = as_person(headteacher)
    assert client.get(f"{PEOPLE}invite/").status_code == 200, "looking needs no proof"
    asked = client.post(f"{PEOPLE}invite/", invited())
    assert asked["Location"].startswith("/account/reauthenticate/?next=")
    assert not mailoutbox

    form = client.get(asked["Location"])
    assert "Confirm that it is you" in form.text
    wrong = client.post(asked["Location"], {"password": "wrong", "next": f"{PEOPLE}invite/"})
    assert "The password is not right" in wrong.text
    done = client.post(asked["Location"], {"password": PASSWORD, "next": f"{PEOPLE}invite/"})

    assert done.status_code == 303
    assert len(mailoutbox) == 1
    assert Invitation.objects.get().email == "nia@example.org"


def test_an_invitation_is_withdrawn(head: Client) -> None:
    head.post(f"{PEOPLE}invite/", invited())
    path = f"{PEOPLE}invitations/{Invitation.objects.get().pk}/withdraw/"
    assert "Withdraw an invitation" in head.get(path).text
    head.post(path)

    assert "nia@example.org" not in head.get(PEOPLE).text
