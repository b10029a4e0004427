"""A school's system at the API: it uploads and submits a file, and keeps the receipt."""

import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier
from typing import Any

from gateway_service import HOST

YEAR = 2026
_PATIENCE = 120.0
_AGAIN = (http.client.CONFLICT, http.client.INTERNAL_SERVER_ERROR)
Answer = tuple[int, dict[str, str], bytes]


@dataclass
class School:
    """A school's system, the file it has to send, and how far it has come.

    Attributes:
        urn: of the school.
        token: that opens the API.
        file: what it sends.
        place: the address of the file it sent, once it was answered.
        receipt: what it keeps, once it was answered.
        told: what each request was answered, in turn; 0 for no answer.
        seconds: how long the answers took that it waited for, in all.
    """

    urn: str
    token: str
    file: Path
    place: str = ""
    receipt: bytes = b""
    told: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def root(self) -> str:
        """Its address."""
        return f"/api/v1/schools/{self.urn}/{YEAR}"

    def send(self, port: int) -> bool:
        """Go on from where it stands, with the same keys; False if an answer is missing."""
        began = time.perf_counter()
        try:
            if not self.place:
                name = f'attachment; filename="{self.file.name}"'
                body = self.file.read_bytes()
                status, headers, _ = self.post(
                    port, f"{self.root}/returns", "upload", body, {"Content-Disposition": name}
                )
                if status != http.client.CREATED:
                    return False
                self.place = headers["location"]
            if not self.receipt:
                status, _, content = self.post(port, f"{self.place}/submit", "submit", b"{}", {})
                if status != http.client.OK:
                    return False
                self.receipt = content
        finally:
            self.seconds += time.perf_counter() - began
        return True

    def post(self, port: int, path: str, key: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send something with a key that stays the same."""
        kind = "application/json" if body == b"{}" else "application/octet-stream"
        given = {"Idempotency-Key": f"{self.urn}-{key}", "Content-Type": kind, **headers}
        return self.ask(port, "POST", path, given, body)

    def get(self, port: int, path: str) -> Any:
        """Look."""
        status, _, content = self.ask(port, "GET", f"{self.root}{path}", {})
        if status != http.client.OK:
            raise ValueError(f"{path} was answered {status}.")
        return json.loads(content)

    def ask(
        self, port: int, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        """One request on a connection of its own; status 0 where no answer came."""
        asking = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
        given = {"Authorization": f"Bearer {self.token}", **headers}
        try:
            asking.request(method, path, body, given)
            answer = asking.getresponse()
            content = answer.read()
            found = {name.lower(): value for name, value in answer.getheaders()}
            told = answer.status, found, content
        except (OSError, http.client.HTTPException):
            told = 0, {}, b""
        finally:
            asking.close()
        self.told.append(told[0])
        return told


def at_once(schools: Sequence[School], port: int) -> ThreadPoolExecutor:
    """Let every school send at the same moment; gives the pool, which is to be shut down."""
    ready = Barrier(len(schools))

    def one(school: School) -> None:
        ready.wait()
        school.send(port)

    pool = ThreadPoolExecutor(len(schools))
    for school in schools:
        pool.submit(one, school)
    return pool


def schools_of(folder: Path) -> list[School]:
    """The schools that were prepared in the folder of a service."""
    told = json.loads((folder / "systems.json").read_text(encoding="ascii"))
    return [School(urn=urn, token=token, file=Path(file)) for urn, token, file in told]
