"""Whether a file that was sent in holds malware: a scanner beside the service is asked, if any is.

`Scanner` is all that is asked of one. `Clamd` speaks with the daemon of ClamAV, over a socket of
this machine or over the network, by its command INSTREAM.
"""

import hashlib
import logging
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from keystage.actions.errors import RefusedError
from keystage.core.errors import UnreachableError

_CHUNK, _LONGEST_ANSWER = 2**16, 4096
_STREAM, _FOUND, _NOTHING = "stream: ", " FOUND", "stream: OK"
_HERE, _THERE = "unix:", "tcp:"
_LAST_PORT = 65_535
_logger = logging.getLogger(__name__)


class Scanner(Protocol):
    """What looks for malware."""

    @property
    def name(self) -> str:
        """What people call it."""

    def find(self, content: bytes) -> str:
        """What is found in a file, by its name; empty where nothing is.

        Raises:
            UnreachableError: it does not answer, or cannot look.
        """


@dataclass(frozen=True)
class Clamd:
    """ClamAV's daemon.

    Attributes:
        address: ``unix:`` and a path, or ``tcp:`` with host and port.
        seconds: how long it may take in all.
    """

    address: str
    seconds: int
    name: str = "ClamAV"

    def find(self, content: bytes) -> str:
        """See `Scanner.find`."""
        try:
            answer = self._asked(content, monotonic() + self.seconds)
        except (OSError, UnicodeError) as error:
            _logger.warning("The scanner at %s could not be asked: %s", self.address, error)
            raise _unreachable() from None
        if answer.startswith(_STREAM) and answer.endswith(_FOUND):
            return answer.removeprefix(_STREAM).removesuffix(_FOUND)
        if answer != _NOTHING:
            _logger.warning("The scanner at %s did not look: %r", self.address, answer)
            raise _unreachable()
        return ""

    def _asked(self, content: bytes, until: float) -> str:
        with closing(self._connected()) as line:
            _send(line, b"zINSTREAM\0", until)
            for at in range(0, len(content), _CHUNK):
                part = content[at : at + _CHUNK]
                _send(line, len(part).to_bytes(4, "big") + part, until)
            _send(line, bytes(4), until)
            return _answer(line, until)

    def _connected(self) -> socket.socket:
        if self.address.startswith(_HERE):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self.seconds)
            try:
                line.connect(self.address.removeprefix(_HERE))
            except OSError:
                line.close()
                raise
            return line
        host, _, port = self.address.removeprefix(_THERE).rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), self.seconds)


def configured() -> Scanner | None:
    """The scanner of the settings; None where the service has none.

    Raises:
        ImproperlyConfigured: the setting names none that can be asked.
    """
    address: str = settings.SCANNER
    if not address:
        return None
    host, _, port = address.removeprefix(_THERE).rpartition(":")
    there = address.startswith(_THERE) and host and port.isascii() and port.isdecimal()
    if not address.startswith(_HERE) and not (there and 0 < int(port) <= _LAST_PORT):
        raise ImproperlyConfigured(
            f"KEYSTAGE_SCANNER is unix:/path or tcp:host:port, not {address!r}."
        )
    return Clamd(address, settings.SCANNER_SECONDS)


def looked_through(content: bytes, *, found_in: Callable[[dict[str, str]], object]) -> str:
    """What looked through a document before it is kept; '' where nothing did and nothing has to.

    Args:
        content: the document.
        found_in: writes down that malware was found: its hash, and what was found.

    Raises:
        RefusedError: it holds malware, or has to be looked through and was not.
    """
    scanner = configured()
    try:
        found = scanner.find(content) if scanner is not None else ""
    except UnreachableError as error:
        if settings.SCANNER_NEEDED:
            raise RefusedError(error.what, todo=error.todo) from None
        return ""
    if found:
        with transaction.atomic():
            found_in({"sha256": hashlib.sha256(content).hexdigest(), "found": found})
        raise infected()
    if scanner is None and settings.SCANNER_NEEDED:
        raise RefusedError(
            "Evidence has to be looked through for malware, and nothing here does.",
            todo="Ask who runs the service.",
        )
    return scanner.name if scanner is not None else ""


def infected() -> RefusedError:
    """What is said to whoever brings a document with malware in it."""
    return RefusedError(
        "Malware was found in the file, so it was not kept.",
        todo="Tell who looks after your computers, and send a document that is clean.",
    )


def deleted() -> RefusedError:
    """What is said to whoever asks for a document in which malware was found later."""
    return RefusedError(
        "Malware was found in this document, so it was deleted.",
        todo="Ask for one that is clean.",
    )


def in_words(scanner: str, malware: str) -> str:
    """Whether a document was looked through for malware.

    Args:
        scanner: what looked through it; '' where nothing did.
        malware: what was found; '' where nothing was.
    """
    if malware:
        return "malware was found in it, so it was deleted"
    if scanner:
        return f"scanned for malware by {scanner}"
    return "waits to be scanned for malware" if settings.SCANNER else "not scanned for malware"


def _send(line: socket.socket, part: bytes, until: float) -> None:
    line.settimeout(_left(until))
    line.sendall(part)


def _answer(line: socket.socket, until: float) -> str:
    found = b""
    while not found.endswith(b"\0") and len(found) < _LONGEST_ANSWER:
        line.settimeout(_left(until))
        part = line.recv(_LONGEST_ANSWER)
        if not part:
            break
        found += part
    return found.partition(b"\0")[0].rstrip(b"\n").decode("utf-8", "replace")


def _left(until: float) -> float:
    """For how long one may go on.

    Raises:
        TimeoutError: no longer.
    """
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("it took too long")
    return left


def _unreachable() -> UnreachableError:
    return UnreachableError(
        "The file cannot be looked through for malware now.", todo="Try again later."
    )
