"""The pages on which the mark sheet is signed."""

import re

import pytest
from cast_of_tests import PASSWORD, AsPerson, MakePerson
from django.test import Client
from pages_of_tests import hidden
from sheet_of_tests import address

from keystage.actions.by import By
from keystage.actions.sheets import signing
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.saving import save_cells
from keystage.store.models import Organisation, Person, Sheet, SignOff

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(as_person: AsPerson) -> AsPerson:
    """Somebody who has just signed in, so that nobody asks again who it is."""

    def sign_in(who: Person) -> Client:
        client = as_person(who)
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        return client

    return sign_in


@pytest.fixture
def complete(sheet: Sheet, lead: Person) -> Sheet:
    """Every judgement that is due."""
    changes = [
        Change(pupil=pk, subject=subject, code=code, seen=0)
        for pk in sheet.cohort.values_list("pk", flat=True)
        for subject, code in (("writing", "EXS"), ("science", "EXS"))
    ]
    save_cells(sheet, changes, by=By(lead), classes=None)
    return sheet


@pytest.fixture
def classes_signed(
    complete: Sheet, person: MakePerson, school: Organisation, teacher: Person
) -> Sheet:
    other = person("class_teacher", school, classes=["6B"])
    signing.sign_class(complete, "6A", by=By(teacher), classes=None)
    signing.sign_class(complete, "6B", by=By(other), classes=None)
    return complete


def signed_form(text: str) -> dict[str, str]:
    """What the form of a page would send, confirmed."""
    return {"seen": hidden(text, "seen"), "confirmed": "on"}


def test_a_teacher_signs_the_class(fresh: AsPerson, teacher: Person, complete: Sheet) -> None:
    client, url = fresh(teacher), f"{address('sign_class')}?class=6A"
    page = client.get(url).text
    assert "Sign class 6A" in page

    assert "Confirm that the judgements are right" in client.post(url, {"seen": "1"}).text
    answer = client.post(url, signed_form(page))
    assert (answer.status_code, answer["Location"]) == (303, address("sign"))
    assert SignOff.objects.get().by == teacher
    assert "Signed" in client.get(address("sign")).text
    assert "The signature holds." in client.get(url).text


def test_a_change_while_looking_is_told_before_signing(
    fresh: AsPerson, teacher: Person, complete: Sheet
) -> None:
    client, url = fresh(teacher), f"{address('sign_class')}?class=6A"
    form = signed_form(client.get(url).text)
    Sheet.objects.update(content_version=77)

    answer = client.post(url, form, follow=True)

    assert "changed while you were looking at it" in answer.text
    assert not SignOff.objects.exists()


def test_what_stands_against_signing_is_told_and_no_button_shown(
    fresh: AsPerson, teacher: Person, sheet: Sheet
) -> None:
    page = fresh(teacher).get(f"{address('sign_class')}?class=6A").text

    assert "6 judgements are missing." in page
    assert 'name="confirmed"' not in page


def test_somebody_who_signed_in_long_ago_proves_who_it_is(
    as_person: AsPerson, teacher: Person, complete: Sheet
) -> None:
    url = f"{address('sign_class')}?class=6A"

    answer = as_person(teacher).post(url, {"seen": "2", "confirmed": "on"})

    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    assert not SignOff.objects.exists()


def test_who_proves_who_it_is_has_signed_the_class_and_need_not_do_it_twice(
    as_person: AsPerson, teacher: Person, complete: Sheet
) -> None:
    client = as_person(teacher)
    page = client.get(f"{address('sign_class')}?class=6A").text
    action = re.search(r'<form method="post" action="([^"?]+)"', page)
    assert action is not None

    asked = client.post(action[1], {**signed_form(page), "class": "6A"})
    assert not SignOff.objects.exists()
    client.post(asked["Location"], {"password": PASSWORD})

    assert SignOff.objects.get().class_name == "6A"


def test_the_head_signs_sends_back_and_sees_what_changed(
    fresh: AsPerson, headteacher: Person, teacher: Person, lead: Person, classes_signed: Sheet
) -> None:
    client = fresh(headteacher)
    page = client.get(address("sign_head")).text
    assert client.post(address("sign_head"), signed_form(page)).status_code == 303

    back = f"{address('send_back')}?class=6A"
    assert "Enter what the class teacher has to look at" in client.post(back, {}).text
    assert client.post(back, {"comment": "Look at science"}).status_code == 303
    page = client.get(address("sign")).text
    assert "Sent back by Hester Adebayo" in page
    assert "Look at science" in page

    member = classes_signed.cohort.get(pupil__surname="Ashby")
    change = Change(pupil=member.pk, subject="writing", code="WTS", seen=1)
    save_cells(classes_signed, [change], by=By(lead), classes=None)
    page = client.get(address("sign_head")).text
    assert "Ashby, Mabel, writing: EXS to WTS" in page
    assert "Not signed by a class teacher yet: 6A." in page


def test_a_class_that_is_not_signed_cannot_be_sent_back(
    fresh: AsPerson, headteacher: Person, sheet: Sheet
) -> None:
    assert "This class is not signed" in fresh(headteacher).get(address("send_back")).text


@pytest.mark.parametrize("name", ["sign_class", "sign_head", "send_back"])
def test_the_office_signs_nothing(fresh: AsPerson, office: Person, sheet: Sheet, name: str) -> None:
    assert fresh(office).get(address(name)).status_code == 403


def test_the_list_says_who_can_do_what(
    fresh: AsPerson, teacher: Person, lead: Person, sheet: Sheet
) -> None:
    own = fresh(teacher).get(address("sign")).text
    assert "sign/class/?class=6A" in own
    assert "6B" not in own
    assert "Its class teacher signs" in fresh(lead).get(address("sign")).text


def test_a_change_while_the_head_looks_is_told_before_signing(
    fresh: AsPerson, headteacher: Person, classes_signed: Sheet
) -> None:
    client = fresh(headteacher)
    form = signed_form(client.get(address("sign_head")).text)
    Sheet.objects.update(content_version=77)

    answer = client.post(address("sign_head"), form, follow=True)

    assert "changed while you were looking at it" in answer.text
    assert not SignOff.objects.filter(kind="headteacher").exists()
