"""What a service answered to a return of a queue, kept beside it: nothing yet, no, or a receipt."""

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")
RECEIPT = "receipt.json"
_ANSWER, _BEGUN = "answer.json", "begun.json"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the service said the last time it refused this."""

    said: str
    at: str


class _Begun(msgspec.Struct, frozen=True, kw_only=True):
    """When submitting began; it stays until the service has answered."""

    at: str


def answer_in(folder: Path) -> Answer | None:
    """What the service said the last time; None where it refused nothing."""
    return _note(folder / _ANSWER, Answer)


def begun_in(folder: Path) -> str:
    """Since when the answer to a submission is missing; '' where none is."""
    begun = _note(folder / _BEGUN, _Begun)
    return "" if begun is None else begun.at


def begin(folder: Path) -> None:
    """Write that a return is being submitted: if no answer comes, it may have been."""
    if not begun_in(folder):
        write(folder / _BEGUN, msgspec.json.encode(_Begun(at=_now())))
        settle(folder)


def keep_answer(folder: Path, said: str) -> None:
    """Write what the service said of a return that it did not take."""
    write(folder / _ANSWER, msgspec.json.encode(Answer(said=said, at=_now())))
    (folder / _BEGUN).unlink(missing_ok=True)


def write(path: Path, content: bytes) -> None:
    """Write a file so that it is there when the computer stops: beside its place, then moved."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def settle(folder: Path) -> None:
    """Have a folder's names written to the disk, where the system lets one ask for it."""
    with suppress(OSError):
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)


def _note(path: Path, shape: type[T]) -> T | None:
    with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.decode(path.read_bytes(), type=shape)
    return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
