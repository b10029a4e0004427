"""The minute of the results: every school asks for its page and its files at once.

    python benchmarks/gateway_results_day.py [--schools 2000] [--databases SQLite PostgreSQL]

Invented results of so many schools of 45 pupils wait for their minute, and somebody of each school
is signed in. Lines ask from some seconds before the minute to some seconds after it: no answer that
came before the minute may hold a result, and every request sent after it must be answered with
results. Then every school asks for its page, its CSV file and its transfer file as fast as
they are answered, in turns with an address of the same server that answers nothing. It ends with 1
if the minute did not hold or anything failed.
"""

import json
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from threading import local
from typing import Any

from gateway_service import HOST, Database, Service, database

HERE = Path(__file__).parent
YEAR, SCHOOLS, SURNAME = 2026, 16_000, b"Everybody"
_LINES, _ROUNDS = 16, 4
_BEFORE, _AFTER = 6.0, 4.0
_PLACES = {
    "nothing": "/healthz",
    "page": "/school/{urn}/2026/released/",
    "CSV": "/school/{urn}/2026/released/download/tests/csv/",
    "transfer file": "/school/{urn}/2026/released/download/tests/ctf/",
}
_DUE = {"nothing": b"", "page": SURNAME, "CSV": SURNAME, "transfer file": SURNAME}
_END = b"0\r\n\r\n"
_lines = local()


@dataclass(frozen=True)
class Told:
    """An answer: when it was asked for and when it was there, its status, if it holds results."""

    asked: float
    there: float
    status: int
    results: bool


@dataclass(frozen=True)
class Rush:
    """One sort of request in one round: how many a second, processor seconds each, the answers."""

    rate: float
    cpu: float
    told: Sequence[Told]


