"""What keeps pages from other sites: tokens of forms, cookies, headers, in production above all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from all_routes import address, routes
from cast_of_tests import PASSWORD, AsPerson
from csp.utils import build_policy
from django.test import Client
from scene_of_routes import Scene

from keystage.store.models import Judgement, Person, Sheet

pytestmark = pytest.mark.django_db
ASKED = (
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT", "SECOND_FACTOR_REQUIRED",
)  # fmt: skip


@pytest.fixture
def strict(headteacher: Person) -> Client:
    """A browser of the headteacher that is asked for the token of each form."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(headteacher, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_no_form_is_taken_without_the_token_of_its_page(scene: Scene, strict: Client) -> None:
    taken, asked = [], 0
    for route in routes():
        path = address(route, scene) if route.kind == "school" else ""
        if path and "POST" in strict.options(path).headers.get("Allow", ""):
            asked += 1
            if strict.post(path).status_code != 403:
                taken.append(route.name)

    assert asked > 30
    assert taken == []


def test_the_script_of_the_sheet_needs_the_token_too(
    strict: Client, sheet: Sheet, headteacher: Person
) -> None:
    path = "/school/900003/2026/sheet/"
    cell = f"{sheet.cohort.earliest('pk').pk}-writing"
    body = json.dumps({"changes": [{"cell": cell, "code": "EXS", "seen": 0}]})
    assert strict.post(f"{path}cells/", body, content_type="application/json").status_code == 403
    assert not Judgement.objects.exists()

    page = strict.get(path).text
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    answer = strict.post(
        f"{path}cells/", body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert len(answer.json()["saved"]) == 1


def test_signing_in_changes_the_session_and_the_token(client: Client, headteacher: Person) -> None:
    client.get("/account/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = client.cookies["sessionid"].value
    token = client.cookies["csrftoken"].value
    client.post("/account/login/", {"login": headteacher.email, "password": PASSWORD})

    assert client.cookies["sessionid"].value != planted
    assert client.cookies["csrftoken"].value != token


@pytest.mark.parametrize(
    "away", ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"]
)
@pytest.mark.parametrize(
    "path", ["/account/login/", "/account/logout/", "/account/reauthenticate/"]
)
def test_no_form_of_an_account_leads_to_another_site(
    client: Client, as_person: AsPerson, headteacher: Person, path: str, away: str
) -> None:
    if path != "/account/login/":
        as_person(headteacher)
    given = {"login": headteacher.email, "password": PASSWORD, "next": away}

    assert client.post(path, given)["Location"] in {"/", "/choose/"}


def test_every_way_in_ends_with_the_window_of_the_browser(client: Client, scene: Scene) -> None:
    path = address(next(one for one in routes() if one.name == "invitation"), scene)
    answer = client.post(path, {"name": "Ann Invited", "password": PASSWORD})

    assert answer["Location"] == "/account/2fa/"
    assert not client.cookies["sessionid"]["max-age"]
    assert not client.cookies["sessionid"]["expires"]


def test_every_page_says_that_no_other_site_may_hold_it(
    as_person: AsPerson, headteacher: Person
) -> None:
    page = as_person(headteacher).get("/choose/")

    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["Cross-Origin-Opener-Policy"] == "same-origin"
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in page["Content-Security-Policy"]


def test_every_kind_of_answer_carries_the_policy_and_is_kept_nowhere(
    as_person: AsPerson, governor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = as_person(governor)
    client.raise_request_exception = False
    asked = {
        "/school/900003/2026": 301, "/account/": 200, "/nowhere/": 404,
        "/school/900003/2026/sheet/": 403, "/school/900004/2026/": 404,
        "/school/%00/2026/": 400, "/calendar/none.ics": 404,
    }  # fmt: skip
    answers = {path: client.get(path) for path in asked}
    monkeypatch.setattr("keystage.web.doors.live_grants", lambda *_: 1 / 0)
    answers["/school/900003/2026/"] = client.get("/school/900003/2026/")
    answers["not asked for so"] = client.put("/account/")

    asked |= {"/school/900003/2026/": 500, "not asked for so": 405}
    assert {path: answer.status_code for path, answer in answers.items()} == asked
    (policy,) = {answer["Content-Security-Policy"] for answer in answers.values()}
    assert sorted(policy.split("; ")) == sorted(build_policy().split("; "))
    assert {answer["Cache-Control"] for answer in answers.values()} == {
        "max-age=0, no-cache, no-store, must-revalidate, private"
    }
    assert all("Expires" in answer for answer in answers.values())


def test_production_keeps_its_cookies_to_itself(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "KEYSTAGE_MODE": "production",
        "KEYSTAGE_FOLDER": str(tmp_path),
        "KEYSTAGE_SECRET_KEY": "x" * 60,
        "KEYSTAGE_HOSTS": "ks2.example.org",
    }
    asked = f"print(json.dumps([getattr(s, name) for name in {ASKED!r}] + [s.DEBUG]))"
    told = subprocess.run(  # noqa: S603  # our own settings
        [sys.executable, "-c", f"import json; from keystage.web import settings as s; {asked}"],
        check=True,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert json.loads(told.stdout) == [True] * len(ASKED) + [False]
