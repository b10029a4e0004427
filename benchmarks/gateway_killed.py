"""Schools upload at once and something dies in the middle: what was promised is there afterwards.

    python benchmarks/gateway_killed.py [--schools 200] [--databases SQLite PostgreSQL]
        [--troubles killed full stopped crashed]

Each trouble strikes a service of its own, run as `serve` runs it, once a quarter of the schools
have their receipts: the service is killed, its disk is full for a while, or its database is stopped
or killed, and comes back. Every school without an answer then asks again with the same keys. It
ends with 1 if a receipt that was given is not kept or does not hold, anything is there by halves or
twice, or a school was told what is not so.
"""

import json
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway import SCHOOLS, files_in
from gateway_api import School, at_once, schools_of
from gateway_service import Database, Service, database, fill_disk

HERE = Path(__file__).parent
_TRIES, _BETWEEN = 60, 0.5
_WHILE = 1.5
#: A service that answers nobody for so long is broken, and not only slow.
_PATIENCE = 300.0


def main(trail: Path, count: int, databases: Sequence[str], troubles: Sequence[str]) -> bool:
    """Let every trouble strike on every database; whether all was well."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends all the same
    found = []
    for name in databases:
        for trouble in troubles:
            with database(name) as under:
                if trouble in {"stopped", "crashed"} and under.name == Database.name:
                    continue
                part(under, "prepare", str(trail), "--schools", str(count))
                service = Service(under.environment())
                try:
                    service.start()
                    found.append(_played(under, service, trouble))
                finally:
                    service.kill()
    return all(found)


def _played(under: Database, service: Service, trouble: str) -> bool:
    schools, until = schools_of(under.folder), time.monotonic() + _PATIENCE
    with at_once(schools, service.port):
        while sum(bool(one.receipt) for one in schools) < len(schools) // 4:
            if time.monotonic() > until:
                raise TimeoutError("A quarter of the schools had no receipt: see service.log.")
            assert not {400, 401, 403, 404, 422} & {told for one in schools for told in one.told}
            time.sleep(0.01)
        TROUBLES[trouble](under, service)
    first = Counter(one.told[-1] for one in schools if not one.receipt)
    given = {one.urn: one.receipt.decode() for one in schools if one.receipt}
    before = part(under, "kept", told=given)
    untrue = [one.urn for one in schools if not _is_true(one, service.port)]
    part(under, "later")
    again = _asked_again(schools, service.port)
    untrue += [one.urn for one in schools if not _is_accepted(one, service.port)]
    after = part(under, "kept", told={one.urn: one.receipt.decode() for one in schools})
    wrong = {
        **before["wrong"],
        **after["wrong"],
        **({"schools told what is not so": len(untrue)} if untrue else {}),
        **({"schools without a receipt": again} if again else {}),
    }
    short = after["taken"] != len(schools) or after["files"] != len(schools)
    verdict = f"WRONG: {wrong}" if wrong else "Nothing is wrong."
    print(
        f"{under.name}, {trouble}: of {len(schools)} schools {len(given)} had a receipt by then, "
        f"{sum(first.values())} had none, last answered {dict(first)} (0: no answer). Kept then: "
        f"{before['taken']} files taken of {before['files']}. After asking again: {after['taken']} "
        f"taken of {after['files']}, {after['accepted']} returns accepted, {after['receipts']} "
        f"receipts, {after['events']} events. {verdict}",
        flush=True,
    )
    return not wrong and not short


def _killed(under: Database, service: Service) -> None:
    del under
    service.kill()
    service.start()


def _full(under: Database, service: Service) -> None:
    fill_disk(under.writers(service), full=True)
    time.sleep(_WHILE)
    fill_disk(under.writers(service), full=False)
    under.start()


def _stopped(under: Database, service: Service) -> None:
    del service
    under.stop()
    time.sleep(_WHILE)
    under.start()


def _crashed(under: Database, service: Service) -> None:
    del service
    under.crash()
    time.sleep(_WHILE)
    under.start()


TROUBLES: Mapping[str, Callable[[Database, Service], None]] = {
    "killed": _killed,
    "full": _full,
    "stopped": _stopped,
    "crashed": _crashed,
}


def _is_true(school: School, port: int) -> bool:
    """Whether a school is told what is so: its files, and in words whether it has submitted."""
    files = school.get(port, "/returns")["files"]
    standing = school.get(port, "/numbers")
    states = {one["state"] for one in files}
    state = "accepted" if "taken" in states else "uploaded" if states else "not_started"
    said_not_yet = standing["not_yet"].startswith("Not yet submitted")
    promised = bool(school.receipt) <= (state == "accepted") and bool(school.place) <= bool(files)
    return standing["state"] == state and said_not_yet == (state != "accepted") and promised


def _is_accepted(school: School, port: int) -> bool:
    standing = school.get(port, "/numbers")
    return bool(standing["state"] == "accepted" and not standing["not_yet"])


def _asked_again(schools: Sequence[School], port: int) -> int:
    """Ask again, as often as a patient system would; how many still have no receipt."""
    for _ in range(_TRIES):
        waiting = [one for one in schools if not one.receipt]
        if not waiting:
            break
        with at_once(waiting, port):
            pass
        time.sleep(_BETWEEN)
    return sum(not one.receipt for one in schools)


def part(under: Database, *asked: str, told: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Do a part of `gateway_schools.py` on a database."""
    ran = subprocess.run(
        [sys.executable, str(HERE / "gateway_schools.py"), *asked],
        env=under.environment(), input=json.dumps(told or {}).encode(), check=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path("out/gateway-benchmark"))
    parser.add_argument("--schools", type=int, default=200)
    parser.add_argument("--databases", nargs="+", default=["SQLite", "PostgreSQL"])
    parser.add_argument("--troubles", nargs="+", default=list(TROUBLES))
    given = parser.parse_args()
    trail = files_in(given.folder.resolve(), min(SCHOOLS, 4 * given.schools))
    sys.exit(0 if main(trail, given.schools, given.databases, given.troubles) else 1)
