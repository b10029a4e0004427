"""What a reader is given, and what it says of a file it does not read."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the tables of a return need the engine, and plain rows do without it
    from keystage.records.returns import Fault


@dataclass(frozen=True, slots=True)
class NamedBytes:
    """The content of a file that is not on disk: an upload, a member of an archive."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FileFault:
    """Why a file was refused, repaired or passed over.

    Attributes:
        name: of the file; a member of an archive is ``archive.zip/member.xml``.
        fault: which of the faults of a file it is.
        reason: what is wrong, as a sentence.
        line: where, if it has a place.
    """

    name: str
    fault: "Fault"
    reason: str
    line: int | None = None


Source = Path | NamedBytes
Job = Source | FileFault
"""One file to read, or why there is none."""
