"""What is shown to one person is kept by no cache and by no browser after signing out."""

import pytest
from all_routes import address, routes
from cast_of_tests import AsPerson
from django.test import Client
from scene_of_routes import Scene

from keystage.store.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIBRARY = (
    "/account/", "/account/login/", "/account/logout/", "/account/2fa/", "/account/2fa/passkeys/",
    "/account/password/reset/", "/account/password/change/", "/account/reauthenticate/",
)  # fmt: skip


def may_be_kept(client: Client, path: str) -> bool:
    """Whether anything on the way may keep the answer."""
    return "no-store" not in client.get(path).headers.get("Cache-Control", "")


def test_no_page_of_ours_may_be_kept(
    scene: Scene, as_person: AsPerson, headteacher: Person
) -> None:
    client = as_person(headteacher)
    asked = [address(one, scene) for one in routes() if one.kind == "school"]

    assert [path for path in asked if may_be_kept(client, path)] == []


def test_no_page_of_the_library_may_be_kept(as_person: AsPerson, headteacher: Person) -> None:
    client = as_person(headteacher)

    assert [path for path in LIBRARY if may_be_kept(client, path)] == []


@pytest.mark.parametrize("path", ["/school/900003/2026/sheet/", "/nothing/", "/school/1/2026/"])
def test_no_refusal_may_be_kept(as_person: AsPerson, governor: Person, path: str) -> None:
    assert not may_be_kept(as_person(governor), path)


def test_the_browser_is_told_to_forget_all_pages_at_signing_out(
    as_person: AsPerson, headteacher: Person
) -> None:
    client = as_person(headteacher)

    assert "Clear-Site-Data" not in client.get("/choose/")
    assert client.post("/account/logout/")["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get("/account/login/")
