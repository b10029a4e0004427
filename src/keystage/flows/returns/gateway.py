"""A gateway as its clients meet it: its addresses, its answers, and sentences for its refusals.

The addresses and shapes are those of the description that a gateway publishes at
``/api/v1/openapi.json``.
"""

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote, urlencode
from urllib.request import Request
from uuid import uuid4

import msgspec

from keystage.core.errors import InputError, ReceiptNotKeptError, UsageError
from keystage.flows.returns.asking import LOOK, Answer, RefusedBeforeError, ask
from keystage.flows.returns.outputs import write_bytes

T = TypeVar("T")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of the gateway; see the catalogue of checks."""

    code: str
    severity: str
    line: int | None
    upn: str
    name: str
    field: str
    value: str
    message: str
    todo: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway said of a file.

    ``state``: what became of it; empty where it was only checked. ``id``: what it is called there.
    """

    verdict: str
    red: int
    amber: int
    findings: tuple[Finding, ...]
    counts: dict[str, int | None]
    state: str = ""
    id: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far the return of a school is."""

    state: str
    not_yet: str


class _School(msgspec.Struct, frozen=True, kw_only=True):
    urn: str
    number: str


class _Leave(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    schools: tuple[_School, ...]


class _Token(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """The gateway of a service, for one school and season.

    Attributes:
        url: the address of the service.
        school: URN of the school.
        year: the season.
        token: what opens it.
    """

    url: str
    school: str
    year: int
    token: str = field(repr=False)

    def number(self) -> str:
        """The number of the school, authority and establishment; see `check` for errors."""
        told = _read(ask(self._request(f"{_root(self.url)}/leave")).content, _Leave)
        numbers = [one.number for one in told.schools if one.urn == self.school]
        if not numbers:
            raise UsageError(
                f"{told.name} acts for no school with the URN {self.school}.",
                todo="Look at --school, and at the leave the school has given.",
            )
        return numbers[0]

    def check(self, name: str, content: bytes) -> Checked:
        """Have a file checked; it is not kept.

        Raises:
            UsageError: the gateway does not let this be asked.
            UnreachableError: it cannot be asked at the moment.
            ReturnRefusedError: it refuses.
        """
        answer = self._post("validation", _new_key(), content, name)
        return _read(answer.content, Checked)

    def upload(self, name: str, content: bytes, *, attempt: str = "") -> Checked:
        """Send a file, once however often it is asked; see `check` for errors.

        A file that was refused or withdrawn is sent anew: what it was held against may differ. The
        keys of all attempts follow from the file, so that one whose answer was lost is found again.

        Args:
            name: what the file is called.
            content: the file.
            attempt: what tells this attempt from those that are known to have come to nothing.
        """
        asked = f"{self.school} {self.year} {name}\n{attempt}".encode("utf-8", "surrogateescape")
        digest = sha256(asked + content).hexdigest()
        for number in count():
            key = f"upload-{digest}-{number}" if number else f"upload-{digest}"
            with suppress(RefusedBeforeError):
                answer = self._post("returns", key, content, name)
                found = _read(answer.content, Checked)
                if answer.again and found.id:
                    found = _read(self._get(f"returns/{found.id}"), Checked)
                if not answer.again or found.state not in {"refused", "withdrawn"}:
                    break
        return found

    def submit(self, sent: Checked) -> bytes:
        """Submit a file that was sent, and fetch its receipt byte for byte; see `check`."""
        return self._post(f"returns/{sent.id}/submit", _new_key(), b"{}").content

    def receipt_of(self, sent: Checked) -> str:
        """The address at which the receipt of a file is fetched again."""
        return self._address(f"returns/{sent.id}/receipt")

    def standing(self) -> Standing:
        """How far the return is; see `check` for errors."""
        return _read(self._get("numbers"), Standing)

    def _get(self, path: str) -> bytes:
        return ask(self._request(self._address(path))).content

    def _request(self, address: str) -> Request:
        return Request(address, headers=self._headers())  # noqa: S310  # `refuse_address` looked at it

    def _post(self, path: str, key: str, content: bytes, name: str = "") -> Answer:
        headers = {**self._headers(), "Idempotency-Key": key}
        headers["Content-Type"] = "application/octet-stream" if name else "application/json"
        if name:
            plain = re.sub(r"[^ !#-\[\]-~]", "_", name)
            headers["Content-Disposition"] = f'attachment; filename="{plain}"'
        return ask(Request(self._address(path), content, headers, method="POST"))  # noqa: S310  # as above

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _address(self, path: str) -> str:
        return f"{_root(self.url)}/schools/{quote(self.school)}/{self.year}/{path}"


def token_for(url: str, client: str, secret: str) -> str:
    """A token, for the client identifier and the secret of a system; see `Gateway.check`."""
    asked = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    address = f"{_root(url)}/token"
    request = Request(address, urlencode(asked).encode(), headers)  # noqa: S310  # `refuse_address` looked at it
    return _read(ask(request).content, _Token).access_token


def _root(url: str) -> str:
    return f"{url.rstrip('/').removesuffix('/api/v1')}/api/v1"


def _new_key() -> str:
    return str(uuid4())


def _read(content: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UsageError("The address does not answer as a gateway does.", todo=LOOK) from None


def keep_receipt(content: bytes, path: Path, *, again: str = "") -> Path:
    """Write a receipt to a file, byte for byte; where another is there, beside it.

    Args:
        content: the receipt.
        path: where it is to be.
        again: the address at which it can be fetched another time.

    Returns:
        Where it is.

    Raises:
        InputError: it is no receipt.
        ReceiptNotKeptError: it cannot be written.
    """
    try:
        name = str(json.loads(content)["receipt"]["receipt"])
    except (ValueError, KeyError, TypeError):
        raise InputError("The service gave no receipt.", todo=LOOK) from None
    try:
        return _kept(content, path, name)
    except (InputError, OSError) as error:
        why = error.what if isinstance(error, InputError) else f"{error.strerror or error}."
        fetched = f" It is also at {again}." if again else ""
        raise ReceiptNotKeptError(
            f"The return was submitted, but its receipt could not be kept. {why}",
            where=str(path),
            todo="Run the same command again with --receipt and another place: nothing is "
            f"submitted twice. The page of the file in Keystage has the receipt too.{fetched}",
        ) from None


def _kept(content: bytes, path: Path, name: str) -> Path:
    if path.is_file() and path.read_bytes() == content:
        return path
    if path.exists():
        path = path.with_name(f"{path.stem}.{sha256(name.encode()).hexdigest()[:8]}{path.suffix}")
    write_bytes(content, path, replace=True)
    return path
