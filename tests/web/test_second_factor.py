"""A second factor: set up, asked for, lost, and required where the service says so."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from cast_of_tests import PASSWORD, Answer, AsPerson
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from keystage.store.models import AuditEvent, Organisation, Person
from keystage.web.sign_in.adapter import SecondDoors

pytestmark = pytest.mark.django_db
TASKS = "/school/900003/2026/"
STEP = "/account/2fa/authenticate/"


def code_of(secret: str) -> str:
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    return str(auth.format_hotp_value(hotp_value(secret, counter)))


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still for codes: none grows old in the middle of a test."""
    counters = list(auth.yield_hotp_counters_from_time())
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter(counters))


def prove(client: Client, **more: str) -> Answer:
    """Answer the question for the password again."""
    return client.post("/account/reauthenticate/", {"password": PASSWORD, **more})


@pytest.fixture
def secret(headteacher: Person) -> str:
    """The key of the headteacher's authenticator app."""
    made = str(generate_totp_secret())
    TOTP.activate(headteacher, made)
    return made


def test_an_app_is_set_up_after_the_person_has_proved_who_they_are(
    as_person: AsPerson,
    headteacher: Person,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, path = as_person(headteacher), "/account/2fa/totp/activate/"
    assert client.get(path)["Location"].startswith("/account/reauthenticate/")
    prove(client)

    page = client.get(path).text
    secret = re.findall(r"<code>(\w+)</code>", page)[0]
    assert 'src="data:image/svg+xml;base64,' in page
    monkeypatch.setattr(transaction, "on_commit", lambda then: then())  # no commit in a test
    client.post(path, {"code": code_of(secret)})

    assert Authenticator.objects.filter(user=headteacher, type="totp").exists()
    assert AuditEvent.objects.filter(action="second factor added").exists()
    assert "authenticator app was added" in mailoutbox[0].body
    codes = client.get("/account/2fa/recovery-codes/").text
    assert "10 codes are left of 10" in codes


def test_a_wrong_first_code_sets_nothing_up(as_person: AsPerson, headteacher: Person) -> None:
    client, path = as_person(headteacher), "/account/2fa/totp/activate/"
    prove(client)
    client.get(path)
    page = client.post(path, {"code": "000000"}).text

    assert "The code is not right" in page
    assert not Authenticator.objects.exists()


def test_the_password_alone_does_not_sign_in(
    client: Client, headteacher: Person, secret: str
) -> None:
    response = client.post("/account/login/", {"login": headteacher.email, "password": PASSWORD})
    assert response["Location"] == "/account/2fa/authenticate/"
    assert client.get("/choose/").status_code == 302
    assert "Second step" in client.get("/account/2fa/authenticate/").text

    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"}).text
    assert "The code is not right" in wrong
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/choose/").status_code == 200


def test_codes_cannot_be_tried_until_one_fits(
    client: Client, headteacher: Person, secret: str
) -> None:
    client.post("/account/login/", {"login": headteacher.email, "password": PASSWORD})
    for _ in range(10):
        assert "The code is not right" in client.post(STEP, {"code": "000000"}).text

    late = client.post(STEP, {"code": code_of(secret)})
    assert "There were too many tries. Wait 15 minutes" in late.text
    assert client.get("/choose/").status_code == 302


def test_tries_with_codes_count_for_the_account_and_not_for_the_browser(
    client: Client, headteacher: Person, secret: str
) -> None:
    for visit in range(11):
        client.cookies.clear()
        client.post("/account/login/", {"login": headteacher.email, "password": PASSWORD})
        answer = client.post(STEP, {"code": "000000"}, REMOTE_ADDR=f"10.0.0.{visit}")

    assert "too many tries" in answer.text


def test_a_code_works_once(client: Client, headteacher: Person, secret: str) -> None:
    signed_in = []
    code = code_of(secret)
    for _ in range(2):
        client.cookies.clear()
        client.post("/account/login/", {"login": headteacher.email, "password": PASSWORD})
        client.post(STEP, {"code": code})
        signed_in.append(client.get("/choose/").status_code == 200)

    assert signed_in == [True, False]


def test_what_is_counted_is_not_crowded_out_of_the_cache(settings: Settings) -> None:
    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] >= 100_000


