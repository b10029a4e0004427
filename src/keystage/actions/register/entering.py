"""Entering codes in the attendance register: what somebody else changed is never overwritten."""

from collections.abc import Collection as Some
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keystage.actions.attendance import entered_of, standing, unseal
from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.register.register import Register
from keystage.actions.roll.cohort_history import lock
from keystage.actions.season.dates import season_of
from keystage.statute.register import TestRegister
from keystage.statute.register_loader import load_register
from keystage.statute.season import Event
from keystage.store.models import Attendance, AttendanceChange, CohortPupil, Sheet

_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A code that is wanted; ``seen`` is the version of the cell the person saw."""

    member: int
    paper: str
    code: str
    seen: int


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A code that was not saved: somebody else changed the cell since it was seen."""

    entry: Entry
    stored: str
    version: int
    by: str


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What became of the codes of one save: each is in one of the three."""

    saved: tuple[Entry, ...] = ()
    unchanged: tuple[Entry, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@transaction.atomic
def set_codes(
    sheet: Sheet,
    entries: Iterable[Entry],
    *,
    by: By,
    classes: Some[str] | None = None,
    reason: str = "",
) -> Saved:
    """Enter codes, many at once; an empty code takes one out.

    A cell that somebody else changed since it was seen is a conflict and keeps what is stored; all
    others are saved. A change breaks the confirmation of the register.

    Args:
        sheet: the sheet.
        entries: what is wanted.
        by: who enters.
        classes: the classes the person may change; None for all.
        reason: why a register that was confirmed is changed.

    Raises:
        RefusedError: a code or paper is none of the year's, a pupil is not one of the person's, a
            script is said of a test that has not been, or a confirmed register is changed without
            a reason.
    """
    locked = lock(sheet)
    book = load_register(locked.year)
    wanted = {(one.member, one.paper): one for one in entries}
    members = _members(locked, {member for member, _ in wanted}, classes)
    _refuse_unknown(wanted.values(), book, locked)
    saved, unchanged, conflicts = [], [], []
    kept = {key: entered_of(member) for key, member in members.items()}
    keeping = _Keeping(by=by, at=timezone.now(), reason=" ".join(reason.split())[:_LONGEST])
    for (key, paper), one in sorted(wanted.items()):
        row = kept[key].get(paper)
        if one.code == (row.code if row else ""):
            unchanged.append(one)
        elif one.seen != (row.version if row else 0):
            conflicts.append(_conflict(one, row))
        else:
            keeping.keep(row or Attendance(cohort_pupil=members[key], paper=paper, version=0), one)
            saved.append(one)
    if saved:
        if standing(locked) is not None and not keeping.reason:
            raise RefusedError(
                "The register was confirmed, so a change needs a reason.", todo="Say why."
            )
        keeping.write()
        record(
            "attendance entered",
            by=by,
            organisation=locked.school,
            year=locked.year,
            after={"codes": len(saved)},
        )
        unseal(locked, by=by)
    return Saved(saved=tuple(saved), unchanged=tuple(unchanged), conflicts=tuple(conflicts))


def blanks_of(register: Register, paper: str) -> list[Entry]:
    """The codes that say that everybody who has none took a paper.

    Raises:
        RefusedError: there is no such paper.
    """
    if paper not in register.papers:
        raise RefusedError("There is no such paper.", todo="Choose a paper of the list.")
    code = next(key for key, one in register.book.attendance.codes.items() if one.script)
    return [
        Entry(member=row.member.pk, paper=paper, code=code, seen=cell.version)
        for row in register.rows
        if (cell := row.cells[paper]).needed and not cell.code
    ]


@dataclass(kw_only=True)
class _Keeping:
    """Codes on their way into the tables, each with its row of history."""

    by: By
    at: datetime
    reason: str
    made: list[Attendance] = field(default_factory=list)
    changed: list[Attendance] = field(default_factory=list)
    history: list[AttendanceChange] = field(default_factory=list)

    def keep(self, row: Attendance, wanted: Entry) -> None:
        """Note one code."""
        before, row.code = row.code, wanted.code
        row.version += 1
        row.changed_at, row.changed_by = self.at, self.by.who
        (self.changed if row.pk else self.made).append(row)
        self.history.append(
            AttendanceChange(
                attendance=row,
                version=row.version,
                before=before,
                after=wanted.code,
                reason=self.reason,
                at=self.at,
                by=self.by.who,
            )
        )

    def write(self) -> None:
        """Put the rows into the tables."""
        Attendance.objects.bulk_create(self.made)
        fields = ("code", "version", "changed_at", "changed_by")
        Attendance.objects.bulk_update(self.changed, fields)
        AttendanceChange.objects.bulk_create(self.history)


def _members(sheet: Sheet, keys: Some[int], classes: Some[str] | None) -> dict[int, CohortPupil]:
    found = sheet.cohort.filter(removed=False, pk__in=keys).select_related("pupil")
    members = {
        one.pk: one
        for one in found.prefetch_related("attendance")
        if classes is None or one.pupil.class_name in classes
    }
    if set(keys) - members.keys():
        raise RefusedError(
            "A pupil is not on your part of the register.",
            todo="Look at the register again: the pupil may have changed class.",
        )
    return members


def _refuse_unknown(entries: Iterable[Entry], book: TestRegister, sheet: Sheet) -> None:
    codes, papers = book.attendance.codes, book.papers.papers
    for one in entries:
        if one.paper not in papers or (one.code and one.code not in codes):
            raise RefusedError(
                f"{one.code or 'Blank'} is no code of {sheet.year}.", todo="Choose one of the list."
            )
    scripts = any(one.code and codes[one.code].script for one in entries)
    first = season_of(sheet.school, sheet.year).moment(Event.TESTS_FIRST)
    if scripts and first is not None and timezone.now() < first:
        raise RefusedError(
            "The tests have not begun, so nobody has taken a paper yet.",
            todo="Enter who was there on the day of the test.",
        )


def _conflict(wanted: Entry, stored: Attendance | None) -> Conflict:
    if stored is None:
        return Conflict(entry=wanted, stored="", version=0, by="")
    return Conflict(
        entry=wanted, stored=stored.code, version=stored.version, by=str(stored.changed_by)
    )
