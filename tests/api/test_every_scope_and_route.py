"""Every address for systems × every scope × own and other school, and nobody at all."""

from typing import Any

import pytest
from all_routes import Route, address, every_route
from django.test import Client
from scene_of_routes import Scene
from systems_of_tests import EVERY, Let, Speaker, let_act, token_of

from keystage.store.models import AuditEvent, SystemAccess
from keystage.web.api.urls import urlpatterns

pytestmark = pytest.mark.django_db


@pytest.fixture(name="scene")
def scene_of_systems(request: pytest.FixtureRequest) -> Scene:
    """The scene of the walk over pages, without what only pages need."""
    value = request.getfixturevalue
    own = {"school": value("school"), "authority": value("authority")}
    return Scene(own, {"school": value("other_school")}, value("sheet"), value("headteacher"))


def of_schools() -> list[Route]:
    return [one for one in every_route() if one.for_systems and "urn" in one.parts]


def ask(client: Client, method: str, path: str, token: str) -> Any:
    return client.generic(
        method,
        path,
        b"{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": f"{method} {path}"[:90]},
    )


def test_each_route_opens_for_its_scope_and_for_no_other(scene: Scene, let: Let) -> None:
    """A door that opens answers about the school; one that does not says so, and 403."""
    speaker, faults = let(*EVERY), []
    for scope in EVERY:
        SystemAccess.objects.filter(pk=speaker.system.pk).update(scopes=[scope])
        for route in of_schools():
            path = address(route, scene)
            for method, wanted in route.declared.scopes:
                found = ask(speaker.client, method, path, speaker.token)
                if (found.status_code == 403) == (scope == wanted):
                    faults.append(f"{scope}: {method} {route.name}: {found.status_code}")

    assert len(of_schools()) > 5
    assert faults == []


def test_no_route_says_anything_of_a_school_that_the_system_does_not_act_for(
    scene: Scene, let: Let
) -> None:
    speaker = let(*EVERY)
    scene.organisations["school"] = scene.others["school"]
    scene.made["urn"] = scene.others["school"].code
    for route in of_schools():
        for method, _ in route.declared.scopes:
            found = ask(speaker.client, method, address(route, scene), speaker.token)
            assert found.status_code == 404, (method, route.name)
            assert "Riddle Road" not in found.text


@pytest.mark.parametrize("token", ["", "wrong", "eyJ.eyJ.sig"])
def test_nobody_comes_in_without_a_token(scene: Scene, let: Let, token: str) -> None:
    client = let().client
    for route in of_schools():
        for method, _ in route.declared.scopes:
            found = ask(client, method, address(route, scene), token)
            assert found.status_code == 401, (method, route.name)
            assert found["WWW-Authenticate"].startswith("Bearer")
            assert found["Content-Type"] == "application/problem+json"


def test_who_is_signed_in_in_a_browser_is_nobody_here(scene: Scene, client: Client) -> None:
    client.force_login(scene.head, backend="allauth.account.auth_backends.AuthenticationBackend")
    for route in of_schools():
        for method, _ in route.declared.scopes:
            answer = client.generic(method, address(route, scene))
            assert answer.status_code == 401
            assert not answer.cookies


def test_each_request_is_recorded_as_the_system_for_its_maker(let: Let, scene: Scene) -> None:
    speaker = let("roll:read")
    speaker.get("/roll")
    speaker.get("/numbers")

    events = list(AuditEvent.objects.filter(action="system request").order_by("pk"))
    told = [(one.subject, one.after["status"], one.person_name, one.year) for one in events]
    name = "Arbour MIS, for Hester Adebayo"
    assert told == [("GET roll", 200, name, 2026), ("GET numbers", 403, name, None)]
    speaker.system.refresh_from_db()
    assert speaker.system.used_at is not None


def test_a_system_of_an_authority_acts_for_its_schools_within_what_they_agreed(
    let: Let, scene: Scene, person: Any
) -> None:
    authority = scene.organisations["authority"]
    officer, other = (person("authority_officer", authority) for _ in range(2))
    system = let_act(authority, officer, other, ["roll:read", "returns:upload"])
    speaker = Speaker(system, token_of(system))

    assert speaker.get("/roll").status_code == 200
    answer = speaker.send("POST", "/returns", b"<CTfile/>")
    assert answer.status_code == 403
    assert "may not do this for this school" in answer.json()["title"]


def test_the_addresses_are_those_that_are_described(client: Client, scene: Scene) -> None:
    written = {f"api:{one.name}": str(one.pattern) for one in urlpatterns}
    described = client.get("/api/v1/openapi.json").json()["paths"]
    found = {
        (path, method.upper()) for path, operations in described.items() for method in operations
    }
    declared = {
        (f"/api/v1/{written[one.name]}".replace("<", "{").replace(">", "}"), method)
        for one in every_route()
        if one.for_systems and one.name != "api:token"
        for method, _ in one.declared.scopes
    }

    assert found == declared