def test_the_service_asks_for_a_second_factor_where_it_is_told_to(
    as_person: AsPerson, headteacher: Person, school: Organisation, settings: Settings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = as_person(headteacher)

    assert client.get(TASKS)["Location"] == "/account/2fa/"
    assert client.get("/choose/")["Location"] == "/account/2fa/"
    assert "asks for a second factor" in client.get("/account/2fa/").text


def test_with_a_second_factor_the_pages_open(
    as_person: AsPerson, headteacher: Person, school: Organisation, settings: Settings, secret: str
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    assert as_person(headteacher).get(TASKS).status_code == 200


def test_removing_the_app_needs_proof_and_leaves_no_recovery_code(
    as_person: AsPerson, headteacher: Person, secret: str
) -> None:
    client, path = as_person(headteacher), "/account/2fa/totp/deactivate/"
    assert client.get(path).status_code == 302
    prove(client)
    assert "Remove the authenticator app" in client.get(path).text
    client.post(path)

    assert not Authenticator.objects.filter(user=headteacher).exists()


def test_recovery_codes_are_made_shown_and_downloaded(
    as_person: AsPerson, headteacher: Person, secret: str
) -> None:
    client = as_person(headteacher)
    prove(client)
    assert "Make new recovery codes" in client.get("/account/2fa/recovery-codes/generate/").text
    client.post("/account/2fa/recovery-codes/generate/")

    shown = re.findall(r"<code>([\w-]+)</code>", client.get("/account/2fa/recovery-codes/").text)
    file = client.get("/account/2fa/recovery-codes/download/")
    assert file.text.split() == shown
    assert file["Content-Type"] == "text/plain"


def test_the_pages_of_passkeys_give_the_script_what_it_needs(
    as_person: AsPerson, headteacher: Person
) -> None:
    client = as_person(headteacher)
    prove(client)
    page = client.get("/account/2fa/passkeys/add/").text

    assert '<script id="js_data" type="application/json">{"creation_options"' in page
    assert 'data-allauth-onload="allauth.webauthn.forms.addForm"' in page
    for name in ("mfa/js/webauthn-json.js", "mfa/js/webauthn.js", "account/js/onload.js"):
        assert f'<script src="/static/{name}">' in page


def test_a_passkey_is_asked_for_before_anybody_says_who_they_are(client: Client) -> None:
    asked = client.get("/account/2fa/passkeys/login/", headers={"accept": "application/json"})

    assert asked.json()["request_options"]["publicKey"]["challenge"]


def test_an_invented_passkey_signs_nobody_in(client: Client) -> None:
    page = client.post("/account/2fa/passkeys/login/", {"credential": '{"id": "x"}'}, follow=True)

    assert page.redirect_chain[-1][0] == "/account/login/"
    assert client.get("/choose/").status_code == 302


@pytest.fixture
def passkey(headteacher: Person) -> Authenticator:
    """A passkey of the headteacher; its key is not a real one."""
    return Authenticator.objects.create(
        user=headteacher, type="webauthn", data={"name": "Telephone", "credential": {}}
    )


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_a_passkey_is_changed_by_its_person_alone(
    as_person: AsPerson, headteacher: Person, governor: Person, passkey: Authenticator, what: str
) -> None:
    path = f"/account/2fa/passkeys/{passkey.pk}/{what}/"
    client = as_person(governor)
    prove(client)
    assert client.get(path).status_code == 404

    client = as_person(headteacher)
    prove(client)
    assert client.get(path).status_code == 200


def test_every_way_to_prove_is_offered_in_our_words(
    as_person: AsPerson, headteacher: Person, passkey: Authenticator, secret: str
) -> None:
    page = as_person(headteacher).get("/account/reauthenticate/").text

    assert ">Use a passkey<" in page
    assert ">Use a code of your app, or a recovery code<" in page


def test_passkeys_are_told_apart_by_name(
    headteacher: Person, governor: Person, passkey: Authenticator
) -> None:
    names = [
        SecondDoors().generate_authenticator_name(who, "webauthn")
        for who in (governor, headteacher)
    ]

    assert names == ["Passkey", "Passkey 2"]


def test_who_runs_the_service_removes_a_lost_second_factor(
    as_person: AsPerson, headteacher: Person, secret: str
) -> None:
    client = as_person(headteacher)
    client.get("/choose/")
    call_command("forget_second_factor", headteacher.email.upper(), stdout=StringIO())

    assert not Authenticator.objects.exists()
    assert client.get("/choose/").status_code == 302
    assert AuditEvent.objects.filter(action="second factor forgotten").exists()
    with pytest.raises(CommandError, match="Nobody has that address"):
        call_command("forget_second_factor", "nobody@example.org")
