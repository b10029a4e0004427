"""Every address × every role × own and other organisation, held against the file of roles.

A new page fails here until it is declared, stands in ``routes.toml`` and has values for the parts
of its address.
"""

import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from all_routes import Route, address, every_route, routes
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import BadRequest
from django.db import connection, transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve
from everybody_of_routes import Somebody, everybody
from matrix_of_roles import allowed, reaches
from scene_of_routes import Scene

from keystage.core.errors import KeystageError
from keystage.store import rights
from keystage.store.models import Person
from keystage.web import doors
from keystage.web.errors import ForbiddenError

pytestmark = pytest.mark.django_db
ENTRIES = Path(__file__).parent / "routes.toml"
OPEN, FORBIDDEN, NOT_FOUND, TO_SIGN_IN = "open", "forbidden", "not found", "sign in"
#: Pages of a thing that belongs to the person who asked for it or brought it in. The walk looks
#: at their doors; that nobody else gets further has a test of its own.
OWN_THINGS = {
    *(f"jobs:{page}" for page in ("status", "again", "fetch")),
    *(f"files_in:judgements_{page}" for page in ("review", "preview", "result", "undo", "discard")),
}
#: What a GET may write: that somebody looked.
LOOKED = ("store_auditevent", "store_audithead", "store_messageread")


def test_every_page_of_ours_is_declared() -> None:
    bare = [route.name for route in every_route() if not hasattr(route.view, "declared")]

    assert bare == [], "declare them with page, signed_in_page or open_page of keystage.web.doors"


def test_every_page_of_ours_has_its_entry() -> None:
    """Two people have said what a page asks for: who wrote it, and who wrote the entry."""
    entries = tomllib.loads(ENTRIES.read_text(encoding="utf-8"))["routes"]
    found = {route.name: route.entry for route in every_route()}
    wrong = {name: entry for name, entry in found.items() if entries.get(name) != entry}
    lines = "\n".join(f'"{name}" = "{entry}"' for name, entry in wrong.items())

    assert not wrong, f"Look at each, then write it in tests/web/routes.toml:\n{lines}"
    assert entries.keys() - found.keys() == set(), "there are no such pages"


def test_the_walk_knows_what_to_put_into_every_address(scene: Scene) -> None:
    assert all(address(route, scene) for route in routes())


class Entered(Exception):  # noqa: N818  # no error: the door opened, and what lies behind is known
    """The door opened."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> set[object]:
    """Doors that ask the store once a person, and pages that are made once a sort of visitor."""
    known: set[object] = set()
    real_enter = doors._enter
    of_person: dict[int, list[Any]] = {}
    monkeypatch.setattr(doors, "organisation_at", cache(rights.organisation_at))

    def grants(person: Person, on: date) -> list[Any]:
        if person.pk not in of_person:
            of_person[person.pk] = rights.live_grants(person, on)
        return of_person[person.pk]

    def enter(request: Any, *args: Any) -> Any:
        here = real_enter(request, *args)
        kind = here.organisation.kind
        sort = (request.resolver_match.view_name, kind, request.method, here.classes)
        if sort in known or sort[0] in OWN_THINGS:
            raise Entered
        known.add(sort)
        request.before = transaction.savepoint()
        return here

    monkeypatch.setattr(doors, "live_grants", grants)
    monkeypatch.setattr(doors, "_enter", enter)
    return known


def ask(path: str, method: str, person: object) -> Any:
    """The request as it comes to a view; nothing of the middleware stands between."""
    request = getattr(RequestFactory(), method.lower())(path)
    request.user, request.session = person, SessionStore()
    request._messages = CookieStorage(request)
    request.resolver_match = resolve(path)
    return request


def answer(request: Any) -> str:
    """How a view answers, in one of four words. What it writes is taken back."""
    match, request.before = request.resolver_match, None
    try:
        response = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return NOT_FOUND
    except ForbiddenError:
        return FORBIDDEN
    except (Entered, KeystageError, BadRequest):
        return OPEN
    except Exception as error:  # noqa: BLE001  # one broken page hides no other
        return f"broken ({type(error).__name__}: {error})"
    finally:
        if request.before:
            transaction.savepoint_rollback(request.before)
    if response.headers.get("Location", "").startswith("/account/login/"):
        return TO_SIGN_IN
    return {403: FORBIDDEN, 404: NOT_FOUND}.get(response.status_code, OPEN)


def methods(route: Route, path: str, person: object) -> list[str]:
    """What a page takes of GET and POST."""
    match = resolve(path)
    told = match.func(ask(path, "OPTIONS", person), *match.args, **match.kwargs)
    return [one for one in ("GET", "POST") if one in told.headers["Allow"]]


def expected(route: Route, somebody: Somebody) -> str:
    """What the file of roles says."""
    declared = route.declared
    if declared.door != "page":
        return OPEN
    assert declared.permission
    if somebody.state != "live" or not reaches(somebody.held, route.kind):
        return NOT_FOUND
    may = allowed(
        somebody.held,
        declared.permission.value,
        declared.level.value,
        [one.value for one in declared.sees_to],
    )
    return OPEN if may else FORBIDDEN


@pytest.mark.usefixtures("quick")
def test_every_page_answers_every_role_as_the_file_of_roles_says(scene: Scene) -> None:
    people, faults, asked = list(everybody(scene)), [], 0
    for route in routes():
        path = address(route, scene)
        for method in methods(route, path, scene.head):
            for somebody in people if route.declared.door == "page" else people[-1:]:
                asked += 1
                found = answer(ask(path, method, somebody.person))
                if found != expected(route, somebody):
                    wanted = expected(route, somebody)
                    page = f"{method} {route.name} of a {route.kind}"
                    faults.append(f"{page}, {somebody}: {found}, not {wanted}")

    assert asked > 1000
    assert not faults, "\n".join(faults)


def test_what_belongs_to_one_person_is_shown_to_nobody_else(
    scene: Scene, person: Callable[..., Person], teacher: Person
) -> None:
    other = person("headteacher", scene.sheet.school)
    for route in routes():
        if route.name in OWN_THINGS:
            path = address(route, scene)
            method = methods(route, path, scene.head)[0]
            who = other if route.name.startswith("jobs:") else teacher
            assert answer(ask(path, method, who)) == NOT_FOUND, route.name


def test_every_page_but_the_open_ones_asks_who_it_is_first(scene: Scene) -> None:
    for route in routes():
        path, nobody = address(route, scene), AnonymousUser()
        for method in ("GET", "POST"):
            found = answer(ask(path, method, nobody))
            assert found == (OPEN if route.declared.door == "open" else TO_SIGN_IN), route.name


@pytest.mark.slow
def test_no_look_changes_what_is_kept(scene: Scene) -> None:
    """GET writes nothing but that somebody looked."""
    written: dict[str, set[str]] = {}
    for route in routes():
        request = ask(address(route, scene), "GET", scene.keeper(route.kind))

        def notice(
            execute: Any, sql: str, params: Any, many: Any, context: Any, name: str = route.name
        ) -> Any:
            verb, _, rest = sql.lstrip().partition(" ")
            if verb in {"INSERT", "UPDATE", "DELETE"} and not any(one in rest for one in LOOKED):
                written.setdefault(name, set()).add(sql[:60])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(notice):
            answer(request)

    assert written == {}
