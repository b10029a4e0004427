"""Saving cells: a value somebody else changed meanwhile is never overwritten, and none is lost."""

from collections.abc import Collection as Some
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from keystage.actions.auditing import record
from keystage.actions.by import By
from keystage.actions.locks import locking
from keystage.actions.returns import touch
from keystage.actions.sheets.cells import Cell, Change, Conflict, Key, Refused, Saved
from keystage.actions.sheets.gate import NOT_YOURS, refusals, spelled
from keystage.actions.sheets.scales import refusal, settled
from keystage.core.subjects import ASSESSED
from keystage.statute.collection_loader import load_collection
from keystage.store.models import CohortPupil, Import, Judgement, JudgementChange, Sheet

How = JudgementChange.How
_SUBJECTS = frozenset(str(subject) for subject in ASSESSED)


def save_cells(
    sheet: Sheet, changes: Iterable[Change], *, by: By, classes: frozenset[str] | None
) -> Saved:
    """Save what a person entered.

    A cell that was changed by somebody else since it was seen is a conflict: it keeps what is
    stored, and the answer tells both values. A code that the checks refuse is not saved. All other
    cells are saved, whatever becomes of these.

    Args:
        sheet: the sheet.
        changes: what is wanted, with the version of each cell that was seen.
        by: who enters.
        classes: the classes the person may change; None for all.
    """
    return apply(sheet, changes, by=by, classes=classes, how=How.ENTERED)


def import_cells(
    sheet: Sheet,
    changes: Iterable[Change],
    *,
    by: By,
    classes: frozenset[str] | None,
    import_file: Import | None = None,
    blanks: bool = False,
) -> Saved:
    """Save judgements that came from a file, as `save_cells` does.

    Args:
        sheet: the sheet.
        changes: what the file says, with the versions seen when it was looked at.
        by: who brings them in.
        classes: the classes the person may change; None for all.
        import_file: the file, where it is kept.
        blanks: whether a blank of the file takes a judgement out.
    """
    wanted = (change for change in changes if blanks or change.code.strip())
    return apply(sheet, wanted, by=by, classes=classes, how=How.IMPORTED, import_file=import_file)


@transaction.atomic
def apply(
    sheet: Sheet,
    changes: Iterable[Change],
    *,
    by: By,
    classes: frozenset[str] | None,
    how: JudgementChange.How,
    import_file: Import | None = None,
) -> Saved:
    """Save changes of whatever origin, with a row of history for each cell and one audit event.

    Saves of one sheet follow each other: the sheet is locked first.
    """
    locked = locking(Sheet.objects).select_related("school").get(pk=sheet.pk)
    wanted = {change.key: change for change in changes}
    members = members_of(locked, {pupil for pupil, _ in wanted}, classes)
    sorted_out = _sort_out(locked, wanted, members)
    kept = _Keeping(by=by, how=how, import_file=import_file, members=members)
    saved = tuple(kept.keep(change, judgement) for change, judgement in sorted_out.ready)
    if saved:
        kept.write()
        touch(locked, by=by, judgements=kept.all)
        record(
            "judgements saved",
            by=by,
            organisation=locked.school,
            year=locked.year,
            subject=f"batch {kept.batch}",
            after={"cells": len(saved), "how": str(how)},
        )
    return Saved(
        batch=kept.batch if saved else None,
        saved=saved,
        unchanged=tuple(sorted_out.unchanged),
        conflicts=tuple(sorted_out.conflicts),
        refused=tuple(sorted_out.refused),
    )


def members_of(
    sheet: Sheet, keys: Some[int], classes: frozenset[str] | None
) -> dict[int, CohortPupil]:
    """The pupils of a sheet that somebody may change, of those asked for."""
    rows = sheet.cohort.filter(removed=False, pk__in=keys).select_related("pupil")
    if classes is not None:
        rows = rows.filter(pupil__class_name__in=classes)
    return {row.pk: row for row in rows}


def kept_cells(members: Some[int]) -> dict[Key, Judgement]:
    """What is kept of some pupils, by cell, with who changed it last."""
    rows = Judgement.objects.filter(cohort_pupil__in=members).select_related("changed_by")
    return {(row.cohort_pupil_id, row.subject): row for row in rows}


