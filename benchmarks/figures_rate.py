"""A school's pages through a server, as shares of the rate of an empty page of the same server.

    export DJANGO_SETTINGS_MODULE=keystage.web.settings KEYSTAGE_FOLDER=EMPTY
    python benchmarks/figures_rate.py --server gunicorn

The folder takes a database of its own. A head who is signed in asks for pages of released figures
and for some others, by several lines at once, in turn with an empty page of the framework that has
neither middleware nor database. Prints one line of JSON: for each page requests a second,
milliseconds of processor time of the server's processes, and both as shares of the empty page,
medians of the rounds with the lowest and the highest. With ``--server none`` the pages are made in
one process: milliseconds of processor time, the least of the rounds.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from figures_pages import YEAR, released_by
from gateway_service import HOST, family
from keystage.store.models import Grant, Organisation, Person

WORKERS: Final = 2
SERVERS: Final = {
    "gunicorn": ("-m", "gunicorn", "--workers", f"{WORKERS}", "--log-level", "error", "--bind"),
    "granian": ("-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", f"{WORKERS}",
                "--blocking-threads", "5", "--log-level", "error", "--host", HOST, "--port"),
}  # fmt: skip
_PATIENCE: Final = 60


@dataclass(frozen=True)
class Page:
    """What is asked, and of which server."""

    asked: bytes
    port: int
    server: int

    def round(self, requests: int, lines: int) -> tuple[float, float]:
        """Requests a second and milliseconds of processor time of one round."""
        began, spent = time.perf_counter(), _spent(self.server)
        with ThreadPoolExecutor(lines) as pool:
            answers = list(pool.map(self._answer, [requests // lines] * lines))
        taken = time.perf_counter() - began
        done = sum(answers)
        return done / taken, 1000 * (_spent(self.server) - spent) / done

    def _answer(self, requests: int) -> int:
        for _ in range(requests):
            with socket.create_connection((HOST, self.port)) as line:
                line.sendall(self.asked)
                got = b"".join(iter(lambda: line.recv(1 << 16), b""))
            assert got.startswith(b"HTTP/1.1 200"), got[:200]
        return requests


def measured(server: str, rounds: int, requests: int, lines: int) -> dict[str, Any]:
    """What each page takes, and its shares of the empty page of the same rounds."""
    asked = _asked()
    found: dict[str, list[tuple[float, float]]] = {}
    empty = {key: one for key, one in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    with (
        served(server, "figures_empty", empty) as (floor, first),
        served(server, "keystage.web.wsgi", os.environ) as (port, process),
    ):
        pages = {"an empty page": Page(_request("/hi", ""), floor, first)}
        pages |= {name: Page(_request(*one), port, process) for name, one in asked.items()}
        for turn in range(rounds + 1):
            for name, page in pages.items():
                many = requests * 10 if page.server == first else requests
                taken = page.round(many, lines)
                if turn:  # the first round warms up
                    found.setdefault(name, []).append(taken)
    floors = found["an empty page"]
    return {name: _told(taken, floors) for name, taken in found.items()}


def alone(rounds: int, requests: int) -> dict[str, float]:
    """Milliseconds of processor time that each page takes in this process, at the least."""
    found: dict[str, list[float]] = {}
    client, pages = Client(), _asked()
    for _ in range(rounds + 1):
        for name, (path, session) in pages.items():
            client.cookies[settings.SESSION_COOKIE_NAME] = session
            began = time.process_time()
            for _ in range(requests):
                assert client.get(path).status_code == HTTPStatus.OK, path
            found.setdefault(name, []).append(1000 * (time.process_time() - began) / requests)
    return {name: round(min(taken), 2) for name, taken in found.items()}


@contextmanager
def served(server: str, module: str, environment: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """A server of an application; gives its port and its process."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = int(free.getsockname()[1])
    where = f"{HOST}:{port}" if server == "gunicorn" else str(port)
    command = [sys.executable, *SERVERS[server], where, f"{module}:application"]
    process = subprocess.Popen(
        command, env=dict(environment), cwd=Path(__file__).parent, start_new_session=True
    )
    try:
        _wait(port)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            time.sleep(1)  # the second worker
            return


def _asked() -> dict[str, tuple[str, str]]:
    """The pages and the session that asks for each."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    settings.ALLOWED_HOSTS = ["*"]
    release = released_by("999", 40)
    school = Organisation.objects.filter(kind="school", authority=release.organisation).first()
    assert school is not None
    head = Person.objects.create(email="head@bench.example.org", name="Head")
    today = timezone.localdate()
    Grant.objects.create(
        person=head, organisation=school, role="headteacher",
        starts_on=today, ends_on=today + timedelta(days=30),
    )  # fmt: skip
    client = Client()
    client.force_login(head, backend=settings.AUTHENTICATION_BACKENDS[-1])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    season = f"/school/{school.code}/{YEAR}/"
    pages = {
        "headline figures": f"figures/{release.pk}/headline/",
        "groups": f"figures/{release.pk}/groups/",
        "releases": "figures/",
        "tasks": "",
        "people": "people/",
    }
    return {name: (f"{season}{rest}", session) for name, rest in pages.items()}


def _request(path: str, session: str) -> bytes:
    cookie = f"Cookie: {settings.SESSION_COOKIE_NAME}={session}\r\n" if session else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{cookie}Connection: close\r\n\r\n".encode()


def _spent(process: int) -> float:
    times = [one.cpu_times() for one in family(process)]
    return float(sum(one.user + one.system for one in times))


def _told(taken: list[tuple[float, float]], floors: list[tuple[float, float]]) -> dict[str, Any]:
    rates = [rate / floor for (rate, _), (floor, _) in zip(taken, floors, strict=True)]
    spent = [floor / own for (_, own), (_, floor) in zip(taken, floors, strict=True)]
    return {
        "a second": round(median(rate for rate, _ in taken)),
        "milliseconds": round(median(own for _, own in taken), 2),
        "share of the rate": _range(rates),
        "share by processor time": _range(spent),
    }


def _range(shares: list[float]) -> list[float]:
    return [round(one, 3) for one in (median(shares), min(shares), max(shares))]


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--server", choices=(*SERVERS, "none"), default="gunicorn")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--lines", type=int, default=4)
    given = parser.parse_args()
    print(
        json.dumps(
            alone(given.rounds, given.requests)
            if given.server == "none"
            else measured(given.server, given.rounds, given.requests, given.lines)
        )
    )
