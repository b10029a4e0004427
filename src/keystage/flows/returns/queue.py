"""Returns that are ready and wait on this computer, because the service does not answer.

A queue is a folder with one folder for each return, numbered in the order in which they were put
there: the file as it was, and a proof that it was ready. What the service says is kept beside it.
"""

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from keystage.core.errors import InputError
from keystage.flows.returns import proofs
from keystage.flows.returns.answers import RECEIPT, Answer, answer_in, begun_in, settle, write
from keystage.flows.returns.proofs import Found, Proof

_FILES = "file"
_NAME = "{:04d}"


class State(StrEnum):
    """What became of a return of a queue; ``begun``: nobody here knows whether it was submitted."""

    WAITS = "waits"
    BEGUN = "begun"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"
    BROKEN = "broken"


#: What may still be sent; of what began, only the service knows whether it was.
TO_SEND = frozenset({State.WAITS, State.BEGUN, State.REFUSED})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A return of a queue.

    Attributes:
        folder: where it is.
        proof: what was ready; None where it cannot be read.
        fault: why it cannot be sent as it is; '' if it can.
        gap: whether the proof before it is another than when it was put here.
        answer: what the service said the last time; None where it was not asked.
        begun: since when an answer to its submission is missing; '' where none is.
        submitted: whether its receipt is there.
    """

    folder: Path
    proof: Proof | None
    fault: str = ""
    gap: bool = False
    answer: Answer | None = None
    begun: str = ""
    submitted: bool = False

    @property
    def receipt(self) -> Path:
        """Where its receipt is, or will be."""
        return self.folder / RECEIPT

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
    proof = Proof(
        file=PurePosixPath(name).name,
        bytes=len(content),
        sha256=sha256(content).hexdigest(),
        school=school,
        year=year,
        verdict=verdict,
        found=tuple(found),
        ready_at=(now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        program=program,
        before="",
    )
    try:
        queue.mkdir(parents=True, exist_ok=True)
        while True:  # until no other program took the number meanwhile
            entries = entries_of(queue)
            before = proofs.digest_of(entries[-1].folder) if entries else ""
            kept = _same(proof, entries) or _kept(queue, replace(proof, before=before), content)
            if kept is not None:
                return kept
    except OSError as error:
        raise InputError(
            f"The queue cannot be written: {error.strerror or error}.",
            where=str(queue),
            todo="Choose another folder, or make room.",
        ) from None


def _same(proof: Proof, entries: Sequence[Entry]) -> Entry | None:
    """The entry of a queue that is of the same file, school and year, and may still be sent."""
    wanted = (proof.sha256, proof.school, proof.year)
    for one in entries:
        there = one.proof
        same = there is not None and (there.sha256, there.school, there.year) == wanted
        if same and state_of(one, entries) in TO_SEND:
            return one
    return None


def _kept(queue: Path, proof: Proof, content: bytes) -> Entry | None:
    """Write an entry beside the queue's others, then give it its number in one step.

    None where another program took the number first.
    """
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=queue))
    try:
        (draft / _FILES).mkdir()
        write(draft / _FILES / proof.file, content)
        write(draft / proofs.NAME, proofs.written(proof))
        place = _renamed(draft, queue, proof.before)
        settle(queue)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return None if place is None else Entry(folder=place, proof=proof)


def _renamed(draft: Path, queue: Path, before: str) -> Path | None:
    """Give a draft the next number; a folder with something in it is never replaced.

    None where another program put something there since: the proof before is another then.
    """
    entries = entries_of(queue)
    newest = proofs.digest_of(entries[-1].folder) if entries else ""
    taken = [int(one.name) for one in queue.iterdir() if one.name.isdecimal()]
    place = queue / _NAME.format(max(taken, default=0) + 1)
    if newest != before:
        return None
    try:
        return draft.rename(place)
    except OSError:
        if not place.exists():
            raise
        return None


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

    One before another of its school and year that was submitted, or may have been, is overtaken:
    sent after it, it would put older judgements in the place of newer ones.
    """
    if entry.submitted:
        return State.SUBMITTED
    if entry.proof is None or entry.fault:
        return State.BROKEN
    at, place = int(entry.folder.name), (entry.proof.school, entry.proof.year)
    if any(
        (later.submitted or later.begun)
        and int(later.folder.name) > at
        and later.proof is not None
        and (later.proof.school, later.proof.year) == place
        for later in entries
    ):
        return State.OVERTAKEN
    if entry.begun:
        return State.BEGUN
    return State.REFUSED if entry.answer is not None else State.WAITS


def _entry(folder: Path, before: str) -> Entry:
    proof, fault = proofs.read(folder)
    if proof is not None and not fault:
        fault = _fault(folder, proof)
    return Entry(
        folder=folder,
        proof=proof,
        fault=fault,
        gap=proof is not None and proof.before != before,
        answer=answer_in(folder),
        begun=begun_in(folder),
        submitted=(folder / RECEIPT).is_file(),
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
