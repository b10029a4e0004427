"""200 schools at the pages of the running service: all upload at once, then all submit at once."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

from gateway_service import HOST, status_of

PORT, WORKERS = 8787, 2
_TOKEN = "0123456789abcdef0123456789abcdef"  # noqa: S105  # any will do: cookie and form must agree
_BOUNDARY = "a-boundary-that-no-file-holds"
_PATIENCE = 120
Ask = Callable[[], tuple[int, str]]


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[None]:
    """The service on a database, once it answers."""
    server = subprocess.Popen(
        [sys.executable, "-m", "keystage.web", "serve", "--no-worker", "--port", str(PORT),
         "--workers", str(WORKERS)],
        env=environment,
    )  # fmt: skip
    try:
        while status_of(PORT, "/readyz") != http.client.OK:
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


def send(trail: Path, folder: Path) -> dict[str, Any]:
    """Upload every file at once, then submit every file at once; gives what each took."""
    sessions = json.loads((folder / "sessions.json").read_text(encoding="ascii"))
    files = [(*sessions[file.name[:7]], file) for file in sorted((trail / "chosen").glob("*.xml"))]
    uploaded = at_once([_upload(code, office, file) for code, office, _, file in files])
    places = [place for _, place in uploaded["answers"]]
    heads = [head for _, _, head, _ in files]
    submitted = at_once([_submit(*one) for one in zip(places, heads, strict=True)])
    return {"uploaded": uploaded, "submitted": submitted}


def at_once(asks: Sequence[Ask]) -> dict[str, Any]:
    """Ask everything at the same moment."""
    ready = Barrier(len(asks) + 1)

    def one(ask: Ask) -> tuple[float, tuple[int, str]]:
        ready.wait()
        began = time.perf_counter()
        answer = ask()
        return time.perf_counter() - began, answer

    with ThreadPoolExecutor(len(asks)) as pool:
        waiting = [pool.submit(one, ask) for ask in asks]
        ready.wait()
        began = time.perf_counter()
        done = [one.result() for one in waiting]
    return {
        "wall": time.perf_counter() - began,
        "seconds": sorted(taken for taken, _ in done),
        "answers": [answer for _, answer in done],
    }


def _upload(code: str, session: str, file: Path) -> Ask:
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"'
    body = (
        f"{head}\r\nContent-Type: text/xml\r\n\r\n".encode()
        + file.read_bytes()
        + f"\r\n--{_BOUNDARY}--\r\n".encode()
    )
    kind = f"multipart/form-data; boundary={_BOUNDARY}"
    return lambda: _posted(f"/school/{code}/2026/gateway/upload/", session, kind, body)


def _submit(place: str, session: str) -> Ask:
    body = urlencode({"confirmed": "on"}).encode()
    return lambda: _posted(f"{place}submit/", session, "application/x-www-form-urlencoded", body)


def _posted(path: str, session: str, kind: str, body: bytes) -> tuple[int, str]:
    """Post a form; gives the status, and where it leads."""
    asking = http.client.HTTPConnection(HOST, PORT, timeout=_PATIENCE)
    headers = {
        "Content-Type": kind,
        "Cookie": f"sessionid={session}; csrftoken={_TOKEN}",
        "X-CSRFToken": _TOKEN,
    }
    asking.request("POST", path, body, headers)
    answer = asking.getresponse()
    answer.read()
    asking.close()
    return answer.status, answer.getheader("Location", "")