@dataclass(kw_only=True)
class _SortedOut:
    """Changes by what is to become of them."""

    ready: list[tuple[Change, Judgement | None]] = field(default_factory=list)
    unchanged: list[Cell] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def _sort_out(
    sheet: Sheet, wanted: Mapping[Key, Change], members: Mapping[int, CohortPupil]
) -> _SortedOut:
    collection, found, open_ones = load_collection(sheet.year), _SortedOut(), []
    kept = kept_cells(members)
    for change in wanted.values():
        if change.pupil not in members or change.subject not in _SUBJECTS:
            found.refused.append(_not_yours(change))
            continue
        stored = kept.get(change.key)
        spelt = replace(change, code=spelled(change.code, change.subject, collection))
        clean = settled(spelt, stored, collection)
        if (clean.code, clean.p_scale) == ((stored.code, stored.p_scale) if stored else ("", "")):
            version = stored.version if stored else 0
            found.unchanged.append(
                Cell(
                    pupil=clean.pupil,
                    subject=clean.subject,
                    code=clean.code,
                    version=version,
                    before=clean.code,
                )
            )
        else:
            open_ones.append(clean)
    scaled = {one.key: why for one in open_ones if (why := refusal(one, collection))}
    forbidden = scaled | refusals(sheet, members, open_ones)
    found.refused.extend(forbidden.values())
    for change in open_ones:
        stored = kept.get(change.key)
        if change.key in forbidden:
            continue
        if stored is not None and stored.version != change.seen:
            found.conflicts.append(_conflict(change, stored))
        else:
            found.ready.append((change, stored))
    return found


def _not_yours(change: Change) -> Refused:
    return Refused(
        pupil=change.pupil,
        subject=change.subject,
        wanted=change.code,
        what=NOT_YOURS,
        todo="Look at the sheet again: the pupil may have changed class or left the cohort.",
    )


def _conflict(change: Change, stored: Judgement) -> Conflict:
    seen = stored.changes.filter(version=change.seen).first()
    return Conflict(
        pupil=change.pupil,
        subject=change.subject,
        wanted=change.code,
        saw=seen.after if seen else "",
        seen=change.seen,
        stored=stored.code,
        version=stored.version,
        by=str(stored.changed_by),
        at=stored.changed_at,
    )


@dataclass(kw_only=True)
class _Keeping:
    """Rows on their way into the tables."""

    by: By
    how: JudgementChange.How
    import_file: Import | None
    members: Mapping[int, CohortPupil]
    batch: UUID = field(default_factory=uuid4)
    at: datetime = field(default_factory=timezone.now)
    made: list[Judgement] = field(default_factory=list)
    changed: list[Judgement] = field(default_factory=list)
    history: list[JudgementChange] = field(default_factory=list)

    @property
    def all(self) -> list[Judgement]:
        """Every judgement that changes."""
        return [*self.made, *self.changed]

    def keep(self, change: Change, stored: Judgement | None) -> Cell:
        """Note one cell and its row of history."""
        row = stored or Judgement(subject=change.subject, version=0)
        row.cohort_pupil = self.members[change.pupil]
        before, scale_before = row.code, row.p_scale
        row.code, row.p_scale = change.code, change.p_scale or ""
        row.version += 1
        row.changed_at, row.changed_by = self.at, self.by.who
        (self.changed if stored else self.made).append(row)
        self.history.append(
            JudgementChange(
                judgement=row,
                version=row.version,
                before=before,
                after=change.code,
                p_scale_before=scale_before,
                p_scale_after=row.p_scale,
                at=self.at,
                by=self.by.who,
                how=self.how,
                batch=self.batch,
                import_file=self.import_file,
            )
        )
        return Cell(
            pupil=change.pupil,
            subject=change.subject,
            code=change.code,
            version=row.version,
            before=before,
        )

    def write(self) -> None:
        """Put the rows into the tables."""
        Judgement.objects.bulk_create(self.made)
        fields = ("code", "p_scale", "version", "changed_at", "changed_by")
        Judgement.objects.bulk_update(self.changed, fields)
        JudgementChange.objects.bulk_create(self.history)
