"""Returns that keep coming, as in the hour before a deadline: does the gateway keep up?

    python benchmarks/gateway_hour.py [--seconds 120] [--rate 4.5] [--databases SQLite PostgreSQL]

16,000 schools in one hour are 4.4 files a second. So many schools as come in the time each send one
file of about 45 pupils through the API of the service as `serve` runs it, at their own moment and
whether or not those before have their answer, through 200 lines. Each uploads, has it checked,
submits it, and keeps the receipt. With ``--rate 0`` twenty at a time send as fast as they are
answered. Told are the answers in time, what was lost, memory and size.
"""

import os
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from gateway import files_in
from gateway_api import School, at_once, schools_of
from gateway_killed import part
from gateway_service import Database, Service, database

_LINES, _SIDE_BY_SIDE, _AT_MOST = 200, 20, 12.0
#: Files that are sent before, so that every process has loaded its engine.
_WARM = 40


@dataclass
class Load:
    """How the service was before and after: memory in MiB, processor seconds, size in MiB."""

    memory: float
    cpu: float
    size: float

    @classmethod
    def of(cls, under: Database, service: Service) -> "Load":
        """At this moment."""
        writing = [one.cpu_times() for one in under.writers(service)]
        cpu = sum(one.user + one.system for one in writing)
        if under.name != Database.name:
            cpu += service.cpu()
        return cls(memory=service.memory(), cpu=cpu, size=under.size())


def main(trail: Path, seconds: float, rate: float, databases: Sequence[str], workers: int) -> bool:
    """Send and print, on each database; whether nothing was lost and no school waited for long."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends all the same
    well = True
    for name in databases:
        with database(name) as under:
            count = _WARM + max(1, round(seconds * (rate or _AT_MOST)))
            part(under, "prepare", str(trail), "--schools", str(count))
            service = Service(under.environment(), workers=workers)
            try:
                service.start()
                well &= _sent(under, service, seconds, rate)
            finally:
                service.kill()
    return well


def _sent(under: Database, service: Service, seconds: float, rate: float) -> bool:
    schools = schools_of(under.folder)
    warm, coming = schools[:_WARM], schools[_WARM:]
    with at_once(warm, service.port):
        pass
    before = Load.of(under, service)
    began, load = time.perf_counter(), os.getloadavg()[0]
    spent = time.process_time()
    lines = _LINES if rate else _SIDE_BY_SIDE
    with ThreadPoolExecutor(lines) as pool:
        for at, school in enumerate(coming):
            if rate:
                time.sleep(max(0.0, began + at / rate - time.perf_counter()))
                pool.submit(_one, school, service.port, began + at / rate)
            else:
                pool.submit(_while, school, service.port, began + seconds)
    wall = time.perf_counter() - began
    after = Load.of(under, service)
    sent = [one for one in coming if one.told]
    done = [one for one in sent if one.receipt]
    late = quantiles([one.seconds for one in done], n=20, method="inclusive")
    found = part(under, "kept", told={one.urn: one.receipt.decode() for one in (*warm, *done)})
    errors = sum(status not in {200, 201} for one in sent for status in one.told)
    minutes = max(wall / 60, 1e-9)
    print(
        f"{under.name}, {service.workers} processes: {len(done)} of {len(sent)} schools have their "
        f"receipt after {wall:.0f} s, {len(done) / wall:.1f} files a second"
        f"{f' of {rate} that came' if rate else ''}; from bytes to receipt half within "
        f"{late[9]:.2f} s, 95 of 100 within {late[18]:.2f} s, all within "
        f"{max(one.seconds for one in done):.2f} s; {errors} errors, lost "
        f"{len(done) + _WARM - found['taken']}, wrong {found['wrong'] or 'nothing'}. A file takes "
        f"{(after.cpu - before.cpu) / len(done):.3f} s of processor time, of the client "
        f"{(time.process_time() - spent) / len(done):.3f} s. Memory {before.memory:.0f} MiB, then "
        f"{after.memory:.0f}: {(after.memory - before.memory) / minutes:+.1f} a minute. Database "
        f"{(after.size - before.size) * 1024 / len(done):.0f} KiB a file. Load {load:.1f}.",
        flush=True,
    )
    return not errors and not found["wrong"] and len(done) + _WARM == found["taken"]


def _one(school: School, port: int, due: float) -> None:
    """Send, and count the time from the moment the school wanted to."""
    school.send(port)
    school.seconds = time.perf_counter() - due


def _while(school: School, port: int, until: float) -> None:
    """Send, if there is time left."""
    if time.perf_counter() < until:
        school.send(port)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path("out/gateway-benchmark"))
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=4.5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--databases", nargs="+", default=["SQLite", "PostgreSQL"])
    given = parser.parse_args()
    trail = files_in(given.folder.resolve())
    kept = main(trail, given.seconds, given.rate, given.databases, given.workers)
    sys.exit(0 if kept else 1)
