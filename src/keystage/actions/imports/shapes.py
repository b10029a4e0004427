"""What taking a file would do, and what undoing it would, in one shape for every kind of file."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from keystage.flows.roll.likeness.evidence import shown
from keystage.flows.roll.plans import Change, Kept, Mode
from keystage.flows.roll.pupils import FIELDS, Facts, Value


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing about one pupil.

    Attributes:
        line: the line of the file it comes from.
        pupil: the pupil, if one is stored.
        what: which value.
        before: the value that is stored, in words.
        after: the value that would be stored.
        reason: why it is not taken, where it is not.
    """

    line: int
    pupil: UUID | None = None
    what: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""

    @classmethod
    def of_change(cls, line: int, change: Change, *, reason: str = "") -> "Line":
        """A field that a plan changes, or why it does not."""
        return cls(
            line=line,
            pupil=UUID(change.key),
            what=FIELDS[change.field],
            before=in_words(change.before),
            after=in_words(change.after),
            reason=reason,
        )

    @classmethod
    def of_kept(cls, line: int, kept: Kept) -> "Line":
        """A field in which the stored value stays, and why."""
        return cls(
            line=line,
            pupil=UUID(kept.key),
            what=FIELDS[kept.field],
            before=in_words(kept.stored),
            after=in_words(kept.given),
            reason=kept.reason,
        )


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A pupil who would be added to the roll, and whether into the cohort as well."""

    line: int
    facts: Facts
    joins: bool


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What a file would change.

    Attributes:
        mode: what is taken of it; all but a roll know one way alone.
        adds: pupils who would be added.
        changes: values that would change.
        joins: pupils who would join the cohort, those who are added included.
        unchanged: pupils of whom it says what is stored.
        blanks: values that are stored and blank in the file: they stay.
        kept: values of the file that are not taken, each with the reason.
        skipped: rows that are not taken, each with the reason.
        not_matched: rows nobody has decided on.
    """

    mode: Mode
    adds: tuple[Newcomer, ...] = ()
    changes: tuple[Line, ...] = ()
    joins: int = 0
    unchanged: int = 0
    blanks: int = 0
    kept: tuple[Line, ...] = ()
    skipped: tuple[Line, ...] = ()
    not_matched: tuple[Line, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether everything would stay as it is."""
        return not (self.adds or self.changes or self.joins)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each: pupils, and values where it says so."""
        return {
            "added": len(self.adds),
            "changed": len({one.pupil for one in self.changes}),
            "values": len(self.changes),
            "joined": self.joins,
            "unchanged": self.unchanged,
            "blanks": self.blanks,
            "kept": len(self.kept),
            "skipped": len(self.skipped),
            "not_matched": len(self.not_matched),
        }

    @property
    def seal(self) -> str:
        """A digest of it, by which one knows that it is what a person saw."""
        said = [
            self.mode,
            [(one.line, str(one.facts), one.joins) for one in self.adds],
            [(one.line, str(one.pupil), one.what, one.before, one.after) for one in self.changes],
            self.joins,
            [one.line for one in (*self.skipped, *self.not_matched)],
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A preview, with what its kind needs to do it."""

    preview: Preview
    work: Any = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class WayBack:
    """What undoing an import would do.

    Attributes:
        restores: values that would be as they were.
        removes: pupils who would be taken away again.
        changed_since: what was changed after the import, each with the reason; it stays.
        work: what the kind needs to do it.
    """

    restores: tuple[Line, ...] = ()
    removes: tuple[Line, ...] = ()
    changed_since: tuple[Line, ...] = ()
    work: Any = field(default=None, repr=False)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each."""
        return {
            "restored": len(self.restores),
            "removed": len(self.removes),
            "stays": len(self.changed_since),
        }


def in_words(value: Value) -> str:
    """A value as a page shows it; empty where there is none."""
    return "" if value is None else shown(value)