def main(count: int, databases: Sequence[str], workers: int) -> bool:
    """Ask and print, on each database; whether the minute held and nothing failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends all the same
    well = True
    for name in databases:
        with database(name) as under:
            print(f"{name}: {_part(under, 'prepare', '--schools', str(count))}", flush=True)
            service = Service(under.environment(), workers=workers)
            try:
                service.start()
                text = (under.folder / "sessions.json").read_text(encoding="ascii")
                well &= _held(under, service, json.loads(text))
                well &= _rushed(under, service, json.loads(text))
            finally:
                service.kill()
    return well


def _held(under: Database, service: Service, people: Sequence[tuple[str, str]]) -> bool:
    """Ask over the minute; whether it held to the moment."""
    asked = [(sort, *one) for one in people for sort in ("page", "CSV", "transfer file")]
    _all(service, asked[: 3 * _LINES])  # the engine is loaded before
    minute = _part(under, "minute", "--in", str(_BEFORE))["at"]
    told: list[Told] = []

    def on(number: int) -> None:
        at = number
        while time.time() < minute + _AFTER:
            told.append(_asked(service.port, *asked[at % len(asked)]))
            at += _LINES

    with ThreadPoolExecutor(_LINES) as pool:
        list(pool.map(on, range(_LINES)))
    early = [one for one in told if one.results and one.there < minute]
    late = [one for one in told if one.asked >= minute and not one.results]
    over = [one for one in told if one.asked < minute <= one.there]
    first = min((one.there for one in told if one.results), default=float("nan"))
    broken = sum(one.status not in {200, 422} for one in told)
    print(
        f"{under.name}, over the minute: {sum(one.there < minute for one in told)} answers before "
        f"it, {len(over)} on their way, {sum(one.asked >= minute for one in told)} asked for after "
        f"it. Results before the minute: {len(early)}; the first {first - minute:+.3f} s after it; "
        f"asked for after it and without: {len(late)}; broken: {broken}.",
        flush=True,
    )
    return not early and not late and not broken and first >= minute


def _rushed(under: Database, service: Service, people: Sequence[tuple[str, str]]) -> bool:
    """Every school asks for everything, in turns with nothing; whether all of it was answered."""
    found: dict[str, list[Rush]] = {sort: [] for sort in _PLACES}
    share = len(people) // _ROUNDS
    before = service.memory()
    for number in range(_ROUNDS):
        some = people[number * share : (number + 1) * share]
        for sort in _PLACES:
            found[sort].append(_rush(under, service, sort, some))
    empty = found.pop("nothing")
    missed = 0
    needed = 0.0
    print(
        f"{under.name}: nothing is answered {_spread([one.rate for one in empty], '.0f')} times a "
        f"second, {1e6 * median(one.cpu for one in empty):.0f} µs of processor time each."
    )
    for sort, rounds in found.items():
        told = [one for rush in rounds for one in rush.told]
        wrong = sum(one.status != 200 or not one.results for one in told)
        waits = quantiles([one.there - one.asked for one in told], n=20)
        rates = [one.rate for one in rounds]
        shares = [one.rate / other.rate for one, other in zip(rounds, empty, strict=True)]
        cpu = [other.cpu / one.cpu for one, other in zip(rounds, empty, strict=True)]
        needed += SCHOOLS / median(rates)
        missed += wrong
        print(
            f"{under.name}, {sort}: {_spread(rates, '.0f')} a second; half within "
            f"{1000 * waits[9]:.0f} ms, 95 of 100 within {1000 * waits[18]:.0f} ms; {wrong} of "
            f"{len(told)} wrong; {1000 * median(one.cpu for one in rounds):.1f} ms of processor "
            f"time each. Share of the rate of nothing: {_spread(shares, '.1%')}; by processor time "
            f"{_spread(cpu, '.1%')}."
        )
    print(
        f"{under.name}: at these rates {SCHOOLS:,} schools have all three after {needed / 60:.1f} "
        f"minutes. Memory {before:.0f} MiB, then {service.memory():.0f}.",
        flush=True,
    )
    return not missed


def _rush(under: Database, service: Service, sort: str, people: Sequence[tuple[str, str]]) -> Rush:
    def spent() -> float:
        own = service.cpu()
        if under.name == Database.name:
            return own
        times = [one.cpu_times() for one in under.writers(service)]
        return own + float(sum(one.user + one.system for one in times))

    before, began = spent(), time.perf_counter()
    told = _all(service, [(sort, *one) for one in people])
    wall = time.perf_counter() - began
    return Rush(rate=len(told) / wall, cpu=(spent() - before) / len(told), told=told)


def _all(service: Service, asked: Sequence[tuple[str, str, str]]) -> list[Told]:
    with ThreadPoolExecutor(_LINES) as pool:
        return list(pool.map(lambda one: _asked(service.port, *one), asked))


def _asked(port: int, sort: str, urn: str, session: str) -> Told:
    """One request on the line of this thread."""
    path = _PLACES[sort].format(urn=urn)
    head = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: sessionid={session}\r\n\r\n".encode()
    began = time.time()
    try:
        status, content = _answered(port, head)
    except OSError:
        _lines.open = None
        return Told(began, time.time(), 0, results=False)
    return Told(began, time.time(), status, results=status == 200 and _DUE[sort] in content)


def _answered(port: int, head: bytes) -> tuple[int, bytes]:
    """The status and the content of an answer that says how long it is, or comes in pieces."""
    line: socket.socket | None = getattr(_lines, "open", None)
    if line is None:
        line = _lines.open = socket.create_connection((HOST, port), timeout=60)
    line.sendall(head)
    got = b""
    while b"\r\n\r\n" not in got:
        got += _more(line)
    told, _, content = got.partition(b"\r\n\r\n")
    names = dict(one.lower().split(b": ", 1) for one in told.split(b"\r\n")[1:])
    length = names.get(b"content-length")
    while not content.endswith(_END) if length is None else len(content) < int(length):
        content += _more(line)
    return int(told.split()[1]), content


def _more(line: socket.socket) -> bytes:
    if not (got := line.recv(65_536)):
        raise ConnectionResetError
    return got


def _spread(values: Sequence[float], form: str) -> str:
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _part(under: Database, *asked: str) -> dict[str, Any]:
    """Do a part of `gateway_released.py` on a database."""
    command = [sys.executable, str(HERE / "gateway_released.py"), *asked]
    ran = subprocess.run(command, env=under.environment(), check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--schools", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--databases", nargs="+", default=["SQLite", "PostgreSQL"])
    given = parser.parse_args()
    sys.exit(0 if main(given.schools, given.databases, given.workers) else 1)
