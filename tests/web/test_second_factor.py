"""A second factor: set up, asked for, lost, and required where the service says so."""

import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value
from django.core.management import CommandError, call_command
from django.db import transaction

from keystage.store.models import AuditEvent, Organisation, Person
from keystage.web.sign_in.adapter import SecondDoors

pytestmark = pytest.mark.django_db
PASSWORD = "a calm and sunny afternoon"  # noqa: S105  # invented
TASKS = "/school/900003/2026/"


def code_of(secret: str) -> str:
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    return str(auth.format_hotp_value(hotp_value(secret, counter)))


def prove(client: Any, **more: Any) -> Any:
    """Answer the question for the password again."""
    return client.post("/account/reauthenticate/", {"password": PASSWORD, **more})


@pytest.fixture
def secret(headteacher: Person) -> str:
    """The key of the headteacher's authenticator app."""
    made = str(generate_totp_secret())
    TOTP.activate(headteacher, made)
    return made


def test_an_app_is_set_up_after_the_person_has_proved_who_they_are(
    as_person: Any, headteacher: Person, mailoutbox: Any, monkeypatch: pytest.MonkeyPatch
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


def test_a_wrong_first_code_sets_nothing_up(as_person: Any, headteacher: Person) -> None:
    client, path = as_person(headteacher), "/account/2fa/totp/activate/"
    prove(client)
    client.get(path)
    page = client.post(path, {"code": "000000"}).text

    assert "The code is not right" in page
    assert not Authenticator.objects.exists()


def test_the_password_alone_does_not_sign_in(client: Any, headteacher: Person, secret: Any) -> None:
    response = client.post("/account/login/", {"login": headteacher.email, "password": PASSWORD})
    assert response["Location"] == "/account/2fa/authenticate/"
    assert client.get("/choose/").status_code == 302
    assert "Second step" in client.get("/account/2fa/authenticate/").text

    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"}).text
    assert "The code is not right" in wrong
    client.post("/account/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/choose/").status_code == 200


def test_the_service_asks_for_a_second_factor_where_it_is_told_to(
    as_person: Any, headteacher: Person, school: Organisation, settings: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = as_person(headteacher)

    assert client.get(TASKS)["Location"] == "/account/2fa/"
    assert client.get("/choose/")["Location"] == "/account/2fa/"
    assert "asks for a second factor" in client.get("/account/2fa/").text


def test_with_a_second_factor_the_pages_open(
    as_person: Any, headteacher: Person, school: Organisation, settings: Any, secret: Any
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True

    assert as_person(headteacher).get(TASKS).status_code == 200


def test_removing_the_app_needs_proof_and_leaves_no_recovery_code(
    as_person: Any, headteacher: Person, secret: Any
) -> None:
    client, path = as_person(headteacher), "/account/2fa/totp/deactivate/"
    assert client.get(path).status_code == 302
    prove(client)
    assert "Remove the authenticator app" in client.get(path).text
    client.post(path)

    assert not Authenticator.objects.filter(user=headteacher).exists()


def test_recovery_codes_are_made_shown_and_downloaded(
    as_person: Any, headteacher: Person, secret: Any
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
    as_person: Any, headteacher: Person
) -> None:
    client = as_person(headteacher)
    prove(client)
    page = client.get("/account/2fa/passkeys/add/").text

    assert '<script id="js_data" type="application/json">{"creation_options"' in page
    assert 'data-allauth-onload="allauth.webauthn.forms.addForm"' in page
    for name in ("mfa/js/webauthn-json.js", "mfa/js/webauthn.js", "account/js/onload.js"):
        assert f'<script src="/static/{name}">' in page


def test_a_passkey_is_asked_for_before_anybody_says_who_they_are(client: Any) -> None:
    asked = client.get("/account/2fa/passkeys/login/", headers={"accept": "application/json"})

    assert asked.json()["request_options"]["publicKey"]["challenge"]


def test_an_invented_passkey_signs_nobody_in(client: Any) -> None:
    page = client.post("/account/2fa/passkeys/login/", {"credential": '{"id": "x"}'}, follow=True)

    assert page.redirect_chain[-1][0] == "/account/login/"
    assert client.get("/choose/").status_code == 302


@pytest.fixture
def passkey(headteacher: Person) -> Any:
    """A passkey of the headteacher; its key is not a real one."""
    return Authenticator.objects.create(
        user=headteacher, type="webauthn", data={"name": "Telephone", "credential": {}}
    )


@pytest.mark.parametrize("what", ["edit", "remove"])
def test_a_passkey_is_changed_by_its_person_alone(
    as_person: Any, headteacher: Person, governor: Person, passkey: Any, what: Any
) -> None:
    path = f"/account/2fa/passkeys/{passkey.pk}/{what}/"
    client = as_person(governor)
    prove(client)
    assert client.get(path).status_code == 404

    client = as_person(headteacher)
    prove(client)
    assert client.get(path).status_code == 200


def test_every_way_to_prove_is_offered_in_our_words(
    as_person: Any, headteacher: Person, passkey: Any, secret: Any
) -> None:
    page = as_person(headteacher).get("/account/reauthenticate/").text

    assert ">Use a passkey<" in page
    assert ">Use a code of your app, or a recovery code<" in page


def test_passkeys_are_told_apart_by_name(
    headteacher: Person, governor: Person, passkey: Any
) -> None:
    names = [
        SecondDoors().generate_authenticator_name(who, "webauthn")
        for who in (governor, headteacher)
    ]

    assert names == ["Passkey", "Passkey 2"]


def test_who_runs_the_service_removes_a_lost_second_factor(
    as_person: Any, headteacher: Person, secret: Any
) -> None:
    client = as_person(headteacher)
    client.get("/choose/")
    call_command("forget_second_factor", headteacher.email.upper(), stdout=StringIO())

    assert not Authenticator.objects.exists()
    assert client.get("/choose/").status_code == 302
    assert AuditEvent.objects.filter(action="second factor forgotten").exists()
    with pytest.raises(CommandError, match="Nobody has that address"):
        call_command("forget_second_factor", "nobody@example.org")
