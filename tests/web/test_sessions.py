"""How long a person stays signed in, by a clock that stands still until it is told to move."""

from datetime import datetime, timedelta

import pytest
from cast_of_tests import PASSWORD, AsPerson
from django.test import Client
from django.utils import timezone

from keystage.store.models import Person

pytestmark = pytest.mark.django_db


class Clock:
    """Says what time it is."""

    def __init__(self) -> None:
        self.at = timezone.now()

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("keystage.web.middleware.sessions.timezone", made)
    return made


def test_who_keeps_working_stays_signed_in(
    as_person: AsPerson, headteacher: Person, clock: Clock
) -> None:
    client = as_person(headteacher)
    for _ in range(10):
        assert client.get("/choose/").status_code == 200
        clock.pass_by(minutes=29)


def test_who_was_away_too_long_signs_in_again_and_goes_on(
    as_person: AsPerson, headteacher: Person, clock: Clock
) -> None:
    client = as_person(headteacher)
    client.get("/choose/")
    clock.pass_by(minutes=30, seconds=1)

    response = client.get("/account/?a=b")
    assert response["Location"] == "/account/login/?next=%2Faccount%2F%3Fa%3Db"
    assert "away for a while" in client.get(response["Location"]).text
    assert client.get("/choose/").status_code == 302


def test_nobody_stays_signed_in_for_longer_than_a_working_day(
    as_person: AsPerson, headteacher: Person, clock: Clock
) -> None:
    client = as_person(headteacher)
    client.get("/choose/")
    for _ in range(20):
        clock.pass_by(minutes=29)
        client.get("/choose/")
    assert client.get("/choose/").status_code == 200
    clock.pass_by(minutes=25)

    assert client.get("/choose/").status_code == 302


def test_what_was_sent_too_late_is_not_sent_again_by_itself(
    as_person: AsPerson, headteacher: Person, clock: Clock
) -> None:
    client = as_person(headteacher)
    client.get("/choose/")
    clock.pass_by(hours=1)

    assert client.post("/account/logout/")["Location"] == "/account/login/"


def test_signing_in_is_noted(as_person: AsPerson, headteacher: Person, clock: Clock) -> None:
    as_person(headteacher).get("/choose/")

    headteacher.refresh_from_db()
    assert headteacher.seen_at is not None


def test_the_cookie_is_kept_from_scripts_and_other_sites(
    client: Client, headteacher: Person
) -> None:
    client.post("/account/login/", {"login": headteacher.email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"], "it goes with the browser's window"
