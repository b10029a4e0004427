"""A real browser whose requests Django's test client answers, so that no port is opened.

The browser runs in a thread of its own, and is started once for all tests; each has a window that
knows nothing of those before. The database stays with the test.
"""

import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from queue import Queue
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from cast_of_tests import Answer
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Request, Route, sync_playwright

CHROMIUM = shutil.which("chromium")
SERVICE = "http://service.test"
#: Of what a page answers with, what the browser has to know.
_TOLD = ("Content-Type", "Content-Security-Policy")
#: Faults only, and the rule of WCAG 2.2 that the tool leaves out where nobody asks for it.
_BESIDES = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
    "selectors": False,
}
#: What is found is told as it is; all that was in order would cost as much as looking.
_LOOK = "options => axe.run(document, options).then(found => found.violations)"
#: What is done with a page; the second is a way to ask the database.
Steps = Callable[[Any, Callable[..., Any]], None]
_NOTHING: Mapping[str, Answer] = MappingProxyType({})
_AXE = Axe().axe_script
_THREAD = ThreadPoolExecutor(1)
_OPEN = ExitStack()


def browse(
    client: Client,
    steps: Steps,
    *,
    address: str = "/",
    script: bool = True,
    known: Mapping[str, Answer] = _NOTHING,
) -> None:
    """Open an address as whom a client is signed in, and take some steps.

    While ``page.lost`` is set, nothing reaches the service; while ``page.unheard`` is set, its
    answers are lost. An address in ``known`` is not asked again when it is opened.
    """
    questions: Queue[Any] = Queue()

    def ask(question: Callable[[], object]) -> object:
        answer: Future[object] = Future()
        questions.put((question, answer))
        return answer.result(timeout=60)

    done = _THREAD.submit(_take, steps, ask, client, address, script=script, known=known)
    done.add_done_callback(lambda _: questions.put(None))
    while (asked := questions.get(timeout=120)) is not None:
        question, answer = asked
        try:
            answer.set_result(question())
        except Exception as error:  # noqa: BLE001  # told in the thread that asked
            answer.set_exception(error)
    done.result()


def close() -> None:
    """Let the browser go, if a test had one."""
    _THREAD.submit(_OPEN.close).result()
    _THREAD.shutdown()


def flaws(page: Any) -> list[str]:
    """What is not accessible in a page: the rule, and the first element that breaks it."""
    page.evaluate(_AXE)
    found = page.evaluate(_LOOK, _BESIDES)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


@cache
def _browser() -> Browser:
    """The browser; only its own thread may ask for it."""
    chromium = _OPEN.enter_context(sync_playwright()).chromium
    return _OPEN.enter_context(chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"]))


def _take(
    steps: Steps,
    ask: Callable[..., Any],
    client: Client,
    address: str,
    *,
    script: bool,
    known: Mapping[str, Answer],
) -> None:
    """Take the steps in a window whose requests the test's client answers."""
    with _browser().new_context(java_script_enabled=script) as window:
        page: Any = window.new_page()
        page.lost = page.unheard = False

        def given_to(request: Request) -> Answer:
            place = request.url.removeprefix(SERVICE)
            known_to = request.method == "GET" and place in known
            return known[place] if known_to else _given(client, request, place)

        def answer(route: Route) -> None:
            path = urlsplit(route.request.url).path
            if page.lost:
                route.abort("internetdisconnected")
            elif path.startswith("/static/"):
                route.fulfill(path=str(finders.find(path.removeprefix("/static/"))))
            else:
                given = ask(lambda: given_to(route.request))
                told = {name: given[name] for name in _TOLD if given.has_header(name)}
                if page.unheard:
                    route.abort("connectionreset")
                else:
                    route.fulfill(status=given.status_code, body=given.content, headers=told)

        window.route("**/*", answer)
        page.clock.install()
        page.goto(SERVICE + address)
        steps(page, ask)


def _given(client: Client, request: Request, address: str) -> Answer:
    kinds = {"Accept": request.headers.get("accept", "")}
    if request.method == "GET":
        return client.get(address, headers=kinds, follow=True)
    sent, kind = request.post_data_buffer or b"", request.headers.get("content-type", "")
    return client.post(address, sent, content_type=kind, headers=kinds, follow=True)
