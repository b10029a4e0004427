"""Filling one value into many cells, with a look beforehand and a way back."""

from collections.abc import Collection as Some
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from keystage.actions.by import By
from keystage.actions.errors import RefusedError
from keystage.actions.sheets.cells import Cell, Change, Refused, Saved
from keystage.actions.sheets.gate import refusals, spelled
from keystage.actions.sheets.saving import apply, kept_cells, members_of
from keystage.statute.collection_loader import load_collection
from keystage.store.models import JudgementChange, Sheet

How = JudgementChange.How


@dataclass(frozen=True, kw_only=True)
class FillPlan:
    """What a fill would do. Nothing is changed yet.

    Attributes:
        change: cells that would change: ``before`` is what they hold, ``version`` what was seen.
        same: cells that hold the value already.
        kept: cells that hold another value and are left alone, because only empty ones are filled.
        refused: cells in which the value may not stand.
    """

    code: str
    change: tuple[Cell, ...]
    same: tuple[Cell, ...]
    kept: tuple[Cell, ...]
    refused: tuple[Refused, ...]


def would_fill(
    sheet: Sheet,
    *,
    subject: str,
    code: str,
    pupils: Some[int],
    only_empty: bool,
    classes: frozenset[str] | None,
) -> FillPlan:
    """What filling a value into the cells of some pupils would do.

    Args:
        sheet: the sheet.
        subject: one of the assessed subjects.
        code: the code; empty takes judgements out.
        pupils: the cohort pupils; those the person may not change are left out.
        only_empty: leave cells alone that hold another value.
        classes: the classes the person may change; None for all.
    """
    wanted = spelled(code, subject, load_collection(sheet.year))
    members = members_of(sheet, pupils, classes)
    kept = kept_cells(members)
    cells: dict[str, list[Cell]] = {"change": [], "same": [], "kept": []}
    for pupil in members:
        stored = kept.get((pupil, subject))
        cell = Cell(
            pupil=pupil,
            subject=subject,
            code=wanted,
            version=stored.version if stored else 0,
            before=stored.code if stored else "",
        )
        state = (
            "same" if cell.before == wanted else "kept" if only_empty and cell.before else "change"
        )
        cells[state].append(cell)
    changes = [
        Change(pupil=one.pupil, subject=subject, code=wanted, seen=one.version)
        for one in cells["change"]
    ]
    forbidden = refusals(sheet, members, changes)
    return FillPlan(
        code=wanted,
        change=tuple(one for one in cells["change"] if one.key not in forbidden),
        same=tuple(cells["same"]),
        kept=tuple(cells["kept"]),
        refused=tuple(forbidden.values()),
    )


def fill(
    sheet: Sheet,
    *,
    subject: str,
    code: str,
    pupils: Mapping[int, int],
    by: By,
    classes: frozenset[str] | None,
) -> Saved:
    """Fill a value into the cells that `would_fill` said would change.

    Args:
        sheet: the sheet.
        subject: one of the assessed subjects.
        code: the code; empty takes judgements out.
        pupils: of each cohort pupil the version of the cell that was seen. A cell that was changed
            since is a conflict and keeps what it holds.
        by: who fills.
        classes: the classes the person may change; None for all.
    """
    changes = [
        Change(pupil=pupil, subject=subject, code=code, seen=seen) for pupil, seen in pupils.items()
    ]
    return apply(sheet, changes, by=by, classes=classes, how=How.FILLED)


def undo(sheet: Sheet, batch: UUID, *, by: By, classes: frozenset[str] | None) -> Saved:
    """Put back what stood in the cells before a save, a fill or an import.

    A cell that was changed since is a conflict and keeps what it holds.

    Raises:
        RefusedError: nothing of this sheet was changed in that batch.
    """
    rows = JudgementChange.objects.filter(
        batch=batch, judgement__cohort_pupil__sheet=sheet
    ).select_related("judgement")
    changes = [
        Change(
            pupil=row.judgement.cohort_pupil_id,
            subject=row.judgement.subject,
            code=row.before,
            seen=row.version,
            p_scale=row.p_scale_before,
        )
        for row in rows
    ]
    if not changes:
        raise RefusedError("There is nothing to undo.", todo="Go back to the mark sheet.")
    return apply(sheet, changes, by=by, classes=classes, how=How.UNDONE)


def history(sheet: Sheet, pupil: int, subject: str) -> list[JudgementChange]:
    """Every change of one cell, the newest first."""
    return list(
        JudgementChange.objects.filter(
            judgement__cohort_pupil__sheet=sheet,
            judgement__cohort_pupil=pupil,
            judgement__subject=subject,
        )
        .select_related("by")
        .order_by("-version")
    )
