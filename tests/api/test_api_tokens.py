"""Tokens: for a system that has leave and shows its secret, for a while, and not too many."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from systems_of_tests import Let, Speaker

from keystage.actions.by import By
from keystage.actions.systems import acting, leave, secret
from keystage.store.models import AuditEvent, Person, Pupil, SystemAccess

pytestmark = pytest.mark.django_db
TOKEN, LEAVE = "/api/v1/token", "/api/v1/leave"
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def speaker(let: Let) -> Speaker:
    return let("roll:read", "returns:read")


@pytest.fixture
def shown(speaker: Speaker, headteacher: Person) -> secret.Secret:
    """The secret of the system."""
    return secret.make(access=speaker.system, seen="", by=By(headteacher, "test"))


def fetch(client: Client, shown: secret.Secret, **more: str) -> Any:
    asked = {**GRANT, "client_id": shown.client_id, "client_secret": shown.value, **more}
    return client.post(TOKEN, asked)


def test_a_secret_fetches_a_token_that_opens_what_was_given(
    client: Client, shown: secret.Secret, pupils: Sequence[Pupil]
) -> None:
    told = fetch(client, shown).json()

    assert (told["token_type"], told["expires_in"]) == ("Bearer", 900)
    assert set(told["scope"].split()) == {"roll:read", "returns:read"}
    headers = {"Authorization": f"Bearer {told['access_token']}"}
    answer = client.get(LEAVE, headers=headers).json()
    assert answer["schools"] == [
        {"urn": "900003", "number": "9990301", "name": "Storybook Lane Primary School"}
    ]
    roll = client.get("/api/v1/schools/900003/2026/roll", headers=headers).json()
    assert len(roll["pupils"]) == len(pupils)


def test_the_secret_may_stand_in_the_header(client: Client, shown: secret.Secret) -> None:
    basic = b64encode(f"{shown.client_id}:{shown.value}".encode()).decode()
    answer = client.post(TOKEN, GRANT, headers={"Authorization": f"Basic {basic}"})

    assert answer.status_code == 200


def test_neither_secret_nor_token_is_kept(client: Client, shown: secret.Secret) -> None:
    token = fetch(client, shown).json()["access_token"]
    kept = str([*SystemAccess.objects.values(), *Token.objects.values()])
    told = str(list(AuditEvent.objects.values()))

    assert shown.value not in kept + told
    assert token not in kept + told


@pytest.mark.parametrize(
    "more",
    [
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_id": "another"},
        {"client_id": ""},
        {"grant_type": "password", "username": "head@example.org", "password": "x"},
        {"grant_type": "authorization_code", "code": "x"},
        {"grant_type": ""},
        {"scope": "roll:write"},
        {"scope": "openid"},
    ],
)
def test_nothing_else_fetches_a_token(
    client: Client, shown: secret.Secret, more: dict[str, str]
) -> None:
    answer = fetch(client, shown, **more)

    assert answer.status_code in {400, 401}
    assert answer.json()["error"]
    assert not Token.objects.filter(client_id=shown.client_id).exists()


@pytest.mark.parametrize("told", ["Basic ???", "Basic", "Basic Og==", "Basic /w=="])
def test_a_header_that_cannot_be_read_is_refused(
    client: Client, speaker: Speaker, told: str
) -> None:
    answer = client.post(TOKEN, GRANT, headers={"Authorization": told})

    assert answer.status_code in {400, 401}


def test_a_token_for_less_opens_no_more(client: Client, shown: secret.Secret) -> None:
    """The scopes of the leave decide; a token that was asked for fewer says fewer."""
    told = fetch(client, shown, scope="returns:read").json()
    headers = {"Authorization": f"Bearer {told['access_token']}"}

    assert client.get("/api/v1/schools/900003/2026/numbers", headers=headers).status_code == 200
    assert client.get("/api/v1/schools/900003/2026/roll", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": timezone.localdate() - timedelta(days=1)}, "leave ended on"),
        ({"withdrawn_at": timezone.now()}, "was withdrawn"),
        ({"confirmed_at": None}, "second person"),
    ],
)
def test_a_system_without_leave_is_told_so(
    client: Client,
    speaker: Speaker,
    shown: secret.Secret,
    changes: dict[str, object],
    sentence: str,
) -> None:
    headers = {"Authorization": f"Bearer {fetch(client, shown).json()['access_token']}"}
    SystemAccess.objects.update(**changes)
    tokens = Token.objects.count()

    refused = fetch(client, shown)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")
    assert sentence in refused.json()["error_description"]
    assert Token.objects.count() == tokens
    for path in (LEAVE, "/api/v1/schools/900003/2026/roll"):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "no_leave")
        assert sentence in answer.json()["title"]


def test_a_withdrawn_system_is_out_at_once(
    client: Client, speaker: Speaker, shown: secret.Secret, headteacher: Person
) -> None:
    headers = {"Authorization": f"Bearer {fetch(client, shown).json()['access_token']}"}
    leave.withdraw(access=speaker.system, by=By(headteacher, "test"))

    answer = client.get(LEAVE, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "no_token")


def test_another_secret_ends_the_first_and_its_tokens(
    client: Client, speaker: Speaker, shown: secret.Secret, headteacher: Person
) -> None:
    headers = {"Authorization": f"Bearer {fetch(client, shown).json()['access_token']}"}
    seen = secret.made_at(speaker.system)
    other = secret.make(access=speaker.system, seen=seen, by=By(headteacher, "test"))

    assert client.get(LEAVE, headers=headers).status_code == 401
    assert fetch(client, shown).status_code == 401
    assert fetch(client, other).status_code == 200


def test_a_token_is_over_after_a_while(client: Client, shown: secret.Secret) -> None:
    token = fetch(client, shown).json()["access_token"]
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get(LEAVE, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert acting.shown_by(token) is None


def test_who_gave_the_leave_and_lost_the_role_takes_it_along(
    speaker: Speaker, headteacher: Person, deputy: Person
) -> None:
    headteacher.grants.update(ended_at=timezone.now(), ended_by=deputy)

    answer = speaker.get("/roll")
    assert answer.status_code == 403
    assert "person who gave" in answer.json()["title"]


def test_tokens_are_not_given_without_end(
    client: Client, shown: secret.Secret, settings: Settings
) -> None:
    settings.API_TOKENS = 2
    for _ in range(2):
        assert fetch(client, shown, client_secret="guess").status_code == 401  # noqa: S106  # a guess
    answer = fetch(client, shown)

    assert (answer.status_code, answer.json()["error"]) == (429, "slow_down")
    assert 0 < int(answer["Retry-After"]) <= 60


def test_a_stranger_elsewhere_keeps_no_system_out(
    client: Client, shown: secret.Secret, settings: Settings
) -> None:
    settings.API_TOKENS = 2
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    guesses = [fetch(elsewhere, shown, client_secret="guess") for _ in range(3)]  # noqa: S106  # a guess

    assert [one.status_code for one in guesses] == [401, 401, 429]
    assert fetch(client, shown).status_code == 200


def test_one_address_asks_for_many_systems_only_so_often(
    client: Client, shown: secret.Secret, settings: Settings
) -> None:
    settings.API_TOKENS = 1
    guesses = [fetch(client, shown, client_id=f"guess-{one}") for one in range(7)]

    assert [one.status_code for one in guesses] == [401] * 6 + [429]
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert fetch(elsewhere, shown).status_code == 200


def test_a_system_is_given_so_many_tokens_wherever_it_asks(
    shown: secret.Secret, settings: Settings
) -> None:
    settings.API_TOKENS = 2
    answers = [fetch(Client(REMOTE_ADDR=f"192.0.2.{one}"), shown) for one in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert Token.objects.filter(client_id=shown.client_id).count() == 2


def test_a_system_that_asks_too_often_waits_and_is_not_recorded(
    speaker: Speaker, settings: Settings
) -> None:
    settings.API_READS, settings.API_CHANGES = 1, 0
    assert speaker.get("/numbers").status_code == 200
    for answer in (speaker.get("/numbers"), speaker.get("/returns")):
        assert (answer.status_code, answer.json()["code"]) == (429, "too_often")
        assert 0 < int(answer["Retry-After"]) <= 60

    assert AuditEvent.objects.filter(action="system request").count() == 1


def test_no_other_method_is_answered(client: Client) -> None:
    answer = client.get(TOKEN)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer["Content-Type"] == "application/problem+json"
    nothing = client.get("/api/v1/nothing")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")
    for path in ("/api/v1/leave?%00=", "/api/v1/%00"):
        assert client.get(path).status_code == 400
