"""A receipt that was verified, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from keystage.flows.receipts import Keys, verify

_WORDS = {
    "receipt": "Receipt",
    "school": "School",
    "school_number": "School number",
    "year": "Year of the results",
    "file": "File",
    "sha256": "SHA-256 of the file",
    "bytes": "Bytes",
    "serial": "Serial number",
    "verdict": "Verdict of the checks",
    "state": "State of the return",
    "submitted_at": "Submitted",
    "by": "Submitted by",
    "key": "Key",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of a receipt.

    Attributes:
        holds: whether it may be believed, and is that of the file if one was given.
        sentences: what is wrong, or that nothing is.
        facts: what it says, if it is a receipt.
    """

    holds: bool
    sentences: tuple[str, ...]
    facts: tuple[Mapping[str, str], ...]


def told(receipt: bytes, content: bytes | None, keys: Keys) -> Told:
    """Verify a receipt and put what came of it into words."""
    found = verify(receipt, content, keys)
    same = " The file is the one it was given for." if found.same_file else ""
    return Told(
        holds=found.holds,
        sentences=found.faults or (f"The receipt was given by this service.{same}",),
        facts=tuple(
            {"key": words, "value": str(found.document[name])}
            for name, words in _WORDS.items()
            if found.document.get(name) is not None
        ),
    )
