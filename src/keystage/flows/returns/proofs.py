"""Proofs that a return was ready: what was checked, when, and what the checks said.

A proof is no receipt. It holds the digest of its own words, and that of the proof before it, so
that a change of one, or one that was left out, is seen.
"""

from hashlib import sha256
from pathlib import Path

import msgspec

#: What every proof says of itself.
NO_RECEIPT = (
    "This is not a receipt. It says that this file was checked and ready on this computer at this "
    "time, by this computer's clock. Nothing was sent or received yet."
)
NAME = "proof.json"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """How often a check found something in a file; no pupil is named."""

    code: str
    severity: str
    findings: int


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was ready, when, and what the checks said.

    ``before``: the digest of the proof before it in the queue; '' for the first.
    """

    says: str = NO_RECEIPT
    file: str
    bytes: int
    sha256: str
    school: str
    year: int
    verdict: str
    found: tuple[Found, ...]
    ready_at: str
    program: str
    before: str


class _Signed(msgspec.Struct, frozen=True, kw_only=True):
    proof: msgspec.Raw
    sha256: str


def written(proof: Proof) -> bytes:
    """A proof as it is written: its words, and their digest."""
    words = msgspec.json.encode(proof)
    return msgspec.json.encode(_Signed(proof=msgspec.Raw(words), sha256=sha256(words).hexdigest()))


def read(folder: Path) -> tuple[Proof | None, str]:
    """The proof in a folder, and what is wrong with it; None where it cannot be read."""
    try:
        signed = msgspec.json.decode((folder / NAME).read_bytes(), type=_Signed)
        proof = msgspec.json.decode(signed.proof, type=Proof)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None, "its proof cannot be read"
    if sha256(signed.proof).hexdigest() != signed.sha256:
        return proof, "its proof was changed"
    return proof, ""


def digest_of(folder: Path) -> str:
    """The digest of the proof in a folder; '' where there is none."""
    try:
        return sha256((folder / NAME).read_bytes()).hexdigest()
    except OSError:
        return ""
