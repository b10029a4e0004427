"""A cell of a mark sheet, what somebody wants in it, and what became of that."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

Key = tuple[int, str]
"""Which cell: the cohort pupil and the subject."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a person wants in a cell.

    Attributes:
        pupil: the cohort pupil.
        subject: one of the assessed subjects.
        code: the code as it was typed; empty takes the judgement out.
        seen: the version of the cell the person saw; 0 for a cell nobody ever filled.
        p_scale: the P scale beside the code, in the years that had them; empty for none, None to
            leave it as it is while the code stays.
    """

    pupil: int
    subject: str
    code: str
    seen: int
    p_scale: str | None = None

    @property
    def key(self) -> Key:
        """The cell it is about."""
        return self.pupil, self.subject


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell as it is kept: ``before`` is what stood there before it was saved."""

    pupil: int
    subject: str
    code: str
    version: int
    before: str = ""

    @property
    def key(self) -> Key:
        """Which cell."""
        return self.pupil, self.subject


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A cell somebody else changed after it was seen.

    Attributes:
        wanted: what should have been saved.
        saw: what the person saw before typing, and ``seen`` its version.
        stored: what is kept instead, with its version, who saved it and when.
    """

    pupil: int
    subject: str
    wanted: str
    saw: str
    seen: int
    stored: str
    version: int
    by: str
    at: datetime

    @property
    def key(self) -> Key:
        """Which cell."""
        return self.pupil, self.subject


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A cell that was not saved: what was wanted, why it was refused, and what to do."""

    pupil: int
    subject: str
    wanted: str
    what: str
    todo: str
    check: str = ""

    @property
    def key(self) -> Key:
        """Which cell."""
        return self.pupil, self.subject


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What became of changes: each of them is in one of the four lists.

    ``batch`` joins the cells that were saved; None when there were none.
    """

    batch: UUID | None = None
    saved: tuple[Cell, ...] = field(default=())
    unchanged: tuple[Cell, ...] = field(default=())
    conflicts: tuple[Conflict, ...] = field(default=())
    refused: tuple[Refused, ...] = field(default=())

    @property
    def whole(self) -> bool:
        """Whether nothing is left to settle."""
        return not self.conflicts and not self.refused
