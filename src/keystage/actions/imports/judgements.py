"""Taking judgements out of a tracker: merged into the mark sheet through the sheet's own door."""

from collections.abc import Collection as Some
from dataclasses import dataclass

from keystage.actions.by import By
from keystage.actions.imports.shapes import Line, Planned, Preview, WayBack
from keystage.actions.imports.taken import Taken, members_for, sheet_for, taken_of, write_rows
from keystage.actions.sheets.cells import Change
from keystage.actions.sheets.gate import refusals
from keystage.actions.sheets.saving import apply as save
from keystage.actions.sheets.saving import import_cells, kept_cells
from keystage.core.subjects import ASSESSED, Subject
from keystage.flows.roll.plans import Mode
from keystage.store.models import Import, JudgementChange

_SINCE = "it was changed since the import"
_GONE = "the pupil is not in the cohort any longer"
_SUBJECTS = tuple(str(subject) for subject in ASSESSED)


@dataclass(frozen=True, kw_only=True)
class JudgementWork:
    """The rows, and the changes of cells they lead to."""

    taken: Taken
    changes: tuple[Change, ...]


def plan(file: Import, mode: Mode, classes: Some[str] | None = None) -> Planned:
    """What judgements of a file would change.

    What the checks forbid is listed with its reason and not taken; a blank changes nothing.
    """
    taken = taken_of(file, classes)
    members = {member.pk: member for _, member in taken.rows}
    kept = kept_cells(members)
    wanted: list[Change] = []
    blanks = same = 0
    for row, member in taken.rows:
        brings = row.values["brings"]
        before = len(wanted)
        for subject in _SUBJECTS:
            cell = kept.get((member.pk, subject))
            code = brings.get(subject, "")
            stored = cell.code if cell else ""
            blanks += bool(stored and not code)
            if code and code != stored:
                seen = cell.version if cell else 0
                wanted.append(Change(pupil=member.pk, subject=subject, code=code, seen=seen))
        same += len(wanted) == before
    refused = refusals(taken.sheet, members, wanted)
    lines = {member.pk: row.line for row, member in taken.rows}

    def line(change: Change, reason: str = "") -> Line:
        cell = kept.get(change.key)
        return Line(
            line=lines[change.pupil],
            pupil=members[change.pupil].pupil_id,
            what=f"{Subject(change.subject).label} judgement",
            before=cell.code if cell else "",
            after=change.code,
            reason=reason,
        )

    ready = tuple(change for change in wanted if change.key not in refused)
    preview = Preview(
        mode=mode,
        changes=tuple(line(change) for change in ready),
        unchanged=same,
        blanks=blanks,
        kept=tuple(
            line(change, refused[change.key].what) for change in wanted if change.key in refused
        ),
        skipped=taken.skipped,
        not_matched=taken.not_matched,
    )
    return Planned(preview=preview, work=JudgementWork(taken=taken, changes=ready))


def apply(file: Import, planned: Planned, *, by: By, classes: Some[str] | None = None) -> None:
    """Take judgements as planned."""
    work: JudgementWork = planned.work
    saved = import_cells(
        work.taken.sheet,
        work.changes,
        by=by,
        classes=None if classes is None else frozenset(classes),
        import_file=file,
    )
    after: dict[int, dict[str, str]] = {}
    before: dict[int, dict[str, str]] = {}
    for cell in saved.saved:
        after.setdefault(cell.pupil, {})[cell.subject] = cell.code
        before.setdefault(cell.pupil, {})[cell.subject] = cell.before
    changed = []
    for row, member in work.taken.rows:
        if member.pk in after:
            row.before, row.after, row.applied = before[member.pk], after[member.pk], True
            changed.append(row)
    write_rows(changed)


def way_back(file: Import, classes: Some[str] | None = None) -> WayBack:
    """What undoing would do: a cell that was changed since keeps what it holds."""
    sheet = sheet_for(file)
    members = {member.pk: member for member in members_for(sheet, classes).values()}
    lines = dict(file.rows.filter(applied=True).values_list("pupil", "line"))
    rows = JudgementChange.objects.filter(import_file=file).select_related(
        "judgement__cohort_pupil"
    )
    wanted, reasons = {}, {}
    for row in rows:
        change = Change(
            pupil=row.judgement.cohort_pupil_id,
            subject=row.judgement.subject,
            code=row.before,
            seen=row.version,
            p_scale=row.p_scale_before,
        )
        wanted[change.key] = (row, change)
        if change.pupil not in members:
            reasons[change.key] = _GONE
        elif row.judgement.version != row.version:
            reasons[change.key] = _SINCE
    open_ones = [change for key, (_, change) in wanted.items() if key not in reasons]
    forbidden = refusals(sheet, members, open_ones)
    reasons |= {key: one.what for key, one in forbidden.items()}
    told = {
        key: Line(
            line=lines.get(row.judgement.cohort_pupil.pupil_id, 0),
            pupil=row.judgement.cohort_pupil.pupil_id,
            what=f"{Subject(change.subject).label} judgement",
            before=row.judgement.code,
            after=change.code,
            reason=reasons.get(key, ""),
        )
        for key, (row, change) in wanted.items()
    }
    return WayBack(
        restores=tuple(line for key, line in told.items() if key not in reasons),
        changed_since=tuple(line for key, line in told.items() if key in reasons),
        work=[change for change in open_ones if change.key not in reasons],
    )


def undo(file: Import, way: WayBack, *, by: By, classes: Some[str] | None = None) -> None:
    """Go the way back."""
    save(
        sheet_for(file),
        way.work,
        by=by,
        classes=None if classes is None else frozenset(classes),
        how=JudgementChange.How.UNDONE,
    )
