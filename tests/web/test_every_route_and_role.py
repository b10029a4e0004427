"""Every address × every role × own and other organisation, held against the file of roles.

A new page fails here until it is declared, stands in ``routes.toml`` and has values for the parts
of its address.
"""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import BadRequest
from django.db import connection, transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from matrix_of_roles import allowed, reaches
from scene_of_routes import Scene, Somebody, everybody

from keystage.core.errors import KeystageError
from keystage.store import rights
from keystage.store.models import Organisation, Person, Sheet
from keystage.web import doors
from keystage.web.doors import Declared
from keystage.web.errors import ForbiddenError

pytestmark = pytest.mark.django_db
ENTRIES = Path(__file__).parent / "routes.toml"
#: Where the library's own pages lie; which of them there are is tested with signing in.
LIBRARY = "allauth."
OPEN, FORBIDDEN, NOT_FOUND, TO_SIGN_IN = "open", "forbidden", "not found", "sign in"
#: Pages of a thing that belongs to the person who asked for it or brought it in. The walk looks
#: at their doors; that nobody else gets further has a test of its own.
OWN_THINGS = {
    *(f"jobs:{page}" for page in ("status", "again", "fetch")),
    *(f"files_in:judgements_{page}" for page in ("review", "preview", "result", "undo", "discard")),
}
#: What a GET may write: that somebody looked.
LOOKED = ("store_auditevent", "store_audithead")


@dataclass(frozen=True)
class Route:
    """One address of ours."""

    name: str
    view: Any
    parts: tuple[str, ...]

    @property
    def declared(self) -> Declared:
        """How it was declared."""
        found: Declared = self.view.declared
        return found

    @property
    def entry(self) -> str:
        """What stands of it in the file of entries."""
        declared = self.declared
        words: list[str] = [declared.door]
        if declared.permission:
            words = [declared.permission.value, declared.level.value]
            words += sorted(one.value for one in declared.sees_to)
            words += [f"of {declared.kind}"] if declared.kind != "school" else []
            words += ["proof"] if declared.reauthenticates else []
        return " ".join(words)


def routes() -> list[Route]:
    """All addresses of ours."""
    return list(_within(get_resolver(), "", ()))


def _within(resolver: URLResolver, space: str, parts: tuple[str, ...]) -> Iterator[Route]:
    for one in resolver.url_patterns:
        here = (*parts, *one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from _within(one, f"{space}{one.namespace}:" if one.namespace else space, here)
        elif not _module(one).startswith(LIBRARY):
            yield Route(f"{space}{one.name}", one.callback, here)


def _module(pattern: URLPattern) -> str:
    found = getattr(pattern.callback, "view_class", pattern.callback)
    return str(found.__module__)


def test_every_page_of_ours_is_declared() -> None:
    bare = [route.name for route in routes() if not hasattr(route.view, "declared")]

    assert bare == [], "declare them with page, signed_in_page or open_page of keystage.web.doors"


def test_every_page_of_ours_has_its_entry() -> None:
    """Two people have said what a page asks for: who wrote it, and who wrote the entry."""
    entries = tomllib.loads(ENTRIES.read_text(encoding="utf-8"))["routes"]
    found = {route.name: route.entry for route in routes()}
    wrong = {name: entry for name, entry in found.items() if entries.get(name) != entry}
    lines = "\n".join(f'"{name}" = "{entry}"' for name, entry in wrong.items())

    assert not wrong, f"Look at each, then write it in tests/web/routes.toml:\n{lines}"
    assert entries.keys() - found.keys() == set(), "there are no such pages"


def test_the_walk_knows_what_to_put_into_every_address(scene: Scene) -> None:
    assert all(address(route, scene) for route in routes())


@pytest.fixture
def scene(
    school: Organisation,
    other_school: Organisation,
    authority: Organisation,
    trust: Organisation,
    sheet: Sheet,
    headteacher: Person,
) -> Scene:
    """The school and what it belongs to; bodies that have nothing to do with it."""
    make = Organisation.objects.create
    school.diocese = make(kind="diocese", code="D1", name="Diocese of Fables")
    school.save()
    own = {
        "school": school, "trust": trust, "authority": authority, "diocese": school.diocese,
        "national": make(kind="national", code="N1", name="National Agency"),
    }  # fmt: skip
    others = {
        "school": other_school,
        "trust": make(kind="trust", code="T002", name="Riddle Trust"),
        "authority": make(kind="authority", code="998", name="Riddleshire"),
        "diocese": make(kind="diocese", code="D2", name="Diocese of Riddles"),
    }
    return Scene(own, others, sheet, headteacher)


def address(route: Route, scene: Scene) -> str:
    """An address of the school, or of the body of its kind, with one thing of each sort."""
    kind = route.declared.kind or "school"
    parts = {
        part: scene.organisations[kind].code if part == "code" else scene.value(route.name, part)
        for part in route.parts
    }
    return reverse(route.name, kwargs=parts)


class Entered(Exception):  # noqa: N818  # no error: the door opened, and what lies behind is known
    """The door opened."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> set[object]:
    """Doors that ask the store once a person, and pages that are made once a sort of visitor."""
    known: set[object] = set()
    real_enter = doors._enter
    of_person: dict[int, list[Any]] = {}
    monkeypatch.setattr(doors, "_organisation", cache(doors._organisation))

    def grants(person: Person, on: date) -> list[Any]:
        if person.pk not in of_person:
            of_person[person.pk] = rights.live_grants(person, on)
        return of_person[person.pk]

    def enter(request: Any, *args: Any) -> Any:
        here = real_enter(request, *args)
        sort = (request.resolver_match.view_name, request.method, here.classes)
        if sort in known or sort[0] in OWN_THINGS:
            raise Entered
        known.add(sort)
        request.before = transaction.savepoint()
        return here

    monkeypatch.setattr(doors, "live_grants", grants)
    monkeypatch.setattr(doors, "place_of", cache(rights.place_of))
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
    if somebody.state != "live" or not reaches(somebody.held, declared.kind or "school"):
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
                    faults.append(f"{method} {route.name}, {somebody}: {found}, not {wanted}")

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


def test_no_look_changes_what_is_kept(scene: Scene) -> None:
    """GET writes nothing but that somebody looked."""
    written: dict[str, set[str]] = {}
    for route in routes():
        request = ask(address(route, scene), "GET", scene.head)

        def notice(  # what a wrapper of the database is given
            execute: Any, sql: str, params: Any, many: Any, context: Any, name: str = route.name
        ) -> Any:
            verb, _, rest = sql.lstrip().partition(" ")
            if verb in {"INSERT", "UPDATE", "DELETE"} and not any(one in rest for one in LOOKED):
                written.setdefault(name, set()).add(sql[:60])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(notice):
            answer(request)

    assert written == {}
