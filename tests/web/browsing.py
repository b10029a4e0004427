"""A real browser whose requests Django's test client answers, so that no port is opened.

The browser runs in a thread of its own; the database stays with the test.
"""

import shutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from cast_of_tests import Answer
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Request, Route, sync_playwright

CHROMIUM = shutil.which("chromium")
SERVICE = "http://service.test"
#: Of what a page answers with, what the browser has to know.
_TOLD = ("Content-Type", "Content-Security-Policy")
#: Faults only, and the rule of WCAG 2.2 that the tool leaves out where nobody asks for it.
_BESIDES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
#: What is done with a page; the second is a way to ask the database.
Steps = Callable[[Any, Callable[..., Any]], None]


def browse(client: Client, steps: Steps, *, address: str = "/", script: bool = True) -> None:
    """Open an address as whom a client is signed in, and take some steps.

    While ``page.lost`` is set, nothing reaches the service; while ``page.unheard`` is set, its
    answers are lost.
    """
    questions: Queue[Any] = Queue()

    def ask(question: Callable[[], object]) -> object:
        answer: Future[object] = Future()
        questions.put((question, answer))
        return answer.result(timeout=60)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(_take, steps, ask, client, address, script=script)
        done.add_done_callback(lambda _: questions.put(None))
        while (asked := questions.get(timeout=120)) is not None:
            question, answer = asked
            try:
                answer.set_result(question())
            except Exception as error:  # noqa: BLE001  # told in the thread that asked
                answer.set_exception(error)
        done.result()


def flaws(page: Any) -> list[str]:
    """What is not accessible in a page: the rule, and the first element that breaks it."""
    found = Axe().run(page, options=_BESIDES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def _take(
    steps: Steps, ask: Callable[..., Any], client: Client, address: str, *, script: bool
) -> None:
    """Take the steps in a browser whose requests the test's client answers."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page: Any = browser.new_context(java_script_enabled=script).new_page()
        page.lost = page.unheard = False

        def answer(route: Route) -> None:
            request, place = route.request, urlsplit(route.request.url)
            if page.lost:
                route.abort("internetdisconnected")
            elif place.path.startswith("/static/"):
                route.fulfill(path=str(finders.find(place.path.removeprefix("/static/"))))
            else:
                given = ask(lambda: _given(client, request, f"{place.path}?{place.query}"))
                told = {name: given[name] for name in _TOLD if given.has_header(name)}
                if page.unheard:
                    route.abort("connectionreset")
                else:
                    route.fulfill(status=given.status_code, body=given.content, headers=told)

        page.context.route("**/*", answer)
        page.clock.install()
        page.goto(SERVICE + address)
        try:
            steps(page, ask)
        finally:
            browser.close()


def _given(client: Client, request: Request, address: str) -> Answer:
    kinds = {"Accept": request.headers.get("accept", "")}
    if request.method == "GET":
        return client.get(address, headers=kinds, follow=True)
    sent, kind = request.post_data_buffer or b"", request.headers.get("content-type", "")
    return client.post(address, sent, content_type=kind, headers=kinds, follow=True)
