"""Returns that are ready and wait on this computer, because the service does not answer.

A queue is a folder with one folder for each return, numbered in the order in which they were put
there: the file as it was, and a proof that it was ready. What the service says is kept beside it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path, PurePosixPath

import msgspec

from keystage.core.errors import InputError
from keystage.flows.returns import proofs
from keystage.flows.returns.proofs import Found, Proof

_RECEIPT, _ANSWER, _FILES = "receipt.json", "answer.json", "file"
_NAME = "{:04d}"
_TRIES = 100


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the service said the last time this was sent."""

    said: str
    at: str


class State(StrEnum):
    """What became of a return of a queue."""

    WAITS = "waits"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"
    BROKEN = "broken"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A return of a queue.

    Attributes:
        folder: where it is.
        proof: what was ready; None where it cannot be read.
        fault: why it cannot be sent as it is; '' if it can.
        gap: whether the proof before it is another than when it was put here.
        answer: what the service said the last time; None where it was not asked.
        submitted: whether its receipt is there.
    """

    folder: Path
    proof: Proof | None
    fault: str = ""
    gap: bool = False
    answer: Answer | None = None
    submitted: bool = False

    @property
    def receipt(self) -> Path:
        """Where its receipt is, or will be."""
        return self.folder / _RECEIPT

    @property
    def file(self) -> Path:
        """Where the file itself is."""
        return self.folder / _FILES / (self.proof.file if self.proof else "")

    def content(self) -> bytes:
        """The file, byte for byte."""
        return self.file.read_bytes()


def put(  # noqa: PLR0913  # what a proof says
    queue: Path,
    name: str,
    content: bytes,
    *,
    school: str,
    year: int,
    verdict: str,
    found: Sequence[Found],
    program: str,
    now: datetime | None = None,
) -> Entry:
    """Put a file that was checked into a queue, whole or not at all.

    The same file for the same school and year that waits already is not put there twice.

    Args:
        queue: the folder, made if need be.
        name: what the file is called.
        content: the file.
        school: URN of the school.
        year: the season.
        verdict: what the checks said, green or amber.
        found: what they found, check by check.
        program: what checked it, with its version.
        now: when it was ready.

    Raises:
        InputError: the queue cannot be written, or what is in it cannot be read.
    """
    entries = entries_of(queue) if queue.exists() else []
    digest = sha256(content).hexdigest()
    for one in entries:
        same = one.proof is not None and (one.proof.sha256, one.proof.school, one.proof.year) == (
            digest,
            school,
            year,
        )
        if same and state_of(one, entries) in {State.WAITS, State.REFUSED}:
            return one
    proof = Proof(
        file=PurePosixPath(name).name,
        bytes=len(content),
        sha256=digest,
        school=school,
        year=year,
        verdict=verdict,
        found=tuple(found),
        ready_at=(now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        program=program,
        before=proofs.digest_of(entries[-1].folder) if entries else "",
    )
    try:
        queue.mkdir(parents=True, exist_ok=True)
        return _kept(queue, proof, content, entries)
    except OSError as error:
        raise InputError(
            f"The queue cannot be written: {error.strerror or error}.",
            where=str(queue),
            todo="Choose another folder, or make room.",
        ) from None


def _kept(queue: Path, proof: Proof, content: bytes, entries: Sequence[Entry]) -> Entry:
    """Write an entry beside the queue's others, then give it its number in one step."""
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=queue))
    try:
        (draft / _FILES).mkdir()
        _write(draft / _FILES / proof.file, content)
        _write(draft / proofs.NAME, proofs.written(proof))
        number = int(entries[-1].folder.name) + 1 if entries else 1
        place = _renamed(draft, queue, number)
        _settle(queue)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Entry(folder=place, proof=proof)


def _renamed(draft: Path, queue: Path, number: int) -> Path:
    """Give a draft the next number that is free; a folder with something in it is never replaced.

    Raises:
        FileExistsError: another program writes there faster.
    """
    for tried in range(number, number + _TRIES):
        place = queue / _NAME.format(tried)
        if not place.exists():
            try:
                return draft.rename(place)
            except OSError:
                if not place.exists():
                    raise
    raise FileExistsError(None, "another program writes there too")


def entries_of(queue: Path) -> list[Entry]:
    """The returns of a queue in their order, each looked at: is it still what its proof says?

    Raises:
        InputError: there is no such folder.
    """
    if not queue.is_dir():
        raise InputError(
            "There is no such queue.", where=str(queue), todo="Give the folder of a queue."
        )
    folders = sorted(
        (one for one in queue.iterdir() if one.is_dir() and one.name.isdecimal()),
        key=lambda one: int(one.name),
    )
    found: list[Entry] = []
    for folder in folders:
        before = proofs.digest_of(found[-1].folder) if found else ""
        found.append(_entry(folder, before))
    return found


def state_of(entry: Entry, entries: Iterable[Entry]) -> State:
    """What became of a return, in a queue whose others are known.

    One before another of its school and year that was submitted is overtaken: sent after it, it
    would put older judgements in the place of newer ones.
    """
    if entry.submitted:
        return State.SUBMITTED
    if entry.proof is None or entry.fault:
        return State.BROKEN
    at, place = int(entry.folder.name), (entry.proof.school, entry.proof.year)
    if any(
        later.submitted
        and int(later.folder.name) > at
        and later.proof is not None
        and (later.proof.school, later.proof.year) == place
        for later in entries
    ):
        return State.OVERTAKEN
    return State.REFUSED if entry.answer is not None else State.WAITS


def keep_answer(entry: Entry, said: str) -> None:
    """Write what the service said of a return that it did not take."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    _write(entry.folder / _ANSWER, msgspec.json.encode(Answer(said=said, at=at)))


def _entry(folder: Path, before: str) -> Entry:
    answer = None
    with suppress(OSError, msgspec.DecodeError):
        answer = msgspec.json.decode((folder / _ANSWER).read_bytes(), type=Answer)
    proof, fault = proofs.read(folder)
    if proof is not None and not fault:
        fault = _fault(folder, proof)
    return Entry(
        folder=folder,
        proof=proof,
        fault=fault,
        gap=proof is not None and proof.before != before,
        answer=answer,
        submitted=(folder / _RECEIPT).is_file(),
    )


def _fault(folder: Path, proof: Proof) -> str:
    if PurePosixPath(proof.file).name != proof.file:
        return "its proof names a file elsewhere"
    try:
        content = (folder / _FILES / proof.file).read_bytes()
    except OSError:
        return "its file is not there"
    if sha256(content).hexdigest() != proof.sha256:
        return "its file was changed after it was checked"
    return ""


def _write(path: Path, content: bytes) -> None:
    """Write a file so that it is there when the computer stops: beside its place, then moved."""
    draft = path.with_name(f".{path.name}.draft")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _settle(folder: Path) -> None:
    """Have a folder's names written to the disk, where the system lets one ask for it."""
    with suppress(OSError):
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
