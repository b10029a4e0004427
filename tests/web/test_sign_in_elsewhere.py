"""Sign-in with the organisation's own account: a pretended provider, as our adapter sees it."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.core.context import request_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from keystage.store.models import Person
from keystage.web.sign_in.adapter import ElsewhereDoors

pytestmark = pytest.mark.django_db
PROVIDER = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "organisation",
                "name": "Storyshire accounts",
                "client_id": "keystage",
                "secret": "none",
                "settings": {"server_url": "https://accounts.example.org"},
            }
        ]
    }
}


@pytest.fixture
def asked(rf: RequestFactory, settings: Settings) -> Iterator[HttpRequest]:
    """A request with a session and messages, signed in as nobody."""
    settings.SOCIALACCOUNT_PROVIDERS = PROVIDER
    request = rf.get("/account/oidc/organisation/login/callback/")
    request.session, request.user = SessionStore(), AnonymousUser()
    vars(request)["_messages"] = CookieStorage(request)
    with request_context(request):
        yield request


def told(claims: dict[str, Any], process: str = "login") -> SocialLogin:
    """A sign-in as the library hands it over."""
    account = SocialAccount(provider="organisation", uid="elsewhere-1", extra_data=claims)
    found = SocialLogin(user=Person(), account=account)
    found.state = {"process": process}
    return found


def userinfo(email: str, **more: Any) -> dict[str, Any]:
    return {"userinfo": {"sub": "elsewhere-1", "email": email, "email_verified": True, **more}}


@pytest.mark.parametrize("shape", ["userinfo", "id_token"])
def test_a_verified_address_is_its_person(
    asked: HttpRequest, headteacher: Person, shape: str
) -> None:
    claims = {shape: {"email": headteacher.email.upper(), "email_verified": True}}
    found = told(claims)
    ElsewhereDoors().pre_social_login(asked, found)

    assert found.user == headteacher
    assert SocialAccount.objects.get().user == headteacher


@pytest.mark.parametrize(
    "claims",
    [
        userinfo("nobody@example.org"),
        {"userinfo": {"sub": "1"}},
        {},
        {"userinfo": {"email": None, "email_verified": True}},
    ],
)
def test_who_is_nobody_here_makes_no_account(
    asked: HttpRequest, headteacher: Person, claims: dict[str, Any]
) -> None:
    before = Person.objects.count()

    with pytest.raises(ImmediateHttpResponse):
        ElsewhereDoors().pre_social_login(asked, told(claims))
    assert Person.objects.count() == before
    assert "ask the person who manages accounts" in str(next(iter(get_messages(asked)))).lower()


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_there_opens_nothing(
    asked: HttpRequest, headteacher: Person, verified: object
) -> None:
    claims = userinfo(headteacher.email, email_verified=verified)

    with pytest.raises(ImmediateHttpResponse):
        ElsewhereDoors().pre_social_login(asked, told(claims))


def test_a_provider_that_verifies_all_addresses_may_be_trusted(
    asked: HttpRequest, headteacher: Person, settings: Settings
) -> None:
    settings.OIDC_ADDRESSES_VERIFIED = True
    found = told({"userinfo": {"email": headteacher.email}})
    ElsewhereDoors().pre_social_login(asked, found)

    assert found.user == headteacher


def test_a_closed_account_is_joined_to_nothing(asked: HttpRequest, headteacher: Person) -> None:
    Person.objects.update(is_active=False)

    with pytest.raises(ImmediateHttpResponse):
        ElsewhereDoors().pre_social_login(asked, told(userinfo(headteacher.email)))


def test_nobody_joins_the_account_of_another_to_their_own(
    asked: HttpRequest, headteacher: Person, governor: Person
) -> None:
    asked.user = governor

    with pytest.raises(ImmediateHttpResponse):
        ElsewhereDoors().pre_social_login(asked, told(userinfo(headteacher.email), "connect"))
    assert not SocialAccount.objects.exists()


def test_nobody_signs_up_from_elsewhere(asked: HttpRequest) -> None:
    assert not ElsewhereDoors().is_open_for_signup(asked, told({}))


def test_the_way_is_shown_only_where_there_is_one(client: Client, settings: Settings) -> None:
    assert "Sign in elsewhere" not in client.get("/account/login/").text

    settings.SOCIALACCOUNT_PROVIDERS = PROVIDER
    assert "Sign in with Storyshire accounts" in client.get("/account/login/").text


def test_an_unknown_provider_is_not_there(client: Client) -> None:
    assert client.get("/account/oidc/other/login/").status_code == 404


def test_an_account_that_was_joined_signs_its_person_in(
    asked: HttpRequest, headteacher: Person
) -> None:
    SocialAccount.objects.create(user=headteacher, provider="organisation", uid="elsewhere-1")
    found = told(userinfo("changed@example.org"))
    found.lookup()
    ElsewhereDoors().pre_social_login(asked, found)

    assert found.user == headteacher
