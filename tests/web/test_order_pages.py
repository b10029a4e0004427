"""Orders and agreement: what is missing is said, a school orders and asks, an authority answers."""

from collections.abc import Callable

import pytest
from cast_of_tests import AsPerson

from keystage.store.models import Monitoring, Organisation, PapersOrder, Person, Sheet

pytestmark = pytest.mark.django_db
HERE = "/school/900003/2026/register/orders/"
THERE = "/authority/999/2026/agreements/"


@pytest.fixture
def independent(school: Organisation, sheet: Sheet) -> Organisation:
    school.school_type = "IND"
    school.save()
    return school


def order_of(reading: str) -> dict[str, str]:
    boxes = {f"{test}_{one}": "" for test in ("reading", "gps", "maths") for one in MATERIALS}
    return {**boxes, "reading_standard": reading}


MATERIALS = ("standard", "large_print", "braille")


def test_what_is_missing_is_said_and_goes_when_it_is_settled(
    as_person: AsPerson,
    independent: Organisation,
    office: Person,
    headteacher: Person,
    person: Callable[..., Person],
    authority: Organisation,
) -> None:
    shown = as_person(office).get(HERE).text
    assert "Nobody is registered for the tests until all of this is settled." in shown
    assert "The last day is not known." in shown
    assert "The headteacher asks an authority." in shown

    wrong = as_person(office).post(f"{HERE}place/", order_of("many"))
    assert (wrong.status_code, "Enter a whole number" in wrong.text) == (422, True)
    below = as_person(office).post(f"{HERE}place/", order_of("-1"))
    assert (below.status_code, "Enter a number from 0 to 2000" in below.text) == (422, True)
    nothing = as_person(office).post(f"{HERE}place/", order_of("0"))
    assert (nothing.status_code, "Nothing is ordered." in nothing.text) == (422, True)
    as_person(office).post(f"{HERE}place/", order_of("30"))
    assert PapersOrder.objects.get().numbers["reading"]["standard"] == 30

    client = as_person(headteacher)
    assert client.post(f"{HERE}ask/", {"authority": ""}).status_code == 422
    assert client.post(f"{HERE}ask/", {"authority": authority.code}).status_code == 303
    assert "has not answered yet" in client.get(HERE).text

    officer = as_person(person("authority_officer", authority, name="Olu Officer"))
    listed = officer.get(THERE).text
    assert independent.name in listed
    assert "Waits for the authority" in listed
    asked = Monitoring.objects.get()
    refused = officer.post(f"{THERE}{asked.pk}/answer/", {"answer": "decline", "reason": ""})
    assert (refused.status_code, "Enter why you decline" in refused.text) == (422, True)
    assert officer.post(f"{THERE}{asked.pk}/answer/", {"answer": "agree"}).status_code == 303

    after = as_person(headteacher).get(HERE).text
    assert "until all of this is settled" not in after
    assert client.post(f"{HERE}back/", {"reason": ""}).status_code == 422
    assert client.post(f"{HERE}back/", {"reason": "A mistake"}).status_code == 303
    assert client.post(f"{HERE}back/", {"reason": "A mistake"}).status_code == 303
    assert Monitoring.objects.get().state == "ended"


def test_the_registration_page_says_what_is_missing(
    as_person: AsPerson, independent: Organisation, sheet: Sheet, office: Person
) -> None:
    answer = as_person(office).post(
        "/school/900003/2026/pupils/registration/submit/", {"confirmed": "on"}
    )

    assert answer.status_code == 422
    assert "The tests are not ordered. No authority has agreed" in answer.text


def test_a_school_of_an_unknown_kind_is_asked_for_nothing(
    as_person: AsPerson, school: Organisation, sheet: Sheet, office: Person
) -> None:
    school.school_type = ""
    school.save()

    assert "is not known to the service" in as_person(office).get(HERE).text
    assert "Nothing is known" in as_person(office).get(HERE.replace("2026", "2025")).text


def test_an_authority_answers_for_nobody_else(
    as_person: AsPerson,
    independent: Organisation,
    person: Callable[..., Person],
    authority: Organisation,
    headteacher: Person,
) -> None:
    far = Organisation.objects.create(kind="authority", code="998", name="Far")
    asked = Monitoring.objects.create(
        school=independent,
        authority=far,
        year=2026,
        asked_at="2025-10-01T00:00Z",
        asked_by=headteacher,
    )
    officer = as_person(person("authority_officer", authority, name="Olu Officer"))

    assert officer.post(f"{THERE}{asked.pk}/answer/", {"answer": "agree"}).status_code == 404
