"""Signing in: what is offered, lock-out, passwords, and nothing that betrays an account."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast_of_tests import PASSWORD, Answer, AsPerson
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

import keystage.web
from keystage.store.models import AuditEvent, Person
from keystage.web.sign_in import urls

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
OPEN = (
    LOGIN, "/account/inactive/", "/account/password/reset/", "/account/password/reset/done/",
    "/account/password/reset/key/done/", "/account/elsewhere/cancelled/",
)  # fmt: skip
SIGNED_IN = (
    "/account/", "/account/logout/", "/account/reauthenticate/", "/account/password/change/",
    "/account/2fa/", "/account/2fa/passkeys/",
)  # fmt: skip


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Answer:
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def bare(text: str) -> str:
    """A page without what differs from one request to the next."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    text = re.sub(r"Printed .* from", "", text)
    return re.sub(r'value="[\w.]+@example\.org"', "", text)


@pytest.mark.parametrize("path", OPEN)
def test_pages_for_everybody_open(client: Client, path: str) -> None:
    page = client.get(path)

    assert page.status_code == 200
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize("path", SIGNED_IN)
def test_pages_of_an_account_are_for_its_person(
    client: Client, as_person: AsPerson, governor: Person, path: str
) -> None:
    assert client.get(path).status_code == 302
    page = as_person(governor).get(path)

    assert page.status_code == 200
    assert page.text.count("<h1") == 1


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "social/", "social/signup/", "2fa/webauthn/signup/",
     "login/code/", "2fa/trust/", "sessions/", "signup/passkey/"],
)  # fmt: skip
def test_what_is_not_offered_is_not_there(
    client: Client, as_person: AsPerson, headteacher: Person, path: str
) -> None:
    assert client.get(f"/account/{path}").status_code == 404
    assert as_person(headteacher).get(f"/account/{path}").status_code == 404


def test_a_person_signs_in_and_it_is_written_down(client: Client, headteacher: Person) -> None:
    response = sign_in(client, headteacher.email.upper())

    assert response["Location"] == "/choose/"
    assert AuditEvent.objects.get(action="signed in").person_id == headteacher.pk


def test_signing_in_leads_back_to_the_page_that_was_asked_for(
    client: Client, headteacher: Person
) -> None:
    wanted = "/school/900003/2026/"
    asked = client.get(wanted)["Location"]
    assert 'name="next" value="/school/900003/2026/"' in client.get(asked).text
    response = client.post(
        LOGIN, {"login": headteacher.email, "password": PASSWORD, "next": wanted}
    )

    assert response["Location"] == wanted


def test_nobody_is_led_to_another_service(client: Client, headteacher: Person) -> None:
    response = client.post(
        LOGIN, {"login": headteacher.email, "password": PASSWORD, "next": "https://evil.example/"}
    )

    assert response["Location"] == "/choose/"


def test_a_wrong_password_is_answered_as_an_unknown_address_is(
    client: Client, headteacher: Person
) -> None:
    known = sign_in(client, headteacher.email, "wrong")
    unknown = sign_in(client, "nobody@example.org", "wrong")

    assert "The email address or the password is not right" in known.text
    assert "Error: Sign in" in known.text
    assert bare(known.text) == bare(unknown.text)


def test_a_password_is_hashed_for_known_and_unknown_alike(
    client: Client, headteacher: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(name: str) -> Any:
        real = getattr(Argon2PasswordHasher, name)

        def count(self: Any, *args: Any) -> Any:
            made.append(name)
            return real(self, *args)

        return count

    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, counted(name))
    sign_in(client, headteacher.email, "wrong")
    known, made[:] = len(made), []
    sign_in(client, "nobody@example.org", "wrong")

    assert known == len(made) == 1


@pytest.fixture
def too_often(client: Client, settings: Settings) -> Callable[[str], Answer]:
    """Tries a wrong password until it is too often: sooner here, as hashing takes its time."""
    settings.AXES_FAILURE_LIMIT = 2
    return lambda email: [sign_in(client, email, "wrong") for _ in range(2)][-1]


def test_after_too_many_tries_nobody_learns_whether_there_is_an_account(
    too_often: Callable[[str], Answer], headteacher: Person
) -> None:
    known = too_often(headteacher.email)
    unknown = too_often("nobody@example.org")

    assert known.status_code == unknown.status_code == 429
    assert "Too many tries to sign in" in known.text
    assert bare(known.text) == bare(unknown.text)


def test_a_locked_address_is_refused_even_with_the_right_password(
    client: Client, too_often: Callable[[str], Answer], headteacher: Person
) -> None:
    too_often(headteacher.email)

    assert sign_in(client, headteacher.email).status_code == 429
    assert client.get("/choose/").status_code == 302


