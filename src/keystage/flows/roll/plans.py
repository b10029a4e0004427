"""The shapes of a plan: what taking a file adds, changes, keeps and leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from keystage.flows.roll.pupils import Facts, Value

Mode = Literal["everything", "new", "existing", "numbers"]
Action = Literal["take", "add", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is done with a row: taken for a stored pupil, added as a new one, or left out."""

    action: Action
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one stored pupil; ``row`` is the row it comes from."""

    row: int
    key: str
    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupil:
    """A pupil who is added, or removed again, with the identifier of the record."""

    row: int
    key: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value of the file that does not take the place of the stored one, and why."""

    row: int
    key: str
    field: str
    stored: Value
    given: Value
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A row that is not taken, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePlan:
    """What a file changes.

    Attributes:
        mode: what is taken of the file.
        adds: new pupils.
        removes: pupils taken away again; only in the way back.
        changes: fields of stored pupils.
        unchanged: stored pupils of whom the file says what is stored.
        blanks: fields that are stored and blank in the file, by stored pupil; nothing is done.
        kept: values of the file that are not taken.
        conflicts: fields whose stored value is another than when the plan was shown.
        skipped: rows left out, by a person or by the mode.
        not_matched: rows nobody has decided on.
    """

    mode: Mode
    adds: tuple[Pupil, ...] = ()
    removes: tuple[Pupil, ...] = ()
    changes: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()
    blanks: tuple[tuple[str, str], ...] = ()
    kept: tuple[Kept, ...] = ()
    conflicts: tuple[Kept, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    not_matched: tuple[int, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each, for a page: pupils, and fields where it says so."""
        return {
            "added": len(self.adds),
            "removed": len(self.removes),
            "changed": len({one.key for one in self.changes}),
            "fields changed": len(self.changes),
            "unchanged": len(self.unchanged),
            "blanks ignored": len(self.blanks),
            "values kept": len(self.kept),
            "conflicts": len(self.conflicts),
            "skipped": len(self.skipped),
            "not matched": len(self.not_matched),
        }

    @property
    def changes_nothing(self) -> bool:
        """Whether applying it would leave everything as it is."""
        return not (self.adds or self.removes or self.changes)