def test_one_bad_typist_locks_nobody_else_out(
    client: Client, too_often: Callable[[str], Answer], headteacher: Person, governor: Person
) -> None:
    too_often(headteacher.email)

    assert sign_in(client, governor.email).status_code == 302
    assert sign_in(client, headteacher.email, REMOTE_ADDR="10.1.2.3").status_code == 302


def test_asking_for_a_new_password_tells_nothing(
    client: Client, headteacher: Person, mailoutbox: list[EmailMessage]
) -> None:
    path = "/account/password/reset/"
    known = client.post(path, {"email": headteacher.email}, follow=True)
    unknown = client.post(path, {"email": "nobody@example.org"}, follow=True)

    assert bare(known.text) == bare(unknown.text)
    assert [mail.to for mail in mailoutbox] == [[headteacher.email], ["nobody@example.org"]]
    assert "no account" in mailoutbox[1].body


def test_a_new_password_is_set_once_with_the_link(
    client: Client, headteacher: Person, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/account/password/reset/", {"email": headteacher.email})
    link = re.findall(r"http://testserver(\S+)", str(mailoutbox[0].body))[0]
    form = client.get(link, follow=True)
    assert "Set a new password" in form.text

    new = "seven brown paper boats"
    path = form.redirect_chain[-1][0]
    client.post(path, {"password1": new, "password2": new})

    headteacher.refresh_from_db()
    assert headteacher.check_password(new)
    assert "The link does not work" in client.get(link, follow=True).text
    assert "set anew" in mailoutbox[1].subject


def test_the_link_for_a_new_password_grows_old(
    client: Client, headteacher: Person, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    client.post("/account/password/reset/", {"email": headteacher.email})
    link = re.findall(r"http://testserver(\S+)", str(mailoutbox[0].body))[0]
    assert settings.PASSWORD_RESET_TIMEOUT == 2 * 60 * 60
    assert "within two hours" in mailoutbox[0].body

    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "The link does not work" in client.get(link, follow=True).text


def test_nobody_is_buried_in_messages(
    client: Client, headteacher: Person, mailoutbox: list[EmailMessage]
) -> None:
    for address in (headteacher.email, "nobody@example.org"):
        for _ in range(7):
            answer = client.post("/account/password/reset/", {"email": address})
        assert answer.status_code == 429
        assert "Too many tries" in answer.text

    assert len(mailoutbox) == 5 + 5


def test_a_weak_new_password_is_refused(as_person: AsPerson, headteacher: Person) -> None:
    given = {"oldpassword": PASSWORD, "password1": "password1234", "password2": "password1234"}
    text = as_person(headteacher).post("/account/password/change/", given).text

    assert "Error: Change your password" in text
    assert "too common" in text


def test_a_changed_password_is_told_to_its_person(
    as_person: AsPerson, headteacher: Person, mailoutbox: list[EmailMessage]
) -> None:
    given = {
        "oldpassword": PASSWORD,
        "password1": "four green kites",
        "password2": "four green kites",
    }
    as_person(headteacher).post("/account/password/change/", given)

    assert mailoutbox[0].to == [headteacher.email]
    assert AuditEvent.objects.filter(action="password changed").exists()


def test_a_closed_account_does_not_open(client: Client, headteacher: Person) -> None:
    headteacher.is_active = False
    headteacher.save()

    response = sign_in(client, headteacher.email)

    assert response["Location"] == "/account/inactive/"
    assert client.get("/choose/").status_code == 302


def test_signing_out_asks_and_then_does(as_person: AsPerson, headteacher: Person) -> None:
    client = as_person(headteacher)

    assert "What you have not saved is lost" in client.get("/account/logout/").text
    assert client.post("/account/logout/")["Location"] == "/"
    assert client.get("/choose/").status_code == 302


@pytest.mark.parametrize("path", [LOGIN, "/account/password/reset/"])
def test_no_page_carries_a_script_that_the_policy_forbids(client: Client, path: str) -> None:
    page = client.get(path)
    policy = page["Content-Security-Policy"]

    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    for script in re.findall(r"<script[^>]*>", page.text):
        assert 'src="/static/' in script or 'type="application/json"' in script
    assert not re.search(r"\son\w+=|style=", page.text)


def test_no_page_of_the_library_falls_back_on_its_own_template() -> None:
    views: list[Any] = [getattr(one.callback, "view_class", None) for one in urls.urlpatterns]
    names = {str(view.template_name) for view in views if getattr(view, "template_name", None)}
    files = Path(keystage.web.__file__).parent / "templates"

    assert len(names) > 15
    assert {name for name in names if not (files / name).exists()} == {
        "mfa/recovery_codes/download.txt"
    }
